/* The other side's name: candidates from labels, prepositions and payment paths, the best one
 * cleaned of what is no part of a name. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "grammar.h"

#define NAME_TOKENS 12

static bool is_name_stop(const struct frame *frame, int i, int first)
{
    const struct token *token = token_at(frame, i);
    char c = token_punct(frame, i);

    if (grammar_sentence_end(frame, i) || token->kind == TOKEN_MONEY || token->kind == TOKEN_DATE ||
        token->kind == TOKEN_TIME || token->kind == TOKEN_MASK || token->kind == TOKEN_LINK ||
        c == '(' || c == '"' || c == '[' || c == '|' || c == '~')
        return true;
    if (token->kind == TOKEN_NUMBER && token_digits(frame, i) >= 8)
        return true;
    if (c == '-' && !token_glued(frame, i + 1))
        return i > first && token_at(frame, i + 1)->kind == TOKEN_NUMBER;
    if (c == ':' || c == '@')
        return true;
    if (c == ',' &&
        (token_at(frame, i + 1)->role != ROLE_NONE || token_at(frame, i + 1)->kind == TOKEN_NUMBER))
        return true;
    if (token->inside)
        return false;
    switch ((enum role)token->role) {
    case ROLE_PREPOSITION:
        if (token->arg == 'i') /* a name may hold "in", but "in your account" ends it */
            return i == first || token_at(frame, i + 1)->role != ROLE_NONE ||
                   token_at(frame, i + 1)->kind == TOKEN_MASK;
        return !(i > first && token->arg == '@' && token->script != SCRIPT_LATIN);
    case ROLE_STOP:
    case ROLE_REFERENCE:
    case ROLE_BALANCE:
    case ROLE_LIMIT:
    case ROLE_FEE:
    case ROLE_YOUR:
    case ROLE_DONE:
    case ROLE_DATE:
    case ROLE_FAILED:
    case ROLE_CONDITION:
    case ROLE_INFO:
    case ROLE_AMOUNT:
    case ROLE_OTHER_SUM:
    case ROLE_FUTURE:
        return true;
    case ROLE_ACCOUNT:
        return token_at(frame, i + token->span)->kind != TOKEN_WORD ||
               token_at(frame, i + token->span)->role != ROLE_NONE;
    case ROLE_CREDIT:
    case ROLE_DEBIT:
        return token->arg == 4;
    default:
        return false;
    }
}

struct name {
    int first, last, score;
};

static bool has_letters(const struct frame *frame, int first, int last)
{
    for (int i = first; i <= last; i++)
        if (token_at(frame, i)->kind == TOKEN_WORD || token_at(frame, i)->kind == TOKEN_ADDRESS ||
            token_at(frame, i)->kind == TOKEN_CODE)
            return true;
    return false;
}

static void offer(const struct frame *frame, int first, int score, struct name *best)
{
    int last = first;

    while (token_punct(frame, first) == ':' || token_punct(frame, first) == '.' ||
           token_punct(frame, first) == '-' || token_punct(frame, first) == '*' ||
           token_punct(frame, first) == ';' || token_punct(frame, first) == '/')
        first++;
    if (token_at(frame, first)->kind == TOKEN_MASK && token_punct(frame, first + 1) == ';')
        first += 2;
    /* "to VPA name@bank", "by a/c linked to VPA …" and "agent 425300 - NAME". */
    if (token_at(frame, first)->role == ROLE_OTHER_PARTY)
        first += token_at(frame, first)->span;
    if (token_is(frame, first, "vpa"))
        first++;
    if ((token_at(frame, first)->kind == TOKEN_NUMBER ||
         token_at(frame, first)->kind == TOKEN_MASK) &&
        token_punct(frame, first + 1) == '-')
        first += 2;
    if (is_name_stop(frame, first, first) || token_at(frame, first)->role == ROLE_ACCOUNT)
        return;
    last = first;
    while (last + 1 - first < NAME_TOKENS && !is_name_stop(frame, last + 1, first))
        last++;
    /* "towards your Example Credit Card": the card is what was paid. */
    if (token_at(frame, last + 1)->role == ROLE_ACCOUNT &&
        token_at(frame, last + 1)->arg == READING_CREDIT_CARD)
        last += token_at(frame, last + 1)->span;
    if (has_letters(frame, first, last) && score > best->score)
        *best = (struct name){first, last, score};
}

