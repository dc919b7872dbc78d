/* letter - the mails of this service, as texts of RFC 5322, and the codes in them. No I/O.
 * A code is 256 random bits in a link: nobody guesses it, so no count of attempts is kept with
 * which a stranger could use up the owner's; and a link is clicked, not typed. It stands behind the
 * #, so that it is in no server's log. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"

enum letter_kind {
    LETTER_VERIFY_EMAIL,
    LETTER_RESET_PASSWORD,
    LETTER_PASSWORD_CHANGED,
    LETTER_DELETION_BEGUN,
    LETTER_FACTOR_CHANGED,
};
enum { LETTER_KINDS = LETTER_FACTOR_CHANGED + 1 };

/* As stored; false for a name of a later release. */
const char *letter_kind_name(enum letter_kind kind);
must_check bool letter_kind_find(const char *name, enum letter_kind *out);
/* How long its code counts; 0 when it has none. */
int letter_code_life_s(enum letter_kind kind);

struct letter {
    enum letter_kind kind;
    const char *from, *to, *mail_id;
    const char *public_url; /* of the frontend, without a slash at its end */
    const char *code;       /* NULL when the kind has none */
    int64_t now_us;
};
/* CR LF at each line's end, dots not doubled; the caller's, a secret when it has a code. from and
 * to are addresses that email_valid takes, so they cannot break out of their line. */
char *letter_text(const struct letter *letter);
