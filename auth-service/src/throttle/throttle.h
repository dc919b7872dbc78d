/* throttle - an attempt to sign in, seen from three sides, each with a count of its own:
 *   pair     this account from this address: the ordinary guesser, delays up to 15 minutes
 *   address  this address at any account: one guesser, many accounts; up to 5 minutes
 *   account  this account from anywhere: many guessers, one account; up to 30 seconds, and not for
 *            an address from which the owner has signed in before, so that nobody can lock the
 *            owner out
 * An attempt is counted before the password is looked at and given back when it was right, so that
 * many at once are not all free. Accounts that do not exist are counted alike. No I/O. */
#pragma once
#include <stdbool.h>

#include "base/uuid.h"

enum { THROTTLE_KEY_SIZE = 32, THROTTLE_KINDS = 3 };
enum throttle_kind { THROTTLE_ACCOUNT, THROTTLE_ADDRESS, THROTTLE_PAIR };

struct throttle_rule {
    const char *kind; /* as stored */
    int free;         /* failures before the first delay */
    int longest_s;
};
struct attempt {
    unsigned char keys[THROTTLE_KINDS][THROTTLE_KEY_SIZE];
    struct throttle_rule rules[THROTTLE_KINDS];
    bool charged[THROTTLE_KINDS]; /* and so to be given back */
    char user_id[UUID_SIZE];      /* of no one when there is no such account */
};
/* account_key: what counts as one account; of one that exists its user id, so that its address and
 * its user name count together. user_id NULL: no such account. IPv6 addresses count by their first
 * 64 bits, since a guesser has all of those that follow. */
void attempt_init(struct attempt *attempt, const char *account_key, const char *address,
                  const char *user_id);
/* By which an address is counted and remembered. */
void throttle_address_key(const char *address, unsigned char out[THROTTLE_KEY_SIZE]);
