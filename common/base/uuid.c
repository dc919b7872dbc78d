#include "base/uuid.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/timefmt.h"

void random_bytes(void *out, size_t count)
{
    unsigned char *at = out;
    while (count > 0) {
        ssize_t got = getrandom(at, count, 0);
        if (got < 0)
            panic("getrandom failed");
        at += got;
        count -= (size_t)got;
    }
}

void random_id_bytes(void *out, size_t count)
{
    static _Thread_local unsigned char block[512];
    static _Thread_local size_t used = sizeof block;
    if (count > sizeof block - used) {
        random_bytes(block, sizeof block);
        used = 0;
    }
    memcpy(out, block + used, count);
    used += count;
}

char *hex_put(char *out, uint64_t value, int digits)
{
    for (int i = digits - 1; i >= 0; i--, value >>= 4)
        out[i] = "0123456789abcdef"[value & 15];
    return out + digits;
}

/* Method 3 of RFC 9562, 6.2: the millisecond is followed by 12 bits of its fraction; when the clock
 * did not move on, the last value plus one is taken. */
static uint64_t next_stamp(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static uint64_t last; /* guarded by lock */
    int64_t us = time_now_us();
    uint64_t stamp = ((uint64_t)(us / 1000) << 12) | (uint64_t)(us % 1000 * 4096 / 1000);
    pthread_mutex_lock(&lock);
    if (stamp <= last)
        stamp = last + 1;
    last = stamp;
    pthread_mutex_unlock(&lock);
    return stamp;
}

void uuid_new(char out[static UUID_SIZE])
{
    uint64_t stamp = next_stamp(), ms = stamp >> 12, tail;
    random_id_bytes(&tail, sizeof tail);
    tail = (tail & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
    out = hex_put(out, ms >> 16, 8);
    *out++ = '-';
    out = hex_put(out, ms, 4);
    *out++ = '-';
    *out++ = '7';
    out = hex_put(out, stamp, 3);
    *out++ = '-';
    out = hex_put(out, tail >> 48, 4);
    *out++ = '-';
    out = hex_put(out, tail, 12);
    *out = '\0';
}

bool uuid_valid(const char *text)
{
    for (size_t i = 0; i < UUID_SIZE - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = text[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex)
            return false;
    }
    return text[UUID_SIZE - 1] == '\0';
}

void uuid_to_bytes(const char *text, unsigned char out[static 16])
{
    size_t n = 0;
    for (const char *at = text; *at != '\0' && n < 32; at++) {
        if (*at == '-')
            continue;
        unsigned digit = (unsigned)(*at <= '9' ? *at - '0' : (*at | 0x20) - 'a' + 10);
        out[n / 2] = (unsigned char)(n % 2 == 0 ? digit << 4 : out[n / 2] | digit);
        n++;
    }
}

void uuid_from_bytes(const unsigned char in[static 16], char out[static UUID_SIZE])
{
    char *at = out;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        snprintf(at, 3, "%02x", in[i]);
        at += 2;
    }
}

void uuid_lower(const char *text, char out[static UUID_SIZE])
{
    unsigned char id[16];
    uuid_to_bytes(text, id);
    uuid_from_bytes(id, out);
}
