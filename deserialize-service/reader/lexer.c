#include "lexer.h"

#include <string.h>

#include "lexicon.h"

enum {
    DIGIT = 1,
    ALPHA = 2,
    HIDES = 4, /* what stands for a digit in a mask */
    IN_MASK = 8,
    IN_ADDRESS = 16,
    NOT_IN_LINK = 32,
};

static const uint8_t classes[256] = {
    ['0' ... '9'] = DIGIT | IN_MASK | IN_ADDRESS,
    ['a' ... 'w'] = ALPHA | IN_ADDRESS,
    ['x'] = ALPHA | HIDES | IN_MASK | IN_ADDRESS,
    ['y' ... 'z'] = ALPHA | IN_ADDRESS,
    ['*'] = HIDES | IN_MASK | IN_ADDRESS,
    ['#'] = HIDES | IN_MASK,
    ['='] = IN_MASK,
    ['.'] = IN_ADDRESS,
    ['_'] = IN_ADDRESS,
    ['-'] = IN_ADDRESS,
    [' '] = NOT_IN_LINK,
    ['\n'] = NOT_IN_LINK,
    ['\0'] = NOT_IN_LINK,
    ['"'] = NOT_IN_LINK,
    [')'] = NOT_IN_LINK,
};

static bool is(char c, uint8_t set)
{
    return (classes[(unsigned char)c] & set) != 0;
}

static bool is_digit(char c)
{
    return is(c, DIGIT);
}

static bool is_alpha(char c)
{
    return is(c, ALPHA);
}

static bool is_alnum(char c)
{
    return is(c, ALPHA | DIGIT);
}

static bool is_mask_char(char c)
{
    return is(c, HIDES);
}

static struct token *add(struct frame *frame, enum token_kind kind, size_t start, size_t end)
{
    /* The last one is overwritten when a text has too many; callers never see past TOKENS_MAX. */
    if (frame->count == TOKENS_MAX)
        frame->count--;
    struct token *token = &frame->tokens[frame->count++];
    const char *s = frame->text.fold + start;

    *token = (struct token){.head = text_head(s, end - start),
                            .start = (uint16_t)start,
                            .end = (uint16_t)end,
                            .kind = (uint8_t)kind,
                            .currency = -1,
                            .span = 1,
                            .space = start == 0 || s[-1] == ' ' || s[-1] == '\n'};
    return token;
}

static bool is_capital(uint32_t cp)
{
    return (cp >= 'A' && cp <= 'Z') || (cp >= 0xC0 && cp <= 0xDE) || (cp >= 0x400 && cp <= 0x42F) ||
           (cp >= 0x386 && cp <= 0x3AB && cp != 0x390);
}

static bool is_small(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 0xDF && cp <= 0xFF) || (cp >= 0x430 && cp <= 0x45F) ||
           (cp >= 0x3AC && cp <= 0x3CE);
}

/* Scripts without capitals have LETTERS_NONE. */
static enum letters letters_of(const struct text *text, const struct token *token)
{
    bool capital_first = false, small = false, capital = false;
    size_t begin = text->at[token->start], end = text->at[token->end];

    for (size_t k = begin; k < end;) {
        uint32_t cp = (unsigned char)text->raw[k];
        size_t used = cp < 0x80 ? 1 : text_decode(text->raw + k, end - k, &cp);

        capital_first |= k == begin && is_capital(cp);
        capital |= is_capital(cp);
        small |= is_small(cp);
        k += used;
    }
    if (!capital && !small)
        return LETTERS_NONE;
    return !small ? LETTERS_CAPITAL : capital_first ? LETTERS_TITLE : LETTERS_SMALL;
}

/* The same of a word of a to z alone, eight letters at once: capitals differ from them by a bit. */
static enum letters letters_of_plain(const struct text *text, const struct token *token)
{
    size_t begin = text->at[token->start], len = (size_t)(token->end - token->start);
    uint64_t capitals = UINT64_C(0x2020202020202020) >> (64 - 8 * len) % 64;

    if (len > 8 || text->at[token->end] - begin != len || begin + 8 > text->raw_len)
        return letters_of(text, token);
    uint64_t differ = text_head(text->raw + begin, len) ^ token->head;

    if (differ == capitals)
        return LETTERS_CAPITAL;
    return (differ & 0xFF) != 0 ? LETTERS_TITLE : LETTERS_SMALL;
}

static struct token *add_word(struct frame *frame, enum script script, size_t start, size_t end)
{
    struct token *token = add(frame, TOKEN_WORD, start, end);
    unsigned bit = head_bit(token->head);

