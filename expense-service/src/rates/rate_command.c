#include "rates/rate_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ledger.h"
#include "operator/operator.h"
#include "rates/rate.h"
#include "rates/rate_store.h"

enum { FILE_MAX = 16 << 20 }; /* the ECB's whole history has 8 MB */

static bool read_file(const char *name, struct buf *out, struct err *err)
{
    char piece[65536];
    size_t len;
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    if (file == NULL)
        return err_set(err, ERR_INVALID, "%s: %s", name, strerror(errno));
    while ((len = fread(piece, 1, sizeof piece, file)) > 0 && out->len <= FILE_MAX)
        buf_add(out, piece, len);
    bool ok = !ferror(file) && out->len <= FILE_MAX;
    if (file != stdin)
        fclose(file);
    return ok || err_set(err, ERR_INVALID, "%s cannot be read, or is larger than 16 MB", name);
}

/* All of it or nothing. */
static int import_file(struct svc *svc, const char *name, struct err *err)
{
    scoped(buf_fini) struct buf text = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    size_t count;
    if (!read_file(name, &text, err) || !pg_begin(svc->base.db, &tx, err) ||
        !rate_store_import(tx, text.data != NULL ? text.data : "", text.len, &count, err) ||
        !pg_commit(&tx, err))
        return OPERATOR_FAILED;
    printf("%zu rates\n", count);
    return OPERATOR_GOOD;
}

static int run(struct svc *svc, int argc, char *const argv[], struct err *err)
{
    if (argc != 2 || strcmp(argv[0], "import") != 0)
        return OPERATOR_USAGE;
    return import_file(svc, argv[1], err);
}

const struct service_command rate_command = {
    .word = "rates",
    .usage = "import FILE",
    .help = "bring in exchange rates for everybody",
    .notes =
        "FILE is one of the European Central Bank's eurofxref files (daily, 90 days, history), or\n"
        "-: standard input, for one that was fetched:\n"
        "  curl -sf URL | expense-service rates import -\n"
        "With EXPENSE_RATES_URL the service fetches them itself.\n"
        "What is there of the same day is replaced; all of it comes in, or nothing.\n"
        "exit: 0 done   1 failed   2 wrong usage\n",
    .run = run,
};
