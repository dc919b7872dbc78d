#include "audit/audit.h"

#include <stdio.h>
#include <string.h>

#include "audit/audit_store.h"
#include "base/json_util.h"
#include "base/timefmt.h"

void audit_entry_make(struct audit_entry *entry, const struct req *req, const char *user_id,
                      const char *actor_id, const char *action)
{
    const char *actor = req != NULL && req->identity != NULL ? req->identity->user_id : actor_id;
    *entry = (struct audit_entry){.at_us = time_now_us()};
    uuid_new(entry->audit_id);
    snprintf(entry->user_id, sizeof entry->user_id, "%s", user_id);
    snprintf(entry->actor_id, sizeof entry->actor_id, "%s", actor ? actor : "");
    snprintf(entry->action, sizeof entry->action, "%s", action);
    if (req == NULL)
        return;
    snprintf(entry->address, sizeof entry->address, "%s", req->address);
    user_agent_clean(entry->user_agent, req_header(req, "User-Agent"));
}

static const char *actor_word(const struct audit_entry *entry)
{
    if (entry->actor_id[0] == '\0')
        return "system";
    return strcmp(entry->actor_id, entry->user_id) == 0 ? "self" : "admin";
}

json_t *audit_entry_json(const struct audit_entry *entry)
{
    return json_pack("{s:s, s:o, s:s, s:s, s:s, s:s}", "id", entry->audit_id, "at",
                     json_time(entry->at_us), "action", entry->action, "actor", actor_word(entry),
                     "address", entry->address, "user_agent", entry->user_agent);
}

bool audit_add(struct pg_tx *tx, const struct req *req, const char *user_id, const char *action,
               struct err *err)
{
    struct audit_entry entry;
    audit_entry_make(&entry, req, user_id, req != NULL ? user_id : NULL, action);
    return audit_store_add(tx, &entry, err);
}

bool audit_failure(struct pg_pool *db, const struct req *req, const char *user_id, struct err *err)
{
    struct audit_entry entry;
    audit_entry_make(&entry, req, user_id ? user_id : AUDIT_NOBODY, NULL, AUDIT_SIGN_IN_FAILED);
    return audit_store_note(db, &entry, err);
}
