/* api_token - the text of an API token and the rules for what a person may ask for:
 *   "ett_" and base64url of user id (16) | token id (16) | 256 random bits (32).
 * The ids lead to the one row to look at; access needs the SHA-256 that is kept there. The prefix
 * lets scanners for leaked secrets recognise one. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/json_util.h"
#include "base/uuid.h"

enum {
    API_TOKEN_BYTES = 64,
    API_TOKEN_TEXT_SIZE = 91,
    API_TOKEN_HASH_SIZE = 32,
    API_TOKEN_NAME_MAX = 100,
    API_TOKEN_SCOPE_SIZE = 200,
    API_TOKENS_MAX = 50, /* of a person */
};

struct api_token {
    char user_id[UUID_SIZE], token_id[UUID_SIZE];
    char name[API_TOKEN_NAME_MAX + 1], scope[API_TOKEN_SCOPE_SIZE];
    unsigned char hash[API_TOKEN_HASH_SIZE];
    int64_t created_at_us, expires_at_us, last_used_at_us; /* 0: never used */
};

/* Gives it an id, a secret and from that its hash; text is the token, a secret. */
void api_token_make(struct api_token *token, char text[static API_TOKEN_TEXT_SIZE]);
/* Fills ids and hash of what somebody presents. */
must_check bool api_token_parse(const char *text, struct api_token *out);

/* {"name", "scopes": […], "expires_in_days"?}; every problem goes to fields. */
bool api_token_read(const json_t *body, int64_t now_us, struct api_token *out,
                    struct fields *fields);
/* As listed to its owner. */
json_t *api_token_json(const struct api_token *token);
