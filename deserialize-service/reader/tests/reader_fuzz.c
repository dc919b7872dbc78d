/* Any bytes, of any sender: the reader ends, stays in its buffers and keeps its promises. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    /* The first byte says how many of the next ones are the sender. */
    char sender[40] = "";
    size_t len = size > 0 ? data[0] % sizeof(sender) : 0;

    if (len >= size)
        len = 0;
    memcpy(sender, data + (len > 0), len);
    data += len + (len > 0);
    size -= len + (len > 0);
    struct reader_input in = {.sender = sender,
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
