/* scopes - what an access token may be used for: words of its scope claim, checked by the route
 * table. A person's own session holds all of them; narrower tokens are for forwarders. */
#pragma once

#define SCOPE_MESSAGES_READ "messages:read"
#define SCOPE_MESSAGES_WRITE "messages:write"
#define SCOPE_EXPENSES_READ "expenses:read"
#define SCOPE_EXPENSES_WRITE "expenses:write"
#define SCOPE_PROFILE_READ "profile:read"
#define SCOPE_PROFILE_WRITE "profile:write"
#define SCOPE_ACCOUNT "account" /* sessions and the account itself */
#define SCOPE_ADMIN "admin"     /* other people's accounts; in the sessions of admins alone */

#define SCOPES_SESSION                                                                             \
    SCOPE_ACCOUNT " " SCOPE_EXPENSES_READ " " SCOPE_EXPENSES_WRITE " " SCOPE_MESSAGES_READ         \
                  " " SCOPE_MESSAGES_WRITE " " SCOPE_PROFILE_READ " " SCOPE_PROFILE_WRITE
