/* The other side's name: candidates from labels, prepositions and payment paths, the best one
 * cleaned of what is no part of a name. */
#include <stdio.h>
#include <string.h>

#include "alias.h"
#include "base/mem.h"
#include "name.h"

#define LABEL_SCORE 61 /* of a name that a label introduces, at least */

/* Where advice begins: "call …", "not you? SMS …", "thank you for …". No name comes after. */
static int advice_begin(const struct frame *frame, int amount)
{
    for (int i = amount + 1; i < frame->count; i++)
        if (token_in(frame, i, LIST_ADVICE) && !token_at(frame, i)->inside &&
            !name_follows_a(frame, i) && /* Polish "do JANA" */
            (grammar_sentence_end(frame, i - 1) || token_punct(frame, i - 1) == ',' ||
             token_at(frame, i)->role == ROLE_STOP ||
             token_at(frame, i - 1)->role == ROLE_PREPOSITION))
            return i;
    return frame->count;
}

/* Full stops between two tokens; lines do not count, since one fact stands on each. */
static int sentences_between(const struct frame *frame, int a, int b)
{
    int count = 0;

    for (int i = a < b ? a : b; i < (a < b ? b : a); i++)
        count += token_punct(frame, i) != 0 && grammar_sentence_end(frame, i);
    return count;
}

/* How well a preposition of this kind introduces the other side. */
static int preposition_score(uint8_t kind, enum reading_direction direction)
{
    bool credit = direction == READING_CREDIT;

    switch (kind) {
    case '@':
        return credit ? 53 : 60;
    case '>':
        return credit ? 12 : 55;
    case '<':
        return credit ? 58 : 35;
    case 'b':
        return credit ? 56 : 30;
    case 't':
        return 48;
    case 'f':
        return 38;
    case 'v':
        return 14;
    case 'o':
        return 24;
    case 'i':
        return 22;
    default:
        return 0;
    }
}

/* "sent you", "te envio", "ti ha inviato", "vous a envoye", "hat dir" */
static bool names_you(const struct frame *frame, int i)
{
    int last = i + frame->tokens[i].span - 1;

    return last > i &&
           (token_is(frame, last, "you") || token_is(frame, i, "te") || token_is(frame, i, "ti") ||
            token_is(frame, i, "le") || token_is(frame, i, "vous") || token_is(frame, i, "ta"));
}

/* A mark that stands apart, a sign of the bank's own, a picture: no name reaches over it. */
static bool parts_subject(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    /* "ROSA M. QUISPE sent you" */
    if (token->mark == '.' && token_at(frame, i - 1)->end - token_at(frame, i - 1)->start == 1)
        return false;
    return grammar_sentence_end(frame, i) ||
           (token->kind == TOKEN_PUNCT &&
            (token->mark == ':' || token->mark == ',' || token->mark == '\0' ||
             (token->mark == '-' && token_at(frame, i + 1)->space)));
}

static bool is_named(const struct frame *frame, int i)
{
    return token_at(frame, i)->kind == TOKEN_WORD || token_at(frame, i)->kind == TOKEN_CODE;
}

/* "; NAME credited", "NAME has received 500 from your account", "NAME sent you 500". */
static void offer_subject(const struct frame *frame, int i, enum reading_direction direction,
                          struct name *best)
{
    int first = i - 1;

    bool paid_you = direction == READING_CREDIT && token_is(frame, i, "paid") &&
                    token_is(frame, i - 1, "has"); /* "SHOP has paid 500 into your A/c" */

    if ((frame->tokens[i].role != ROLE_CREDIT && !paid_you) || i == 0)
        return;
    bool sent_you = names_you(frame, i);
    int score = sent_you ? 60 : 45;

    if (direction != READING_DEBIT && !paid_you && !sent_you)
        return;
    while (first > 0 && !parts_subject(frame, first - 1) && i - first < 8)
        first--;
    while (first < i && token_at(frame, first)->kind == TOKEN_PUNCT)
        first++;
    for (int k = first; k < i; k++)
        if (token_at(frame, k)->kind == TOKEN_MONEY || token_at(frame, k)->kind == TOKEN_MASK)
            return;
    if ((token_at(frame, first)->role == ROLE_NONE ||
         token_at(frame, first)->role == ROLE_OTHER_PARTY) && /* "Ben" is a name too */
        is_named(frame, first) &&
        (is_named(frame, i - 1) || token_punct(frame, i - 1) == '.') && score > best->score) {
        int last = i - 1;

        if (token_at(frame, last)->role == ROLE_STOP)
            last--;
        name_set(frame, best, first, last, score);
    }
}

