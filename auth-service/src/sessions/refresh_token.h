/* refresh_token - the text of a refresh token: base64url of
 *   user id (16) | session id (16) | generation (4) | 256 random bits (32) | family mark (16).
 * The ids lead to the one row to look at. A token gives access only when its SHA-256 is among the
 * hashes kept; the mark, random and the same in all tokens of a session, of which the session keeps
 * the SHA-256, is how a token of this family that was rotated away long ago is told from an
 * invented one, without keeping a row for each. The next token takes the mark from the one
 * presented, so rotating needs nothing of the row first. Whoever reads the database can neither
 * enter nor end a session; whoever holds any token of it, however old, can end it. No I/O. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"

enum {
    REFRESH_TEXT_SIZE = 113,
    REFRESH_BYTES = 84,
    REFRESH_HASH_SIZE = 32,
    FAMILY_KEY_SIZE = 32,
    FAMILY_MARK_SIZE = 16
};

struct refresh_token {
    char user_id[UUID_SIZE], session_id[UUID_SIZE];
    int64_t generation;
    unsigned char bytes[REFRESH_BYTES];
    unsigned char hash[REFRESH_HASH_SIZE]; /* SHA-256 of bytes */
};
/* For the ids and generation set in token: fills the rest and writes the text. */
void refresh_token_make(struct refresh_token *token, const unsigned char mark[FAMILY_MARK_SIZE],
                        char text[static REFRESH_TEXT_SIZE]);
const unsigned char *refresh_token_mark(const struct refresh_token *token);
/* What the session keeps of the mark. */
void refresh_family_key(const unsigned char mark[FAMILY_MARK_SIZE],
                        unsigned char out[FAMILY_KEY_SIZE]);
must_check bool refresh_token_parse(const char *text, struct refresh_token *out);
must_check bool refresh_token_genuine(const struct refresh_token *token,
                                      const unsigned char family_key[FAMILY_KEY_SIZE]);
