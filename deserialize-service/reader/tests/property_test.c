/* What must hold of any text, tried on every fixture: another account number or sum changes that
 * field alone, blanks, capitals and the style of masking change none, and a payment told as asked
 * for, due, declined or to be confirmed by a code is never booked. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "fixture.h"

#define TEXT_SIZE 4096

static struct fixtures fixtures;

/* Reports, and counts, fields of `after` that differ from `before`. `free_fields`: bits of those
 * that may. */
static int changes(const struct fixture *fixture, const char *text, const struct reading *before,
                   const struct reading *after, unsigned free_fields)
{
    int bad = 0;

    for (int field = 0; field < FIXTURE_FIELDS; field++) {
        char was[READER_NAME_SIZE], is[READER_NAME_SIZE];

        if ((free_fields >> field & 1) != 0)
            continue;
        fixture_got(before, (enum fixture_field)field, was);
        fixture_got(after, (enum fixture_field)field, is);
        if (strcmp(was, is) != 0) {
            print_error("%s of \"%s\": \"%s\" became \"%s\"\n    %s\n",
                        fixture_field_name((enum fixture_field)field), fixture->message, was, is,
                        text);
            bad++;
        }
    }
    return bad;
}

#define BIT(field) (1U << (field))

/* A change of a text: writes it to out, and returns the fields that may change with it; all bits
 * set leaves the text out. */
typedef unsigned change_fn(const char *message, const struct reading *was, char *out);

static void holds(const char *what, change_fn *change, int may_fail)
{
    int bad = 0, tried = 0;

    for (size_t i = 0; i < fixtures.count; i++) {
        const struct fixture *fixture = &fixtures.rows[i];
        char text[TEXT_SIZE];
        struct reading was, is;

        if (!fixture_is_transaction(fixture))
            continue;
        fixture_read(fixture, fixture->message, &was);
        unsigned free_fields = change(fixture->message, &was, text);
        if (free_fields == ~0U)
            continue;
        fixture_read(fixture, text, &is);
        tried++;
        bad += changes(fixture, text, &was, &is, free_fields) > 0;
    }
    print_message("%s: %d texts, %d changed\n", what, tried, bad);
    assert_true(tried > 20);
    assert_true(bad <= may_fail);
}

/* Other digits in a span, its last four of them kept apart from each other. */
static void turn_digits(char *text, struct reading_span span)
{
    for (size_t i = span.start; i < span.end; i++)
        if (isdigit((unsigned char)text[i]))
            text[i] = (char)('1' + (text[i] - '0' + 3) % 9);
}

static unsigned other_account(const char *message, const struct reading *was, char *out)
{
    struct reading_span span = was->spans[READING_FIELD_ACCOUNT];

    if (span.end == 0)
        return ~0U;
    snprintf(out, TEXT_SIZE, "%s", message);
    turn_digits(out, span);
    return BIT(FIXTURE_ACCOUNT);
}

static unsigned other_amount(const char *message, const struct reading *was, char *out)
{
    struct reading_span span = was->spans[READING_FIELD_AMOUNT];

    if (span.end == 0)
        return ~0U;
    snprintf(out, TEXT_SIZE, "%s", message);
    turn_digits(out, span);
    return BIT(FIXTURE_AMOUNT);
}

static unsigned other_reference(const char *message, const struct reading *was, char *out)
{
    struct reading_span span = was->spans[READING_FIELD_REFERENCE];

    if (span.end == 0)
        return ~0U;
    snprintf(out, TEXT_SIZE, "%s", message);
    turn_digits(out, span);
    return BIT(FIXTURE_REFERENCE);
}

static unsigned more_blanks(const char *message, const struct reading *was, char *out)
{
    size_t n = 0;

    (void)was;
    for (const char *c = message; *c != '\0'; c++) {
        /* Not inside a number that is grouped by blanks. */
        bool grouped = *c == ' ' && c > message && isdigit((unsigned char)c[-1]) &&
                       isdigit((unsigned char)c[1]);

        out[n++] = *c;
        if (*c == ' ' && !grouped)
            out[n++] = ' ';
    }
    out[n] = '\0';
    return 0;
}

static unsigned all_capitals(const char *message, const struct reading *was, char *out)
{
    size_t n = 0;

    (void)was;
    for (const char *c = message; *c != '\0'; c++)
        out[n++] = (char)toupper((unsigned char)*c);
    out[n] = '\0';
    /* Letters tell where a name ends, so without them a name may take in more. */
    return BIT(FIXTURE_MERCHANT) | BIT(FIXTURE_REFERENCE);
}

