/* admin_routes - other people's accounts, for who has the scope admin. What is done is in the audit
 * log of the account it is done to, with the admin as actor. */
#pragma once
#include "http/http.h"

handler_fn admin_list_users, admin_find_user, admin_get_user, admin_patch_user, admin_end_sessions,
    admin_remove_totp, admin_list_audit;
