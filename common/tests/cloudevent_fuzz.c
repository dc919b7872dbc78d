/* libFuzzer target of event_parse: link with libcommon.a of MODE=fuzz and -fsanitize=fuzzer. */
#include <stddef.h>
#include <stdint.h>

#include "events/cloudevent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct event ev;
    struct err err;
    if (event_parse(data, size, &ev, &err))
        event_fini(&ev);
    return 0;
}