static unsigned other_mask(const char *message, const struct reading *was, char *out)
{
    struct reading_span span = was->spans[READING_FIELD_ACCOUNT];
    size_t hidden = 0;

    snprintf(out, TEXT_SIZE, "%s", message);
    for (size_t i = span.start; i < span.end; i++)
        if (out[i] == 'X' || out[i] == 'x') {
            out[i] = '*';
            hidden++;
        }
    return hidden >= 2 ? 0 : ~0U;
}

static void another_account_changes_the_account_alone(void **state)
{
    (void)state;
    holds("account", other_account, 0);
}

static void another_sum_changes_the_amount_alone(void **state)
{
    (void)state;
    holds("amount", other_amount, 0);
}

static void another_reference_changes_the_reference_alone(void **state)
{
    (void)state;
    holds("reference", other_reference, 0);
}

static void blanks_change_nothing(void **state)
{
    (void)state;
    holds("blanks", more_blanks, 0);
}

static void masking_changes_nothing(void **state)
{
    (void)state;
    holds("masking", other_mask, 0);
}

static void capitals_change_names_only(void **state)
{
    (void)state;
    holds("capitals", all_capitals, 12);
}

/* What banks put before and after: greetings, advice, warnings, advertisements. */
static const char *const frames[][2] = {
    {"Dear Customer, ", ""},
    {"ALERT: ", ""},
    {"", " Not you? Call 18001112223."},
    {"", " If not done by you, call 18001112223 or SMS BLOCK to 9000000."},
    {"", " Never share your OTP, PIN or CVV with anyone."},
    {"", " Thank you for banking with us."},
    {"", " Visit https://example.org/app for details."},
    {"", " For queries call +971600000000."},
    {"", " Dial *334# for help."},
    {"", " Do not reply to this message."},
    {"", " Report fraud within 3 days to avoid losses."},
    {"", " Download our app today. T&C apply."},
    {"", " In case of dispute contact your branch."},
};

static void greetings_and_advice_change_nothing(void **state)
{
    int bad = 0, tried = 0;

    (void)state;
    for (size_t i = 0; i < fixtures.count; i++)
        for (size_t frame = 0; frame < LENGTH(frames); frame++) {
            const struct fixture *fixture = &fixtures.rows[i];
            size_t length = strlen(fixture->message);
            char text[TEXT_SIZE];
            struct reading was, is;

            if (!fixture_is_transaction(fixture))
                continue;
            snprintf(text, sizeof(text), "%s%s%s%s", frames[frame][0], fixture->message,
                     strchr(".?!", fixture->message[length - 1]) != NULL ? "" : ".",
                     frames[frame][1]);
            fixture_read(fixture, fixture->message, &was);
            fixture_read(fixture, text, &is);
            bad += changes(fixture, text, &was, &is, 0) > 0;
            tried++;
        }
    print_message("greetings and advice: %d texts, %d changed\n", tried, bad);
    /* At most one in two hundred. */
    assert_true(bad * 200 <= tried);
}

/* The sum as the text writes it. */
static bool sum_of(const struct fixture *fixture, char *out, size_t size)
{
    struct reading got;

    fixture_read(fixture, fixture->message, &got);
    struct reading_span span = got.spans[READING_FIELD_AMOUNT];
    int length = span.end - span.start;

    if (length <= 0 || (size_t)length >= size)
        return false;
    snprintf(out, size, "%.*s", length, fixture->message + span.start);
    return out[0] != '-' && out[0] != '+';
}

static void never_booked(const struct fixture *fixture, const char *text, int *bad)
{
    struct reading got;

    fixture_read(fixture, text, &got);
    if (got.class != READING_TRANSACTION)
        return;
    print_error("booked: %s\n", text);
    ++*bad;
}

