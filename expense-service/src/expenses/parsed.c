#include "expenses/parsed.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "base/uuid.h"
#include "categories/categoriser.h"

/* The fields of the event's data, borrowed from it. */
struct parsed {
    const char *message_id, *fingerprint, *parser, *class, *merchant_raw, *merchant, *channel,
        *reference, *amount, *currency, *balance, *credit_limit, *possible_duplicate_of;
    const char *bank, *last4, *account_type;
    int64_t revision, confidence, occurred_us;
    enum expense_direction direction;
    bool needs_review;
    struct money money;
};

static bool is_one_of(const char *text, const char *const names[])
{
    for (size_t i = 0; text != NULL && names[i] != NULL; i++)
        if (strcmp(text, names[i]) == 0)
            return true;
    return false;
}

enum expense_type parsed_type(const char *class, enum expense_direction direction)
{
    static const char *const own[] = {"own_transfer", "self_transfer", "cash_deposit",
                                      "card_payment", NULL};
    static const char *const back[] = {"refund", "reversal", "cashback", "chargeback", NULL};
    if (is_one_of(class, own))
        return TYPE_TRANSFER;
    if (direction == DIRECTION_DEBIT)
        return TYPE_EXPENSE;
    return is_one_of(class, back) ? TYPE_REFUND : TYPE_INCOME;
}

static void read_money(const struct json_reader *reader, struct parsed *out)
{
    bool both = json_read_str(reader, "amount", JSON_REQUIRED, 1, 30, &out->amount);
    both &= json_read_str(reader, "currency", JSON_REQUIRED, 3, 3, &out->currency);
    struct err err;
    if (!both)
        return;
    if (!money_parse(out->amount, out->currency, &out->money, &err))
        field_error(reader->fields, "/amount", err.name, err.text);
    else if (out->money.minor <= 0)
        field_error(reader->fields, "/amount", "not_positive", "must be above zero");
}

static void read_account(const struct json_reader *reader, struct parsed *out)
{
    const json_t *account;
    if (!json_read_object(reader, "account", JSON_OPTIONAL, &account))
        return;
    struct json_reader inner = {.object = account, .prefix = "/account", .fields = reader->fields};
    json_read_str(&inner, "bank", JSON_OPTIONAL, 0, 100, &out->bank);
    json_read_str(&inner, "last4", JSON_OPTIONAL, 0, 20, &out->last4);
    json_read_str(&inner, "type", JSON_OPTIONAL, 0, 40, &out->account_type);
}

static bool parsed_read(const json_t *data, struct parsed *out, struct err *err)
{
    struct fields fields = {0};
    struct json_reader reader = {.object = data, .prefix = "", .fields = &fields};
    size_t direction;
    *out = (struct parsed){
        .bank = "", .last4 = "", .account_type = "", .revision = 1, .confidence = -1};
    json_read_uuid(&reader, "message_id", JSON_REQUIRED, &out->message_id);
    json_read_uuid(&reader, "possible_duplicate_of", JSON_OPTIONAL, &out->possible_duplicate_of);
    json_read_str(&reader, "fingerprint", JSON_OPTIONAL, 0, 128, &out->fingerprint);
    json_read_int(&reader, "revision", JSON_OPTIONAL, 1, 1000000, &out->revision);
    json_read_str(&reader, "parser", JSON_OPTIONAL, 0, 100, &out->parser);
    json_read_int(&reader, "confidence", JSON_REQUIRED, 0, 100, &out->confidence);
    json_read_str(&reader, "class", JSON_OPTIONAL, 0, 60, &out->class);
    if (json_read_enum(&reader, "direction", JSON_REQUIRED, expense_direction_names, &direction))
        out->direction = (enum expense_direction)direction;
    read_money(&reader, out);
    json_read_time(&reader, "occurred_at", JSON_REQUIRED, &out->occurred_us);
    json_read_str(&reader, "merchant_raw", JSON_OPTIONAL, 0, 500, &out->merchant_raw);
    json_read_str(&reader, "merchant", JSON_OPTIONAL, 0, MERCHANT_BYTES_MAX, &out->merchant);
    read_account(&reader, out);
    json_read_str(&reader, "channel", JSON_OPTIONAL, 0, 60, &out->channel);
    json_read_str(&reader, "reference", JSON_OPTIONAL, 0, 200, &out->reference);
    json_read_str(&reader, "balance", JSON_OPTIONAL, 1, 40, &out->balance);
    json_read_str(&reader, "credit_limit", JSON_OPTIONAL, 1, 40, &out->credit_limit);
    json_read_bool(&reader, "needs_review", JSON_REQUIRED, &out->needs_review);
    bool ok = fields_check(&fields, err);
    if (!ok) { /* names of fields only: values are people's money */
        const json_t *first = json_array_get(fields.errors, 0);
        err_set(err, ERR_INVALID, "transaction.parsed: %s %s",
                json_string_value(json_object_get(first, "pointer")),
                json_string_value(json_object_get(first, "code")));
    }
    fields_fini(&fields);
    return ok;
}

