/* audit_store - rows of audit, which the database lets nobody change (sql/auth/003_audit.sql). */
#pragma once
#include "audit/audit.h"

extern const struct pg_statements audit_statements;

must_check bool audit_store_add(struct pg_tx *tx, const struct audit_entry *entry, struct err *err);
/* The same by itself, of what changed nothing. */
must_check bool audit_store_note(struct pg_pool *db, const struct audit_entry *entry,
                                 struct err *err);
/* Newest first, from below the id before ("": from the newest); user_id NULL: of everyone. rows has
 * room for limit of them. */
must_check bool audit_store_list(struct pg_pool *db, const char *user_id, const char *before,
                                 size_t limit, struct audit_entry *rows, size_t *count,
                                 struct err *err);