/* "IQ SAL FEB": a remark about the salary, and no name. */
static bool names_the_kind(const struct frame *frame, struct name *name, enum reading_kind kind)
{
    /* "EXAMPLE CLINIC PAYROLL": the employer, and what for. */
    if (name->last > name->first && token_at(frame, name->last)->role == ROLE_KIND)
        name->last--;
    for (int i = name->first; i <= name->last; i++)
        if (token_at(frame, i)->role == ROLE_KIND && token_at(frame, i)->arg == kind &&
            (kind == READING_SALARY || kind == READING_INTEREST))
            return true;
    return false;
}

/* Words without another role between a mark or a line's begin and the sum, which says its sign. */
static void offer_before_sum(const struct frame *frame, int amount, struct name *best)
{
    int first = amount;

    while (amount - first < 6 && token_at(frame, first - 1)->kind == TOKEN_WORD &&
           token_at(frame, first - 1)->role == ROLE_NONE && !token_at(frame, first - 1)->inside)
        first--;
    if (first < amount && best->score < 28 &&
        (first == 0 || token_punct(frame, first - 1) == ':' ||
         token_punct(frame, first - 1) == ',' ||
         token_at(frame, first - 1)->kind == TOKEN_NEWLINE) &&
        !name_is_generic(frame, first, amount - 1))
        name_set(frame, best, first, amount - 1, 28);
}

/* The words that follow the sum at once, or stand before it as a line's title: "412.50 CORNER
 * CAFE Bal", "510. KIOSK 4. Rest 20", "MARKTHALLE: -12,40". */
static void offer_beside_sum(const struct frame *frame, int amount, struct name *best)
{
    int next = amount + 1, first = amount - 2, before = amount;

    if (amount < 0)
        return;
    while (next < amount + 4 && token_punct(frame, next) != 0)
        next++;
    if ((token_at(frame, next)->kind == TOKEN_WORD || token_at(frame, next)->kind == TOKEN_CODE) &&
        (token_at(frame, next)->role == ROLE_NONE || token_at(frame, next)->role == ROLE_CHANNEL))
        name_offer(frame, next, 13, best);
    /* "Example Bank Card": whose card it is; "CORNER CAFE card *12" is a shop. */
    if (best->score == 13 && token_at(frame, best->last + 1)->role == ROLE_ACCOUNT &&
        token_punct(frame, best->last + 2) != ':' &&
        (!name_is_capital(frame, best->last) || name_is_capital_word(frame, best->last + 1)))
        best->score = 0;
    if (frame->tokens[amount].sign == 0 || best->score >= 57)
        return;
    if (token_punct(frame, amount - 1) != ':') {   /* "Bank: SHOP -245.50" */
        if (token_punct(frame, before - 1) == ',') /* "PURCHASE, SHOP, R-589.99" */
            before--;
        offer_before_sum(frame, before, best);
        return;
    }
    while (first > 0 && token_at(frame, first - 1)->kind != TOKEN_NEWLINE)
        first--;
    for (int k = first; k >= 0 && k < amount - 1; k++) /* "TK 0441XXX881 GD: -250" */
        if (frame->tokens[k].kind != TOKEN_WORD && token_punct(frame, k) == '\0')
            return;
    if (first >= 0 && token_at(frame, first)->role == ROLE_NONE)
        name_set(frame, best, first, amount - 2, 57);
}

/* "payment to", "перевод от": the phrase of a verb took the preposition. */
static bool ends_with_preposition(const struct frame *frame, int i)
{
    int last = i + frame->tokens[i].span - 1;

    return last > i && token_in(frame, last, LIST_VERB_SIDE);
}

