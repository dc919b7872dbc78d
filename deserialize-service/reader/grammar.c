#include "grammar.h"

#include <stdlib.h>

static int distance(int a, int b)
{
    return abs(a - b);
}

/* "Hesabiniza … gonderildi": Turkish says "to your account" in one word, before the verb. */
static bool to_account_before(const struct frame *frame, int verb)
{
    if (!frame_may_have(frame, "hesabiniza") && !frame_may_have(frame, "hesabina") &&
        !frame_may_have(frame, "sana"))
        return false;
    for (int k = verb - 1; k >= 0 && verb - k < 14; k--)
        if (token_is(frame, k, "hesabiniza") || token_is(frame, k, "hesabina") ||
            (token_is(frame, k, "sana") &&
             frame->tokens[k].letters == LETTERS_SMALL)) /* "to you" */
            return true;
    return false;
}

/* What the words after the verb say about the account's side: "sent to your", "paid from A/c". */
static int account_side(const struct frame *frame, int verb)
{
    int side = 0;

    for (int k = verb; k < frame->count && k - verb < 14; k++) {
        const struct token *token = &frame->tokens[k];
        const struct token *next = token_at(frame, k + 1);

        if (k > verb && grammar_sentence_end(frame, k) && token_punct(frame, k) == '.')
            break;
        if (token->role != ROLE_PREPOSITION)
            continue;
        bool your = next->role == ROLE_YOUR;
        bool account = your || next->role == ROLE_ACCOUNT || next->kind == TOKEN_MASK;

        if (!account)
            continue;
        if (token->arg == '<')
            side -= your ? 3 : 1;
        else if (token->arg == '>' || token->arg == 'i' || token->arg == 't')
            side += your ? 3 : 1;
    }
    return side;
}

/* "Your transfer of 75 to JANE was deposited": the other side has it. */
static bool transferred_to_somebody(const struct frame *frame, int verb)
{
    bool to = false;

    if (!frame_has_role(frame, ROLE_TRANSFER))
        return false;
    for (int k = verb - 1; k >= 0 && verb - k < 14 && !grammar_sentence_end(frame, k); k--) {
        const struct token *next = token_at(frame, k + 1);

        to |= frame->tokens[k].role == ROLE_PREPOSITION && frame->tokens[k].arg == '>' &&
              next->kind == TOKEN_WORD && next->role == ROLE_NONE;
        if (to && frame->tokens[k].role == ROLE_TRANSFER)
            return true;
    }
    return false;
}

/* "Received 7,300 towards interest on the loan": told by whoever was paid. */
static bool received_from_person(const struct frame *frame, int verb)
{
    if (!token_is(frame, verb, "received") || frame_has_role(frame, ROLE_BALANCE))
        return false;
    if (verb > 0 && !grammar_sentence_end(frame, verb - 1) &&
        token_at(frame, verb - 1)->kind == TOKEN_WORD)
        return false;
    for (int k = verb + 1; k < verb + 8; k++)
        if (token_is(frame, k, "towards"))
            return token_at(frame, k + 1)->role == ROLE_KIND ||
                   token_at(frame, k + 2)->role == ROLE_KIND;
    return false;
}

/* "Interest of 3.71 was paid to Savings": by the bank, unless a loan's. */
static bool interest_paid(const struct frame *frame, int verb)
{
    bool to = token_is(frame, verb + frame->tokens[verb].span, "to") ||
              token_is(frame, verb + frame->tokens[verb].span - 1, "to");

    if (!to || !frame_may_have(frame, "interest") || frame_may_have(frame, "loan"))
        return false;
    for (int k = verb; k >= 0 && verb - k < 10; k--) {
        if (token_is(frame, k, "interest"))
            return true;
        if (grammar_sentence_end(frame, k))
            return false;
    }
    return false;
}

int grammar_bracket_before(const struct frame *frame, int i, int reach)
{
    for (int k = i - 1; k >= 0 && i - k <= reach; k--) {
        if (token_punct(frame, k) == ')')
            return -1;
        if (token_punct(frame, k) == '(')
            return k;
    }
    return -1;
}

bool grammar_verb_before(const struct frame *frame, int i)
{
    for (int k = 0; k < i; k++)
        if (frame->tokens[k].role == ROLE_DEBIT && grammar_completed(frame, k))
            return true;
    return false;
}

/* "Interest credited (tax 10% deducted)", and a cashback that comes with a payment. */
static bool by_the_way(const struct frame *frame, int verb)
{
    if (frame->tokens[verb].event == READING_CASHBACK)
        return grammar_verb_before(frame, verb);
    return grammar_bracket_before(frame, verb, 7) >= 0;
}

