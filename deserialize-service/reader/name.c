#include "name.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define NAME_TOKENS 12
#define GENERIC_WEAKEST 12 /* of words of banking where a name would stand */
#define WEAKEST 15         /* score of a name in small letters, far from the sum: advice */

static enum letters letters_of(const struct frame *frame, int i)
{
    return (enum letters)token_at(frame, i)->letters;
}

bool name_is_capital(const struct frame *frame, int i)
{
    return letters_of(frame, i) == LETTERS_CAPITAL && token_at(frame, i)->role == ROLE_NONE;
}

bool name_is_capital_word(const struct frame *frame, int i)
{
    return letters_of(frame, i) >= LETTERS_TITLE;
}

/* In capitals like the name around it, after small letters that introduced the name. */
static bool belongs_by_capitals(const struct frame *frame, int i, int first)
{
    return letters_of(frame, i) == LETTERS_CAPITAL && letters_of(frame, first) == LETTERS_CAPITAL &&
           letters_of(frame, first - 1) != LETTERS_CAPITAL &&
           letters_of(frame, i + 1) != LETTERS_TITLE &&
           token_at(frame, i + 1)->role != ROLE_BALANCE &&
           token_at(frame, i + 1)->role != ROLE_LIMIT;
}

/* "MARIA S.": one capital letter after a name, with its dot. */
static bool is_initial(const struct frame *frame, int i, int first)
{
    const struct token *token = token_at(frame, i);
    uint32_t cp;

    return i > first && letters_of(frame, i) == LETTERS_CAPITAL &&
           letters_of(frame, first) >= LETTERS_TITLE && token_punct(frame, i + 1) == '.' &&
           text_decode(frame->text.fold + token->start, (size_t)(token->end - token->start), &cp) ==
               (size_t)(token->end - token->start);
}

/* Small letters after a name in capitals belong to the sentence, unless a particle joins two parts
 * of the name. */
static bool ends_by_letters(const struct frame *frame, int i, int first)
{
    enum letters begin = letters_of(frame, first);

    /* "CORNER SHOP Till 551203" */
    if (i > first && begin == LETTERS_CAPITAL && letters_of(frame, i) == LETTERS_TITLE &&
        token_digits(frame, i + 1) >= 3)
        return true;
    if (i == first || begin < LETTERS_TITLE || letters_of(frame, i) != LETTERS_SMALL)
        return false;
    if (token_glued(frame, i)) /* "AMAZON.com" */
        return false;
    return !token_in(frame, i, LIST_PARTICLE) || letters_of(frame, i + 1) < LETTERS_TITLE;
}

static bool ends_by_mark(const struct frame *frame, int i, int first)
{
    const struct token *token = token_at(frame, i);
    char c = token_punct(frame, i);

    if (grammar_sentence_end(frame, i) || token->kind == TOKEN_MONEY || token->kind == TOKEN_DATE ||
        token->kind == TOKEN_TIME || token->kind == TOKEN_MASK || token->kind == TOKEN_LINK ||
        c == '(' || c == '"' || c == '[' || c == ']' || c == '|' || c == '~' || c == ':' ||
        c == '@' || c == '#')
        return true;
    if (token->kind == TOKEN_NUMBER && token_digits(frame, i) >= 8)
        return true;
    /* "SPAR LEKKI Time: 14:05": the label of what comes next. */
    if (i > first && token->kind == TOKEN_WORD && token->space &&
        letters_of(frame, i) != letters_of(frame, first) && token_punct(frame, i + 1) == ':' &&
        token_glued(frame, i + 1) && !token_glued(frame, i + 2))
        return true;
    /* "JANE DOE/GTREF/0012": a path goes on after the name. */
    if (c == '/' && i > first &&
        (token_at(frame, i + 1)->kind == TOKEN_NUMBER ||
         token_at(frame, i + 1)->kind == TOKEN_CODE || token_punct(frame, i + 2) == '/'))
        return true;
    if (c == '-' && !token_glued(frame, i + 1))
        return i > first && (token_at(frame, i + 1)->kind == TOKEN_NUMBER ||
                             token_at(frame, i + 1)->kind == TOKEN_CODE);
    return c == ',' && (token_at(frame, i + 1)->role != ROLE_NONE ||
                        token_at(frame, i + 1)->kind == TOKEN_NUMBER ||
                        token_at(frame, i + 1)->kind == TOKEN_DATE);
}