/* What the bank told of the account. Its currency is taken to be the transaction's; a figure that
 * cannot be one of that currency is left out. */
static json_t *told_amount(const char *text, const char *currency)
{
    struct money money;
    struct err err;
    if (text == NULL || !money_parse(text, currency, &money, &err))
        return json_null();
    return json_integer(money.minor);
}

static const char *given(const char *text)
{
    return text != NULL && text[strspn(text, " \t\r\n")] != '\0' ? text : NULL;
}

static void set_account(json_t *row, const struct parsed *parsed)
{
    if (parsed->bank[0] == '\0' && parsed->last4[0] == '\0')
        return;
    char id[UUID_SIZE];
    uuid_new(id);
    scoped(str_drop) char *name =
        xasprintf("%s%s%s", parsed->bank,
                  parsed->bank[0] != '\0' && parsed->last4[0] != '\0' ? " " : "", parsed->last4);
    json_object_set_new(row, "account_new_id", json_string(id));
    json_object_set_new(row, "bank", json_string(parsed->bank));
    json_object_set_new(row, "last4", json_string(parsed->last4));
    json_object_set_new(row, "account_type", json_string(parsed->account_type));
    json_object_set_new(row, "account_name", json_string(name));
    json_object_set_new(json_object_get(row, "origins"), "account", json_string("parser"));
}

static void set_merchant(json_t *row, const struct parsed *parsed)
{
    const char *key =
        categorise(given(parsed->merchant), parsed->class, parsed->direction == DIRECTION_CREDIT);
    json_t *origins = json_object_get(row, "origins");
    json_object_set_new(row, "category_key", json_str_or_null(key));
    if (key != NULL)
        json_object_set_new(origins, "category", json_string("parser"));
    if (given(parsed->merchant) == NULL)
        return;
    char id[UUID_SIZE];
    uuid_new(id);
    json_object_set_new(row, "merchant_new_id", json_string(id));
    json_object_set_new(row, "merchant", json_string(parsed->merchant));
    json_object_set_new(origins, "merchant", json_string("parser"));
}

static json_t *plain_columns(const struct parsed *parsed)
{
    bool review = parsed->needs_review || parsed->possible_duplicate_of != NULL;
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:o, s:o, s:I, s:o, s:I, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:{s:s, s:s, s:s, s:s}}",
        "message_id", parsed->message_id, "type",
        expense_type_names[parsed_type(parsed->class, parsed->direction)], "direction",
        expense_direction_names[parsed->direction], "status",
        expense_status_names[review ? STATUS_NEEDS_REVIEW : STATUS_POSTED], "amount_minor",
        (json_int_t)parsed->money.minor, "amount_milli",
        (json_int_t)expense_amount_milli(&parsed->money), "currency", parsed->money.currency,
        "occurred_at", json_time(parsed->occurred_us), "fingerprint",
        json_str_or_null(parsed->fingerprint), "revision", (json_int_t)parsed->revision, "parser",
        json_str_or_null(parsed->parser), "confidence", (json_int_t)parsed->confidence, "class",
        json_str_or_null(parsed->class), "channel", json_str_or_null(parsed->channel), "reference",
        json_str_or_null(parsed->reference), "merchant_raw", json_str_or_null(parsed->merchant_raw),
        "balance_minor", told_amount(parsed->balance, parsed->money.currency), "limit_minor",
        told_amount(parsed->credit_limit, parsed->money.currency), "possible_duplicate_of",
        json_str_or_null(parsed->possible_duplicate_of), "origins", "type", "parser", "direction",
        "parser", "amount", "parser", "occurred_at", "parser");
}

bool parsed_row(const struct event *ev, json_t **row, struct err *err)
{
    struct parsed parsed;
    char id[UUID_SIZE];
    if (ev->user_id[0] == '\0')
        return err_set(err, ERR_INVALID, "transaction.parsed without a user");
    if (!parsed_read(ev->data, &parsed, err))
        return false;
    uuid_new(id);
    *row = plain_columns(&parsed);
    if (*row == NULL)
        panic("row of a parsed transaction");
    json_object_set_new(*row, "user_id", json_string(ev->user_id));
    json_object_set_new(*row, "id", json_string(id));
    set_account(*row, &parsed);
    set_merchant(*row, &parsed);
    return true;
}
