#include "accounts/account_export.h"

#include "base/mem.h"

/* Passwords, tokens and addresses that were hashed are left out: a hash is a secret or tells the
 * person nothing. */
static const struct export_table rows[] = {
    {"account", "", EXPORT_ONE("email, name, created_at, updated_at", "account")},
    {"sessions", EXPORT_FIRST_UUID,
     EXPORT_ROWS("session_id AS id, address, user_agent, created_at, last_used_at, expires_at",
                 "session", "user_id = $1::uuid AND session_id > $2::uuid", "session_id",
                 "r.id::text")},
    {"known_addresses", "",
     "SELECT encode(address_hash, 'hex'), json_build_object('seen_at', seen_at)"
     " FROM known_address WHERE user_id = $1::uuid AND address_hash > decode($2::text, 'hex')"
     " ORDER BY address_hash LIMIT $3::int"},
};
const struct export_tables account_exports = {TABLE(rows)};