/* "Your NEFT of 500 from Example Bank A/c X12 … has been credited to JANE DOE" */
static bool credited_to_somebody(const struct frame *frame, int verb)
{
    int to = verb + frame->tokens[verb].span;
    bool ends = token_is(frame, to - 1, "to");

    if (!ends && !token_is(frame, to, "to"))
        return false;
    to += !ends;
    if (token_at(frame, to)->kind != TOKEN_WORD || token_at(frame, to)->role != ROLE_NONE ||
        token_at(frame, to)->letters < LETTERS_TITLE)
        return false;
    for (int k = verb - 1; k >= 0 && verb - k < 18 && !grammar_sentence_end(frame, k); k--)
        if (token_is(frame, k, "from"))
            return frame_has_role(frame, ROLE_YOUR);
    return false;
}

/* "transferred from A/c X to your own A/c Y": told by the account that pays. */
static bool own_account_ahead(const struct frame *frame, int verb)
{
    for (int k = verb; k < frame->count && k - verb < 16; k++)
        if (token_is(frame, k, "own") || token_is(frame, k, "self"))
            return true;
    return false;
}

/* "Transfer of 500 from JANE": credit, where the name stands after "from" and none after "to". */
static bool from_somebody(const struct frame *frame, int verb)
{
    bool from = false;

    for (int k = verb; k < frame->count && k - verb < 14; k++) {
        const struct token *token = &frame->tokens[k];
        int n = k + 1 + (token_punct(frame, k + 1) == ':'); /* "From: JANE" */
        const struct token *next = token_at(frame, n);

        if (token->role != ROLE_PREPOSITION || token->inside ||
            (token->arg != '<' && token->arg != '>'))
            continue;
        bool payee =
            token->arg == '>' && (next->role == ROLE_OTHER_PARTY || next->role == ROLE_MERCHANT);
        bool somebody = (next->kind == TOKEN_WORD || next->kind == TOKEN_ADDRESS) &&
                        (next->role == ROLE_NONE || payee) &&
                        token_at(frame, n + 1)->role != ROLE_ACCOUNT &&
                        token_at(frame, n + 2)->role != ROLE_ACCOUNT;

        if (token->arg == '>' && somebody)
            return false;
        from |= token->arg == '<' && somebody;
    }
    return from;
}

/* "debited … and credited to SHOP", "credited … and debited from a/c X9": the second verb of a
 * sentence tells of the other side, unless it says "your". */
static bool other_half(const struct frame *frame, int first, int i)
{
    bool joined = false;

    if (first < 0 || frame->tokens[first].role == frame->tokens[i].role ||
        frame->tokens[first].arg < 3)
        return false;
    for (int k = first; k < i; k++) {
        if (grammar_sentence_end(frame, k))
            return false;
        joined |= i - k <= 3 && (token_is(frame, k, "and") || token_is(frame, k, "y"));
    }
    for (int k = i; k < i + 5; k++)
        if (token_at(frame, k)->role == ROLE_YOUR)
            return false;
    return joined && token_at(frame, i + 1)->role == ROLE_PREPOSITION;
}

/* "Instalment of 500 … processed": what is paid by its nature, and that it was done. */
static bool paid_by_nature(const struct frame *frame)
{
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];

        if (token->role == ROLE_KIND && !grammar_conditional(frame, i) &&
            !verb_after_future(frame, i) &&
            (token->arg == READING_INVESTMENT || token->arg == READING_LOAN_INSTALMENT ||
             token->arg == READING_BILL_PAYMENT || token->arg == READING_CARD_PAYMENT))
            return true;
    }
    return false;
}

/* "Rs 200 by your debit card X44 at SHOP": a card that was used needs no verb. */
static bool used_card(const struct frame *frame)
{
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];

        if (token->role != ROLE_PREPOSITION || (token->arg != 'b' && token->arg != 'v'))
            continue;
        for (int k = i + 1; k < i + 5; k++)
            if (token_at(frame, k)->role == ROLE_ACCOUNT &&
                token_at(frame, k)->arg >= READING_CREDIT_CARD &&
                token_at(frame, k)->arg <= READING_ANY_CARD && !grammar_conditional(frame, i) &&
                !verb_after_future(frame, i))
                return true;
    }
    return false;
}

/* "9.99 to SHOP from your account": where it went and where it came from, and no verb. */
static bool from_account_to_somebody(const struct frame *frame, int amount)
{
    bool to = false;

    for (int k = amount + 1; k < frame->count && k < amount + 12; k++) {
        const struct token *token = &frame->tokens[k], *next = token_at(frame, k + 1);

        if (grammar_sentence_end(frame, k))
            return false;
        to |= token->role == ROLE_PREPOSITION && token->arg == '>' && k == amount + 1 &&
              next->kind == TOKEN_WORD && next->role == ROLE_NONE;
        if (to && token->role == ROLE_PREPOSITION && token->arg == '<' && next->role == ROLE_YOUR &&
            token_at(frame, k + 2)->role == ROLE_ACCOUNT)
            return true;
    }
    return false;
}

