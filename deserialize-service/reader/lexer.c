#include "lexer.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_alnum(char c)
{
    return is_digit(c) || is_alpha(c);
}

static struct token *add(struct frame *frame, enum token_kind kind, size_t start, size_t end)
{
    /* The last one is overwritten when a text has too many; callers never see past TOKENS_MAX. */
    if (frame->count == TOKENS_MAX)
        frame->count--;
    struct token *token = &frame->tokens[frame->count++];
    size_t before = start;

    memset(token, 0, sizeof(*token));
    token->kind = (uint8_t)kind;
    token->start = (uint16_t)start;
    token->end = (uint16_t)end;
    token->currency = -1;
    token->span = 1;
    token->space =
        before == 0 || frame->text.fold[before - 1] == ' ' || frame->text.fold[before - 1] == '\n';
    return token;
}

static size_t run_of(const char *s, size_t i, bool (*member)(char))
{
    while (member(s[i]))
        i++;
    return i;
}

static bool is_mask_char(char c)
{
    return c == 'x' || c == '*' || c == '#';
}

static bool is_mask_run(char c)
{
    return is_digit(c) || is_mask_char(c) || c == '=';
}

static bool is_link_char(char c)
{
    return c != ' ' && c != '\n' && c != '\0' && c != '"' && c != ')';
}

static bool is_address_char(char c)
{
    return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '*';
}

/* name@handle, name@host.tld. Tried once at the beginning of each chunk, so the scan is linear. */
static size_t scan_address(const char *s, size_t i)
{
    size_t at = run_of(s, i, is_address_char), end;

    if (at == i || s[at] != '@' || !is_alpha(s[at + 1]))
        return 0;
    end = run_of(s, at + 1, is_alnum);
    while (s[end] == '.') {
        static const char *const domains[] = {"com", "in", "org", "net", "co", "bank"};
        size_t next = run_of(s, end + 1, is_alnum), len = next - end - 1;
        bool domain = false;

        for (size_t k = 0; k < sizeof(domains) / sizeof(domains[0]); k++)
            domain |= strlen(domains[k]) == len && memcmp(s + end + 1, domains[k], len) == 0;
        if (!domain)
            break;
        end = next;
    }
    return end;
}

static size_t scan_link(const char *s, size_t i)
{
    if (strncmp(s + i, "http://", 7) != 0 && strncmp(s + i, "https://", 8) != 0)
        return 0;
    size_t end = run_of(s, i, is_link_char);

    while (end > i && (s[end - 1] == '.' || s[end - 1] == ','))
        end--;
    return end;
}

/* XX1234, **500, 0417*310, 1XXXX9, XXXX: at least one hiding character, and digits or three of
 * them. A code such as *334# is for dialling and no account. */
static size_t scan_mask(const char *s, size_t i)
{
    size_t begin = i, end, digits = 0, hidden = 0;

    if (s[i] == '.' && s[i + 1] == '.') {
        while (s[i] == '.')
            i++;
        end = run_of(s, i, is_digit);
        return end > i ? end : 0;
    }
    end = run_of(s, i, is_mask_run);
    /* "x-1234" and "xx 1234" are written too, the latter only with two letters or more. */
    if (end > i && !is_digit(s[i]) && s[end - 1] == 'x' && s[end] == '-' && is_digit(s[end + 1]))
        end = run_of(s, end + 1, is_digit);
    /* "012-xxx-331": parts of one number. */
    while (s[end] == '-' && end > i && (is_digit(s[end - 1]) || is_mask_char(s[end - 1]))) {
        size_t part = run_of(s, end + 1, is_mask_run);

        if (part < end + 4 || is_alpha(s[part]) || s[part] == '/' ||
            (memchr(s + i, 'x', part - i) == NULL && memchr(s + i, '*', part - i) == NULL))
            break;
        end = part;
    }
    for (size_t k = begin; k < end; k++) {
        digits += is_digit(s[k]);
        hidden += is_mask_char(s[k]);
    }
    if (hidden == 0 || (digits == 0 && hidden < 3) || (hidden == 1 && digits < 3)) /* X1, *9 */
        return 0;
    if (s[end - 1] == '#' || s[end - 1] == '=' || (hidden == 1 && s[begin] == '#'))
        return 0;
    if (is_alpha(s[end]) && !is_digit(s[end - 1]))
        return 0;
    if (is_digit(s[begin]) && hidden == 1 && memchr(s + begin, 'x', end - begin) != NULL)
        return 0; /* 1x, 0x12, 2x500: a multiple or a code */
    return end;
}

/* "1000.00,05-02-26": a comma after decimals ends the number. */
static size_t scan_number(const char *s, size_t i)
{
    bool decimals = false;

    i = run_of(s, i, is_digit);
    while ((s[i] == '.' || (s[i] == ',' && !decimals) || s[i] == '\'') && is_digit(s[i + 1])) {
        size_t next = run_of(s, i + 1, is_digit);

        decimals = s[i] == '.' && next - i - 1 != 3;
        i = next;
    }
    return i;
}

static bool is_month(const char *s, size_t len)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    if (len != 3)
        return len == 4 && memcmp(s, "sept", 4) == 0;
    for (size_t m = 0; m < 36; m += 3)
        if (memcmp(s, months + m, 3) == 0)
            return true;
    return false;
}

/* Letters that follow digits without a blank are a word of their own (a currency, CR, pm, a month,
 * "credited") unless more digits follow: then the whole is a code. */
