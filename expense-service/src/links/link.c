#include "links/link.h"

#include <string.h>

#include "base/mem.h"

const char *const link_kind_names[] = {"transfer", "refund", "reversal", "duplicate", NULL};

/* Of the state's fields, those that the expense's JSON has, and an origin. */
static const char *const visible[] = {"type",    "status", "merchant", "category",
                                      "account", "note",   "tags",     NULL};

static bool is_visible(const char *field)
{
    for (size_t i = 0; visible[i] != NULL; i++)
        if (strcmp(visible[i], field) == 0)
            return true;
    return false;
}

void link_side_fini(struct link_side *side)
{
    expense_fini(&side->expense);
    json_drop(&side->state);
}

void link_input_read(const json_t *body, struct link_input *out, struct fields *fields)
{
    const struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    size_t kind = 0;
    *out = (struct link_input){0};
    json_read_known(&reader, (const char *const[]){"kind", "sent", "received", NULL});
    bool known = json_read_enum(&reader, "kind", JSON_REQUIRED, link_kind_names, &kind);
    out->kind = (enum link_kind)kind;
    out->has_sent = json_read_money(&reader, "sent", JSON_OPTIONAL, &out->sent);
    out->has_received = json_read_money(&reader, "received", JSON_OPTIONAL, &out->received);
    if (known && out->kind != LINK_TRANSFER && (out->has_sent || out->has_received))
        field_error(fields, out->has_sent ? "/sent" : "/received", "not_allowed",
                    "is told of a transfer only");
    else if (out->has_sent != out->has_received && fields_ok(fields))
        field_error(fields, out->has_sent ? "/received" : "/sent", "required",
                    "both amounts are told, or none");
}

bool link_swaps(enum link_kind kind, const struct expense *a, const struct expense *b)
{
    return kind != LINK_DUPLICATE && a->direction == DIRECTION_CREDIT &&
           b->direction == DIRECTION_DEBIT;
}

static bool same_money(const struct money *a, const struct money *b)
{
    return a->minor == b->minor && strcmp(a->currency, b->currency) == 0;
}

static bool same_currency(const struct expense *first, const struct expense *second,
                          struct err *err)
{
    return strcmp(first->amount.currency, second->amount.currency) == 0 ||
           err_set_name(err, ERR_INVALID, "currencies_differ",
                        "the two are in different currencies");
}

static bool same_amount(const struct expense *first, const struct expense *second, struct err *err)
{
    return same_currency(first, second, err) &&
           (first->amount.minor == second->amount.minor ||
            err_set_name(err, ERR_INVALID, "amounts_differ", "the two amounts differ"));
}

/* Told amounts say that the client knows of the difference. */
static bool transfer_fits(const struct link_input *input, const struct expense *first,
                          const struct expense *second, struct err *err)
{
    if (!input->has_sent)
        return same_amount(first, second, err);
    return (same_money(&input->sent, &first->amount) &&
            same_money(&input->received, &second->amount)) ||
           err_set_name(err, ERR_INVALID, "amounts_unlike",
                        "sent and received are not what the two entries say");
}

/* Two banks that both told their balance saw two movements. */
static bool duplicate_fits(const struct link_side *first, const struct link_side *second,
                           struct err *err)
{
    const char *a = first->expense.account.id, *b = second->expense.account.id;
    if (first->expense.direction != second->expense.direction)
        return err_set_name(err, ERR_INVALID, "directions_differ",
                            "one payment is either money out or money in");
    if (json_is_integer(json_object_get(first->state, "balance")) &&
        json_is_integer(json_object_get(second->state, "balance")) && a != NULL && b != NULL &&
        strcmp(a, b) != 0)
        return err_set_name(err, ERR_INVALID, "accounts_differ",
                            "the balances of two accounts changed");
    return same_amount(&first->expense, &second->expense, err);
}

bool link_fits(const struct link_input *input, const struct link_side *first,
               const struct link_side *second, struct err *err)
{
    if (input->kind == LINK_DUPLICATE)
        return duplicate_fits(first, second, err);
    if (first->expense.direction != DIRECTION_DEBIT ||
        second->expense.direction != DIRECTION_CREDIT)
        return err_set_name(err, ERR_INVALID, "directions_alike",
                            "one must be money out and the other money in");
    if (input->kind == LINK_TRANSFER)
        return transfer_fits(input, &first->expense, &second->expense, err);
    if (first->expense.type != TYPE_EXPENSE)
        return err_set_name(err, ERR_INVALID, "not_a_purchase", "only an expense is given back");
    return input->kind == LINK_REVERSAL ? same_amount(&first->expense, &second->expense, err)
                                        : same_currency(&first->expense, &second->expense, err);
}

