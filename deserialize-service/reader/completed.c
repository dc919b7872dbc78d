/* Whether a verb tells of what has happened: not of what will, might, or was asked for. */
#include "grammar.h"

bool grammar_conditional(const struct frame *frame, int i)
{
    if (!frame_has_role(frame, ROLE_CONDITION) && !frame_may_have(frame, "get"))
        return false;
    for (int k = i; k >= 0 && i - k < 8; k--) {
        /* Italian's "se" is no condition before a sum: "khate se Rs 1500 nikale gaye". */
        if (frame->tokens[k].role == ROLE_CONDITION &&
            !(token_is(frame, k, "se") && token_at(frame, k + 1)->kind == TOKEN_MONEY))
            return true;
        /* "Get a loan credited to your account in minutes" */
        if (token_is(frame, k, "get") && (k == 0 || grammar_sentence_end(frame, k - 1)))
            return true;
        if (k < i && grammar_sentence_end(frame, k))
            return false;
    }
    return false;
}

/* "wird am 15.05. von Ihrem Konto abgebucht": languages that keep the participle for the end. */
static bool is_split_future(const struct frame *frame, int i)
{
    return token_is(frame, i, "wird") || token_is(frame, i, "werden") ||
           token_is(frame, i, "wordt") || token_is(frame, i, "worden");
}

/* "will be debited", "will on 5 May be auto debited": nothing has moved yet. At another verb the
 * search ends, which *joined tells when "and" joins the two: "will be debited … and credited". */
static bool future_before(const struct frame *frame, int i, int *joined)
{
    bool together = false;

    *joined = -1;
    if (!frame_has_role(frame, ROLE_FUTURE) && !frame_has_role(frame, ROLE_REMINDER))
        return false;
    for (int k = i - 1, words = 0; k >= 0 && words < (together ? 16 : 10); k--, words++) {
        const struct token *token = &frame->tokens[k];

        if (token->role == ROLE_FUTURE)
            return words < 6 || is_split_future(frame, k);
        if (grammar_sentence_end(frame, k))
            return false;
        together |= token_is(frame, k, "and") || token_punct(frame, k) == '&';
        if (token->role == ROLE_REMINDER && token_is(frame, k, "will"))
            return together;
        if ((token->role == ROLE_DEBIT || token->role == ROLE_CREDIT) && token->arg >= 3 &&
            token->script == SCRIPT_LATIN) {
            *joined = together ? k : -1;
            return false;
        }
        if ((token->kind == TOKEN_MONEY || token_punct(frame, k) == ',') && words > 0)
            words += 4; /* only a split future reaches over a sum */
    }
    return false;
}

bool verb_after_future(const struct frame *frame, int i)
{
    int joined, further;

    return future_before(frame, i, &joined) ||
           (joined >= 0 && future_before(frame, joined, &further));
}

/* "Debit order of 599 from GYM will be collected", "Incoming wire 5,000 will be credited": a noun,
 * and its verb says when. */
static bool put_off(const struct frame *frame, int i)
{
    int next = i + frame->tokens[i].span;
    bool noun = token_is(frame, next - 1, "of") || token_is(frame, next, "of") ||
                token_is(frame, i, "incoming") || token_is(frame, i, "prelevement") ||
                token_is(frame, i, "zahlung") || token_is(frame, i, "lastschrift") ||
                token_is(frame, i, "addebito") || token_is(frame, i, "cargo") ||
                token_is(frame, i, "virement") || token_is(frame, i, "uberweisung") ||
                token_is(frame, i, "bonifico") || token_is(frame, i, "transferencia");

    if (!noun || (!frame_has_role(frame, ROLE_FUTURE) && !frame_may_have(frame, "will")))
        return false;
    for (int k = next; k < i + 16 && !grammar_sentence_end(frame, k); k++) {
        if (token_at(frame, k)->role == ROLE_DONE)
            return false;
        if ((token_is(frame, k, "will") && token_at(frame, k)->role != ROLE_NONE) ||
            token_at(frame, k)->role == ROLE_FUTURE)
            return true;
    }
    return false;
}

bool verb_announced(const struct frame *frame, int i)
{
    return verb_after_future(frame, i) || put_off(frame, i);
}

/* "will be debited on 5 May; SHOP credited": told together with the verb before. */
static bool behind_future(const struct frame *frame, int i)
{
    int k = i - 1;

    while (k > 0 && i - k < 8 && token_punct(frame, k) != ';')
        k--;
    if (token_punct(frame, k) != ';')
        return false;
    for (k--; k >= 0 && !grammar_sentence_end(frame, k); k--)
        if (frame->tokens[k].role == ROLE_DEBIT || frame->tokens[k].role == ROLE_REMINDER)
            return frame->tokens[k].role == ROLE_REMINDER || verb_after_future(frame, k);
    return false;
}

bool verb_completed(const struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];

    if (verb_after_future(frame, i) || (token->role == ROLE_CREDIT && behind_future(frame, i)))
        return false;
    /* "You have received a collect request": what was received is no money. */
    for (int k = i + token->span; k < i + token->span + 4; k++) {
        if (token_at(frame, k)->kind == TOKEN_MONEY)
            break;
        if (token_at(frame, k)->role == ROLE_REQUEST ||
            (token->role != ROLE_TRANSFER && token_is(frame, k, "request")))
            return false;
    }
    if (put_off(frame, i))
        return false;
    /* "a bill payment of 410 to POWER CO scheduled for 10/15" */
    for (int k = i + token->span; frame_may_have(frame, "scheduled") && k < i + 16; k++) {
        if (grammar_sentence_end(frame, k))
            break;
        if (token_is(frame, k, "scheduled"))
            return false;
    }
    if (token_is(frame, i, "dr") && token_punct(frame, i + 1) == '.' && token_glued(frame, i + 2))
        return false; /* "dr.reddy@bank" */
    /* "Give 500 cash to AGENT" is money handed in; "give us a call" is not. */
    if (token_is(frame, i, "give") && token_at(frame, i + 1)->kind != TOKEN_MONEY)
        return false;
    /* "Bal 7,310.20 CR" is a side of the ledger, not an event. */
    if (token->end - token->start == 2 && i > 0 && frame->tokens[i - 1].kind == TOKEN_MONEY) {
        enum role role = grammar_sum_role(frame, i - 1);

        if (role == ROLE_BALANCE || role == ROLE_LIMIT)
            return false;
    }
    return !grammar_conditional(frame, i);
}
