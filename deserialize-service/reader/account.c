/* The account or card that the text is about, and the one on the other side. */
#include <string.h>

#include "base/mem.h"
#include "name.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits that a token shows, at most the last four. Of a masked one those after the last
 * hiding sign ("308****914" shows 914), unless they are too few to tell accounts apart. */
static bool shown_digits(const struct frame *frame, const struct token *token, char out[static 5])
{
    const char *s = frame->text.fold;
    int begin = token->start, end = token->end, hidden = 0;
    size_t n = 0;

    if (token->kind == TOKEN_MASK && is_digit(s[end - 1])) {
        for (begin = end; begin > token->start && is_digit(s[begin - 1]);)
            begin--;
        for (int k = token->start; k < begin; k++)
            hidden += !is_digit(s[k]);
        if (end - begin < 3 || hidden < 2)
            begin = token->start;
    }
    for (int k = end; k > begin && n < 4; k--)
        n += is_digit(s[k - 1]);
    out[n] = '\0';
    size_t shown = n;

    for (int k = end; k > begin && n > 0; k--)
        if (is_digit(s[k - 1]))
            out[--n] = s[k - 1];
    return shown >= 3 || (shown == 2 && hidden >= 2 && is_digit(s[end - 2]) &&
                          s[token->start] != '.'); /* "XXXXX45" */
}

static bool counts_digits(const struct frame *frame, int i)
{
    static const char *const words[] = {"桁", "位", "碼", "码", "자리", "digits"};

    for (size_t k = 0; k < LENGTH(words) && token_digits(frame, i) == 1; k++)
        if (token_is(frame, i + 1, words[k]))
            return true;
    return false;
}

/* From the noun over "no.", "ending with", marks, to the digits; -1 when there are none. */
static int digits_after(const struct frame *frame, int noun)
{
    int k = noun + token_at(frame, noun)->span;

    for (int steps = 0; steps < 6; steps++, k++) {
        const struct token *token = token_at(frame, k);

        /* "DE** **** 4242": the country's letters, and nothing shown yet. */
        if (token->kind == TOKEN_WORD && token->end - token->start == 2 &&
            token_punct(frame, k + 1) == '*' && token_glued(frame, k + 1))
            continue;
        /* "4837**** ****6621", "**** **** 4242": hidden and shown parts stand apart. */
        while (token_at(frame, k)->kind == TOKEN_MASK && token_at(frame, k + 1)->kind == TOKEN_MASK)
            k++;
        token = token_at(frame, k);
        if (token->kind == TOKEN_MASK)
            return token_digits(frame, k + 1) >= 3 && token_digits(frame, k + 1) <= 5 ? k + 1 : k;
        if (token->kind == TOKEN_CODE)
            return k;
        if (token->kind == TOKEN_NUMBER && counts_digits(frame, k)) {
            k++; /* "下4桁：8830", "last 4 digits 8830" */
            continue;
        }
        /* "account 360 Checking...6612": the product's name has a number too. */
        if (token_digits(frame, k) == 3 && token_at(frame, k + 1)->kind == TOKEN_WORD &&
            token_at(frame, k + 2)->kind == TOKEN_MASK)
            return k + 2;
        if (token->kind == TOKEN_NUMBER)
            return token_digits(frame, k) >= 3 || token->end - token->start >= 6 ? k : -1;
        if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_MONEY)
            return -1;
        /* "your wallet. Call 18001112223": the next sentence, where "A/c. 1234" is none. */
        if (token_punct(frame, k) == '.' && token_at(frame, k + 1)->kind == TOKEN_WORD &&
            token_at(frame, k + 1)->space && token_at(frame, k + 1)->role != ROLE_NUMBER_WORD)
            return -1;
        /* "card ending" is a phrase that may go on: "card ending with 1234". */
        if (token->role == ROLE_PREPOSITION && token->arg != 'i' && token->arg != 'f' &&
            !(steps == 0 && token_is(frame, k, "with")))
            return -1;
        if (token->role == ROLE_DEBIT || token->role == ROLE_CREDIT ||
            token->role == ROLE_REFERENCE)
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
        /* "paid to the power company for account 4410": its customer's number. */
        if (token->arg == 'f' && direction == READING_DEBIT && noun - k == 1)
            score -= 20;
        if (token->arg == '<')
            score += direction == READING_CREDIT ? -6 : 9;
        else if (token->arg == '>' || token->arg == 'i')
            score += direction == READING_DEBIT ? -9 : 4;
        break;
    }
    return score;
}

