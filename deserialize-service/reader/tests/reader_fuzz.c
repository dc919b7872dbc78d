/* Any bytes: the reader ends, stays in its buffers and keeps its promises. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct reader_input in = {.sender = "FUZZ",
                              .body = (const char *)data,
                              .body_len = size,
                              .received_at = INT64_C(1790000000000000),
                              .utc_offset_s = 19800};
    struct reading reading;
    char *canonical = malloc(size + 1);

    reader_read(&in, &reading);
    if (reading.confidence < 0 || reading.confidence > 100)
        panic("confidence");
    if (reading.class == READING_TRANSACTION && reading.amount.found &&
        reading.amount.money.minor < 0)
        panic("negative amount");
    if (strlen(reading.account) > 4)
        panic("account");
    if (canonical != NULL && reader_canonical_text(in.body, size, canonical) > size)
        panic("canonical text grew");
    free(canonical);
    return 0;
}