/* "Card ending 66: 4.20 at SHOP": card, sum and place, and no verb at all. */
static bool card_at_shop(const struct frame *frame, int amount)
{
    bool card = false;

    for (int k = amount - 1; k >= 0 && amount - k < 9; k--)
        card |= frame->tokens[k].role == ROLE_ACCOUNT &&
                frame->tokens[k].arg >= READING_CREDIT_CARD &&
                frame->tokens[k].arg <= READING_ANY_CARD;
    const struct token *place = token_at(frame, amount + 1);

    return card && place->role == ROLE_PREPOSITION && place->arg == '@' &&
           token_at(frame, amount + 2)->kind == TOKEN_WORD &&
           token_at(frame, amount + 2)->role == ROLE_NONE;
}

/* "Card *3390 CORNER CAFE 27,31 EUR": all between the card and the sum is a name. */
static bool card_and_shop_before(const struct frame *frame, int amount)
{
    bool named = false;
    int k = amount - 1;

    for (; k >= 0 && amount - k < 9; k--) {
        const struct token *token = &frame->tokens[k];
        bool word = token->letters == LETTERS_CAPITAL && token->role == ROLE_NONE;

        if (!word && token->kind != TOKEN_NUMBER && token->mark != '-')
            break;
        named |= word;
    }
    return named && token_at(frame, k)->kind == TOKEN_MASK;
}

/* "24.50 GEL CORNER CAFE 04/02/2026 Card ***4410 Balance: 410.20": sum, shop, card and what is
 * left, and no verb at all. */
static bool told_without_verb(const struct frame *frame, const struct findings *found)
{
    const struct token *shop =
        token_at(frame, found->amount + 1 + (token_punct(frame, found->amount + 1) == ','));
    bool masked = false;

    for (int i = 0; i < frame->count; i++)
        masked |= frame->tokens[i].kind == TOKEN_MASK;
    /* The sum alone on the first line says the same. */
    bool shown = (shop->kind == TOKEN_WORD && shop->role == ROLE_NONE) ||
                 (found->amount == 0 && shop->kind == TOKEN_NEWLINE && frame->count > 1) ||
                 card_and_shop_before(frame, found->amount);

    /* "Location: SHOP, Amount: 1865": labels say it. */
    bool labelled = grammar_sum_role(frame, found->amount) == ROLE_AMOUNT &&
                    frame_has_role(frame, ROLE_MERCHANT);

    return masked && found->balance >= 0 && found->sums == 1 && (shown || labelled);
}

/* "Cheque … deposited": the money itself comes later, or does not. */
static bool is_cheque_handed_in(const struct frame *frame, int verb)
{
    if (!token_is(frame, verb, "deposited"))
        return false;
    for (int k = verb - 1; k >= 0 && verb - k < 14 && !grammar_sentence_end(frame, k); k--)
        if (token_is(frame, k, "chq") || token_is(frame, k, "cheque") ||
            token_is(frame, k, "check"))
            return true;
    return false;
}

/* What was paid may be told without a verb, or by one that is no event. How surely, 0..3; 0: it is
 * not told. */
static int strength_without_verb(const struct frame *frame, const struct findings *found)
{
    if (found->done && paid_by_nature(frame))
        return 3;
    if (used_card(frame) || from_account_to_somebody(frame, found->amount))
        return 2;
    /* A fee, and the balance after it. */
    if (found->balance >= 0 && grammar_sum_role(frame, found->amount) == ROLE_FEE)
        return 2;
    if (card_at_shop(frame, found->amount) ||
        (!found->verb_future && told_without_verb(frame, found)))
        return 1;
    return 0;
}

/* "Payment of 799 was successful. Cashback will be credited": the event stands before. */
static bool told_before(const struct frame *frame, int first, int i)
{
    bool done = false, ended = false;

    for (int k = first; k < i; k++) {
        done |= frame->tokens[k].role == ROLE_DONE;
        ended |= done && token_punct(frame, k) == '.' && grammar_sentence_end(frame, k);
    }
    return ended;
}

/* The beneficiary, beside the verb: not the person who is told. */
static bool concerns_beneficiary(const struct frame *frame, int i)
{
    int next = i + frame->tokens[i].span;

    if (!frame_may_have(frame, "beneficiary"))
        return false;
    for (int k = next; k < next + 4; k++) /* "credited to the beneficiary" */
        if (token_is(frame, k, "beneficiary"))
            return true;
    for (int k = i - 1; k >= 0 && i - k < 6 && !grammar_sentence_end(frame, k); k--)
        if (token_is(frame, k, "beneficiary")) /* "Beneficiary A/c is credited" */
            return true;
    return false;
}