/* %1$s the sum, %2$s a name. */
static const char *const refused_forms[] = {
    "551209 is your OTP for a payment of %1$s to %2$s. Do not share it with anyone.",
    "Your one time password for the transaction of %1$s at %2$s is 551209.",
    "Use 551209 to authorise %1$s at %2$s.",
    "OTP 551209 for online purchase of %1$s at %2$s on card ending 4471.",
    "%2$s has requested %1$s from you. Approve in the app.",
    "%2$s sent you a payment request for %1$s.",
    "You have received a collect request of %1$s from %2$s.",
    "Your payment of %1$s to %2$s is due on 15/05/2026.",
    "Reminder: please pay %1$s to %2$s before the due date.",
    "%1$s will be debited from your account on 15/05/2026 for %2$s.",
    "Your payment of %1$s to %2$s is scheduled for 15/05/2026.",
    "Your transaction of %1$s at %2$s was declined.",
    "Payment of %1$s to %2$s failed. Any amount debited will be refunded.",
    "Your card was declined for %1$s at %2$s due to insufficient funds.",
    "We could not process your payment of %1$s to %2$s.",
    "Transfer of %1$s to %2$s was unsuccessful.",
    "Get up to %1$s cashback when you shop at %2$s. T&C apply.",
    "Enjoy %1$s off at %2$s this weekend. Offer valid till 30 Jun.",
    "AutoPay mandate of %1$s for %2$s is created.",
    "Available balance in your account ending 4471 is %1$s.",
    "Your statement for card ending 4471 is ready. Total due %1$s, minimum due %1$s.",
    "We are processing your refund of %1$s from %2$s.",
    "Your payment of %1$s to %2$s is pending.",
    "Your transfer of %1$s to %2$s is on hold.",
    "%2$s has sent you a request for %1$s.",
    "Your standing order of %1$s to %2$s has been set up.",
    "Pago de %1$s a %2$s pendiente de aprobacion.",
    "Virement de %1$s a %2$s en attente de validation.",
    "Lastschrift von %1$s durch %2$s mangels Deckung zurueckgegeben.",
    "Pix de %1$s para %2$s agendado para 15/05.",
    "Rechazamos un cargo de %1$s en %2$s.",
    "Your EMI of %1$s is due on 05/06/26. Keep sufficient balance in A/c XX4471.",
    "Insufficient balance: %1$s towards %2$s could not be debited from A/c XX4471.",
    "Cheque of %1$s to %2$s has been returned unpaid.",
    "You are pre-approved for a loan of %1$s. Apply now.",
    "Spend %1$s at %2$s and win a voucher. Limited period offer.",
    "Bill of %1$s for %2$s is generated. Pay by 15/05/2026.",
    "Your request to transfer %1$s to %2$s is under process.",
    "Do not share OTP 551209 for txn of %1$s to %2$s with anyone.",
    "Your auto-debit of %1$s for %2$s is scheduled on 15/05/2026.",
    "Tu codigo de verificacion es 551209 para la compra de %1$s en %2$s.",
    "Tu compra de %1$s en %2$s fue rechazada.",
    "Recordatorio: tu pago de %1$s a %2$s vence el 15/05/2026.",
    "%2$s te solicita %1$s.",
    "Votre paiement de %1$s chez %2$s a ete refuse.",
    "Votre code de validation est 551209 pour un achat de %1$s chez %2$s.",
    "Votre echeance de %1$s sera prelevee le 15/05/2026.",
    "Ihre Zahlung von %1$s bei %2$s wurde abgelehnt.",
    "Ihre TAN fuer die Zahlung von %1$s an %2$s lautet 551209.",
    "%1$s wird am 15.05.2026 von Ihrem Konto abgebucht: %2$s.",
    "Seu codigo de verificacao e 551209 para a compra de %1$s em %2$s.",
    "Compra de %1$s em %2$s nao autorizada.",
    "Il codice OTP per il pagamento di %1$s presso %2$s e 551209.",
    "Pagamento di %1$s presso %2$s rifiutato.",
    "Platnosc karta %1$s w %2$s odrzucona.",
    "Kod 551209 do transakcji %1$s. Nie podawaj nikomu.",
    "%1$s tutarindaki isleminiz icin onay kodu 551209.",
    "%2$s isyerinde %1$s tutarindaki islem reddedildi.",
    "Kode OTP 551209 untuk pembayaran %1$s ke %2$s. Jangan berikan.",
    "Pembayaran %1$s ke %2$s gagal.",
    "Код 551209 для оплаты %1$s %2$s. Никому не сообщайте.",
    "Отказ: недостаточно средств. Покупка %1$s %2$s.",
    "رمز التحقق 551209 لعملية شراء بمبلغ %1$s لدى %2$s",
    "تم رفض عملية شراء بمبلغ %1$s لدى %2$s",
    "Malipo ya %1$s kwa %2$s hayajafanikiwa.",
    "Betaling van %1$s bij %2$s geweigerd.",
};

