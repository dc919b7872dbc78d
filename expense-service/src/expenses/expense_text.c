#include "expenses/expense_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"
#include "splits/split.h"

static void add(struct buf *out, const char *text)
{
    buf_add(out, text, strlen(text));
}

static void add_escape(struct buf *out, unsigned char c)
{
    static const char letters[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *found = c != '\0' ? strchr(letters, c) : NULL;
    if (found != NULL)
        buf_add(out, (const char[]){'\\', names[found - letters]}, 2);
    else
        buf_addf(out, "\\u%04X", c);
}

static void add_string(struct buf *out, const char *text)
{
    const char *plain = text;
    buf_add(out, "\"", 1);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= ' ' && c != '"' && c != '\\')
            continue;
        buf_add(out, plain, (size_t)(text - plain));
        add_escape(out, c);
        plain = text + 1;
    }
    buf_add(out, plain, (size_t)(text - plain));
    buf_add(out, "\"", 1);
}

static void add_money(struct buf *out, const struct money *money)
{
    char amount[MONEY_SIZE];
    money_format(money, amount);
    add(out, "{\"amount\":\"");
    add(out, amount);
    add(out, "\",\"currency\":\"");
    add(out, money->currency);
    add(out, "\"}");
}

static void add_time(struct buf *out, const char *before, int64_t us)
{
    char text[TIMEFMT_SIZE];
    timefmt_format(us, text);
    add(out, before);
    add(out, text);
    add(out, "\"");
}

/* Without the closing brace; false: it is null. */
static bool begin_ref(struct buf *out, const struct ref *ref)
{
    add(out, ref->id != NULL ? "{\"id\":\"" : "null");
    if (ref->id == NULL)
        return false;
    add(out, ref->id);
    add(out, "\",\"name\":");
    add_string(out, ref->name != NULL ? ref->name : ""); /* as ref_to_json */
    return true;
}

static void add_ref(struct buf *out, const struct ref *ref)
{
    if (begin_ref(out, ref))
        add(out, "}");
}

static void add_account(struct buf *out, const struct expense *expense)
{
    const char *last4 = expense->account_last4;
    if (!begin_ref(out, &expense->account))
        return;
    add(out, ",\"last4\":");
    if (last4 != NULL && *last4 != '\0')
        add_string(out, last4);
    else
        add(out, "null");
    add(out, "}");
}

static void add_json(struct buf *out, const char *text, const json_t *json)
{
    scoped(str_drop) char *made = text == NULL ? json_text(json) : NULL;
    add(out, text != NULL ? text : made);
}

static void add_splits(struct buf *out, const struct expense *expense)
{
    if (expense->splits == NULL) {
        add(out, "[]");
        return;
    }
    scoped(json_drop) json_t *splits = splits_to_json(expense->splits, expense->amount.currency);
    add_json(out, NULL, splits);
}

static void add_id(struct buf *out, const char *name, const char *id)
{
    if (id == NULL)
        return;
    add(out, name);
    add(out, id);
    add(out, "\"");
}

/* As expense_to_json. */
static void add_snapshot(struct buf *out, const struct expense *expense,
                         const struct expense_texts *texts)
{
    add(out, "{\"id\":\"");
    add(out, expense->id);
    add(out, "\",\"type\":\"");
    add(out, expense_type_names[expense->type]);
    add(out, "\",\"direction\":\"");
    add(out, expense_direction_names[expense->direction]);
    add(out, "\",\"amount\":");
    add_money(out, &expense->amount);
    add(out, ",\"base_amount\":");
    if (expense->base.currency[0] != '\0')
        add_money(out, &expense->base);
    else
        add(out, "null");
    add_time(out, ",\"occurred_at\":\"", expense->occurred_us);
    add(out, ",\"merchant\":");
    add_ref(out, &expense->merchant);
    add(out, ",\"category\":");
    add_ref(out, &expense->category);
    add(out, ",\"account\":");
    add_account(out, expense);
    add(out, ",\"note\":");
    if (expense->note[0] != '\0')
        add_string(out, expense->note);
    else
        add(out, "null");
    add(out, ",\"tags\":");
    add_json(out, texts->tags, expense->tags);
    add(out, ",\"splits\":");
    add_splits(out, expense);
    add(out, ",\"source\":\"");
    add(out, expense_source_names[expense->source]);
    add(out, "\",\"status\":\"");
    add(out, expense_status_names[expense->status]);
    add(out, "\",\"origins\":");
    add_json(out, texts->origins, expense->origins);
    add_time(out, ",\"created_at\":\"", expense->created_us);
    add_time(out, ",\"updated_at\":\"", expense->updated_us);
    add_id(out, ",\"message_id\":\"", expense->message_id);
    add_id(out, ",\"possible_duplicate_of\":\"", expense->possible_duplicate_of);
    if (expense->deleted_us != 0)
        add_time(out, ",\"deleted_at\":\"", expense->deleted_us);
    add(out, "}");
}

void expense_event_text(const struct expense *expense, const struct expense_texts *texts,
                        const char *changed, struct buf *out)
{
    add(out, "{\"user_id\":\"");
    add(out, expense->user_id);
    add(out, "\",\"expense_id\":\"");
    add(out, expense->id);
    buf_addf(out, "\",\"version\":%" PRId64 ",\"changed\":", expense->version);
    add(out, changed);
    add(out, ",\"snapshot\":");
    add_snapshot(out, expense, texts);
    add_id(out, ",\"message_id\":\"", expense->message_id);
    add(out, "}");
}
