#include "sums/verify_command.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "ledger.h"
#include "operator/operator.h"
#include "sums/sum_store.h"

enum { AT_ONCE = 500 };

struct verify {
    bool repair;
    size_t people, wrong;
};

static void tell(const char *user_id, const struct pg_result *rows)
{
    for (size_t i = 0; i < pg_rows(rows); i++)
        printf("%s %s %s %s category %s account %s: kept %s of %s, counted %s of %s\n", user_id,
               pg_str(rows, i, 0), pg_str(rows, i, 1), pg_str(rows, i, 2), pg_str(rows, i, 3),
               pg_str(rows, i, 4), pg_str(rows, i, 5), pg_str(rows, i, 6), pg_str(rows, i, 7),
               pg_str(rows, i, 8));
}

/* One statement sees sums and expenses as of one moment; a repair keeps writers away. */
static bool verify_one(struct svc *svc, const char *user_id, struct verify *verify, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        (verify->repair && !sum_store_lock(tx, user_id, err)) ||
        !sum_store_compare(tx, user_id, &rows, err))
        return false;
    verify->people++;
    verify->wrong += pg_rows(rows) > 0;
    tell(user_id, rows);
    return (pg_rows(rows) == 0 || !verify->repair || sum_store_renew(tx, user_id, err)) &&
           pg_commit(&tx, err);
}

static bool verify_all(struct svc *svc, struct verify *verify, struct err *err)
{
    char after[UUID_SIZE] = "00000000-0000-0000-0000-000000000000";
    for (size_t found = AT_ONCE; found == AT_ONCE;) {
        scoped(pg_tx_drop) struct pg_tx *tx = NULL;
        scoped(pg_result_drop) struct pg_result *people = NULL;
        if (!pg_begin(svc->base.db, &tx, err) ||
            !sum_store_people(tx, after, AT_ONCE, &people, err) || !pg_commit(&tx, err))
            return false;
        found = pg_rows(people);
        for (size_t i = 0; i < found; i++) {
            pg_copy(people, i, 0, after, sizeof after);
            if (!verify_one(svc, after, verify, err))
                return false;
        }
    }
    return true;
}

static int run(struct svc *svc, int argc, char *const argv[], struct err *err)
{
    struct verify verify = {0};
    const char *user_id = NULL;
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--repair") == 0)
            verify.repair = true;
        else if (strcmp(argv[i], "--user") == 0 && i + 1 < argc && uuid_valid(argv[i + 1]))
            user_id = argv[++i];
        else
            return OPERATOR_USAGE;
    if (user_id != NULL ? !verify_one(svc, user_id, &verify, err) : !verify_all(svc, &verify, err))
        return OPERATOR_FAILED;
    printf("%zu people, the sums of %zu differ%s\n", verify.people, verify.wrong,
           verify.wrong > 0 && verify.repair ? ", counted anew" : "");
    return verify.wrong == 0 || verify.repair ? OPERATOR_GOOD : OPERATOR_FAILED;
}

const struct service_command verify_command = {
    .word = "verify",
    .usage = "[--user ID] [--repair]",
    .help = "whether the sums kept by day are what the expenses add up to",
    .notes = "Counts every person's expenses anew (or one's) and prints each day, currency, type,\n"
             "category and account where the sums kept differ, by minor units and number.\n"
             "--repair   sets these people's sums to what was counted\n"
             "exit: 0 all agree, or are repaired   1 some differ, or failed   2 wrong usage\n",
    .run = run,
};