/* Where advice begins: "call …", "not you? SMS …", "thank you for …". No name comes after. */
static int advice_begin(const struct frame *frame, int amount)
{
    static const char *const words[] = {
        "call",  "sms", "dial",    "contact", "reply", "help",     "thank",   "thanks",
        "text",  "txt", "visit",   "block",   "not",   "download", "msaada",  "liga",
        "ligue", "enq", "powered", "earn",    "save",  "kopa",     "dispute", "inq"};

    for (int i = amount + 1; i < frame->count; i++)
        for (size_t k = 0; k < LENGTH(words) && token_at(frame, i)->kind == TOKEN_WORD; k++)
            if (token_is(frame, i, words[k]) && !token_at(frame, i)->inside &&
                (grammar_sentence_end(frame, i - 1) || token_at(frame, i)->role == ROLE_STOP ||
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
        return 60;
    case '>':
        return credit ? 12 : 55;
    case '<':
        return credit ? 58 : 35;
    case 'b':
        return credit ? 56 : 20;
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

/* UPI/DR/4249/NAME/…, NEFT-FDRL41-NAME, ACH*NAME*778: the first piece that is a name. */
static void offer_path(const struct frame *frame, int i, struct name *best)
{
    int start = i + token_at(frame, i)->span;
    char separator = token_punct(frame, start);

    if (separator != '/' && separator != '-' && separator != '*')
        return;
    for (int k = start + 1; k < start + 14 && token_at(frame, k)->kind != TOKEN_NEWLINE; k++) {
        const struct token *token = token_at(frame, k);

        if (token_punct(frame, k - 1) != separator || token->kind != TOKEN_WORD ||
            token->role == ROLE_DEBIT || token->role == ROLE_CREDIT ||
            token->role == ROLE_CHANNEL || token->end - token->start < 2)
            continue;
        int last = k;

        /* A bank's code of four letters comes before the number: IMPS/PUNB/1234/NAME. */
        if (token->end - token->start == 4 && token_punct(frame, k + 1) == separator &&
            token_at(frame, k + 2)->kind == TOKEN_NUMBER)
            continue;
        while (last + 1 - k < NAME_TOKENS && !is_name_stop(frame, last + 1, k) &&
               token_punct(frame, last + 1) != separator)
            last++;
        if (70 > best->score)
            *best = (struct name){k, last, 70};
        return;
    }
}

/* A line of its own that is no label: some banks set the shop so. */
static void offer_line(const struct frame *frame, int i, struct name *best)
{
    int last = i;

    if (token_at(frame, i - 1)->kind != TOKEN_NEWLINE || i == 0 || best->score >= 30)
        return;
    for (; token_at(frame, last)->kind != TOKEN_NEWLINE; last++) {
        const struct token *token = token_at(frame, last);

        if (token->kind == TOKEN_MONEY || token->kind == TOKEN_DATE || token->kind == TOKEN_MASK ||
            token->kind == TOKEN_LINK || token_punct(frame, last) == ':' ||
            (token->role != ROLE_NONE && token->role != ROLE_CHANNEL &&
             token->role != ROLE_PREPOSITION && token->role != ROLE_TRANSFER && last == i) ||
            token->role == ROLE_BALANCE || token->role == ROLE_YOUR)
            return;
    }
    /* The last line is the bank's own name. */
    if (last > i && last < frame->count && has_letters(frame, i, last - 1))
        *best = (struct name){i, last - 1, 30};
}

/* "; NAME credited" and "NAME has received 500 from your account". */
static void offer_subject(const struct frame *frame, int i, enum reading_direction direction,
                          struct name *best)
{
    int first = i - 1;

    if (frame->tokens[i].role != ROLE_CREDIT || direction != READING_DEBIT || i == 0)
        return;
    while (first > 0 && !grammar_sentence_end(frame, first - 1) && i - first < 8)
        first--;
    for (int k = first; k < i; k++)
        if (token_at(frame, k)->kind == TOKEN_MONEY || token_at(frame, k)->kind == TOKEN_MASK)
            return;
    if (token_at(frame, first)->role == ROLE_NONE && token_at(frame, first)->kind == TOKEN_WORD &&
        token_at(frame, i - 1)->kind == TOKEN_WORD && 45 > best->score) {
        int last = i - 1;

        if (token_at(frame, last)->role == ROLE_STOP)
            last--;
        *best = (struct name){first, last, 45};
    }
}

/* The words before the address sign; a telephone number or a bare code names nobody. */
static void clean_address(char *name)
{
    char *at = strchr(name, '@');

    if (at == NULL)
        return;
    if (strchr(name, ' ') == NULL) {
        *at = '\0';
        return;
    }
    /* A handle beside the name, "shop@bank CORNER SHOP": the name alone is for people. */
    char *first = at, *last = at + strcspn(at, " ");
    while (first > name && first[-1] != ' ')
        first--;
    if (*last == ' ')
        last++;
    else if (first > name)
        first--;
    memmove(first, last, strlen(last) + 1);
}

static bool drop_prefix(char *name, const char *prefix)
{
    size_t len = strlen(prefix);

    if (strncasecmp(name, prefix, len) != 0 || strlen(name) <= len + 1)
        return false;
    memmove(name, name + len, strlen(name + len) + 1);
    return true;
}

static void clean(char *name)
{
    static const char *const prefixes[] = {
        "UPI_",  "UPI-",          "UPI/",        "VPA ",        "MR ",        "M/S ",
        "LIPA ", "PAYMENT FROM ", "PAYMENT TO ", "PAYMENT ON ", "ACH CREDIT:"};
    size_t len;

    for (size_t i = 0; i < LENGTH(prefixes); i++)
        drop_prefix(name, prefixes[i]);
    clean_address(name);
    if (name[0] == 'a' && name[1] == ' ')
        drop_prefix(name, "a ");
    /* "757487-MASAKEN": a terminal's number before the name. */
    size_t digits = strspn(name, "0123456789");

    if (digits >= 5 && name[digits] == '-' && name[digits + 1] != '\0')
        memmove(name, name + digits + 1, strlen(name + digits + 1) + 1);
    while (name[0] != '\0' && strchr(" .,;:-_/*\"'", name[0]) != NULL)
        memmove(name, name + 1, strlen(name));
    for (len = strlen(name); len > 0 && strchr(" .,;:-_/*\"'", name[len - 1]) != NULL; len--)
        name[len - 1] = '\0';
    /* Dangling words that a cut span leaves. */
    static const char *const tails[] = {" at",    " on",  " to",  " via", " from", " for",
                                        " value", " ref", " the", " is",  " and"};

    for (size_t i = 0; i < LENGTH(tails); i++) {
        size_t n = strlen(tails[i]);

        len = strlen(name);
        if (len > n && strcasecmp(name + len - n, tails[i]) == 0)
            name[len - n] = '\0';
    }
}

static bool names_anybody(const char *name)
{
    size_t letters = 0;

    for (const char *c = name; *c != '\0'; c++)
        letters += isalpha((unsigned char)*c) || (unsigned char)*c >= 0x80;
    return letters >= 2;
}

static const char *kind_name(const struct reading *out, const struct frame *frame)
{
    switch (out->kind) {
    case READING_CASH_WITHDRAWAL:
        for (int i = 0; i < frame->count; i++)
            if (token_is(frame, i, "atm") || token_is(frame, i, "card"))
                return "ATM Withdrawal";
        return "Cash Withdrawal";
    case READING_CASH_DEPOSIT:
        return "Cash Deposit";
    case READING_INTEREST:
        return "Interest";
    case READING_SALARY:
        return "Salary";
    case READING_CASHBACK:
        return "Cashback";
    case READING_REFUND:
        return "Refund";
    default:
        break;
    }
    if (out->channel == READING_CHEQUE)
        return "Cheque";
    if (out->channel == READING_UPI)
        return "UPI Payment";
    return "";
}

/* The words that follow the sum at once, or stand before it as a line's title: "983.75 SPICE
 * KITCHEN Bal", "3267. AZS 09. Rest 30", "KAUFHAUS: -70,85". */
static void offer_beside_sum(const struct frame *frame, int amount, struct name *best)
{
    int next = amount + 1, first = amount - 2;

    if (amount < 0)
        return;
    while (next < amount + 4 && token_punct(frame, next) != 0)
        next++;
    if ((token_at(frame, next)->kind == TOKEN_WORD || token_at(frame, next)->kind == TOKEN_CODE) &&
        (token_at(frame, next)->role == ROLE_NONE || token_at(frame, next)->role == ROLE_CHANNEL))
        offer(frame, next, 13, best);
    if (best->score == 13 && token_at(frame, best->last + 1)->role == ROLE_ACCOUNT)
        best->score = 0; /* "Example Bank Card": whose card it is */
    if (token_punct(frame, amount - 1) != ':' || frame->tokens[amount].sign == 0)
        return;
    while (first > 0 && token_at(frame, first - 1)->kind != TOKEN_NEWLINE)
        first--;
    if (first >= 0 && token_at(frame, first)->role == ROLE_NONE && best->score < 57)
        *best = (struct name){first, amount - 2, 57};
}

/* What token i introduces, if it does. */
static void offer_at(const struct frame *frame, const struct findings *found, int i,
                     enum reading_direction direction, struct name *best)
{
    const struct token *token = &frame->tokens[i];
    int next = i + token->span, amount = found->amount;
    bool colon = token_punct(frame, next) == ':';

    if (token->role == ROLE_PREPOSITION) {
        int away = i > amount ? (i - amount) / 4 : 1;
        int score = preposition_score(token->arg, direction) - (away < 8 ? away : 8);

        offer(frame, next, score + (colon ? 8 : 0) - 14 * sentences_between(frame, amount, i),
              best);
    } else if (token->role == ROLE_MERCHANT && (colon || token->arg == 2)) {
        offer(frame, next, 64, best);
    } else if (token->role == ROLE_MERCHANT && token_is(frame, i, "name")) {
        offer(frame, next, 61, best);
    } else if (token->role == ROLE_INFO) {
        offer(frame, next, 44, best);
    } else if ((token->role == ROLE_DEBIT || token->role == ROLE_CREDIT) && colon) {
        offer(frame, next, 40, best);
    } else if (token_punct(frame, i) == '@') {
        offer(frame, i + 1, 58, best);
    } else if (token->kind == TOKEN_ADDRESS) {
        offer(frame, i, 40, best);
    }
    /* "13:01:12 IST SHOP Avl Limit": the zone's letters, then the name. */
    if (token->kind == TOKEN_TIME && token_at(frame, next)->kind == TOKEN_WORD)
        offer(frame,
              next + (token_at(frame, next)->end - token_at(frame, next)->start == 3 &&
                      token_at(frame, next + 1)->kind == TOKEN_WORD),
              11, best);
    if (token->role == ROLE_CHANNEL || token->role == ROLE_INFO || token_is(frame, i, "inf"))
        offer_path(frame, i, best);
}

/* "ATM", "CDM", "card": a means, and nobody's name. */
static bool is_means(const struct frame *frame, const struct name *name)
{
    return name->first == name->last && (token_at(frame, name->first)->role == ROLE_CHANNEL ||
                                         token_at(frame, name->first)->role == ROLE_ACCOUNT);
}

/* A transfer without a name is called after its network: "NEFT Transfer". */
static void name_after_network(const struct frame *frame, struct reading *out)
{
    for (int i = 0; i < frame->count; i++)
        if (frame->tokens[i].role == ROLE_CHANNEL &&
            frame->tokens[i].arg == READING_BANK_TRANSFER) {
            char network[24];

            frame_copy(frame, i, i, network, sizeof(network));
            snprintf(out->merchant, sizeof(out->merchant), "%s Transfer", network);
            return;
        }
}

/* "debited from a/c X and credited to a/c Y" */
static bool two_accounts(const struct frame *frame)
{
    int count = 0;

    for (int i = 1; i < frame->count; i++)
        count += frame->tokens[i].kind == TOKEN_MASK &&
                 (frame->tokens[i - 1].role == ROLE_ACCOUNT || frame->tokens[i - 1].inside ||
                  token_punct(frame, i - 1) == '.');
    return count >= 2;
}

void merchant_read(const struct frame *frame, const struct findings *found, struct reading *out)
{
    struct name best = {.score = 0};
    int end = advice_begin(frame, found->amount);

    offer_beside_sum(frame, found->amount, &best);
    for (int i = 0; i < end; i++) {
        if (!frame->tokens[i].inside)
            offer_at(frame, found, i, out->direction, &best);
        offer_subject(frame, i, out->direction, &best);
        offer_line(frame, i, &best);
    }
    if (best.score > 0 && !is_means(frame, &best)) {
        frame_copy(frame, best.first, best.last, out->merchant_raw, sizeof(out->merchant_raw));
        memcpy(out->merchant, out->merchant_raw, sizeof(out->merchant));
        clean(out->merchant);
    }
    if (!names_anybody(out->merchant)) {
        const char *name = kind_name(out, frame);

        memset(out->merchant, 0, sizeof(out->merchant));
        memcpy(out->merchant, name, strlen(name));
        if (name[0] == '\0' && out->channel == READING_BANK_TRANSFER)
            name_after_network(frame, out);
        if (out->merchant[0] == '\0' && (out->kind == READING_TRANSFER || two_accounts(frame)))
            snprintf(out->merchant, sizeof(out->merchant), "Transfer");
        out->merchant_from_kind = out->merchant[0] != '\0';
    }
}
