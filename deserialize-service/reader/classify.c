/* Whether a text tells of money moved, and why not. */
#include "base/mem.h"
#include "grammar.h"

struct counts {
    int otp, promotion, request, reminder, mandate, statement, listing, failed, notice, refund;
    bool dated, masked, balance, your;
    bool ahead; /* a word that only what is to come has, whatever verb stands beside it */
    int verb;   /* what comes in a later sentence than this is no part of the event */
};

static bool after_share(const struct frame *frame, int i)
{
    for (int k = i - 1; k >= 0 && i - k < 9; k--) {
        if (frame->tokens[k].role == ROLE_SHARE)
            return true;
        if (token_punct(frame, k) == '.' && grammar_sentence_end(frame, k))
            return false;
    }
    return false;
}

/* "Token: 5512-0098-3377": of prepaid electricity, and no code. */
static bool is_long_token(const struct frame *frame, int i)
{
    return token_digits(frame, i) >= 4 &&
           ((token_punct(frame, i + 1) == '-' && token_glued(frame, i + 2) &&
             token_digits(frame, i + 2) >= 4) ||
            (token_punct(frame, i - 1) == '-' && token_glued(frame, i) &&
             token_digits(frame, i - 2) >= 4));
}

/* "OTP 551209", "OTP is 551209": then it is the code, whatever was said of sharing. */
static bool code_next(const struct frame *frame, int i)
{
    int k = i + frame->tokens[i].span;

    if (token_is(frame, k, "is") || token_punct(frame, k) == ':')
        k++;
    if (is_long_token(frame, k))
        return false;
    return token_digits(frame, k) >= 4 && token_digits(frame, k) <= 8;
}

static bool code_near(const struct frame *frame, int i)
{
    for (int k = i - 8; k < i + 14; k++) {
        const struct token *token = token_at(frame, k);
        int len = token->end - token->start;

        if (token->kind == TOKEN_NUMBER && token_digits(frame, k) >= 4 && len <= 8 &&
            !is_long_token(frame, k))
            return true;
    }
    return false;
}

/* "Use 448120 to authorise …", "Codigo 448120 para …": the code, whatever it is called. */
static bool use_code(const struct frame *frame, int i)
{
    static const char *const codes[] = {"tan", "code", "codigo", "codice", "kod", "kode"};
    bool told = token_is(frame, i, "use") || token_is(frame, i, "enter");

    for (size_t k = 0; k < LENGTH(codes) && !told; k++)
        told = token_is(frame, i, codes[k]) && (i == 0 || grammar_sentence_end(frame, i - 1));
    if (!told)
        return false;
    int len = token_digits(frame, i + 1);

    return len >= 4 && len <= 8 && token_at(frame, i + 2)->role != ROLE_NONE;
}

/* "… card ending 1234. Download our app. T&C apply.": the advertisement after the event. */
static bool later_sentence(const struct frame *frame, int verb, int i)
{
    if (verb < 0 || frame->tokens[verb].arg < 3)
        return false;
    /* A purchase told line by line has ended with its lines. */
    bool purchase = frame->tokens[verb].event == READING_PURCHASE;

    for (int k = verb; k < i; k++)
        if (grammar_sentence_end(frame, k) && (token_punct(frame, k) == '.' || purchase))
            return true;
    return false;
}

/* An account's digits, or a reference: offers have neither. */
static bool is_mark(const struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];

    if (token->kind == TOKEN_MASK)
        return true;
    if (token->role != ROLE_NUMBER_WORD && token->role != ROLE_REFERENCE &&
        token->role != ROLE_ACCOUNT)
        return false;
    for (int k = i + token->span; k < i + token->span + 3; k++)
        if (token_digits(frame, k) >= (token->role == ROLE_REFERENCE ? 6 : 4) ||
            token_at(frame, k)->kind == TOKEN_CODE)
            return true;
    return false;
}

