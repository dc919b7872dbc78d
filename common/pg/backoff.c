#include "pg/backoff.h"

#include "base/timefmt.h"
#include "base/uuid.h"

enum { PAUSE_MIN_MS = 50, PAUSE_MAX_MS = 1000 };

static int64_t jittered_us(int ms)
{
    unsigned chance;
    random_id_bytes(&chance, sizeof chance);
    return ms * INT64_C(500) + (int64_t)(chance % 500) * ms;
}

bool backoff_may_try(struct backoff *backoff)
{
    int64_t now_us = time_mono_us();
    if (backoff->pause_ms == 0)
        return true;
    if (now_us < backoff->retry_us)
        return false;
    backoff->retry_us = now_us + jittered_us(backoff->pause_ms);
    return true;
}

void backoff_note(struct backoff *backoff, bool ok)
{
    if (ok) {
        backoff->pause_ms = 0;
        return;
    }
    int next_ms = backoff->pause_ms * 2;
    backoff->pause_ms = next_ms < PAUSE_MIN_MS   ? PAUSE_MIN_MS
                        : next_ms > PAUSE_MAX_MS ? PAUSE_MAX_MS
                                                 : next_ms;
    backoff->retry_us = time_mono_us() + jittered_us(backoff->pause_ms);
}