struct side {
    int digits; /* token, -1: none */
    int score;
    char shown[5];
};

/* "4471 ile biten", "8812 nolu hesabinizdan": the digits stand before the words. */
static bool digits_before(const struct frame *frame, int i)
{
    return (token_is(frame, i, "nolu") || token_is(frame, i, "ile")) &&
           token_digits(frame, i - 1) >= 3 && token_digits(frame, i - 1) <= 16;
}

static bool begins_network(char c)
{
    return c == 'v' || c == 'm' || c == 'e' || c == (char)0xD0;
}

/* "VISA2210", "MIR-2210": the network's name and the card's digits. Returns their token, or -1. */
static int digits_of_network(const struct frame *frame, int i)
{
    static const char *const networks[] = {"visa",       "mir",     "ecmc", "maes",
                                           "mastercard", "maestro", "мир"};
    const struct token *token = &frame->tokens[i];
    const char *word = frame->text.fold + token->start;
    size_t len = (size_t)(token->end - token->start);

    if (!begins_network(word[0]))
        return -1;
    if (token->kind == TOKEN_WORD && token_punct(frame, i + 1) != '-' && !token_glued(frame, i + 1))
        return -1;
    for (size_t k = 0; k < LENGTH(networks); k++) {
        size_t n = strlen(networks[k]);

        if (len < n || memcmp(word, networks[k], n) != 0)
            continue;
        if (token->kind == TOKEN_CODE && len == n + 4 && strspn(word + n, "0123456789") >= 4)
            return i;
        if (len == n && (token_punct(frame, i + 1) == '-' || token_glued(frame, i + 1)) &&
            token_digits(frame, i + 1 + (token_punct(frame, i + 1) == '-')) == 4)
            return i + 1 + (token_punct(frame, i + 1) == '-');
    }
    return -1;
}

/* "by: 4412", "from: 1120" of what was paid, "to: 1120" of what came. */
static bool is_own_side(char preposition, enum reading_direction direction)
{
    return preposition == 'b' || preposition == 'v' ||
           (preposition == '<' && direction == READING_DEBIT) ||
           (preposition == '>' && direction == READING_CREDIT);
}

/* "sent to JANE DOE 0722***418", "from 25571***6789, JANE DOE": the other side's telephone. */
static bool of_somebody(const struct frame *frame, int i, enum reading_direction direction)
{
    const char side = direction == READING_CREDIT ? '<' : '>';
    int before = i - 1 - (token_punct(frame, i - 1) == ',' || token_punct(frame, i - 1) == '(');
    bool named =
        token_at(frame, before)->kind == TOKEN_WORD && token_at(frame, before)->role == ROLE_NONE;
    int after = i + 1 + (token_punct(frame, i + 1) == ',');

    if (token_at(frame, i - 1)->role == ROLE_PREPOSITION && token_at(frame, i - 1)->arg == side)
        return name_is_capital(frame, after) && token_at(frame, after)->kind == TOKEN_WORD;
    for (int k = before; named && k > 0 && before - k < 6; k--) {
        const struct token *token = &frame->tokens[k];

        if (token->role == ROLE_ACCOUNT || token->kind == TOKEN_MONEY ||
            token->kind == TOKEN_MASK || token->role == ROLE_YOUR)
            return false;
        if (token->role == ROLE_PREPOSITION && k < before)
            return token->arg == side && !token_is(frame, k - 1, "posted");
    }
    return false;
}

static bool shows_nothing(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    for (int k = token->start; k < token->end; k++)
        if (is_digit(frame->text.fold[k]))
            return false;
    return token->kind == TOKEN_MASK;
}

/* "***'6620'", "**** **** 6620": the shown part stands apart from the hidden one. */
static int shown_behind(const struct frame *frame, int i)
{
    int next = i + 1 + (token_punct(frame, i + 1) == '\'');

    while (next == i + 1 && shows_nothing(frame, i) && token_at(frame, next)->kind == TOKEN_MASK)
        i = next++;
    bool apart = (next > i + 1 || shows_nothing(frame, i)) && token_digits(frame, next) >= 3 &&
                 token_digits(frame, next) <= 5;

    return apart ? next : i;
}

