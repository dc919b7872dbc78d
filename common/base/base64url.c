#include "base/base64url.h"

#include <stdint.h>

#include "base/mem.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *base64url_encode(const void *data, size_t len)
{
    const unsigned char *in = data;
    char *out = xmalloc(len / 3 * 4 + 5), *at = out;
    for (; len >= 3; in += 3, len -= 3) {
        uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        for (int shift = 18; shift >= 0; shift -= 6)
            *at++ = alphabet[v >> shift & 63];
    }
    if (len > 0) {
        uint32_t v = (uint32_t)in[0] << 16 | (len == 2 ? (uint32_t)in[1] << 8 : 0);
        *at++ = alphabet[v >> 18 & 63];
        *at++ = alphabet[v >> 12 & 63];
        if (len == 2)
            *at++ = alphabet[v >> 6 & 63];
    }
    *at = '\0';
    return out;
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool base64url_decode(const char *text, size_t text_len, void *out, size_t cap, size_t *len)
{
    unsigned char *at = out;
    size_t need = text_len / 4 * 3 + (text_len % 4 > 0 ? text_len % 4 - 1 : 0);
    if (text_len % 4 == 1 || need > cap)
        return false;
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < text_len; i++) {
        int value = value_of(text[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *at++ = (unsigned char)(bits >> held);
        }
    }
    if ((bits & ((1u << held) - 1)) != 0)
        return false;
    *len = need;
    return true;
}
