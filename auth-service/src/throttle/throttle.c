#include "throttle/throttle.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"

enum { NETWORK_SIZE = 64 };

static void network_of(const char *address, char out[static NETWORK_SIZE])
{
    struct in6_addr v6;
    if (inet_pton(AF_INET6, address, &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6)) {
        snprintf(out, NETWORK_SIZE, "%s", address);
        return;
    }
    memset(v6.s6_addr + 8, 0, 8);
    inet_ntop(AF_INET6, &v6, out, NETWORK_SIZE);
}

static void key_of(const char *kind, const char *first, const char *second,
                   unsigned char out[THROTTLE_KEY_SIZE])
{
    /* The parts cannot hold a newline, so different parts never make the same text. */
    scoped(str_drop) char *text = xasprintf("%s\n%s\n%s", kind, first, second);
    sha256(text, strlen(text), out);
}

void throttle_address_key(const char *address, unsigned char out[THROTTLE_KEY_SIZE])
{
    char network[NETWORK_SIZE];
    network_of(address, network);
    key_of("address", network, "", out);
}

void attempt_init(struct attempt *attempt, const char *account_key, const char *address,
                  const char *user_id)
{
    char network[NETWORK_SIZE];
    network_of(address, network);
    *attempt = (struct attempt){
        .rules = {[THROTTLE_ACCOUNT] = {.kind = "account", .free = 50, .longest_s = 30},
                  [THROTTLE_ADDRESS] = {.kind = "address", .free = 100, .longest_s = 300},
                  [THROTTLE_PAIR] = {.kind = "pair", .free = 5, .longest_s = 900}}};
    key_of("account", account_key, "", attempt->keys[THROTTLE_ACCOUNT]);
    throttle_address_key(address, attempt->keys[THROTTLE_ADDRESS]);
    key_of("pair", account_key, network, attempt->keys[THROTTLE_PAIR]);
    snprintf(attempt->user_id, sizeof attempt->user_id, "%s",
             user_id ? user_id : "00000000-0000-0000-0000-000000000000");
}
