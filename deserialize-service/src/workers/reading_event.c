#include "workers/reading_event.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"

bool message_of_event(const struct event *ev, struct message *message, struct err *err)
{
    struct fields fields = {0};
    scoped(json_drop) json_t *own = json_copy((json_t *)ev->data);
    struct json_reader reader = {.object = ev->data, .prefix = "/data", .fields = &fields};
    const char *id = NULL;
    json_read_uuid(&reader, "message_id", JSON_OPTIONAL, &id);
    json_object_del(own, "message_id");
    bool ok = message_parse(own, "/data", time_now_us(), message, &fields) && fields_ok(&fields);
    if (ok && id == NULL && !uuid_valid(ev->id))
        field_error(&fields, "/data/message_id", "required",
                    "must be given where the event's id is no UUID");
    if (!fields_ok(&fields)) {
        const json_t *first = json_array_get(fields.errors, 0);
        err_set_name(err, ERR_INVALID, "invalid_fields", "%s %s",
                     json_string_value(json_object_get(first, "pointer")),
                     json_string_value(json_object_get(first, "detail")));
        fields_fini(&fields);
        return false;
    }
    memcpy(message->id, id != NULL ? id : ev->id, UUID_SIZE);
    return true;
}

const char *reading_status(const struct reading *reading)
{
    if (reading->class == READING_TRANSACTION) {
        /* Without these two there is nothing to book, however sure the rest is. */
        if (!reading->amount.found || reading->amount.money.currency[0] == '\0' ||
            reading->direction == READING_NO_DIRECTION)
            return "unrecognised";
        return reading->confidence < READER_REVIEW_BELOW ? "needs_review" : "parsed";
    }
    return reading->class == READING_OTHER ? "unrecognised" : "rejected";
}

void reading_input(const struct message *message, const char *base_currency, int utc_offset_s,
                   const struct template_set *own, const struct template_set *shared,
                   struct reader_input *out)
{
    *out = (struct reader_input){.sender = message->sender,
                                 .body = message->body,
                                 .body_len = strlen(message->body),
                                 .received_at = message->received_at,
                                 .utc_offset_s = utc_offset_s,
                                 .own = own,
                                 .shared = shared};
    snprintf(out->default_currency, sizeof out->default_currency, "%s", base_currency);
}

struct reading_outcome reading_outcome(const struct reading *reading)
{
    struct reading_outcome outcome = {
        .parser = READER_VERSION,
        .class = reading_class_name(reading->class),
        .confidence = reading->confidence,
        .status = reading_status(reading),
        .reason = reading_reason(reading),
    };
    if (strcmp(outcome.status, "unrecognised") == 0)
        outcome.reason = reading->class == READING_TRANSACTION ? "ambiguous" : "no_template";
    return outcome;
}

/* Balance and limit are in the account's currency, which the text may not say. */
static void set_money(json_t *json, const char *name, const struct reading_money *money)
{
    if (!money->found)
        return;
    char amount[MONEY_SIZE];
    reading_money_format(money, amount);
    json_object_set_new(json, name, json_string(amount));
}

static json_t *account_to_json(const struct reading *reading)
{
    if (reading->account[0] == '\0' && reading->bank[0] == '\0')
        return json_null();
    json_t *account = json_object();
    json_set_text(account, "bank", reading->bank);
    json_set_text(account, "last4", reading->account);
    if (reading->account_type != READING_NO_ACCOUNT_TYPE)
        json_set_text(account, "type", reading_account_type_name(reading->account_type));
    return account;
}

json_t *reading_fields(const struct reading *reading)
{
    json_t *json = json_object();
    set_money(json, "amount", &reading->amount);
    json_set_text(json, "currency", reading->amount.money.currency);
    if (reading->direction != READING_NO_DIRECTION)
        json_set_text(json, "direction", reading_direction_name(reading->direction));
    json_set_text(json, "class", reading_kind_name(reading->kind));
    json_set_text(json, "merchant_raw", reading->merchant_raw);
    json_set_text(json, "merchant", reading->merchant);
    json_object_set_new(json, "account", account_to_json(reading));
    if (reading->channel != READING_NO_CHANNEL)
        json_set_text(json, "channel", reading_channel_name(reading->channel));
    json_set_text(json, "reference", reading->reference);
    set_money(json, "fee", &reading->fee);
    set_money(json, "balance", &reading->balance);
    set_money(json, "credit_limit", &reading->credit_limit);
    set_money(json, "converted_amount", &reading->converted);
    if (reading->converted.found)
        json_set_text(json, "converted_currency", reading->converted.money.currency);
    json_set_text(json, "rate", reading->rate);
    json_set_text(json, "second_account", reading->second_account);
    json_set_text(json, "template", reading->template);
    json_object_set_new(json, "occurred_at", json_time(reading->occurred_at));
    json_object_set_new(json, "occurred_at_certain", json_boolean(reading->occurred_at_certain));
    return json;
}

void transaction_complete(json_t *json, const struct message *message,
                          const struct reading *reading, const char *possible_duplicate_of,
                          int64_t revision)
{
    char fingerprint[2 * FINGERPRINT_SIZE + 1];
    for (size_t i = 0; i < FINGERPRINT_SIZE; i++)
        hex_put(fingerprint + 2 * i, message->fingerprint[i], 2);
    fingerprint[2 * FINGERPRINT_SIZE] = '\0';
    json_set_text(json, "message_id", message->id);
    json_set_text(json, "fingerprint", fingerprint);
    json_object_set_new(json, "revision", json_integer(revision));
    json_set_text(json, "parser", READER_VERSION);
    json_object_set_new(json, "confidence", json_integer(reading->confidence));
    json_object_set_new(
        json, "needs_review",
        json_boolean(reading->confidence < READER_REVIEW_BELOW || possible_duplicate_of != NULL));
    json_set_text(json, "possible_duplicate_of", possible_duplicate_of);
}
