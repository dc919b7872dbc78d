#include "admin/admin_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/admin_store.h"
#include "audit/audit.h"
#include "auth.h"
#include "base/mem.h"
#include "operator/operator.h"
#include "sessions/ending.h"

enum { SHOWN_MAX = 1000 };

/* An admin who is none any more keeps no token that says otherwise: the sessions end. One who has
 * become one gets it with the next refresh. */
static bool set_role(struct svc *svc, const char *user_id, bool admin, bool *changed,
                     struct err *err)
{
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !admin_store_set_role(tx, user_id, admin, changed, err))
        return false;
    if (!*changed)
        return true;
    return (admin || session_end_all(tx, user_id, NULL, "admin_revoked", &gone, err)) &&
           audit_add(tx, NULL, user_id, admin ? AUDIT_ADMIN_GRANTED : AUDIT_ADMIN_REVOKED, err) &&
           pg_commit(&tx, err);
}

static int change(struct svc *svc, const char *name, bool admin, struct err *err)
{
    struct account_row row;
    char key[EMAIL_SIZE];
    bool found = false, changed = false;
    if (strlen(name) < sizeof key) {
        email_key_of(name, key);
        if (!account_store_find(svc->base.db, key, &row, &found, err))
            return OPERATOR_FAILED;
    }
    if (!found) {
        err_set(err, ERR_NOT_FOUND, "nobody has this address or username; they sign up first");
        return OPERATOR_FAILED;
    }
    if (!set_role(svc, row.account.user_id, admin, &changed, err))
        return OPERATOR_FAILED;
    printf("%s %s %s\n", row.account.user_id, changed ? "is now" : "was already",
           admin ? "an admin, from the next refresh or login on" : "no admin");
    return OPERATOR_GOOD;
}

static int list(struct svc *svc, struct err *err)
{
    size_t count = 0;
    struct account_row *rows = xcalloc(SHOWN_MAX, sizeof *rows);
    bool ok = admin_store_admins(svc->base.db, SHOWN_MAX, rows, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        printf("%s  %s%s%s\n", rows[i].account.user_id, rows[i].account.email,
               rows[i].account.email[0] && rows[i].account.username[0] ? "  " : "",
               rows[i].account.username);
    free(rows);
    return ok ? OPERATOR_GOOD : OPERATOR_FAILED;
}

static int run(struct svc *svc, int argc, char *const argv[], struct err *err)
{
    const char *verb = argc > 0 ? argv[0] : "";
    if (strcmp(verb, "grant") == 0 && argc == 2)
        return change(svc, argv[1], true, err);
    if (strcmp(verb, "revoke") == 0 && argc == 2)
        return change(svc, argv[1], false, err);
    if (strcmp(verb, "list") == 0 && argc == 1)
        return list(svc, err);
    return OPERATOR_USAGE;
}

const struct service_command admin_command = {
    .word = "admin",
    .usage = "grant NAME | revoke NAME | list",
    .help = "who may see and lock other people's accounts: grant, revoke, list",
    .notes = "NAME is the e-mail address or username of somebody who has signed up.\n"
             "grant   lets them see, lock and unlock other people's accounts\n"
             "revoke  takes that back and ends their sessions\n"
             "exit: 0 done   1 failed   2 wrong usage\n",
    .run = run,
};