bool name_follows_a(const struct frame *frame, int i)
{
    return (token_is(frame, i, "a") || token_is(frame, i, "do")) &&
           letters_of(frame, i) == LETTERS_SMALL &&
           (letters_of(frame, i + 1) == LETTERS_CAPITAL ||
            (letters_of(frame, i + 1) == LETTERS_TITLE &&
             token_at(frame, i - 1)->kind == TOKEN_MONEY)); /* "25.00 a Rosa" */
}

bool name_follows_no(const struct frame *frame, int i)
{
    return token_is(frame, i, "no") && letters_of(frame, i) == LETTERS_SMALL &&
           letters_of(frame, i + 1) == LETTERS_CAPITAL &&
           token_at(frame, i + 1)->kind == TOKEN_WORD &&
           token_at(frame, i + 1)->role == ROLE_NONE && token_punct(frame, i + 2) != ':';
}

bool name_holds(const struct frame *frame, int i)
{
    if (letters_of(frame, i) != LETTERS_CAPITAL || letters_of(frame, i - 1) != LETTERS_CAPITAL ||
        letters_of(frame, i + 1) == LETTERS_TITLE || letters_of(frame, i + 1) == LETTERS_NONE ||
        token_at(frame, i - 1)->role != ROLE_NONE)
        return false;
    if (token_in(frame, i, LIST_ENGLISH_SIDE))
        return false;
    for (int k = i - 2; k >= 0 && i - k < 12; k--)
        if (letters_of(frame, k) == LETTERS_SMALL || token_at(frame, k)->script > SCRIPT_LATIN)
            return true;
    return false;
}

/* "posted to YOUTH SAVINGS (part of …)": the account is all that is named. */
static bool is_account_by_name(const struct frame *frame, int i)
{
    return letters_of(frame, i) == LETTERS_CAPITAL &&
           token_punct(frame, i + token_at(frame, i)->span) == '(';
}

bool name_ends(const struct frame *frame, int i, int first)
{
    const struct token *token = token_at(frame, i);

    if (ends_by_mark(frame, i, first) || ends_by_letters(frame, i, first))
        return true;
    if (token->inside || is_initial(frame, i, first))
        return false;
    /* "از علي رستمي": and it is one where a name is asked for. */
    if (i == first && token_is(frame, i, "علي") && token_at(frame, i + 1)->role == ROLE_NONE &&
        token_at(frame, i - 1)->role == ROLE_PREPOSITION)
        return false;
    /* "على حسابك" after a name: folded it is also a man's name. */
    if (i > first && token_is(frame, i, "علي") && token_at(frame, i + 1)->role == ROLE_ACCOUNT)
        return true;
    switch ((enum role)token->role) {
    case ROLE_PREPOSITION:
        if (i > first &&
            (name_holds(frame, i) || (token_punct(frame, i - 1) == '.' && token_glued(frame, i) &&
                                      token_glued(frame, i - 1))))
            return false; /* "EXAMPLE.COM" */
        if (i == first && token_in(frame, i, LIST_PARTICLE) &&
            belongs_by_capitals(frame, i, first) && letters_of(frame, i + 1) == LETTERS_CAPITAL)
            return false; /* "to VAN DIJK" */
        if (i > first && token_in(frame, i, LIST_PARTICLE) &&
            letters_of(frame, i + 1) == letters_of(frame, first) &&
            letters_of(frame, i) >= LETTERS_TITLE)
            return false;
        if (token->arg == 'i') /* a name may hold "in", but "in your account" ends it */
            return i == first || token_at(frame, i + 1)->role != ROLE_NONE ||
                   token_at(frame, i + 1)->kind == TOKEN_MASK;
        return !(i > first && token->arg == '@' && token->script != SCRIPT_LATIN);
    case ROLE_STOP:
    case ROLE_DATE: /* "THE DATE ROOM" */
    case ROLE_INFO:
    case ROLE_YOUR: /* "SU LING": in Spanish and French a pronoun */
        return !belongs_by_capitals(frame, i, first);
    case ROLE_REFERENCE:
    case ROLE_BALANCE:
    case ROLE_LIMIT:
    case ROLE_FEE:
    case ROLE_DONE:
    case ROLE_FAILED:
    case ROLE_CONDITION:
    case ROLE_AMOUNT:
    case ROLE_OTHER_SUM:
    case ROLE_FUTURE:
        return true;
    case ROLE_ACCOUNT:
        if (is_account_by_name(frame, i))
            return false;
        return token_at(frame, i + token->span)->kind != TOKEN_WORD ||
               token_at(frame, i + token->span)->role != ROLE_NONE;
    case ROLE_CREDIT:
    case ROLE_DEBIT:
        return token->arg == 4 && !belongs_by_capitals(frame, i, first);
    default:
        return false;
    }
}