static bool names_masked_account(const struct frame *frame, int first)
{
    for (int k = first; k < first + 6; k++) {
        if (token_at(frame, k)->kind == TOKEN_MASK)
            return k > first;
        if (token_at(frame, k)->kind != TOKEN_WORD)
            return false;
    }
    return false;
}

/* "from Example Bank A/c X12" of what was paid, "in Example Bank A/c X12" of what came. */
static bool own_account(const struct frame *frame, int i, enum reading_direction direction)
{
    const char *sides = direction == READING_DEBIT ? "<vbo" : ">iv";

    /* The "di" of other languages is "at" as often as "from". */
    /* "has posted to SHARE DRAFT x0170" */
    if (token_is(frame, i, "to") && token_is(frame, i - 1, "posted") &&
        names_masked_account(frame, i + 1))
        return true;
    return frame->tokens[i].role == ROLE_PREPOSITION && !token_is(frame, i, "di") &&
           strchr(sides, frame->tokens[i].arg) != NULL && name_is_of_account(frame, i + 1);
}

/* "From Example: your A/C …" */
static bool introduces_bank(const struct frame *frame, int i)
{
    return i == 0 && token_is(frame, 0, "from") &&
           (token_punct(frame, 2) == ':' || token_punct(frame, 3) == ':');
}

static bool is_name_word(const struct frame *frame, int i)
{
    return token_at(frame, i)->role == ROLE_NONE && name_is_capital_word(frame, i);
}

/* "Lastschrift POWER CO -42,99", "You paid Jordan Lee $18.00", "authorized on 05/14 SHOP $31.20":
 * all that stands between a verb or a date and the sum. */
static void offer_up_to_sum(const struct frame *frame, int i, int amount, struct name *best)
{
    const struct token *token = &frame->tokens[i];
    int next = i + token->span, last = next;

    if ((token->role != ROLE_DEBIT && token->role != ROLE_CREDIT && token->kind != TOKEN_DATE) ||
        amount <= next || amount - next > 6)
        return;
    while (is_name_word(frame, last))
        last++;
    /* "Addebito ENEL ENERGIA per EUR 68", "prelevement EDF de 96" */
    bool of = last > next && last + 1 == amount &&
              token_at(frame, last)->letters == LETTERS_SMALL &&
              (token_at(frame, last)->role == ROLE_PREPOSITION || token_is(frame, last, "za"));

    if (last == amount || of)
        name_set(frame, best, next, last - 1, 41);
}

/* "Card*2210 SHOP Balance 100": all that stands between the card and balance, date or sum. */
static void offer_after_card(const struct frame *frame, int i, struct name *best)
{
    int last = i + 1;

    if (frame->tokens[i].kind != TOKEN_MASK)
        return;
    while (name_is_capital(frame, last) || token_digits(frame, last) > 0 ||
           (token_punct(frame, last) == '-' && token_glued(frame, last)))
        last++;
    if (last > i + 1 && name_is_capital(frame, i + 1) &&
        (token_at(frame, last)->role == ROLE_BALANCE ||
         token_at(frame, last)->role == ROLE_AMOUNT || token_at(frame, last)->kind == TOKEN_DATE ||
         (token_punct(frame, last) == '.' && last > i + 2)))
        name_set(frame, best, i + 1, last - 1, 30);
}

/* "SALARY MAR 2026 EXAMPLE TEA LTD", "EXAMPLE WORKS/WAGES MAR": who pays, without what for. */
static bool without_kind(const struct frame *frame, struct name *name)
{
    int words = 0;

    for (int i = name->first; i < name->last; i++)
        if (token_punct(frame, i) == '/' && token_at(frame, i + 1)->role == ROLE_KIND)
            name->last = i - 1;
    while (name->first < name->last && (token_at(frame, name->first)->role == ROLE_KIND ||
                                        token_at(frame, name->first)->kind != TOKEN_WORD ||
                                        token_in(frame, name->first, LIST_MONTH)))
        name->first++;
    for (int i = name->first; i <= name->last; i++)
        words += token_at(frame, i)->kind == TOKEN_WORD && !token_in(frame, i, LIST_MONTH) &&
                 token_at(frame, i)->role != ROLE_KIND &&
                 token_at(frame, i)->end - token_at(frame, i)->start > 2;
    return words >= 2 && !name_is_generic(frame, name->first, name->last);
}