/* "VISA CLASSIC (***4410)": no person's name before the bracket. */
static bool is_card_product(const struct frame *frame, int i)
{
    return token_is(frame, i, "visa") || token_is(frame, i, "mastercard") ||
           token_is(frame, i, "maestro") || token_is(frame, i, "mc") ||
           token_is(frame, i, "amex") || token_is(frame, i, "mir");
}

/* Two or three letters of the account's kind and four digits. */
static bool is_lettered(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);
    int len = token->end - token->start;

    return token->kind == TOKEN_WORD && token->letters == LETTERS_CAPITAL &&
           (len == 2 || len == 3) && token_glued(frame, i + 1) && token_digits(frame, i + 1) == 4;
}

/* False: candidate_at() finds nothing at the token, as at nearly all of them. */
static bool may_be_candidate(const struct frame *frame, int i)
{
    const uint64_t roles = ROLE_BIT(ROLE_ACCOUNT) | ROLE_BIT(ROLE_NUMBER_WORD) |
                           ROLE_BIT(ROLE_PREPOSITION) | ROLE_BIT(ROLE_DEBIT);
    const struct token *token = &frame->tokens[i];

    if ((roles & ROLE_BIT(token->role)) != 0)
        return true;
    if (token->kind == TOKEN_WORD || token->kind == TOKEN_CODE)
        return begins_network(frame->text.fold[token->start]) || digits_before(frame, i);
    return token->kind == TOKEN_MASK || token->mark == '#' || token->mark == '(' ||
           token->mark == '*';
}

static struct side candidate_at(const struct frame *frame, int i, enum reading_direction direction)
{
    const struct token *token = &frame->tokens[i];
    struct side found = {.digits = -1};

    if (digits_before(frame, i)) {
        found.digits = i - 1;
        found.score = 6;
    } else if (token->role == ROLE_ACCOUNT && !token->inside) {
        bool before = token_punct(frame, i - 1) == ')' &&
                      token_at(frame, i - 2)->kind == TOKEN_MASK; /* "(..4410) szamla" */

        found.digits = before ? i - 2 : digits_after(frame, i);
        found.score = 4 + (token->arg == READING_BANK_ACCOUNT ? 2 : 0);
    } else if (token->role == ROLE_NUMBER_WORD && token->end - token->start >= 6) {
        /* "your EXAMPLECARD ending 1234" */
        found.digits = digits_after(frame, i);
        found.score = 2;
    } else if (token->role == ROLE_PREPOSITION && is_own_side((char)token->arg, direction) &&
               token_punct(frame, i + 1) == ':' &&
               (token_digits(frame, i + 2) == 4 ||
                (token->script == SCRIPT_ARABIC && token_digits(frame, i + 2) >= 8))) {
        found.digits = i + 2;
        found.score = 3;
    } else if (token->role == ROLE_PREPOSITION && token->arg == '<' && direction == READING_DEBIT &&
               token_digits(frame, i + 1) == 4) {
        found.digits = i + 1; /* "sent from 7712 on" */
        found.score = 2;
    } else if (token->role == ROLE_PREPOSITION && is_own_side((char)token->arg, direction) &&
               is_lettered(frame, i + 1)) {
        found.digits = i + 2; /* "withdrawal of 80 from CK7731" */
        found.score = 1;
    } else if (token_punct(frame, i) == '#' && token_at(frame, i - 1)->role == ROLE_YOUR &&
               token_digits(frame, i + 1) >= 4) {
        found.digits = i + 1; /* "Your #77120934 has been debited" */
        found.score = 4;
    } else if (token_punct(frame, i) == '#' && token_at(frame, i - 1)->role == ROLE_ACCOUNT &&
               token_digits(frame, i + 1) == 4) {
        found.digits = i + 1; /* "AMEX #1007" */
        found.score = 4;
    } else if (token_punct(frame, i) == '(' && token_punct(frame, i - 1) == '.' &&
               token_punct(frame, i - 2) == '.' && token_digits(frame, i + 1) == 4) {
        found.digits = i + 1; /* "Quicksilver...(1198)" */
        found.score = 20 + 4; /* what stands in brackets loses as much below */
    } else if (token->role == ROLE_PREPOSITION && token->arg == '<' && direction == READING_DEBIT &&
               token_digits(frame, i + 1 + (token_punct(frame, i + 1) == ':')) >= 8) {
        found.digits = i + 1 + (token_punct(frame, i + 1) == ':'); /* "from 36521838 at" */
        found.score = -10;
    } else if (token->role == ROLE_DEBIT && token->span > 1 &&
               token_digits(frame, i + token->span) == 4) {
        found.digits = i + token->span; /* "card payment 4410 of …", where one phrase says both */
        found.score = 2;
    } else if (token->mark == '*' && token_punct(frame, i + 1) == '*' &&
               token_at(frame, i + 2)->space && token_digits(frame, i + 2) == 4) {
        found.digits = i + 2; /* "Example Bank ** 6021" */
        found.score = 3;
    } else if (token->kind == TOKEN_MASK && !of_somebody(frame, i, direction)) {
        found.digits = shown_behind(frame, i);
    } else if (token->kind == TOKEN_WORD || token->kind == TOKEN_CODE) {
        found.digits = digits_of_network(frame, i);
        found.score = 5;
    }
    if (found.digits < 0 || !shown_digits(frame, token_at(frame, found.digits), found.shown)) {
        found.digits = -1;
        return found;
    }
    /* "SOMEBODY(2519****1234)" is the other side's number. */
    found.score -= token_punct(frame, i - 1) == '(' && !token_at(frame, i - 1)->space ? 20 : 0;
    /* "to DAWIT KEBEDE (2519****1203)" */
    found.score -= token_punct(frame, i - 1) == '(' && name_is_capital(frame, i - 2) &&
                           !is_card_product(frame, i - 2) && !is_card_product(frame, i - 3)
                       ? 20
                       : 0;
    /* "TAN WEI MING (mobile ending 8812)" */
    found.score -= token_punct(frame, i - 2) == '(' && token->role == ROLE_NUMBER_WORD ? 20 : 0;
    found.score += side_score(frame, i, direction) - i / 12;
    found.score += token_at(frame, found.digits)->kind == TOKEN_MASK ? 3 : 0;
    return found;
}

