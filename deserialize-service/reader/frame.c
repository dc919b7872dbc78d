/* From the text to tokens that know what is asked of them over and over: whether a sentence ends
 * there, what a sum's label says, whether a verb's event is over.
 * Each is computed once, when all that it depends on is known. */
#include "grammar.h"

/* "Mr.", "Dr.": a dot that ends no sentence. */
static bool is_title(const struct frame *frame, int i)
{
    return token_in(frame, i, LIST_TITLE) && token_at(frame, i + 2)->role == ROLE_NONE &&
           token_at(frame, i + 2)->kind == TOKEN_WORD;
}

static bool ends_sentence(const struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i], *next = token_at(frame, i + 1);
    char c = token->mark;

    if (c == '\0')
        return token->kind == TOKEN_NEWLINE;
    if (c == '.' && is_title(frame, i - 1))
        return false;
    return c == ';' ||
           ((c == '.' || c == '!' || c == '?') && (next->space || next->role != ROLE_NONE));
}

void frame_weigh(struct frame *frame)
{
    for (int i = 0; i < frame->count; i++)
        if (frame->tokens[i].kind == TOKEN_MONEY)
            frame->tokens[i].sum_role = (uint8_t)sums_role(frame, i);
    for (int i = 0; i < frame->count; i++)
        frame->tokens[i].completed =
            (ROLE_BIT(frame->tokens[i].role) & ROLES_OF_VERBS) != 0 && verb_completed(frame, i);
}

static void survey(struct frame *frame)
{
    frame->roles = 0;
    for (int i = 0; i < frame->count; i++) {
        struct token *token = &frame->tokens[i];

        token->ends_sentence = ends_sentence(frame, i);
        frame->roles |= ROLE_BIT(token->role);
    }
    frame_weigh(frame);
}

void frame_read(struct frame *frame, const struct reader_input *in)
{
    frame->in = in;
    text_fold(&frame->text, in->body, in->body_len);
    lexer_scan(frame);
    lexer_combine(frame);
    vocabulary_mark(frame);
    lexer_promote_numbers(frame);
    survey(frame);
}
