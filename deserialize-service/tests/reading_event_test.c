#include "workers/reading_event.h"

#include <string.h>

#include "base/mem.h"
#include "tests/test.h"

#define MESSAGE_ID "0190163d-8694-739b-aea5-966c26f8ad91"

static struct reading sure(void)
{
    struct reading reading = {.class = READING_TRANSACTION,
                              .direction = READING_DEBIT,
                              .confidence = 95,
                              .amount = {.found = true, .money = {45000, "INR"}},
                              .account = "1234",
                              .merchant = "Corner Cafe"};
    return reading;
}

static void status_follows_class_and_confidence(void **state)
{
    struct reading reading = sure();
    (void)state;
    assert_string_equal(reading_status(&reading), "parsed");
    reading.confidence = READER_REVIEW_BELOW - 1;
    assert_string_equal(reading_status(&reading), "needs_review");
    reading.amount.money.currency[0] = '\0';
    assert_string_equal(reading_status(&reading), "unrecognised");
    reading = sure();
    reading.direction = READING_NO_DIRECTION;
    assert_string_equal(reading_status(&reading), "unrecognised");
    reading.class = READING_OTP;
    assert_string_equal(reading_status(&reading), "rejected");
    reading.class = READING_OTHER;
    assert_string_equal(reading_status(&reading), "unrecognised");
}

static void transaction_carries_what_was_read(void **state)
{
    struct reading reading = sure();
    struct message message = {.id = MESSAGE_ID, .fingerprint = {0xab}};
    (void)state;
    scoped(json_drop) json_t *json = reading_fields(&reading);
    transaction_complete(json, &message, &reading, NULL, 1);
    assert_string_equal(json_string_value(json_object_get(json, "message_id")), MESSAGE_ID);
    assert_string_equal(json_string_value(json_object_get(json, "amount")), "450.00");
    assert_string_equal(json_string_value(json_object_get(json, "currency")), "INR");
    assert_string_equal(json_string_value(json_object_get(json, "direction")), "debit");
    assert_memory_equal(json_string_value(json_object_get(json, "fingerprint")), "ab00", 4);
    assert_true(json_is_false(json_object_get(json, "needs_review")));
    assert_null(json_object_get(json, "balance"));
    assert_null(json_object_get(json, "second_account"));
    assert_null(json_object_get(json, "converted_amount"));
    scoped(json_drop) json_t *twin = reading_fields(&reading);
    transaction_complete(twin, &message, &reading, MESSAGE_ID, 1);
    assert_true(json_is_true(json_object_get(twin, "needs_review")));
}

static void both_sides_and_currencies_are_told(void **state)
{
    struct reading reading = sure();
    (void)state;
    reading.kind = READING_OWN_TRANSFER;
    reading.converted = (struct reading_money){.found = true, .money = {7345, "AED"}};
    memcpy(reading.second_account, "9087", 5);
    memcpy(reading.rate, "3.6725", 7);
    scoped(json_drop) json_t *json = reading_fields(&reading);
    assert_string_equal(json_string_value(json_object_get(json, "class")), "own_transfer");
    assert_string_equal(json_string_value(json_object_get(json, "second_account")), "9087");
    assert_string_equal(json_string_value(json_object_get(json, "converted_amount")), "73.45");
    assert_string_equal(json_string_value(json_object_get(json, "converted_currency")), "AED");
    assert_string_equal(json_string_value(json_object_get(json, "rate")), "3.6725");
}

static bool of_event(const char *data, struct message *message, struct err *err)
{
    static json_t *held; /* the message borrows from it */
    json_decref(held);
    held = data != NULL ? json_loads(data, 0, NULL) : NULL;
    struct event ev = {.id = MESSAGE_ID, .data = held};
    return data != NULL && message_of_event(&ev, message, err);
}

static void forwarders_are_checked(void **state)
{
    struct message message;
    struct err err;
    (void)state;
    assert_true(of_event("{\"sender\":\"A\",\"body\":\"b\"}", &message, &err));
    assert_string_equal(message.id, MESSAGE_ID);
    assert_false(of_event("{\"sender\":\"A\"}", &message, &err));
    assert_int_equal(err.code, ERR_INVALID);
    assert_non_null(strstr(err.text, "/data/body"));
    assert_false(
        of_event("{\"sender\":\"A\",\"body\":\"b\",\"message_id\":\"7\"}", &message, &err));
    of_event(NULL, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_follows_class_and_confidence),
        cmocka_unit_test(transaction_carries_what_was_read),
        cmocka_unit_test(both_sides_and_currencies_are_told),
        cmocka_unit_test(forwarders_are_checked),
    };
    return cmocka_run_group_tests_name("reading_event", tests, NULL, NULL);
}
