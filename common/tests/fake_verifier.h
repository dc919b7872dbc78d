/* A verifier that knows three tokens; user_1 may only read. Include in one file of a test. */
#pragma once
#include <stdio.h>
#include <string.h>

#include "identity/verify.h"

#define USER_1 "0190aaaa-0000-7000-8000-000000000001"
#define BEARER "Authorization", "Bearer good"

bool verifier_check(struct verifier *verifier, const char *token, int64_t now_s,
                    struct identity *out, struct err *err)
{
    (void)verifier, (void)now_s;
    if (strcmp(token, "nokeys") == 0)
        return err_set(err, ERR_UNAVAILABLE, "no keys yet");
    if (strcmp(token, "good") != 0)
        return err_set_name(err, ERR_UNAUTHORIZED, "token_invalid", "the \"token\" is not valid");
    snprintf(out->user_id, sizeof out->user_id, "%s", USER_1);
    snprintf(out->scope, sizeof out->scope, "expenses:read");
    return true;
}

bool identity_has_scope(const struct identity *identity, const char *scope)
{
    return strcmp(identity->scope, scope) == 0;
}