static size_t scan_after_digits(struct frame *frame, size_t i, size_t number_end)
{
    const char *s = frame->text.fold;
    size_t letters_end = run_of(s, number_end, is_alpha), letters = letters_end - number_end;
    bool separators = false;

    for (size_t k = i; k < number_end; k++)
        separators |= !is_digit(s[k]);
    if (letters == 0 || separators || is_month(s + number_end, letters) ||
        (!is_digit(s[letters_end]) && (letters <= 3 || letters >= 6))) {
        add(frame, TOKEN_NUMBER, i, number_end);
        return number_end;
    }
    number_end = run_of(s, number_end, is_alnum);
    add(frame, TOKEN_CODE, i, number_end);
    return number_end;
}

static size_t scan_word(struct frame *frame, size_t i)
{
    const struct text *text = &frame->text;
    const char *s = text->fold;
    enum script script = SCRIPT_NONE;
    size_t end = i;

    while (end < text->len) {
        uint32_t cp;
        size_t used = text_decode(s + end, text->len - end, &cp);
        enum script here = text_script(cp);

        /* "a/c", "w/d" and "don't" are words. */
        if (here == SCRIPT_NONE && script == SCRIPT_LATIN &&
            ((s[end] == '\'' && is_alpha(s[end + 1])) ||
             (s[end] == '/' && end == i + 1 && is_alpha(s[end + 1]) && !is_alpha(s[end + 2])))) {
            end += 2;
            continue;
        }
        if (s[end] == '/' && end == i + 1 && memcmp(s + i, "a/c", 3) == 0 &&
            scan_mask(s, end + 2) != 0) { /* "a/cxx1234" */
            end += 2;
            break;
        }
        if (here == SCRIPT_NONE || (script != SCRIPT_NONE && here != script))
            break;
        script = here;
        end += used;
    }
    if (script == SCRIPT_LATIN && is_digit(s[end])) {
        size_t digits_end = scan_number(s, end);
        bool separators = digits_end > run_of(s, end, is_digit);

        /* "rs500", "jod50.000", "jan2026", "pay1,200": word and number; else one code. */
        if (!separators && !is_month(s + i, end - i) && end - i > 1 &&
            !(end - i <= 4 && digits_end - end <= 6 && !is_alpha(s[digits_end]))) {
            end = run_of(s, end, is_alnum);
            add(frame, TOKEN_CODE, i, end);
            return end;
        }
        /* "R1 500.00" is a sum in rands. */
        if (s[i] == 'r' && end - i == 1 && digits_end - end <= 3 && s[digits_end] == ' ' &&
            run_of(s, digits_end + 1, is_digit) == digits_end + 4 &&
            (s[digits_end + 4] == '.' || s[digits_end + 4] == ','))
            separators = true;
        /* "R500", "N200": a sign of money, where the number is short and ends there. */
        if (!separators && end - i == 1 && (s[i] == 'r' || s[i] == 'n') &&
            text->raw[text->at[i]] < 'a' && digits_end - end >= 2 && digits_end - end <= 6 &&
            (s[digits_end] == ' ' || s[digits_end] == '.' || s[digits_end] == ',')) {
            add(frame, TOKEN_WORD, i, end)->script = (uint8_t)script;
            return end;
        }
        if (!separators && end - i == 1) {
            end = run_of(s, end, is_alnum);
            add(frame, TOKEN_CODE, i, end);
            return end;
        }
    }
    add(frame, TOKEN_WORD, i, end)->script = (uint8_t)script;
    return end;
}

static size_t scan_one(struct frame *frame, size_t i)
{
    const struct text *text = &frame->text;
    const char *s = text->fold;
    bool chunk = i == 0 || !is_alnum(s[i - 1]) || (i > 2 && memcmp(s + i - 3, "a/c", 3) == 0);
    size_t end;
    uint32_t cp;

    if (s[i] == '\n') {
        add(frame, TOKEN_NEWLINE, i, i + 1);
        return i + 1;
    }
    if (chunk && (end = scan_link(s, i)) != 0) {
        add(frame, TOKEN_LINK, i, end);
        return end;
    }
    /* Once in a run of address characters: a failed try is not repeated in the middle of it. */
    if ((i == 0 || !is_address_char(s[i - 1])) && (end = scan_address(s, i)) != 0) {
        add(frame, TOKEN_ADDRESS, i, end);
        return end;
    }
    if (chunk && (is_mask_run(s[i]) || (s[i] == '.' && (i == 0 || s[i - 1] != '.'))) &&
        (end = scan_mask(s, i)) != 0) {
        add(frame, TOKEN_MASK, i, end);
        return end;
    }
    if (is_digit(s[i]))
        return scan_after_digits(frame, i, scan_number(s, i));
    end = i + text_decode(s + i, text->len - i, &cp);
    if (text_script(cp) != SCRIPT_NONE)
        return scan_word(frame, i);
    add(frame, TOKEN_PUNCT, i, end);
    return end;
}

const struct token token_outside = {
    .kind = TOKEN_NEWLINE, .space = true, .currency = -1, .span = 1};

void lexer_scan(struct frame *frame)
{
    size_t i = 0;

    frame->count = 0;
    while (i < frame->text.len)
        if (frame->text.fold[i] == ' ')
            i++;
        else
            i = scan_one(frame, i);
}

bool token_glued(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i), *before = token_at(frame, i - 1);

    return !token->space && before->end == token->start && before->kind != TOKEN_NEWLINE;
}

int token_digits(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    if (token->kind != TOKEN_NUMBER)
        return 0;
    for (int k = token->start; k < token->end; k++)
        if (!is_digit(frame->text.fold[k]))
            return 0;
    return token->end - token->start;
}

int token_value(const struct frame *frame, int i)
{
    int digits = token_digits(frame, i), value = 0;

    if (digits == 0 || digits > 8)
        return -1;
    for (int k = token_at(frame, i)->start; k < token_at(frame, i)->end; k++)
        value = value * 10 + (frame->text.fold[k] - '0');
    return value;
}