/* "for your Example order 404-77", "your Example loan a/c": whose order or loan it is. */
static void offer_of_order(const struct frame *frame, int i, struct name *best)
{
    static const char *const things[] = {"order", "booking", "subscription", "membership",
                                         "loan",  "ride",    "personal",     "purchase"};
    int last = i + 1;

    while (last < i + 5 && token_at(frame, last)->role == ROLE_NONE &&
           (name_is_capital_word(frame, last) ||
            (last > i + 1 && token_glued(frame, last) && token_punct(frame, last) != ',')))
        last++;
    for (size_t k = 0; last > i + 1 && k < LENGTH(things); k++)
        if (token_is(frame, last, things[k]) && token_at(frame, last)->letters == LETTERS_SMALL)
            name_set(frame, best, i + 1, last - 1, 36);
}

/* What a token means tells of a name beside it. */
static void offer_by_meaning(const struct frame *frame, int i, struct name *best)
{
    const struct token *token = &frame->tokens[i];
    int next = i + token->span;

    /* "Your EXAMPLE TEL bill payment", "NETWORK recharge" */
    if (token->event == READING_BILL_PAYMENT ||
        (token->role == ROLE_KIND && token->arg == READING_BILL_PAYMENT) ||
        token_is(frame, i, "recharge"))
        name_offer_before(frame, i, 37, best);
    if (token->role == ROLE_YOUR)
        offer_of_order(frame, i, best);
    int name = next;

    while (token->role != ROLE_DEBIT && name < next + 3 &&
           (token_in(frame, name, LIST_MONTH) || token_digits(frame, name) > 0))
        name++; /* "SALARY JUN25 EXAMPLE SARL" */
    /* "Compraste EXAMPLE POWER no valor de 300", "Salary EXAMPLE GOVT": after the verb at once. */
    if (((token->role == ROLE_DEBIT && token->arg == 4) ||
         (token->role == ROLE_KIND && token->arg == READING_SALARY) ||
         (token->role == ROLE_CREDIT && token->event == READING_SALARY)) &&
        name_is_capital(frame, name) && token_at(frame, name)->kind == TOKEN_WORD &&
        !token_is(frame, next - 1, "your") &&
        (token_at(frame, i)->letters != LETTERS_CAPITAL ||
         (token->role == ROLE_KIND && name_is_capital(frame, name + 1))))
        name_offer(frame, name, 34, best);
    /* "JANE DOE sana 250 gonderdi": to you, in Turkish */
    if (token_is(frame, i, "sana") && token->letters == LETTERS_SMALL)
        name_offer_before(frame, i, 58, best);
    /* "kurejesha Example Loan": to pay back, in Swahili */
    if (token_is(frame, i, "kurejesha"))
        name_offer(frame, next, 40, best);
    /* Prepaid electricity of Tanzania, on a line of its own above the customer's name. */
    if (token_is(frame, i, "luku") && token_at(frame, i + 1)->kind == TOKEN_NEWLINE)
        name_set(frame, best, i, i, 59);
    /* "POS CORNER SHOP TOWN", "Pembayaran tagihan PLN" */
    if ((token_is(frame, i, "pos") || token->event == READING_BILL_PAYMENT ||
         (token->role == ROLE_KIND && token->arg == READING_BILL_PAYMENT)) &&
        name_is_capital(frame, next))
        name_offer(frame, next, 40, best);
    /* "Vous avez recu 500 du 77***4567 JANE DOE" */
    if (token_is(frame, i, "du") && token_at(frame, next)->kind == TOKEN_MASK)
        name_offer(frame, next, 50, best);
    /* "收到张三转账": from whom it came. */
    if (token->script == SCRIPT_HAN && token->role == ROLE_CREDIT &&
        token_at(frame, next)->script == SCRIPT_HAN && token_at(frame, next)->role == ROLE_NONE &&
        token_at(frame, next + 1)->role == ROLE_TRANSFER)
        name_set(frame, best, next, next, 45);
    /* "周建国于01月19日…": the subject before the time. */
    if (token->script == SCRIPT_HAN && token_at(frame, i + 1)->kind == TOKEN_DATE &&
        token->role == ROLE_PREPOSITION && token_at(frame, i - 1)->script == SCRIPT_HAN &&
        token_punct(frame, i - 2) == ']')
        name_set(frame, best, i - 1, i - 1, 45);
}

