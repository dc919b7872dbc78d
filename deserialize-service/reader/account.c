/* The account or card that the text is about, and its reference. */
#include <string.h>

#include "base/mem.h"
#include "grammar.h"

/* The last four digits of tokens that show some; a separator inside does not matter. */
static void last_digits(const struct frame *frame, const struct token *token, char out[static 5])
{
    size_t n = 0;

    for (int k = token->end; k > token->start && n < 4; k--)
        n += frame->text.fold[k - 1] >= '0' && frame->text.fold[k - 1] <= '9';
    size_t want = n;

    out[n] = '\0';
    for (int k = token->end; k > token->start && n > 0; k--)
        if (frame->text.fold[k - 1] >= '0' && frame->text.fold[k - 1] <= '9')
            out[--n] = frame->text.fold[k - 1];
    if (want < 3)
        out[0] = '\0';
}

/* From the noun over "no.", "ending with", marks, to the digits; -1 when there are none. */
static int digits_after(const struct frame *frame, int noun)
{
    int k = noun + token_at(frame, noun)->span;

    for (int steps = 0; steps < 6; steps++, k++) {
        const struct token *token = token_at(frame, k);

        /* "**** 4242": hidden and shown part stand apart. */
        if (token->kind == TOKEN_MASK)
            return token_digits(frame, k + 1) >= 3 && token_digits(frame, k + 1) <= 5 ? k + 1 : k;
        if (token->kind == TOKEN_CODE)
            return k;
        if (token->kind == TOKEN_NUMBER)
            return token_digits(frame, k) >= 3 || token->end - token->start > 6 ? k : -1;
        if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_MONEY)
            return -1;
        if (token->role == ROLE_PREPOSITION && token->arg != 'i' && token->arg != 'f')
            return -1;
        if (token->role == ROLE_DEBIT || token->role == ROLE_CREDIT)
            return -1;
    }
    return -1;
}

static int side_score(const struct frame *frame, int noun, enum reading_direction direction)
{
    int score = 0;

    for (int k = noun - 1; k >= 0 && noun - k < 6; k--) {
        const struct token *token = &frame->tokens[k];

        if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_MONEY || token->kind == TOKEN_MASK)
            break;
        if (token->role == ROLE_YOUR)
            score += 6;
        if (token->role == ROLE_OTHER_PARTY)
            score -= 8;
        if (token->role != ROLE_PREPOSITION)
            continue;
        if (token->arg == '<')
            score += direction == READING_CREDIT ? -6 : 4;
        else if (token->arg == '>' || token->arg == 'i')
            score += direction == READING_DEBIT ? -6 : 4;
        break;
    }
    return score;
}

void account_read(const struct frame *frame, struct findings *found, struct reading *out)
{
    int best = -100;

    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];
        int digits = -1, score = 0;
        char shown[5];

        if (token->role == ROLE_ACCOUNT && !token->inside) {
            digits = digits_after(frame, i);
            score = 4 + (token->arg == READING_BANK_ACCOUNT ? 2 : 0);
        } else if (token->role == ROLE_NUMBER_WORD && token->end - token->start >= 6) {
            /* "your EXAMPLECARD ending 1234" */
            digits = digits_after(frame, i);
            score = 2;
        } else if (token->role == ROLE_PREPOSITION && (token->arg == 'b' || token->arg == 'v') &&
                   token_punct(frame, i + 1) == ':' && token_digits(frame, i + 2) == 4) {
            digits = i + 2;
            score = 3;
        } else if (token->kind == TOKEN_MASK) {
            digits = i;
        }
        if (digits < 0)
            continue;
        last_digits(frame, token_at(frame, digits), shown);
        if (shown[0] == '\0')
            continue;
        /* "SOMEBODY(2519****1234)" is the other side's number. */
        score -= token_punct(frame, i - 1) == '(' && !token_at(frame, i - 1)->space ? 20 : 0;
        score += side_score(frame, i, out->direction) - i / 12;
        score += token_at(frame, digits)->kind == TOKEN_MASK ? 3 : 0;
        if (score <= best || score < -12)
            continue;
        best = score;
        found->account = digits;
        memcpy(out->account, shown, sizeof(shown));
        if (token->role == ROLE_ACCOUNT) {
            found->account_noun = i;
            out->account_type = token->arg;
        }
    }
    for (int i = 0; i < frame->count && out->account_type == READING_NO_ACCOUNT_TYPE; i++)
        if (frame->tokens[i].role == ROLE_ACCOUNT)
            out->account_type = frame->tokens[i].arg;
}

static bool has_digit(const struct frame *frame, const struct token *token)
{
    for (int k = token->start; k < token->end; k++)
        if (frame->text.fold[k] >= '0' && frame->text.fold[k] <= '9')
            return true;
    return false;
}

/* Joins glued pieces: CO260528.1806.W15992, FBBT-2601. */
static int reference_end(const struct frame *frame, int i)
{
    int last = i;

    while (token_glued(frame, last + 1) && token_glued(frame, last + 2) &&
           (token_punct(frame, last + 1) == '.' || token_punct(frame, last + 1) == '-') &&
           token_at(frame, last + 2)->role == ROLE_NONE &&
           has_digit(frame, token_at(frame, last + 2)))
        last += 2;
    return last;
}

void reference_read(const struct frame *frame, struct reading *out)
{
    for (int i = 0; i < frame->count; i++) {
        bool label = frame->tokens[i].role == ROLE_REFERENCE;
        bool path = frame->tokens[i].role == ROLE_CHANNEL && token_punct(frame, i + 1) != 0;

        if (!label && !path)
            continue;
        for (int k = i + frame->tokens[i].span; k < i + frame->tokens[i].span + 6; k++) {
            const struct token *token = token_at(frame, k);
            int len = token->end - token->start;

            if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_MONEY)
                break;
            if ((token->kind == TOKEN_NUMBER || token->kind == TOKEN_CODE) &&
                len >= (label ? 5 : 8) && has_digit(frame, token)) {
                frame_copy(frame, k, reference_end(frame, k), out->reference,
                           sizeof(out->reference));
                return;
            }
        }
    }
    /* Mobile money texts begin with the code: "TJK6H7TDIJ Confirmed." */
    for (int k = 0; k < 3; k++)
        if (token_at(frame, k)->kind == TOKEN_CODE && (token_at(frame, k + 1)->role == ROLE_DONE ||
                                                       token_at(frame, k - 1)->role == ROLE_DONE)) {
            frame_copy(frame, k, k, out->reference, sizeof(out->reference));
            return;
        }
}