bool name_has_letters(const struct frame *frame, int first, int last)
{
    for (int i = first; i <= last; i++)
        if (token_at(frame, i)->kind == TOKEN_WORD || token_at(frame, i)->kind == TOKEN_ADDRESS ||
            token_at(frame, i)->kind == TOKEN_CODE)
            return true;
    return false;
}

static bool is_banking_word(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    if (token->kind != TOKEN_WORD || token->inside)
        return true;
    if (token_is(frame, i, "luku")) /* a verb of paying, and who is paid */
        return false;
    switch ((enum role)token->role) {
    case ROLE_CHANNEL:
    case ROLE_ACCOUNT:
    case ROLE_TRANSFER:
    case ROLE_OTHER_PARTY:
    case ROLE_STOP:
    case ROLE_NUMBER_WORD:
    case ROLE_AMOUNT:
    case ROLE_DATE:
    case ROLE_PREPOSITION:
        return true;
    case ROLE_KIND:
        return token->arg == READING_SALARY || token->arg == READING_INTEREST ||
               token->arg == READING_FEE || token->arg == READING_OWN_TRANSFER ||
               token->arg == READING_CARD_PAYMENT || token->arg == READING_LOAN_INSTALMENT;
    case ROLE_DEBIT:
    case ROLE_CREDIT:
        if (token->event != READING_PAYMENT || token->arg != 3 || token->script != SCRIPT_LATIN)
            return true;
        break;
    default:
        break;
    }
    return token_is(frame, i, "credit") || token_is(frame, i, "debit") ||
           token_in(frame, i, LIST_BANKING) || token_in(frame, i, LIST_MONTH) ||
           (token->script >= SCRIPT_HAN && token_in(frame, i, LIST_CURRENCY));
}

bool name_is_generic(const struct frame *frame, int first, int last)
{
    for (int i = first; i <= last; i++)
        if (token_at(frame, i)->kind == TOKEN_ADDRESS || token_at(frame, i)->kind == TOKEN_CODE ||
            !is_banking_word(frame, i))
            return false;
    return true;
}

static bool is_verb(const struct token *token)
{
    return token->role == ROLE_DEBIT || token->role == ROLE_CREDIT || token->role == ROLE_TRANSFER;
}

/* "Utility bill payment of POWER CO", "SIP of A FUND": the name comes after what it is for. */
static int skip_what(const struct frame *frame, int first)
{
    for (int i = first; i < first + 5; i++) {
        const struct token *token = token_at(frame, i);

        if (token_is(frame, i, "of") && i > first)
            return i + 1;
        if (!token->inside && !is_verb(token) && token->role != ROLE_KIND &&
            !is_banking_word(frame, i))
            break;
    }
    return first;
}

static int skip_marks(const struct frame *frame, int first)
{
    char c;

    while ((c = token_punct(frame, first)) != 0 && strchr(":.-*;/\"", c) != NULL)
        first++;
    return first;
}

/* "to 0977***812 JANE DOE", "from 25571***6789, JANE DOE", "to M-PESA 255744903311 JANE DOE" */
static int skip_number(const struct frame *frame, int first)
{
    int number =
        first + (token_at(frame, first)->role == ROLE_CHANNEL ? token_at(frame, first)->span : 0);
    int next = number + 1 + (token_punct(frame, number + 1) == ',');

    if (token_at(frame, number)->kind != TOKEN_MASK && token_digits(frame, number) < 8)
        return first;
    return name_is_capital(frame, next) && token_at(frame, next)->kind == TOKEN_WORD ? next : first;
}

