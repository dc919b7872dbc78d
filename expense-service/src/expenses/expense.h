/* expense - one entry of the ledger: its rules and its JSON. No I/O.
 * origins tells who set which field (origin.h). */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/json_util.h"
#include "base/money.h"
#include "expenses/origin.h"

enum expense_type { TYPE_EXPENSE, TYPE_INCOME, TYPE_TRANSFER, TYPE_REFUND };
enum expense_direction { DIRECTION_DEBIT, DIRECTION_CREDIT };
enum expense_status { STATUS_POSTED, STATUS_NEEDS_REVIEW };
enum expense_source { SOURCE_MANUAL, SOURCE_MESSAGE, SOURCE_IMPORT };
/* Wire and database names, in the order of the enums, NULL-terminated. */
extern const char *const expense_type_names[];
extern const char *const expense_direction_names[];
extern const char *const expense_status_names[];
extern const char *const expense_source_names[];

enum {
    NOTE_CHARS_MAX = 2000,
    TAGS_MAX = 20,
    TAG_CHARS_MAX = 50,
    MERCHANT_BYTES_MAX = 200,
    CATEGORY_BYTES_MAX = 200,
};

/* Something else of the same user that an expense points to; id NULL: to nothing. */
struct ref {
    const char *id, *name;
};

/* All text is borrowed: from the query result, the request or the event it was made of. */
struct expense {
    const char *id, *user_id;
    enum expense_type type;
    enum expense_direction direction;
    enum expense_status status;
    enum expense_source source;
    struct money amount;
    struct money base; /* amount in the base currency; currency empty: not known */
    int64_t occurred_us;
    struct ref merchant, category, account;
    const char *account_last4;                      /* NULL or empty: not known */
    const char *note;                               /* empty: none */
    json_t *tags;                                   /* owned: array of strings */
    json_t *origins;                                /* owned: {field: origin} */
    json_t *splits;                                 /* owned: rows of splits/split.h; NULL: none */
    const char *message_id, *possible_duplicate_of; /* NULL: none */
    int64_t version, created_us, updated_us;
    int64_t deleted_us; /* 0: it is not in the trash */
};
void expense_fini(struct expense *expense);
/* text: the base currency and thousandths of its unit, as "EUR 1234.5"; NULL: not known. */
void expense_base_read(const char *text, struct expense *expense);
json_t *expense_to_json(const struct expense *expense);
/* One member of that. */
json_t *expense_field_json(const struct expense *expense, const char *name);

/* Data of expense.created, .updated, .deleted and .restored. changed is {field: origin}, borrowed.
 */
json_t *expense_event_data(const struct expense *expense, const json_t *changed);

/* What the direction must be for a type; a transfer may go either way. */
bool expense_direction_fits(enum expense_type type, enum expense_direction direction);
/* Thousandths of the currency's unit, for sorting and filtering by number. */
int64_t expense_amount_milli(const struct money *amount);

/* merchant, category, account as a client gives them. */
struct ref_input {
    enum { REF_ABSENT, REF_NONE, REF_ID, REF_NAME } kind;
    const char *value;
};
/* The member as a name (at most max_name bytes; 0: it has none to go by), {"id"} or null. */
void ref_input_read(const struct json_reader *reader, const char *name, size_t max_name,
                    struct ref_input *out);
enum expense_field {
    FIELD_TYPE = 1,
    FIELD_DIRECTION = 2,
    FIELD_STATUS = 4,
    FIELD_AMOUNT = 8,
    FIELD_OCCURRED_AT = 16,
    FIELD_MERCHANT = 32,
    FIELD_CATEGORY = 64,
    FIELD_ACCOUNT = 128,
    FIELD_NOTE = 256,
    FIELD_TAGS = 512,
};
/* A creating POST or a merge-patch, read and checked but for what only the database knows.
 * Borrowed from the body. */
struct expense_input {
    unsigned given; /* enum expense_field */
    enum expense_type type;
    enum expense_direction direction;
    enum expense_status status;
    struct money amount;
    int64_t occurred_us;
    struct ref_input merchant, category, account;
    const char *note;   /* empty: removed */
    const json_t *tags; /* NULL: removed */
};
enum expense_input_kind { INPUT_CREATE, INPUT_PATCH };
void expense_input_read(const json_t *body, enum expense_input_kind kind, struct expense_input *out,
                        struct fields *fields);

/* The field is the word of `by` from now on; changed, an object, gets {field: by}. */
void expense_mark(struct expense *expense, const char *field, enum origin by, json_t *changed);
/* Puts the input's plain fields into the expense (refs are set by who resolved them) and marks
 * each. A direction that does not fit the type is told to fields. */
void expense_apply_input(struct expense *expense, const struct expense_input *input, enum origin by,
                         json_t *changed, struct fields *fields);
/* Sets a ref that was resolved, in the same way. name is "merchant", "category" or "account". */
void expense_apply_ref(struct expense *expense, const char *name, const struct ref *ref,
                       enum origin by, json_t *changed);