    token->script = (uint8_t)script;
    token->entry = lexicon_find(token->head, frame->text.fold + start, end - start);
    token->lists = lexicon_entries[token->entry].lists;
    frame->heads[bit / 64] |= UINT64_C(1) << bit % 64;
    return token;
}

static size_t add_plain_word(struct frame *frame, size_t start, size_t end)
{
    struct token *token = add_word(frame, SCRIPT_LATIN, start, end);

    token->letters = (uint8_t)letters_of_plain(&frame->text, token);
    return end;
}

static size_t add_other_word(struct frame *frame, enum script script, size_t start, size_t end)
{
    struct token *token = add_word(frame, script, start, end);

    token->letters = (uint8_t)letters_of(&frame->text, token);
    return end;
}

#define LETTER 3   /* bytes of a letter of the scripts without blanks */
#define LONGEST 30 /* and of their longest word */

/* One letter is a word where nothing unknown stands before it, else it is of a name. */
static bool may_be_alone(const struct frame *frame, enum script script, size_t run, size_t k,
                         size_t pending, size_t end)
{
    const char *s = frame->text.fold;
    bool kana = memcmp(s + k, "\xE3\x81", 2) == 0 || memcmp(s + k, "\xE3\x82", 2) == 0;

    if (script == SCRIPT_HAN)
        return k == pending || (kana && k + LETTER == end);
    return k == run && (k + LETTER == end || (k > 0 && is_digit(s[k - 1])));
}

/* Chinese, Japanese and Korean set no blanks, or glue to a word what goes with it: the words known
 * are cut out, the longest first, and what is between them stays whole. */
static size_t add_cut_words(struct frame *frame, enum script script, size_t start, size_t end)
{
    const char *s = frame->text.fold;
    size_t pending = start, k = start;

    while (k < end) {
        size_t len = end - k < LONGEST ? end - k : LONGEST;

        while (len > 0 && (lexicon_find(text_head(s + k, len), s + k, len) == 0 ||
                           (len == LETTER && !may_be_alone(frame, script, start, k, pending, end))))
            len -= LETTER;
        /* "收款人民币500元": the last letter is the currency's first. */
        if (len > LETTER && memcmp(s + k + len - LETTER, "人民", 6) == 0)
            len -=
                lexicon_find(text_head(s + k, len - LETTER), s + k, len - LETTER) != 0 ? LETTER : 0;
        if (len > 0) {
            if (pending < k)
                add_other_word(frame, script, pending, k);
            add_other_word(frame, script, k, k + len);
            pending = k + len;
        }
        k += len > 0 ? len : LETTER;
    }
    if (pending < end)
        add_other_word(frame, script, pending, end);
    return end;
}

static size_t add_code(struct frame *frame, size_t start, size_t end)
{
    struct token *token = add(frame, TOKEN_CODE, start, end);

    token->letters = (uint8_t)letters_of(&frame->text, token);
    return end;
}

static size_t run_of(const char *s, size_t i, uint8_t set)
{
    while (is(s[i], set))
        i++;
    return i;
}

/* "JANE-jane.d@bank": the name, in capitals, and the address. */
static bool begins_with_name(const struct text *text, size_t i)
{
    size_t end = run_of(text->fold, i, ALPHA);

    return end > i + 1 && text->fold[end] == '-' &&
           is_capital((unsigned char)text->raw[text->at[end - 1]]) &&
           !is_capital((unsigned char)text->raw[text->at[end + 1]]);
}