static void other_forms_are_never_booked(void **state)
{
    int bad = 0, tried = 0;

    (void)state;
    for (size_t i = 0; i < fixtures.count; i++) {
        const struct fixture *fixture = &fixtures.rows[i];
        const char *name = json_string_value(json_object_get(fixture->row, "merchant"));
        char sum[64];

        if (!fixture_is_transaction(fixture) || !sum_of(fixture, sum, sizeof(sum)))
            continue;
        if (name == NULL || strcmp(name, "*") == 0)
            name = "NORTH STAR STORES";
        for (size_t form = 0; form < LENGTH(refused_forms); form++) {
            char text[TEXT_SIZE];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(text, sizeof(text), refused_forms[form], sum, name);
#pragma GCC diagnostic pop
            never_booked(fixture, text, &bad);
            tried++;
        }
    }
    print_message("other forms: %d texts, %d booked\n", tried, bad);
    assert_true(tried > 10000);
    /* At most one in a thousand. */
    assert_true(bad * 1000 <= tried);
}

/* The text itself, its verb put off, undone or asked for. */
static const char *const turns[][2] = {
    {" debited ", " will be debited "},     {" has been debited ", " will be debited "},
    {" was debited ", " will be debited "}, {" is debited ", " could not be debited "},
    {" credited ", " will be credited "},   {" has been credited ", " will be credited "},
    {" was charged ", " was declined "},    {" was used for ", " was declined for "},
    {" was spent ", " was declined "},      {" spent ", " declined "},
};

static void turned_verbs_are_never_booked(void **state)
{
    int bad = 0, tried = 0;

    (void)state;
    for (size_t i = 0; i < fixtures.count; i++)
        for (size_t turn = 0; turn < LENGTH(turns); turn++) {
            const struct fixture *fixture = &fixtures.rows[i];
            const char *at = strstr(fixture->message, turns[turn][0]);
            char text[TEXT_SIZE];

            /* "debited" alone, not the one of "has been debited", which has its own row. */
            if (!fixture_is_transaction(fixture) || at == NULL ||
                /* Money that left and is still to arrive has left. */
                (strstr(turns[turn][0], "credited") != NULL &&
                 strstr(fixture->message, "debited") != NULL) ||
                (turn % 4 == 0 && at > fixture->message && turns[turn][0][1] != 'h' &&
                 (strstr(fixture->message, " been ") != NULL ||
                  strstr(fixture->message, " was ") != NULL ||
                  strstr(fixture->message, " is ") != NULL)))
                continue;
            snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - fixture->message), fixture->message,
                     turns[turn][1], at + strlen(turns[turn][0]));
            never_booked(fixture, text, &bad);
            tried++;
        }
    print_message("turned verbs: %d texts, %d booked\n", tried, bad);
    assert_true(tried > 40);
    assert_int_equal(bad, 0);
}

static void spans_hold_what_was_read(void **state)
{
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < fixtures.count; i++) {
        const struct fixture *fixture = &fixtures.rows[i];
        struct reading got;

        fixture_read(fixture, fixture->message, &got);
        if (got.class != READING_TRANSACTION)
            continue;
        for (int field = 0; field < READING_FIELDS; field++) {
            assert_true(got.spans[field].start <= got.spans[field].end);
            assert_true(got.spans[field].end <= strlen(fixture->message));
        }
        struct reading_span span = got.spans[READING_FIELD_REFERENCE];
        size_t length = (size_t)(span.end - span.start);

        if (got.reference[0] != '\0' &&
            (fixture->message[span.start] & 0x80) == 0 && /* ۴۸۱ is 481 */
            (length != strlen(got.reference) ||
             memcmp(fixture->message + span.start, got.reference, length) != 0)) {
            print_error("reference %s of %s\n", got.reference, fixture->message);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_account_changes_the_account_alone),
        cmocka_unit_test(another_sum_changes_the_amount_alone),
        cmocka_unit_test(another_reference_changes_the_reference_alone),
        cmocka_unit_test(blanks_change_nothing),
        cmocka_unit_test(masking_changes_nothing),
        cmocka_unit_test(capitals_change_names_only),
        cmocka_unit_test(greetings_and_advice_change_nothing),
        cmocka_unit_test(other_forms_are_never_booked),
        cmocka_unit_test(turned_verbs_are_never_booked),
        cmocka_unit_test(spans_hold_what_was_read),
    };

    fixtures_load(&fixtures);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    fixtures_free(&fixtures);
    return failed;
}