static bool is_taken(const struct link_roles *roles)
{
    return roles->transfers + roles->reversals + roles->refunds + roles->duplicates > 0;
}

bool link_roles_any(const struct link_roles *roles)
{
    return is_taken(roles) || roles->refunded + roles->kept > 0;
}

bool link_free(enum link_kind kind, const struct link_roles *first, const struct link_roles *second,
               const struct money *purchase, const struct money *refund, struct err *err)
{
    bool taken = is_taken(second) || second->refunded > 0;
    if (kind == LINK_DUPLICATE)
        taken = taken || second->kept > 0 || first->duplicates > 0;
    else
        taken = taken || is_taken(first) || (kind != LINK_REFUND && first->refunded > 0);
    if (taken)
        return err_set_name(err, ERR_CONFLICT, "has_links",
                            "one of the two is linked with another already: undo that first");
    if (first->refunded + first->kept >= LINKS_PER_EXPENSE_MAX)
        return err_set_name(err, ERR_CONFLICT, "too_many_links", "at most %d links of an expense",
                            LINKS_PER_EXPENSE_MAX);
    if (kind == LINK_REFUND && refund->minor > purchase->minor - first->refunded_minor)
        return err_set_name(err, ERR_INVALID, "refund_too_large",
                            "more would be given back than was paid");
    return true;
}

static bool is_lacking(const json_t *state, const char *field)
{
    const json_t *value = json_object_get(state, field);
    return value == NULL || json_is_null(value) ||
           (json_is_string(value) && json_string_length(value) == 0);
}

static void get(json_t *gets, const struct link_side *side, const char *field, json_t *owned)
{
    if (json_equal(json_object_get(side->state, field), owned))
        json_decref(owned);
    else
        json_object_set_new(gets, field, owned);
}

static bool has_tag(const json_t *tags, const char *tag)
{
    size_t i;
    const json_t *each;
    json_array_foreach((json_t *)(uintptr_t)tags, i, each)
    {
        if (strcmp(json_string_value(each), tag) == 0)
            return true;
    }
    return false;
}

static json_t *tags_of_both(const json_t *first, const json_t *second)
{
    json_t *tags = json_deep_copy(first);
    size_t i;
    json_t *each;
    json_array_foreach((json_t *)(uintptr_t)second, i, each)
    {
        if (json_array_size(tags) < TAGS_MAX && !has_tag(tags, json_string_value(each)))
            json_array_append(tags, each);
    }
    return tags;
}

static bool is_user_s(const struct link_side *side, const char *field)
{
    const char *origin =
        json_string_value(json_object_get(json_object_get(side->state, "origins"), field));
    return origin != NULL && strcmp(origin, "user") == 0;
}

/* A balance goes with the account it is of: its texts before and after are held against it. */
static void fill(const struct link_side *first, const struct link_side *second, json_t *gets)
{
    static const char *const plain[] = {"merchant", "category", "note", "reference"};
    for (size_t i = 0; i < LENGTH(plain); i++)
        if (is_lacking(first->state, plain[i]) && !is_lacking(second->state, plain[i]) &&
            !is_user_s(first, plain[i]))
            json_object_set(gets, plain[i], json_object_get(second->state, plain[i]));
    const json_t *account = json_object_get(first->state, "account");
    json_t *theirs = json_object_get(second->state, "account");
    bool same = json_equal(account, theirs);
    if (is_lacking(first->state, "balance") && !is_lacking(second->state, "balance") &&
        (same || !is_user_s(first, "account"))) {
        json_object_set(gets, "balance", json_object_get(second->state, "balance"));
        if (!same)
            json_object_set(gets, "account", theirs);
    } else if (json_is_null(account) && !json_is_null(theirs) && !is_user_s(first, "account")) {
        json_object_set(gets, "account", theirs);
    }
    if (is_lacking(first->state, "limit") && !is_lacking(second->state, "limit"))
        json_object_set(gets, "limit", json_object_get(second->state, "limit"));
    get(gets, first, "tags",
        tags_of_both(json_object_get(first->state, "tags"),
                     json_object_get(second->state, "tags")));
    const char *twin = first->expense.possible_duplicate_of;
    if (twin != NULL && second->expense.message_id != NULL &&
        strcmp(twin, second->expense.message_id) == 0)
        get(gets, first, "status", json_string(expense_status_names[STATUS_POSTED]));
}

