#include "http/proxies.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { HOP_SIZE = INET6_ADDRSTRLEN };

struct network {
    uint8_t bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned bits;
};
struct proxies {
    struct network *rows;
    size_t count;
};

static bool parse_address(const char *text, uint8_t out[static 16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (inet_pton(AF_INET6, text, out) == 1)
        return true;
    memcpy(out, mapped, sizeof mapped);
    return inet_pton(AF_INET, text, out + 12) == 1;
}

static bool parse_network(const char *text, struct network *out)
{
    char address[HOP_SIZE + 1];
    const char *slash = strchr(text, '/');
    size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
    if (len >= sizeof address)
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    if (!parse_address(address, out->bytes))
        return false;
    out->bits = 128;
    if (slash == NULL)
        return true;
    char *end;
    unsigned long bits = strtoul(slash + 1, &end, 10);
    unsigned long most = strchr(address, ':') != NULL ? 128 : 32;
    if (end == slash + 1 || *end != '\0' || bits > most)
        return false;
    out->bits = (unsigned)(bits + 128 - most);
    return true;
}

bool proxies_new(const char *list, struct proxies **out, struct err *err)
{
    struct proxies *proxies = xcalloc(1, sizeof *proxies);
    scoped(str_drop) char *copy = xstrdup(list != NULL ? list : "");
    char *rest = NULL;
    for (char *word = strtok_r(copy, ", \t", &rest); word != NULL;
         word = strtok_r(NULL, ", \t", &rest)) {
        struct network network;
        if (!parse_network(word, &network)) {
            proxies_free(proxies);
            return err_set(err, ERR_INVALID, "trusted proxies: %.40s is no address or network",
                           word);
        }
        proxies->rows = xrealloc(proxies->rows, (proxies->count + 1) * sizeof *proxies->rows);
        proxies->rows[proxies->count++] = network;
    }
    *out = proxies;
    return true;
}

void proxies_free(struct proxies *proxies)
{
    if (proxies == NULL)
        return;
    free(proxies->rows);
    free(proxies);
}

static bool inside(const struct network *network, const uint8_t address[static 16])
{
    size_t whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    if (memcmp(network->bytes, address, whole) != 0)
        return false;
    return rest == 0 || (network->bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static bool trusted(const struct proxies *proxies, const char *text)
{
    uint8_t address[16];
    if (proxies == NULL || !parse_address(text, address))
        return false;
    for (size_t i = 0; i < proxies->count; i++)
        if (inside(&proxies->rows[i], address))
            return true;
    return false;
}

void proxies_client(const struct proxies *proxies, const char *peer, const char *forwarded_for,
                    char *out, size_t size)
{
    uint8_t ignored[16];
    snprintf(out, size, "%s", peer);
    const char *end = forwarded_for != NULL ? forwarded_for + strlen(forwarded_for) : NULL;
    /* From the right: each trusted hop vouches for the one before it. */
    while (end != NULL && trusted(proxies, out)) {
        const char *start = end;
        while (start > forwarded_for && start[-1] != ',')
            start--;
        char hop[HOP_SIZE] = "";
        const char *s = start + strspn(start, " \t");
        size_t len = s < end ? (size_t)(end - s) : 0;
        while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
            len--;
        if (len > 0 && len < sizeof hop)
            memcpy(hop, s, len);
        if (!parse_address(hop, ignored))
            return;
        snprintf(out, size, "%s", hop);
        end = start > forwarded_for ? start - 1 : NULL;
    }
}
