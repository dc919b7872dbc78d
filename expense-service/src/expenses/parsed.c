#include "expenses/parsed.h"

#include <stdio.h>
#include <string.h>

#include "categories/categoriser.h"

/* What is checked before it can be put into the row. */
struct told {
    const char *merchant, *amount, *currency, *balance, *credit_limit;
    bool needs_review;
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

static void read_money(const struct json_reader *reader, struct told *told, struct parsed *out)
{
    bool both = json_read_str(reader, "amount", JSON_REQUIRED, 1, 30, &told->amount);
    both &= json_read_str(reader, "currency", JSON_REQUIRED, 3, 3, &told->currency);
    struct err err;
    if (!both)
        return;
    if (!money_parse(told->amount, told->currency, &out->money, &err))
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

static bool read_fields(const json_t *data, struct told *told, struct parsed *out, struct err *err)
{
    struct fields fields = {0};
    struct json_reader reader = {.object = data, .prefix = "", .fields = &fields};
    size_t direction;
    json_read_uuid(&reader, "message_id", JSON_REQUIRED, &out->message_id);
    json_read_uuid(&reader, "possible_duplicate_of", JSON_OPTIONAL, &out->possible_duplicate_of);
    json_read_str(&reader, "fingerprint", JSON_OPTIONAL, 0, 128, &out->fingerprint);
    json_read_int(&reader, "revision", JSON_OPTIONAL, 1, 1000000, &out->revision);
    json_read_str(&reader, "parser", JSON_OPTIONAL, 0, 100, &out->parser);
    json_read_int(&reader, "confidence", JSON_REQUIRED, 0, 100, &out->confidence);
    json_read_str(&reader, "class", JSON_OPTIONAL, 0, 60, &out->class);
    if (json_read_enum(&reader, "direction", JSON_REQUIRED, expense_direction_names, &direction))
        out->direction = (enum expense_direction)direction;
    read_money(&reader, told, out);
    json_read_time(&reader, "occurred_at", JSON_REQUIRED, &out->occurred_us);
    json_read_str(&reader, "merchant_raw", JSON_OPTIONAL, 0, 500, &out->merchant_raw);
    json_read_str(&reader, "merchant", JSON_OPTIONAL, 0, MERCHANT_BYTES_MAX, &told->merchant);
    read_account(&reader, out);
    json_read_str(&reader, "channel", JSON_OPTIONAL, 0, 60, &out->channel);
    json_read_str(&reader, "reference", JSON_OPTIONAL, 0, 200, &out->reference);
    json_read_str(&reader, "second_account", JSON_OPTIONAL, 0, 40, &out->second_account);
    json_read_str(&reader, "balance", JSON_OPTIONAL, 1, 40, &told->balance);
    json_read_str(&reader, "credit_limit", JSON_OPTIONAL, 1, 40, &told->credit_limit);
    json_read_bool(&reader, "needs_review", JSON_REQUIRED, &told->needs_review);
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
static bool told_amount(const char *text, const char *currency, int64_t *minor)
{
    struct money money;
    struct err err;
    if (text == NULL || !money_parse(text, currency, &money, &err))
        return false;
    *minor = money.minor;
    return true;
}

static const char *given(const char *text)
{
    return text != NULL && text[strspn(text, " \t\r\n")] != '\0' ? text : NULL;
}

static void set_account(struct parsed *out)
{
    bool both = out->bank[0] != '\0' && out->last4[0] != '\0';
    snprintf(out->account_name, sizeof out->account_name, "%s%s%s", out->bank, both ? " " : "",
             out->last4);
    if (out->account_name[0] != '\0')
        uuid_new(out->account_new_id);
}

static void set_merchant(struct parsed *out, const char *merchant)
{
    out->merchant = given(merchant);
    out->category_key = categorise(out->merchant, out->class, out->direction == DIRECTION_CREDIT);
    if (out->merchant != NULL)
        uuid_new(out->merchant_new_id);
}

void parsed_set_origins(struct parsed *row, const char *category_by)
{
    snprintf(row->origins, sizeof row->origins,
             "{\"type\":\"parser\",\"direction\":\"parser\",\"amount\":\"parser\","
             "\"occurred_at\":\"parser\"%s%s%s%s%s}",
             row->account_name[0] != '\0' ? ",\"account\":\"parser\"" : "",
             category_by != NULL ? ",\"category\":\"" : "", category_by != NULL ? category_by : "",
             category_by != NULL ? "\"" : "",
             row->merchant != NULL ? ",\"merchant\":\"parser\"" : "");
}

/* Ids as the database writes them. */
static void set_ids(struct parsed *out)
{
    uuid_lower(out->message_id, out->texts[0]);
    out->message_id = out->texts[0];
    if (out->possible_duplicate_of == NULL)
        return;
    uuid_lower(out->possible_duplicate_of, out->texts[1]);
    out->possible_duplicate_of = out->texts[1];
}

bool parsed_read(const struct event *ev, struct parsed *out, struct err *err)
{
    struct told told = {0};
    *out = (struct parsed){.user_id = ev->user_id,
                           .bank = "",
                           .last4 = "",
                           .account_type = "",
                           .revision = 1,
                           .confidence = -1};
    if (ev->user_id[0] == '\0')
        return err_set(err, ERR_INVALID, "transaction.parsed without a user");
    if (!read_fields(ev->data, &told, out, err))
        return false;
    uuid_new(out->id);
    set_ids(out);
    out->type = parsed_type(out->class, out->direction);
    out->status = told.needs_review || out->possible_duplicate_of != NULL ? STATUS_NEEDS_REVIEW
                                                                          : STATUS_POSTED;
    out->has_balance = told_amount(told.balance, out->money.currency, &out->balance_minor);
    out->has_limit = told_amount(told.credit_limit, out->money.currency, &out->limit_minor);
    set_account(out);
    set_merchant(out, told.merchant);
    parsed_set_origins(out, out->category_key != NULL ? origin_names[ORIGIN_PARSER] : NULL);
    return true;
}

void parsed_expense(const struct parsed *row, int64_t now_us, struct expense *out)
{
    *out = (struct expense){.id = row->id,
                            .user_id = row->user_id,
                            .type = row->type,
                            .direction = row->direction,
                            .status = row->status,
                            .source = SOURCE_MESSAGE,
                            .amount = row->money,
                            .occurred_us = row->occurred_us,
                            .note = "",
                            .message_id = row->message_id,
                            .possible_duplicate_of = row->possible_duplicate_of,
                            .version = 1,
                            .created_us = now_us,
                            .updated_us = now_us};
}
