/* The words in which files and requests say what a format means. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "template.h"

/* The first of 0..last whose name is the word; -1 when none is. */
static int find(const char *word, size_t len, int last, const char *(*name)(int))
{
    for (int i = 0; i <= last; i++)
        if (strlen(name(i)) == len && memcmp(name(i), word, len) == 0)
            return i;
    return -1;
}

static const char *class_name(int i)
{
    return reading_class_name((enum reading_class)i);
}

static const char *direction_name(int i)
{
    return reading_direction_name((enum reading_direction)i);
}

static const char *kind_name(int i)
{
    return reading_kind_name((enum reading_kind)i);
}

static const char *channel_name(int i)
{
    return reading_channel_name((enum reading_channel)i);
}

static const char *account_name(int i)
{
    return reading_account_type_name((enum reading_account_type)i);
}

static bool set(uint8_t *member, int value)
{
    if (value >= 0)
        *member = (uint8_t)value;
    return value >= 0;
}

/* "debit", "kind=purchase" */
static bool take(const char *word, size_t len, struct template_meaning *out)
{
    const char *equals = memchr(word, '=', len);
    const char *value = equals != NULL ? equals + 1 : word;
    size_t name_len = equals != NULL ? (size_t)(equals - word) : 0;
    size_t value_len = len - (size_t)(value - word);

    if (equals == NULL) {
        if (len == strlen("overrules") && memcmp(word, "overrules", len) == 0)
            return out->overrules = true;
        return set(&out->class, find(word, len, READING_OTHER, class_name)) ||
               set(&out->direction, find(word, len, READING_CREDIT, direction_name));
    }
    if (name_len == 4 && memcmp(word, "kind", 4) == 0)
        return out->tells_kind =
                   set(&out->kind, find(value, value_len, READING_OWN_TRANSFER, kind_name));
    if (name_len == 7 && memcmp(word, "channel", 7) == 0)
        return set(&out->channel, find(value, value_len, READING_CASH, channel_name));
    if (name_len == 7 && memcmp(word, "account", 7) == 0)
        return set(&out->account_type, find(value, value_len, READING_WALLET, account_name));
    if (name_len == 8 && memcmp(word, "currency", 8) == 0 && value_len == 3) {
        memcpy(out->currency, value, 3);
        return currency_exponent(out->currency) >= 0;
    }
    return false;
}

bool template_meaning_parse(const char *words, struct template_meaning *out,
                            struct template_fault *fault)
{
    memset(out, 0, sizeof(*out));
    for (const char *word = words; *word != '\0';) {
        size_t len = strcspn(word, " ");

        if (len > 0 && !take(word, len, out)) {
            fault->code = "not_allowed";
            snprintf(fault->detail, sizeof(fault->detail), "%.*s says nothing of a text",
                     len < 60 ? (int)len : 60, word);
            return false;
        }
        word += len + (word[len] == ' ');
    }
    return true;
}

void template_meaning_format(const struct template_meaning *means,
                             char out[static TEMPLATE_SAYS_SIZE])
{
    size_t n = (size_t)snprintf(out, TEMPLATE_SAYS_SIZE, "%s", class_name(means->class));
    const struct {
        const char *name, *value;
        bool told;
    } words[] = {
        {" ", direction_name(means->direction), means->direction != READING_NO_DIRECTION},
        {" kind=", kind_name(means->kind), means->tells_kind},
        {" channel=", channel_name(means->channel), means->channel != READING_NO_CHANNEL},
        {" account=", account_name(means->account_type),
         means->account_type != READING_NO_ACCOUNT_TYPE},
        {" currency=", means->currency, means->currency[0] != '\0'},
        {" ", "overrules", means->overrules},
    };

    for (size_t i = 0; i < LENGTH(words); i++)
        if (words[i].told)
            n += (size_t)snprintf(out + n, TEMPLATE_SAYS_SIZE - n, "%s%s", words[i].name,
                                  words[i].value);
}
