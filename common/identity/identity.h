/* identity - who a verified access token speaks for. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"

struct identity {
    char user_id[UUID_SIZE];       /* sub */
    char session_id[UUID_SIZE];    /* sid */
    char token_id[UUID_SIZE];      /* jti */
    char email[255];               /* claim email; empty when absent */
    char name[101];                /* claim name; empty when absent */
    char scope[200];               /* space-separated */
    int64_t issued_at, expires_at; /* seconds since 1970 */
};
/* Whether the space-separated scope list holds the word. */
bool identity_has_scope(const struct identity *identity, const char *scope);