/* "ordenante JANE DOE", "platitelj CORNER SHOP": a label without a mark, before capitals. */
static bool labels_capitals(const struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];

    return token->letters != LETTERS_CAPITAL && !token_is(frame, i, "location") &&
           name_is_capital(frame, i + token->span);
}

/* What token i introduces, if it does. */
static void offer_at(const struct frame *frame, const struct findings *found, int i,
                     enum reading_direction direction, struct name *best)
{
    const struct token *token = &frame->tokens[i];
    int next = i + token->span, amount = found->amount;
    bool colon = token_punct(frame, next) == ':';

    if (token->role == ROLE_PREPOSITION && token->arg == 'p') {
        name_offer_before(frame, i, 58, best);
    } else if (own_account(frame, i, direction) || introduces_bank(frame, i)) {
        return;
    } else if (token->role == ROLE_PREPOSITION && !name_holds(frame, i)) {
        int away = i > amount ? (i - amount) / 4 : 1;
        int score = preposition_score(token->arg, direction) - (away < 8 ? away : 8);

        /* "to JANE A/C X12 at Example Bank" */
        if (token->arg == '@' && best->score >= 45 && token_at(frame, i - 1)->kind == TOKEN_MASK)
            score -= 12;
        name_offer(frame, next, score + (colon ? 8 : 0) - 14 * sentences_between(frame, amount, i),
                   best);
    } else if (token->role == ROLE_MERCHANT && (colon || token->arg == 2)) {
        name_offer(frame, next, 64, best);
    } else if (token->role == ROLE_MERCHANT &&
               (token_is(frame, i, "name") || labels_capitals(frame, i))) {
        name_offer(frame, next, 61, best);
    } else if (token->role == ROLE_INFO && (token->arg != 2 || colon)) {
        name_offer(frame, next, 44, best);
        name_offer_remark(frame, next, best);
    } else if ((token->role == ROLE_DEBIT || token->role == ROLE_CREDIT) &&
               (colon || (grammar_completed(frame, i) && token_punct(frame, next) == '-' &&
                          !token_glued(frame, next) && name_is_capital_word(frame, next + 1)))) {
        name_offer(frame, next, 40, best);
    } else if ((token->role == ROLE_DEBIT || token->role == ROLE_CREDIT ||
                token->role == ROLE_TRANSFER) &&
               ends_with_preposition(frame, i)) {
        name_offer(frame, next, 50, best);
    } else if (name_follows_a(frame, i)) {
        name_offer(frame, i + 1, direction == READING_DEBIT ? 52 : 20, best);
    } else if (name_follows_no(frame, i)) {
        name_offer(frame, i + 1, 30, best);
    } else if (token_punct(frame, i) == '@') {
        name_offer(frame, i + 1, direction == READING_CREDIT ? 53 : 58, best);
    } else if (token->role == ROLE_OTHER_PARTY && colon && /* "Beneficiary: JANE DOE" */
               name_is_capital_word(frame, next + 1)) {
        name_offer(frame, next + 1, 60, best);
    } else if (token_is(frame, i, "p") && token_punct(frame, i + 1) == '/' &&
               name_is_capital(frame, i + 2)) { /* "para" cut short */
        name_offer(frame, i + 2, 52, best);
    } else if (token->kind == TOKEN_ADDRESS) {
        name_offer(frame, i, 40, best);
    }
    offer_by_meaning(frame, i, best);
    offer_up_to_sum(frame, i, amount, best);
    offer_after_card(frame, i, best);
    /* "13:01:12 IST SHOP Avl Limit": the zone's letters, then the name. */
    if (token->kind == TOKEN_TIME && token_punct(frame, next) == ',' &&
        token_at(frame, next + 1)->role == ROLE_NONE)
        name_offer(frame, next + 1, 46, best);
    name_offer_sentence(frame, i, 29, best);
    if (token->kind == TOKEN_TIME && token_at(frame, next)->kind == TOKEN_WORD &&
        !token_in(frame, next, LIST_ADVICE))
        name_offer(frame,
                   next + (token_at(frame, next)->end - token_at(frame, next)->start == 3 &&
                           token_at(frame, next + 1)->kind == TOKEN_WORD),
                   11, best);
    if (token->role == ROLE_CHANNEL || token->role == ROLE_INFO || token_is(frame, i, "inf") ||
        token_is(frame, i, "bil"))
        name_offer_path(frame, i, best);
}