/* name@handle, name@host.tld. Tried once at the beginning of each chunk, so the scan is linear. */
static size_t scan_address(const struct text *text, size_t i)
{
    const char *s = text->fold;
    size_t at = run_of(s, i, IN_ADDRESS), end;

    if (at == i || s[at] != '@' || !is_alpha(s[at + 1]) || !is_alnum(s[i]) ||
        begins_with_name(text, i))
        return 0;
    end = run_of(s, at + 1, ALPHA | DIGIT);
    while (s[end] == '.') {
        static const char *const domains[] = {"com", "in", "org", "net", "co", "bank"};
        size_t next = run_of(s, end + 1, ALPHA | DIGIT), len = next - end - 1;
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
    if (s[i] != 'h' || (strncmp(s + i, "http://", 7) != 0 && strncmp(s + i, "https://", 8) != 0))
        return 0;
    size_t end = i;

    while (!is(s[end], NOT_IN_LINK))
        end++;
    while (end > i && (s[end - 1] == '.' || s[end - 1] == ','))
        end--;
    return end;
}

static bool hides_some(const char *s, size_t len)
{
    return memchr(s, 'x', len) != NULL || memchr(s, '*', len) != NULL;
}

/* "012-xxx-331", "167-2-***-7-***2288", "***.***.5106": parts of one number. Returns its end. */
static size_t further_parts(const char *s, size_t i, size_t end)
{
    while ((s[end] == '-' || (s[end] == '.' && s[end - 1] == '*')) && end > i &&
           (is_digit(s[end - 1]) || is_mask_char(s[end - 1]))) {
        size_t part = run_of(s, end + 1, IN_MASK), whole = part;

        while (whole < end + 12 && s[whole] == '-')
            whole = run_of(s, whole + 1, IN_MASK);
        bool hidden = hides_some(s + i, part - i);

        if (part == end + 1 || is_alpha(s[part]) || s[part] == '/' ||
            (part < end + 4 && !(memcmp(s + part, "-***", 4) == 0 || hidden)) ||
            (!hidden && !hides_some(s + part, whole - part)))
            break;
        end = part;
    }
    return end;
}

/* XX1234, **500, 0417*310, 1XXXX9, XXXX: at least one hiding character, and digits or three of
 * them. A code such as *334# is for dialling and no account. */
static size_t scan_mask(const char *s, size_t i)
{
    size_t begin = i, end = run_of(s, i, DIGIT), digits = 0, hidden = 0;

    /* A plain number, as nearly all are. */
    if (end > i && s[end] != '-' && !is(s[end], IN_MASK))
        return 0;
    if (s[i] == '.' && s[i + 1] == '.') {
        while (s[i] == '.')
            i++;
        end = run_of(s, i, DIGIT);
        return end > i ? end : 0;
    }
    end = run_of(s, i, IN_MASK);
    /* "x-1234" and "xx 1234" are written too, the latter only with two letters or more. */
    if (end > i && !is_digit(s[i]) && s[end - 1] == 'x' && s[end] == '-' && is_digit(s[end + 1]))
        end = run_of(s, end + 1, DIGIT);
    end = further_parts(s, i, end);
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

    i = run_of(s, i, DIGIT);
    while ((s[i] == '.' || (s[i] == ',' && !decimals) || s[i] == '\'') && is_digit(s[i + 1])) {
        size_t next = run_of(s, i + 1, DIGIT);

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
    size_t letters_end = run_of(s, number_end, ALPHA), letters = letters_end - number_end;
    bool separators = run_of(s, i, DIGIT) != number_end;

    if (letters == 0 || separators || is_month(s + number_end, letters) ||
        (!is_digit(s[letters_end]) && (letters <= 3 || letters >= 6))) {
        add(frame, TOKEN_NUMBER, i, number_end)->digits =
            separators ? 0 : (uint16_t)(number_end - i);
        return number_end;
    }
    number_end = run_of(s, number_end, ALPHA | DIGIT);
    return add_code(frame, i, number_end);
}

/* "4:30 PMWithdraw 500": the blank between a time and the sentence is forgotten. */
static bool glued_hour(const struct frame *frame, size_t i, size_t end)
{
    const struct text *text = &frame->text;
    const struct token *before = token_at(frame, frame->count - 1);

    return end > i + 4 && (text->fold[i] == 'p' || text->fold[i] == 'a') &&
           text->fold[i + 1] == 'm' && before->kind == TOKEN_NUMBER &&
           is_capital((unsigned char)text->raw[text->at[i]]) &&
           is_capital((unsigned char)text->raw[text->at[i + 2]]) &&
           is_small((unsigned char)text->raw[text->at[i + 3]]);
}

/* "لـمتجر": a letter that is stretched before the next word is a preposition by itself. */
static bool is_stretched(const struct text *text, size_t end)
{
    return end < text->len && text->at[end] >= 2 &&
           memcmp(text->raw + text->at[end] - 2, "\xD9\x80", 2) == 0;
}

static size_t scan_word(struct frame *frame, size_t i)
{
    const struct text *text = &frame->text;
    const char *s = text->fold;
    enum script script = SCRIPT_NONE;
    size_t end = run_of(s, i, ALPHA);

    if (glued_hour(frame, i, end))
        return add_plain_word(frame, i, i + 2);
    if (end > i)
        script = SCRIPT_LATIN;
    if (end > i && (s[end] == ' ' || s[end] == '.' || s[end] == '\n'))
        return add_plain_word(frame, i, end); /* as nearly all do */
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
        if (s[end] == '/' && end == i + 1 && memcmp(s + i, "w/draw", 6) == 0) { /* "w/drawal" */
            end = run_of(s, end + 1, ALPHA);
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
        if (here == SCRIPT_ARABIC && end == i + used && is_stretched(text, end))
            break;
    }
    /* "TK12010xxx8891": account and number written in one. */
    if (end == i + 2 && memcmp(s + i, "tk", 2) == 0 &&
        hides_some(s + end, run_of(s, end, IN_MASK) - end) && scan_mask(s, end) != 0)
        return add_plain_word(frame, i, end);
    if (script == SCRIPT_LATIN && is_digit(s[end])) {
        size_t digits_end = scan_number(s, end);
        bool separators = digits_end > run_of(s, end, DIGIT);

        /* "rs500", "jod50.000", "jan2026", "pay1,200": word and number; else one code. */
        if (!separators && !is_month(s + i, end - i) && end - i > 1 &&
            !(end - i <= 4 && digits_end - end <= 6 && !is_alpha(s[digits_end]))) {
            end = run_of(s, end, ALPHA | DIGIT);
            return add_code(frame, i, end);
        }
        /* "R1 500.00" is a sum in rands. */
        if (s[i] == 'r' && end - i == 1 && digits_end - end <= 3 && s[digits_end] == ' ' &&
            run_of(s, digits_end + 1, DIGIT) == digits_end + 4 &&
            (s[digits_end + 4] == '.' || s[digits_end + 4] == ','))
            separators = true;
        /* "R500", "N200": a sign of money, where the number is short and ends there. */
        if (!separators && end - i == 1 && (s[i] == 'r' || s[i] == 'n') &&
            text->raw[text->at[i]] < 'a' && digits_end - end >= 2 && digits_end - end <= 6 &&
            (s[digits_end] == ' ' || s[digits_end] == '.' || s[digits_end] == ',')) {
            return add_other_word(frame, script, i, end);
        }
        if (!separators && end - i == 1) {
            end = run_of(s, end, ALPHA | DIGIT);
            return add_code(frame, i, end);
        }
    }
    if (script == SCRIPT_HAN || script == SCRIPT_HANGUL)
        return add_cut_words(frame, script, i, end);
    return add_other_word(frame, script, i, end);
}

static bool begins_address(const struct text *text, size_t i)
{
    return i == 0 || !is(text->fold[i - 1], IN_ADDRESS) ||
           (i > 2 && text->fold[i - 1] == '-' &&
            is_capital((unsigned char)text->raw[text->at[i - 2]]));
}

/* addresses: the text has a sign of one. */
static size_t scan_one(struct frame *frame, size_t i, bool addresses)
{
    const struct text *text = &frame->text;
    const char *s = text->fold;
    bool chunk = i == 0 || !is_alnum(s[i - 1]) ||
                 (s[i - 1] == 'c' && i > 2 && memcmp(s + i - 3, "a/c", 3) == 0) ||
                 (s[i - 1] == 'k' && i > 1 && s[i - 2] == 't' && (i == 2 || !is_alnum(s[i - 3])));
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
    if (addresses && begins_address(text, i) && (end = scan_address(text, i)) != 0) {
        add(frame, TOKEN_ADDRESS, i, end);
        return end;
    }
    bool dots = s[i] == '.' && s[i + 1] == '.' && (i == 0 || s[i - 1] != '.');

    if (((chunk && is(s[i], IN_MASK)) || dots) && (end = scan_mask(s, i)) != 0) {
        add(frame, TOKEN_MASK, i, end);
        return end;
    }
    if (is_digit(s[i]))
        return scan_after_digits(frame, i, scan_number(s, i));
    if (is_alpha(s[i]))
        return scan_word(frame, i);
    end = i + text_decode(s + i, text->len - i, &cp);
    if (text_script(cp) != SCRIPT_NONE)
        return scan_word(frame, i);
    add(frame, TOKEN_PUNCT, i, end)->mark = end == i + 1 ? s[i] : '\0';
    return end;
}

const struct token token_outside = {
    .kind = TOKEN_NEWLINE, .space = true, .currency = -1, .span = 1, .ends_sentence = true};

void lexer_scan(struct frame *frame)
{
    bool addresses = memchr(frame->text.fold, '@', frame->text.len) != NULL;
    size_t i = 0;

    frame->count = 0;
    memset(frame->heads, 0, sizeof(frame->heads));
    while (i < frame->text.len)
        if (frame->text.fold[i] == ' ')
            i++;
        else
            i = scan_one(frame, i, addresses);
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