/* "- ", ": ", "to VPA name@bank", "by a/c linked to VPA …" and "agent 330912 - NAME". */
static int skip_to_name(const struct frame *frame, int first)
{
    first = skip_marks(frame, first);
    /* "ACH D- NAME", "NACH DR-NAME" */
    if (token_at(frame, first)->role == ROLE_CHANNEL && token_punct(frame, first + 2) == '-' &&
        (token_is(frame, first + 1, "d") || token_is(frame, first + 1, "c") ||
         token_is(frame, first + 1, "dr") || token_is(frame, first + 1, "cr")))
        first = skip_marks(frame, first + 2);
    if (token_at(frame, first)->kind == TOKEN_MASK && token_punct(frame, first + 1) == ';')
        first += 2;
    /* "from account XX4321/JANE" */
    if (token_at(frame, first)->role == ROLE_ACCOUNT &&
        token_at(frame, first + token_at(frame, first)->span)->kind == TOKEN_MASK &&
        token_punct(frame, first + token_at(frame, first)->span + 1) == '/')
        first += token_at(frame, first)->span + 2;
    /* "to card 44**12 OLENA K" */
    if (token_at(frame, first)->role == ROLE_ACCOUNT &&
        token_at(frame, first + token_at(frame, first)->span)->kind == TOKEN_MASK &&
        name_is_capital(frame, first + token_at(frame, first)->span + 1))
        first += token_at(frame, first)->span + 1;
    if (token_at(frame, first)->role == ROLE_OTHER_PARTY)
        first += token_at(frame, first)->span;
    if (token_is(frame, first, "vpa"))
        first++;
    first = skip_number(frame, first);
    /* "linked to mobile 98XXXXX412-GOPAL" */
    if (token_is(frame, first, "mobile") && token_at(frame, first + 1)->kind == TOKEN_MASK)
        first++;
    if (((token_at(frame, first)->kind == TOKEN_NUMBER && /* "7-Eleven" is a name */
          token_at(frame, first)->end - token_at(frame, first)->start > 2) ||
         token_at(frame, first)->kind == TOKEN_MASK) &&
        (token_punct(frame, first + 1) == '-' ||
         (token_punct(frame, first + 1) == '/' && token_at(frame, first + 2)->kind == TOKEN_WORD)))
        first += 2;
    /* "for payee JANE", "at merchant SHOP" */
    if (token_at(frame, first)->role == ROLE_MERCHANT &&
        letters_of(frame, first) != LETTERS_CAPITAL &&
        letters_of(frame, first + token_at(frame, first)->span) >=
            (token_is(frame, first, "payee") ? LETTERS_TITLE : LETTERS_CAPITAL))
        first += token_at(frame, first)->span;
    /* "Thanh toan SHOP", "Transferred SHOP": a verb before a name in capitals. */
    if (is_verb(token_at(frame, first)) && letters_of(frame, first) != LETTERS_CAPITAL &&
        letters_of(frame, first + token_at(frame, first)->span) == LETTERS_CAPITAL)
        first += token_at(frame, first)->span;
    /* "a JUAN": "to" in Spanish, Portuguese, French and Italian; before small letters an article.
     */
    if (name_follows_a(frame, first))
        first++;
    return skip_what(frame, first);
}

bool name_is_of_account(const struct frame *frame, int first)
{
    int last = first = skip_to_name(frame, first);

    while (last - first < NAME_TOKENS && !name_ends(frame, last, first))
        last++;
    int digits = last + token_at(frame, last)->span;

    if (token_at(frame, last)->role == ROLE_ACCOUNT && last > first &&
        token_at(frame, last)->arg != READING_CREDIT_CARD && token_is(frame, last - 1, "bank"))
        return true;
    if (token_at(frame, last)->role != ROLE_ACCOUNT || last == first ||
        !token_in(frame, last, LIST_ENGLISH_ACCOUNT))
        return false;
    while (token_punct(frame, digits) != 0 || token_at(frame, digits)->role == ROLE_NUMBER_WORD)
        digits += token_at(frame, digits)->span;
    return token_at(frame, digits)->kind == TOKEN_MASK || token_digits(frame, digits) >= 3;
}