void link_plan(enum link_kind kind, const struct link_side *first, const struct link_side *second,
               const char *now, json_t **first_gets, json_t **second_gets)
{
    *first_gets = json_object();
    *second_gets = json_object();
    switch (kind) {
    case LINK_TRANSFER:
    case LINK_REVERSAL:
        get(*first_gets, first, "type", json_string(expense_type_names[TYPE_TRANSFER]));
        get(*second_gets, second, "type", json_string(expense_type_names[TYPE_TRANSFER]));
        return;
    case LINK_REFUND:
        get(*second_gets, second, "type", json_string(expense_type_names[TYPE_REFUND]));
        get(*second_gets, second, "category",
            json_incref(json_object_get(first->state, "category")));
        return;
    case LINK_DUPLICATE:
        fill(first, second, *first_gets);
        json_object_set_new(*second_gets, "deleted", json_string(now));
        json_object_set_new(*second_gets, "merged_into", json_string(first->expense.id));
        return;
    }
    panic("link kind %d", kind);
}

json_t *link_apply(struct link_side *side, const json_t *gets, const char *origin)
{
    json_t *undo = json_object(), *origins = json_object_get(side->state, "origins");
    const char *field;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)gets, field, value)
    {
        json_t *was = json_object_get(origins, field), *from = json_object_get(side->state, field);
        json_object_set_new(undo, field,
                            json_pack("{s:o, s:O, s:o}", "from",
                                      from != NULL ? json_incref(from) : json_null(), "to", value,
                                      "origin", was != NULL ? json_incref(was) : json_null()));
        json_object_set_new(side->state, field, json_deep_copy(value));
        if (is_visible(field))
            json_object_set_new(origins, field, json_string(origin));
    }
    return undo;
}

/* Only those that the link brought go: another link may have brought others since. */
static json_t *tags_without(const json_t *now, const json_t *from, const json_t *to)
{
    json_t *tags = json_array();
    size_t i;
    json_t *each;
    json_array_foreach((json_t *)(uintptr_t)now, i, each)
    {
        const char *tag = json_string_value(each);
        if (has_tag(from, tag) || !has_tag(to, tag))
            json_array_append(tags, each);
    }
    return tags;
}

static bool type_fits(const struct link_side *side, const json_t *type)
{
    for (int i = 0; expense_type_names[i] != NULL; i++)
        if (strcmp(expense_type_names[i], json_string_value(type)) == 0)
            return expense_direction_fits((enum expense_type)i, side->expense.direction);
    return false;
}

void link_revert(struct link_side *side, const json_t *undo, const json_t *edited)
{
    json_t *origins = json_object_get(side->state, "origins");
    const char *field;
    json_t *what;
    json_object_foreach((json_t *)(uintptr_t)undo, field, what)
    {
        json_t *from = json_object_get(what, "from"), *origin = json_object_get(what, "origin");
        if (json_object_get(edited, field) != NULL ||
            (strcmp(field, "type") == 0 && !type_fits(side, from)))
            continue;
        if (strcmp(field, "tags") == 0)
            json_object_set_new(side->state, field,
                                tags_without(json_object_get(side->state, field), from,
                                             json_object_get(what, "to")));
        else
            json_object_set(side->state, field, from);
        if (!is_visible(field))
            continue;
        if (json_is_null(origin))
            json_object_del(origins, field);
        else
            json_object_set(origins, field, origin);
    }
}

json_t *link_changed(const struct link_side *side, const json_t *undo)
{
    json_t *changed = json_object(), *origins = json_object_get(side->state, "origins");
    const char *field;
    json_t *what;
    json_object_foreach((json_t *)(uintptr_t)undo, field, what)
    {
        json_t *origin = json_object_get(origins, field);
        if (is_visible(field))
            json_object_set_new(changed, field,
                                origin != NULL ? json_incref(origin) : json_string("user"));
    }
    return changed;
}