static void count(const struct frame *frame, struct counts *n)
{
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];

        n->otp += use_code(frame, i) ? 2 : 0;
        n->dated |= token->kind == TOKEN_DATE || token->kind == TOKEN_TIME;
        n->masked |= is_mark(frame, i);
        switch ((enum role)token->role) {
        case ROLE_BALANCE:
            n->balance = true;
            break;
        case ROLE_YOUR:
            n->your = true;
            break;
        case ROLE_OTP:
            if (i == 0 && token_is(frame, 1, "bank"))
                break; /* Hungary's OTP Bank introduces itself */
            if (!after_share(frame, i) || code_next(frame, i))
                n->otp += 1 + code_near(frame, i);
            break;
        case ROLE_PROMOTION:
            n->promotion += !(n->masked && later_sentence(frame, n->verb, i));
            break;
        case ROLE_REQUEST:
            n->request++;
            break;
        case ROLE_REMINDER:
            n->reminder += !grammar_conditional(frame, i) && !later_sentence(frame, n->verb, i);
            n->ahead |= token->arg == 3;
            break;
        case ROLE_MANDATE:
            n->mandate++;
            break;
        case ROLE_STATEMENT:
            n->statement += !later_sentence(frame, n->verb, i);
            n->listing += token->arg == 2;
            break;
        case ROLE_NOTICE:
            n->notice++;
            break;
        case ROLE_FAILED:
            n->failed += !grammar_conditional(frame, i);
            break;
        case ROLE_CREDIT:
            n->refund += grammar_completed(frame, i) &&
                         (token->event == READING_REFUND || token->event == READING_REVERSAL);
            break;
        default:
            break;
        }
    }
}

/* "credit card", "card", and a product's name that ends so: "EXAMPLECARD". */
static bool is_credit_card(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    if (token->role == ROLE_ACCOUNT)
        return token->arg == READING_CREDIT_CARD || token->arg == READING_ANY_CARD;
    return token->kind == TOKEN_WORD && token->role == ROLE_NONE && token->end - token->start > 5 &&
           memcmp(frame->text.fold + token->end - 4, "card", 4) == 0;
}

/* "received on your … Credit Card", "towards card", "to your … account ending": what was paid. */
static bool paid_the_card(const struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];

    if (token->role != ROLE_PREPOSITION || token->arg == '@' || token->arg == '<' ||
        token->arg == 'v' || token->arg == 'b')
        return false;
    for (int k = i + 1; k < i + 8; k++) {
        if (is_credit_card(frame, k))
            return true;
        if (token_at(frame, k)->kind == TOKEN_MONEY || grammar_sentence_end(frame, k) ||
            (token_at(frame, k)->role == ROLE_PREPOSITION && token_at(frame, k)->arg == 'v'))
            return false; /* "payment to SHOP made with your card" */
    }
    return false;
}

/* "Your card ending 1234 payment of 100 posted" */
static bool names_card_before(const struct frame *frame, int payment)
{
    if (token_at(frame, payment - 1)->kind != TOKEN_MASK &&
        token_at(frame, payment - 1)->kind != TOKEN_NUMBER)
        return false;
    for (int k = payment - 2; k >= 0 && payment - k < 7; k--)
        if (is_credit_card(frame, k))
            return true;
    return false;
}

/* The card tells that its bill was paid: money of the account already seen leaving it. A shop's
 * name, or an account that was debited, makes it something else. */
static bool card_bill_receipt(const struct frame *frame)
{
    bool payment = false, received = false, card = false;

    if (!frame_may_have(frame, "payment"))
        return false;
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];

        payment |= token_is(frame, i, "payment");
        received |= payment && (token_is(frame, i, "received") || token_is(frame, i, "made") ||
                                token_is(frame, i, "posted") || token_is(frame, i, "processed"));
        received |= token_is(frame, i, "received") && token_is(frame, i + 1, "your");
        received |= token_is(frame, i, "received") && token_is(frame, i + 1, "payment");
        if ((token->role == ROLE_CREDIT || token->inside) && token_is(frame, i, "credited"))
            return false;
        if (token->role == ROLE_PREPOSITION && token->arg == '@' &&
            token_at(frame, i + 1)->kind == TOKEN_WORD && token_at(frame, i + 1)->role == ROLE_NONE)
            return false;
        if (token->role == ROLE_DEBIT && token->arg == 4 && token_is(frame, i, "debited"))
            return false;
        card |= paid_the_card(frame, i) ||
                (token_is(frame, i, "payment") && names_card_before(frame, i)) ||
                (token->role == ROLE_KIND && token->arg == READING_CARD_PAYMENT);
    }
    return payment && received && card;
}

