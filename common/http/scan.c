#include "http/scan.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/mem.h"

static const char *get_header(void *ctx, const char *name)
{
    return MHD_lookup_connection_value(ctx, MHD_HEADER_KIND, name);
}

/* Headers that mean something here and must not have two values. */
static const char *const single[] = {
    "Authorization", "Content-Encoding", "Content-Length", "Content-Type", "Expect",
    "Host",          "Idempotency-Key",  "If-Match",       "X-Request-Id", "Transfer-Encoding",
};

struct header_scan {
    struct call_headers *headers;
    unsigned seen; /* bit per row of single */
};

static enum MHD_Result scan_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct header_scan *scan = cls;
    (void)kind;
    scan->headers->count++;
    scan->headers->bytes += strlen(name) + (value != NULL ? strlen(value) : 0);
    for (size_t i = 0; i < LENGTH(single); i++) {
        if (strcasecmp(single[i], name) != 0)
            continue;
        if (scan->seen & 1u << i)
            scan->headers->repeated = single[i];
        scan->seen |= 1u << i;
    }
    return MHD_YES;
}

void scan_peer(struct MHD_Connection *connection, char *out, size_t size)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *peer = info != NULL ? info->client_addr : NULL;
    snprintf(out, size, "unknown");
    if (peer != NULL && peer->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, out,
                  (socklen_t)size);
    else if (peer != NULL && peer->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, out,
                  (socklen_t)size);
}

void scan_headers(struct MHD_Connection *connection, struct call_headers *out)
{
    *out = (struct call_headers){.get = get_header, .ctx = connection};
    struct header_scan scan = {.headers = out};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, scan_header, &scan);
}