void merchant_take(const struct frame *frame, int first, int last, struct findings *found,
                   struct reading *out)
{
    found->merchant = first;
    found->merchant_end = last;
    frame_copy(frame, first, last, out->merchant_raw, sizeof(out->merchant_raw));
    memcpy(out->merchant, out->merchant_raw, sizeof(out->merchant));
    name_clean(out->merchant);
    memcpy(out->merchant_told, out->merchant, sizeof(out->merchant_told));
    alias_apply(out->merchant, sizeof(out->merchant));
}

/* "withdrawn@ HIGH STREET", "cash deposit machine at HIGH STREET": a place, where no shop is. */
static bool is_place_of_machine(const struct frame *frame, int first, enum reading_kind kind)
{
    bool cash = kind == READING_CASH_WITHDRAWAL || kind == READING_CASH_DEPOSIT, at = false,
         machine = false;

    for (int i = first - 1; cash && i >= 0 && i >= first - 3; i--) {
        at |= token_at(frame, i)->role == ROLE_PREPOSITION && token_at(frame, i)->arg == '@';
        machine |= token_is(frame, i, "atm") || token_is(frame, i, "cdm") ||
                   token_is(frame, i, "machine") || token_punct(frame, i) == '@';
    }
    return machine && (at || token_punct(frame, first - 1) == '@');
}

static void name_after_kind(const struct frame *frame, struct reading *out)
{
    char name[2 * READER_NAME_SIZE];
    int len =
        snprintf(name, sizeof(name), "%s, %s", merchant_of_kind(frame, out), out->merchant_told);

    if (len >= READER_NAME_SIZE)
        return;
    memcpy(out->merchant, name, (size_t)len + 1);
    memcpy(out->merchant_told, name, (size_t)len + 1);
}

void merchant_read(const struct frame *frame, struct findings *found, struct reading *out)
{
    struct name best = {.score = 0};
    int end = advice_begin(frame, found->amount);

    offer_beside_sum(frame, found->amount, &best);
    name_offer_title(frame, found->amount, &best);
    for (int i = 0; i < end; i++) {
        if (!frame->tokens[i].inside)
            offer_at(frame, found, i, out->direction, &best);
        offer_subject(frame, i, out->direction, &best);
        name_offer_line(frame, i, &best);
        name_offer_fact(frame, i, &best);
        name_offer_holder(frame, i, &best);
    }
    /* "withdrawal from CK7731": the person's own account. */
    if (best.score > 0 && found->account >= best.first && found->account <= best.last &&
        best.last - best.first < 2)
        best.score = 0;
    if (best.score > 0 && !name_is_generic(frame, best.first, best.last) &&
        (!names_the_kind(frame, &best, out->kind) || without_kind(frame, &best))) {
        found->merchant_score = best.score;
        merchant_take(frame, best.first, best.last, found, out);
        if (is_place_of_machine(frame, best.first, out->kind) &&
            strcasestr(out->merchant_told, "atm") == NULL)
            name_after_kind(frame, out);
    }
    /* "POS location is other bank POS": a label says that this is the name, such as it is. */
    bool network = best.generic_first == best.generic_last && /* "to:UPI/6137…" */
                   token_at(frame, best.generic_first)->role == ROLE_CHANNEL;

    if (out->merchant[0] == '\0' && best.generic_score >= LABEL_SCORE && !network) {
        found->merchant_score = best.generic_score;
        merchant_take(frame, best.generic_first, best.generic_last, found, out);
    }
    if (!name_is_anybody(out->merchant))
        merchant_after_kind(frame, end, &best, found, out);
}