/* "JANE DOE has received 400." tells the payer of a payment that its own text told before. Where an
 * account of the person stands in it, it may be the only text, and counts. */
static bool told_of_another(const struct frame *frame, const struct counts *n)
{
    if (!frame_may_have(frame, "received") || !frame_may_have(frame, "has"))
        return false;
    for (int i = 1; i < frame->count; i++) {
        const struct token *before = &frame->tokens[i - 1];

        if (token_is(frame, i, "received") && token_is(frame, i - 1, "has") && i >= 2 &&
            frame->tokens[i - 2].kind == TOKEN_WORD && frame->tokens[i - 2].role == ROLE_NONE &&
            before->role == ROLE_STOP)
            return !n->your && !n->masked && !n->balance;
    }
    return false;
}

/* "a cheque was received and will be credited after clearing" */
static bool awaits_clearing(const struct frame *frame)
{
    for (int i = 0; i < frame->count; i++)
        if (token_is(frame, i, "clearing") || token_is(frame, i, "clearance"))
            return true;
    return false;
}

/* "UPI Mandate: Sent Rs 199 from A/c 7719": a mandate that was used. */
static bool moves_at_once(const struct frame *frame, const struct findings *found)
{
    return found->verb >= 0 && found->verb_strength >= 3 && frame->tokens[found->verb].span == 1 &&
           found->amount == found->verb + 1;
}

enum reading_class classify(const struct frame *frame, const struct findings *found)
{
    struct counts n = {.verb = found->verb};

    count(frame, &n);
    bool strong = found->verb_strength >= 4 && found->amount >= 0;
    bool marks = n.dated || n.masked || n.balance;

    if (n.otp >= 2 || (n.otp > 0 && !strong))
        return READING_OTP;
    if (n.failed > 0 && n.refund == 0)
        return READING_FAILED_PAYMENT;
    if (card_bill_receipt(frame))
        return READING_STATEMENT;
    if (n.listing > 0) /* "mini statement": payments told before */
        return READING_STATEMENT;
    if (n.mandate > 0 && !strong && !moves_at_once(frame, found))
        return READING_MANDATE;
    if (n.request > 0 && !(strong || (found->done && n.request < 2 && marks)))
        return READING_REQUEST;
    if (found->verb_future && (!strong || awaits_clearing(frame)))
        return READING_REMINDER;
    if (n.reminder > 0 && (!strong || n.ahead))
        return READING_REMINDER;
    if (found->amount < 0 || found->verb_strength == 0) {
        if (n.statement > 0)
            return READING_STATEMENT;
        if (n.promotion > 0 && !(n.balance && found->balance >= 0))
            return READING_PROMOTION;
        return n.balance ? READING_BALANCE_NOTICE : READING_OTHER;
    }
    /* An offer has an end date too, so only an account or a balance outweighs its words. */
    if (n.promotion >= 2 && !(strong && (n.masked || n.balance)))
        return READING_PROMOTION;
    if (n.promotion == 1 && !strong && !marks)
        return READING_PROMOTION;
    if (n.statement > 0 && !strong && !(found->done && found->verb_strength >= 3))
        return READING_STATEMENT;
    if (told_of_another(frame, &n))
        return READING_OTHER;
    if (n.notice > 0 && !strong)
        return READING_OTHER;
    return READING_TRANSACTION;
}