/* Who sends the text is not who was paid. */
static bool is_sender(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);
    size_t len = (size_t)(token->end - token->start);
    const char *sender = frame->in->sender;

    return sender != NULL && strlen(sender) == len &&
           strncasecmp(sender, frame->text.fold + token->start, len) == 0;
}

void name_offer(const struct frame *frame, int first, int score, struct name *best)
{
    if (score <= best->score && frame->why == NULL)
        return;
    first = skip_to_name(frame, first);
    if (name_ends(frame, first, first) ||
        (token_at(frame, first)->role == ROLE_ACCOUNT && !is_account_by_name(frame, first)))
        return;
    /* "12.5 units" */
    if (token_at(frame, first)->kind == TOKEN_NUMBER && !token_glued(frame, first + 1) &&
        letters_of(frame, first + 1) == LETTERS_SMALL)
        return;
    int last = first;

    while (last + 1 - first < NAME_TOKENS && !name_ends(frame, last + 1, first))
        last++;
    /* "towards your Example Credit Card": the card is what was paid. */
    if (token_at(frame, last + 1)->role == ROLE_ACCOUNT &&
        token_at(frame, last + 1)->arg == READING_CREDIT_CARD)
        last += token_at(frame, last + 1)->span;
    /* "from examplebirr wallet 25190000000" */
    if (token_is(frame, last + 1, "wallet") && token_digits(frame, last + 2) >= 8)
        last++;
    if (!name_has_letters(frame, first, last) ||
        (first == last && token_at(frame, first - 1)->arg == '@' && is_sender(frame, first)) ||
        (first == last && token_at(frame, first)->end - token_at(frame, first)->start == 1))
        return;
    if (name_is_generic(frame, first, last)) {
        if (score > best->generic_score && score >= GENERIC_WEAKEST &&
            token_at(frame, first)->role != ROLE_YOUR) {
            best->generic_first = first;
            best->generic_last = last;
            best->generic_score = score;
        }
        return;
    }
    /* Names are written small only where the whole text is. */
    if (letters_of(frame, first) == LETTERS_SMALL && token_at(frame, first)->kind == TOKEN_WORD &&
        token_at(frame, first)->script == SCRIPT_LATIN)
        score -= 22;
    if (score < WEAKEST && letters_of(frame, first) == LETTERS_SMALL)
        return; /* "… within 3 days to avoid losses" */
    name_set(frame, best, first, last, score);
}

void name_offer_before(const struct frame *frame, int i, int score, struct name *best)
{
    /* "JANE DOE 0345XXXX812 ko": the number after the name. */
    if (token_at(frame, i - 1)->kind == TOKEN_MASK)
        i--;
    int first = i;
    enum letters letters = letters_of(frame, i - 1);
    bool small = token_at(frame, i - 1)->script == SCRIPT_LATIN && letters < LETTERS_TITLE;

    while (i - first < 12 && !small && letters_of(frame, first - 1) == letters &&
           token_at(frame, first - 1)->kind == TOKEN_WORD &&
           token_at(frame, first - 1)->role == ROLE_NONE)
        first--;
    if (first < i)
        name_set(frame, best, first, i - 1, score);
}

void name_offer_sentence(const struct frame *frame, int i, int score, struct name *best)
{
    int last = i;

    if (score <= best->score || i == 0 || token_punct(frame, i - 1) != '.' ||
        !token_at(frame, i)->space || letters_of(frame, i) < LETTERS_TITLE)
        return;
    /* "Перевод. 1500 ₽. Мария К. Доступно": titles only right before the
     * balance.
     */
    enum letters least = LETTERS_CAPITAL;

    for (; !grammar_sentence_end(frame, last); last++) {
        if (token_at(frame, last)->role != ROLE_NONE ||
            (letters_of(frame, last) < LETTERS_TITLE &&
             token_at(frame, last)->kind != TOKEN_NUMBER))
            return;
        if (letters_of(frame, last) == LETTERS_TITLE)
            least = LETTERS_TITLE;
    }
    if (least == LETTERS_TITLE && (last < i + 2 || token_at(frame, last + 1)->role != ROLE_BALANCE))
        return;
    if (last < frame->count && last - i < 8 && !(last == i + 1 && is_sender(frame, i)) &&
        !name_is_generic(frame, i, last - 1))
        name_set(frame, best, i, last - 1, score);
}
