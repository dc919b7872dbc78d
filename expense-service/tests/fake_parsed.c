/* What becomes of texts, without a database. */
#include "expenses/parsed_refs.h"
#include "expenses/parsed_store.h"
#include "fake_store.h"

void parsed_refs_fini(struct parsed_refs *refs)
{
    (void)refs;
}

bool parsed_refs_find(struct pg_tx *tx, const struct parsed rows[], const bool skip[], size_t count,
                      struct parsed_refs *refs, struct err *err)
{
    (void)tx, (void)rows, (void)skip, (void)count, (void)refs, (void)err;
    return true;
}

void parsed_refs_set(const struct parsed_refs *refs, size_t n, struct parsed *row,
                     struct expense *out)
{
    (void)refs, (void)n, (void)row, (void)out;
}

bool parsed_refs_bases(struct pg_tx *tx, struct parsed_refs *refs, struct expense out[],
                       size_t count, struct err *err)
{
    (void)tx, (void)refs, (void)count, (void)out, (void)err;
    return true;
}

bool parsed_refs_make(struct pg_tx *tx, const struct parsed *parsed, struct err *err)
{
    (void)tx, (void)parsed, (void)err;
    return true;
}

/* As if all of them had their expense already. */
bool parsed_store_add(struct pg_tx *tx, const struct parsed rows[], const struct expense expenses[],
                      bool skip[], size_t count, struct err *err)
{
    (void)tx, (void)rows, (void)expenses, (void)err;
    fake.parsed = 0;
    for (size_t i = 0; i < count; i++) {
        fake.parsed += !skip[i];
        skip[i] = true;
    }
    return true;
}
