/* What is no part of a name: handles, titles, terminal and store numbers, dangling words. */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "name.h"

#define LONGEST_TAIL 6 /* " value" */

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

/* Most are told apart by their first letter, whatever its case. */
static bool drop_prefix(char *name, const char *prefix)
{
    if (((name[0] ^ prefix[0]) & ~0x20) != 0)
        return false;
    size_t len = strlen(prefix);

    if (strncasecmp(name, prefix, len) != 0 || strlen(name) <= len + 1)
        return false;
    memmove(name, name + len, strlen(name + len) + 1);
    return true;
}

static bool drop_tail(char *name, const char *tail)
{
    size_t len = strlen(name), n = strlen(tail);

    if (len <= n || strcasecmp(name + len - n, tail) != 0)
        return false;
    name[len - n] = '\0';
    return true;
}

/* "SHOP-550912 TOWN": a terminal's number in the middle or at the end: five digits or more after
 * a mark, or a telephone number. "STATION 091" keeps its own. */
static void drop_numbers(char *name)
{
    for (char *c = name; *c != '\0'; c++) {
        size_t digits;

        if (c == name || (*c != ' ' && *c != '-' && *c != '*' && *c != '_' && *c != '#') ||
            c[1] < '0' || c[1] > '9')
            continue;
        digits = strspn(c + 1, "0123456789");
        if (digits >= (*c == ' ' ? 8 : 5) && (c[1 + digits] == ' ' || c[1 + digits] == '\0'))
            memmove(c, c + 1 + digits, strlen(c + 1 + digits) + 1);
    }
}

/* "JANE DOE, EXAMPLE BANK": the bank of the other side. */
static void drop_bank(char *name)
{
    char *comma = strrchr(name, ',');

    if (comma != NULL && comma > name + 2 && strcasestr(comma, "bank") != NULL)
        *comma = '\0';
}

static void trim(char *name)
{
    size_t len;

    while (name[0] != '\0' && strchr(" .,;:-_/*\"'", name[0]) != NULL)
        memmove(name, name + 1, strlen(name));
    for (len = strlen(name); len > 0 && strchr(" .,;:-_/*\"'", name[len - 1]) != NULL; len--)
        name[len - 1] = '\0';
}

/* "TIPS.Example_Bank.2.Network", as Tanzania's instant payments name who sent: "Example Bank". */
static void clean_tips(char *name)
{
    size_t len = drop_prefix(name, "TIPS.") ? strcspn(name, ".") : 0;

    if (len == 0)
        return;
    name[len] = '\0';
    for (char *c = name; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    drop_tail(name, " MFB");
}

void name_clean(char *name)
{
    static const char *const prefixes[] = {"UPI_",
                                           "UPI-",
                                           "UPI/",
                                           "VPA ",
                                           "MR ",
                                           "MR. ",
                                           "MRS ",
                                           "MRS. ",
                                           "MS. ",
                                           "M/S ",
                                           "M/S. ",
                                           "SMT ",
                                           "SHRI ",
                                           "LIPA ",
                                           "PAYMENT FROM ",
                                           "WEB PURCHASE ",
                                           "POS PURCHASE ",
                                           "PAYMENT TO ",
                                           "PAYMENT ON ",
                                           "SIP OF ",
                                           "EMI OF ",
                                           "www.",
                                           "ACH CREDIT:",
                                           "TRANSFER TO ",
                                           "TRANSFER FROM ",
                                           "TRF TO ",
                                           "TRF FROM ",
                                           "BILL OF ",
                                           "PAYBILL ",
                                           "TILL ",
                                           "FROM ",
                                           "TO "};
    static const char *const tails[] = {" at",  " on",  " to", " via", " from", " for", " value",
                                        " ref", " the", " is", " and", " by",   " upi", " with",
                                        " has", " le",  " el", " il",  " no",   " dt"};

    for (size_t i = 0; i < LENGTH(prefixes); i++)
        drop_prefix(name, prefixes[i]);
    clean_address(name);
    clean_tips(name);
    if (name[0] == 'a' && name[1] == ' ')
        drop_prefix(name, "a ");
    /* "550912-HARBOUR": a terminal's number before the name. */
    size_t digits = strspn(name, "0123456789");

    if (digits >= 5 && (name[digits] == '-' || name[digits] == ' ') && name[digits + 1] != '\0')
        memmove(name, name + digits + 1, strlen(name + digits + 1) + 1);
    drop_numbers(name);
    drop_bank(name);
    trim(name);
    char *last_word = strrchr(name, ' ');

    if (last_word == NULL || strlen(last_word) > LONGEST_TAIL)
        return;
    for (size_t i = 0; i < LENGTH(tails); i++)
        drop_tail(name, tails[i]);
    trim(name);
}

bool name_is_anybody(const char *name)
{
    size_t letters = 0;

    for (const char *c = name; *c != '\0'; c++)
        letters += isalpha((unsigned char)*c) || (unsigned char)*c >= 0x80;
    return letters >= 2;
}
