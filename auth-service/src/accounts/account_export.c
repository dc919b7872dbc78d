#include "accounts/account_export.h"

#include "base/mem.h"

/* A table whose key is (user_id, column) with a column of UUIDs, told as id. */
#define BY(column, columns, source)                                                                \
    EXPORT_ROWS(column " AS id, " columns, source, "user_id = $1::uuid AND " column " > $2::uuid", \
                column, "r.id::text")

/* Passwords, tokens, codes and addresses that were hashed are left out: a hash is a secret or tells
 * the person nothing. Who did something is told as the person sees it elsewhere: an admin has no
 * name. */
static const struct export_table rows[] = {
    {"account", "",
     EXPORT_ONE("email, email_verified_at, username, name, created_at, updated_at, delete_at,"
                " role, locked_at",
                "account")},
    {"sessions", EXPORT_FIRST_UUID,
     BY("session_id", "address, user_agent, created_at, last_used_at, expires_at", "session")},
    {"second_factor", "", EXPORT_ONE("confirmed_at, created_at", "totp")},
    {"api_tokens", EXPORT_FIRST_UUID,
     BY("token_id", "name, scope, created_at, expires_at, last_used_at", "api_token")},
    {"audit", EXPORT_FIRST_UUID,
     BY("audit_id",
        "at, action, CASE WHEN actor_id = user_id THEN 'self' WHEN actor_id IS NULL THEN 'system'"
        " ELSE 'admin' END AS actor, address, user_agent",
        "audit")},
    {"known_addresses", "",
     "SELECT encode(address_hash, 'hex'), json_build_object('seen_at', seen_at)"
     " FROM known_address WHERE user_id = $1::uuid AND address_hash > decode($2::text, 'hex')"
     " ORDER BY address_hash LIMIT $3::int"},
};
const struct export_tables account_exports = {TABLE(rows)};
