/* The text's own reference: after a label, in a payment path, in brackets at the end, or as the
 * first word of a mobile money text. */
#include <string.h>

#include "grammar.h"

#define LABEL_MIN 5
#define PATH_MIN 8

static bool has_digit(const struct frame *frame, const struct token *token)
{
    for (int k = token->start; k < token->end; k++)
        if (frame->text.fold[k] >= '0' && frame->text.fold[k] <= '9')
            return true;
    return false;
}

static bool is_piece(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    return token->kind == TOKEN_NUMBER || token->kind == TOKEN_CODE;
}

/* Joins glued pieces to the right: QP260411.0915.K20417, LMNO-7712, AB_7712. */
static int piece_end(const struct frame *frame, int i)
{
    int last = i;
    const struct token *letters = token_at(frame, i + 1);

    /* "88120A": digits and up to two letters were cut apart, as "500CR" is. */
    if (letters->kind == TOKEN_WORD && token_glued(frame, i + 1) && letters->role == ROLE_NONE &&
        letters->end - letters->start <= 2)
        last++;
    for (;;) {
        char c = token_punct(frame, last + 1);

        if ((c != '.' && c != '-' && c != '_') || !token_glued(frame, last + 1) ||
            !token_glued(frame, last + 2) || token_at(frame, last + 2)->role != ROLE_NONE ||
            !has_digit(frame, token_at(frame, last + 2)) || !is_piece(frame, last + 2))
            return last;
        last += 2;
    }
}

/* … and to the left: 004-7BC1A9, KX-3318, TR260416.1022 (letters, then a number with dots). */
static int piece_begin(const struct frame *frame, int i)
{
    int first = i;

    if (token_glued(frame, first) && token_at(frame, first - 1)->kind == TOKEN_WORD &&
        token_at(frame, first - 1)->end - token_at(frame, first - 1)->start <= 4 &&
        token_at(frame, first - 1)->role == ROLE_NONE)
        first--;
    char c = token_punct(frame, first - 1);

    if ((c == '-' || c == '_') && token_glued(frame, first) && token_glued(frame, first - 1) &&
        (is_piece(frame, first - 2) ||
         (token_at(frame, first - 2)->kind == TOKEN_WORD &&
          token_at(frame, first - 2)->role != ROLE_CHANNEL &&
          token_at(frame, first - 2)->role != ROLE_REFERENCE &&
          token_at(frame, first - 2)->end - token_at(frame, first - 2)->start <= 4)))
        first -= 2;
    return first;
}

/* The digits of other scripts are told as those that people look a reference up by. */
static void copy_digits(const struct frame *frame, const struct findings *found,
                        struct reading *out)
{
    const struct token *token = token_at(frame, found->reference);
    size_t len = (size_t)(token->end - token->start);

    if (found->reference != found->reference_end || token->kind != TOKEN_NUMBER ||
        len >= sizeof(out->reference))
        return;
    memcpy(out->reference, frame->text.fold + token->start, len);
    out->reference[len] = '\0';
}

static void take(const struct frame *frame, int i, struct findings *found, struct reading *out)
{
    found->reference = piece_begin(frame, i);
    found->reference_end = piece_end(frame, i);
    explain_note(frame, READING_FIELD_REFERENCE, found->reference, found->reference_end, 0, "");
    frame_copy(frame, found->reference, found->reference_end, out->reference,
               sizeof(out->reference));
    copy_digits(frame, found, out);
}

/* How short a reference may be after token i: a label vouches for short ones, a payment path or a
 * colon less so. 0: token i announces none. */
static int shortest_after(const struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];
    char c = token_punct(frame, i + token->span);

    if (token->role == ROLE_REFERENCE)
        return LABEL_MIN;
    /* "Remarks: RMK44TX0091": a code as the whole remark. */
    if (token->role == ROLE_INFO && c == ':' &&
        token_at(frame, i + token->span + 1)->kind == TOKEN_CODE)
        return PATH_MIN;
    /* "Txn 26012516020098", "Muamala 1984991030": the event, and its number. */
    if (token_is(frame, i, "txn") || token_is(frame, i, "trx") || token_is(frame, i, "muamala") ||
        token_is(frame, i, "transaction"))
        return token_digits(frame, i + token->span + (c == '#')) >= PATH_MIN ? PATH_MIN : 0;
    if (token->role == ROLE_CHANNEL && c == 0 && token->arg == READING_UPI)
        return token_digits(frame, i + token->span) >= 12 ? PATH_MIN : 0;
    if (token->role != ROLE_CHANNEL || c == 0 || grammar_sentence_end(frame, i + token->span))
        return 0;
    return c == ':' ? LABEL_MIN + 1 : PATH_MIN;
}

static int announced(const struct frame *frame, int i)
{
    int shortest = shortest_after(frame, i), first = i + frame->tokens[i].span;

    for (int k = first; shortest > 0 && k < first + 6; k++) {
        const struct token *token = token_at(frame, k);

        if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_MONEY ||
            (token->kind == TOKEN_WORD && token->role == ROLE_DATE && k > first))
            return -1;
        if (is_piece(frame, k) && has_digit(frame, token) &&
            (token->end - token_at(frame, piece_begin(frame, k))->start >= shortest ||
             piece_end(frame, k) > k))
            return k;
    }
    return -1;
}

/* "ABC12DEF Confirmed.", "Confirmed. ABC12DEF", "7KD20Q. Umepokea …": before all else. */
static int leading(const struct frame *frame)
{
    for (int k = 0; k < 6; k++) /* a greeting may come first */
        if (token_at(frame, k)->kind == TOKEN_CODE && (token_at(frame, k + 1)->role == ROLE_DONE ||
                                                       token_at(frame, k - 1)->role == ROLE_DONE))
            return k;
    for (int k = 0; k < 3; k++)
        if (is_piece(frame, k) && token_at(frame, k)->end - token_at(frame, k)->start >= 8 &&
            has_digit(frame, token_at(frame, k)) &&
            (k == 0 || token_punct(frame, 1) == '_' || token_punct(frame, 1) == '-') &&
            (token_punct(frame, k + 1) == '.' || token_at(frame, k + 1)->kind == TOKEN_NEWLINE))
            return k;
    return -1;
}

/* "[A1234567]" or "(ref)" as the last thing said. */
static int bracketed(const struct frame *frame)
{
    for (int k = frame->count - 1; k >= 2 && k > frame->count - 5; k--)
        if (token_punct(frame, k) == ']' && token_punct(frame, k - 2) == '[' &&
            is_piece(frame, k - 1) && has_digit(frame, token_at(frame, k - 1)))
            return k - 1;
    return -1;
}

/* "SHOP - 5520418": a long number set off after a name, and no telephone number to call. */
static int trailing_number(const struct frame *frame)
{
    for (int k = 2; k < frame->count; k++)
        if (token_punct(frame, k - 1) == '-' && token_at(frame, k)->space &&
            token_at(frame, k - 1)->space && token_digits(frame, k) >= 6 &&
            token_at(frame, k - 2)->kind == TOKEN_WORD && token_at(frame, k - 2)->role == ROLE_NONE)
            return k;
    return -1;
}

void reference_read(const struct frame *frame, struct findings *found, struct reading *out)
{
    int at = -1;

    found->reference = -1;
    for (int i = 0; i < frame->count && at < 0; i++)
        at = announced(frame, i);
    if (at < 0)
        at = leading(frame);
    if (at < 0)
        at = bracketed(frame);
    if (at < 0)
        at = trailing_number(frame);
    if (at >= 0)
        take(frame, at, found, out);
}