/* Another account than the one found, for transfers between two. */
static void read_second(const struct frame *frame, struct findings *found, struct reading *out)
{
    for (int i = 0; i < frame->count; i++) {
        if (frame->tokens[i].role != ROLE_ACCOUNT && frame->tokens[i].kind != TOKEN_MASK)
            continue;
        struct side other = candidate_at(frame, i, out->direction);

        if (other.digits < 0 || other.digits == found->account ||
            strcmp(other.shown, out->account) == 0)
            continue;
        found->second = other.digits;
        if (kind_is_own_transfer(frame, found)) {
            memcpy(out->second_account, other.shown, sizeof(other.shown));
            return;
        }
    }
    found->second = -1;
}

/* "120.330.4400917.2", "40100771245603" alone on the first line: banks that write the whole number
 * need no noun. */
static void read_leading_number(const struct frame *frame, struct findings *found,
                                struct reading *out)
{
    const struct token *token = token_at(frame, 0);
    int dots = 0;

    for (int k = token->start; k < token->end; k++)
        dots += frame->text.fold[k] == '.';
    if (token->kind == TOKEN_NUMBER && dots != 1 && token->end - token->start >= 12 &&
        token_at(frame, 1)->kind == TOKEN_NEWLINE && shown_digits(frame, token, out->account))
        found->account = 0;
}

void account_read(const struct frame *frame, struct findings *found, struct reading *out)
{
    int best = -13;

    for (int i = 0; i < frame->count; i++) {
        if (!may_be_candidate(frame, i))
            continue;
        struct side candidate = candidate_at(frame, i, out->direction);

        if (candidate.digits < 0)
            continue;
        explain_note(frame, READING_FIELD_ACCOUNT, candidate.digits, candidate.digits,
                     candidate.score, "");
        if (candidate.score <= best)
            continue;
        best = candidate.score;
        found->account = candidate.digits;
        found->account_score = best;
        memcpy(out->account, candidate.shown, sizeof(candidate.shown));
        if (frame->tokens[i].role == ROLE_ACCOUNT) {
            found->account_noun = i;
            out->account_type = frame->tokens[i].arg;
        }
    }
    for (int i = 0; i < frame->count && frame_has_role(frame, ROLE_ACCOUNT) &&
                    out->account_type == READING_NO_ACCOUNT_TYPE;
         i++)
        if (frame->tokens[i].role == ROLE_ACCOUNT)
            out->account_type = frame->tokens[i].arg;
    if (found->account < 0)
        read_leading_number(frame, found, out);
    else
        read_second(frame, found, out);
}