/* The verb at token i tells of money that came, seen from the person's account. */
static bool comes_in(const struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];
    int side = token->arg <= 3 || token->role == ROLE_TRANSFER ? account_side(frame, i) : 0;

    if (token->role == ROLE_TRANSFER)
        return to_account_before(frame, i) || (side >= 3 && !own_account_ahead(frame, i)) ||
               from_somebody(frame, i);
    if (token->role != ROLE_CREDIT)
        return to_account_before(frame, i) || (side >= 3 && token->arg <= 3) ||
               interest_paid(frame, i);
    /* "Shop has received 500 from your account" is paid by the account. */
    return account_side(frame, i) > -3 && !transferred_to_somebody(frame, i) &&
           !concerns_beneficiary(frame, i) && !credited_to_somebody(frame, i) &&
           !received_from_person(frame, i);
}

static void find_direction(const struct frame *frame, struct findings *found, struct reading *out)
{
    int debit = 0, credit = 0, best = 0, first = -1;
    int anchor = found->amount >= 0 ? found->amount : 0;

    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];

        found->done |= token->role == ROLE_DONE;
        if ((ROLE_BIT(token->role) & ROLES_OF_VERBS) == 0)
            continue;
        if (!grammar_completed(frame, i)) {
            found->verb_future |=
                verb_announced(frame, i) && !(first >= 0 && told_before(frame, first, i));
            continue;
        }
        if (other_half(frame, first, i))
            continue;
        if (first < 0 && token->role != ROLE_TRANSFER)
            first = i;
        int away = distance(i, anchor);
        int weight = token->arg * 12 - (away < 24 ? away : 24) - i / 8;
        bool is_credit = comes_in(frame, i);

        weight -= by_the_way(frame, i) ? 20 : 0;
        /* "Sum debited … has been reversed": the last word is the reversal's. */
        if (is_credit && token->arg == 4 &&
            (token->event == READING_REVERSAL || token->event == READING_REFUND))
            weight += 20;
        if (weight < 1)
            weight = 1;
        explain_note(frame, READING_FIELD_DIRECTION, i, i + token->span - 1, weight,
                     is_credit ? "credit" : "debit");
        if (weight > best) {
            best = weight;
            found->verb = i;
        }
        if (is_credit && weight > credit)
            credit = weight;
        if (!is_credit && weight > debit)
            debit = weight;
        bool in_path =
            token_punct(frame, i + 1) == '/' &&
            (token_punct(frame, i - 1) == '/' || /* "UPI/DR/…", "NACH DR/…" */
             (token_at(frame, i - 1)->role == ROLE_CHANNEL && token->end - token->start == 2));
        int strength = is_cheque_handed_in(frame, i) || in_path ? 2 : token->arg;

        if (strength > found->verb_strength)
            found->verb_strength = strength;
    }
    if (found->amount >= 0 && frame->tokens[found->amount].sign != 0) {
        bool minus = frame->tokens[found->amount].sign < 0;

        debit += minus ? 60 : 0;
        credit += minus ? 0 : 60;
        if (found->verb_strength < 3)
            found->verb_strength = 3;
    }
    if (debit == 0 && credit == 0 && found->amount >= 0) {
        found->verb_strength = strength_without_verb(frame, found);
        debit = found->verb_strength > 0 ? 14 : 0;
    }
    found->direction_margin = abs(debit - credit);
    if (debit != credit)
        out->direction = debit > credit ? READING_DEBIT : READING_CREDIT;
}

void grammar_read(const struct frame *frame, struct findings *found, struct reading *out)
{
    *found = (struct findings){.amount = -1,
                               .balance = -1,
                               .limit = -1,
                               .fee = -1,
                               .converted = -1,
                               .verb = -1,
                               .account = -1,
                               .account_noun = -1,
                               .second = -1,
                               .reference = -1,
                               .merchant = -1,
                               .date = -1};
    sums_find(frame, found);
    find_direction(frame, found, out);
    sums_take(frame, found, out);
}

void frame_copy(const struct frame *frame, int first, int last, char *out, size_t size)
{
    const struct text *text = &frame->text;
    size_t n = 0;
    bool blank = false;

    for (size_t i = text->at[token_at(frame, first)->start],
                end = text->at[token_at(frame, last)->end];
         i < end;) {
        uint32_t cp;
        size_t used = text_decode(text->raw + i, end - i, &cp);

        if (cp == ' ' || cp == '\n' || cp == '\r' || cp == '\t' || cp == 0xA0 || cp == 0xFFFD) {
            blank = n > 0;
        } else if (n + used + 1 < size - 1) {
            if (blank)
                out[n++] = ' ';
            blank = false;
            memcpy(out + n, text->raw + i, used);
            n += used;
        } else {
            break;
        }
        i += used;
    }
    out[n] = '\0';
}
