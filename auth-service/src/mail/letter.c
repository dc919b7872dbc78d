#include "mail/letter.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/timefmt.h"

enum { DATE_SIZE = 40 };

struct form {
    const char *name, *subject;
    const char *page; /* of the frontend; NULL: no code */
    int life_s;
    const char *words;
};

static const struct form forms[] = {
    [LETTER_VERIFY_EMAIL] = {"verify_email", "Confirm your e-mail address", "verify-email",
                             24 * 3600,
                             "This address was given at Expenses Tracker. If that was you, confirm "
                             "it within a day:"},
    [LETTER_RESET_PASSWORD] = {"reset_password", "Set a new password", "reset-password", 30 * 60,
                               "A new password was asked for. Within half an hour, and once, you "
                               "can set it here:"},
    [LETTER_PASSWORD_CHANGED] = {"password_changed", "Your password was changed", NULL, 0,
                                 "The password of your account at Expenses Tracker was changed."},
    [LETTER_FACTOR_CHANGED] =
        {"factor_changed", "Your second factor was changed", NULL, 0,
         "The second factor of your account at Expenses Tracker was turned on "
         "or off."},
    [LETTER_DELETION_BEGUN] =
        {"deletion_begun", "Your account will be deleted", NULL, 0,
         "Your account at Expenses Tracker and all that belongs to it will be "
         "deleted. Until then signing in keeps it."},
};

const char *letter_kind_name(enum letter_kind kind)
{
    return forms[kind].name;
}

bool letter_kind_find(const char *name, enum letter_kind *out)
{
    for (size_t i = 0; i < LENGTH(forms); i++) {
        if (strcmp(forms[i].name, name) == 0) {
            *out = (enum letter_kind)i;
            return true;
        }
    }
    return false;
}

int letter_code_life_s(enum letter_kind kind)
{
    return forms[kind].life_s;
}

/* By hand, since strftime writes days in the process's language. */
static void format_date(int64_t now_us, char out[static DATE_SIZE])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = (time_t)(now_us / US_PER_S);
    struct tm tm;
    gmtime_r(&now, &tm);
    snprintf(out, DATE_SIZE, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000", days + 3 * tm.tm_wday,
             tm.tm_mday, months + 3 * tm.tm_mon, 1900 + tm.tm_year, tm.tm_hour, tm.tm_min,
             tm.tm_sec);
}

char *letter_text(const struct letter *letter)
{
    const struct form *form = &forms[letter->kind];
    const char *at = strrchr(letter->from, '@');
    char date[DATE_SIZE];
    format_date(letter->now_us, date);
    struct buf text = {.data = NULL};
    buf_addf(&text, "Date: %s\r\nFrom: Expenses Tracker <%s>\r\nTo: <%s>\r\nSubject: %s\r\n", date,
             letter->from, letter->to, form->subject);
    buf_addf(&text,
             "Message-ID: <%s%s>\r\nMIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n"
             "Auto-Submitted: auto-generated\r\n\r\n%s\r\n",
             letter->mail_id, at ? at : "@localhost", form->words);
    if (letter->code != NULL && form->page != NULL)
        buf_addf(&text,
                 "\r\n%s/%s#code=%s\r\n\r\nIf it was not you, do nothing: without this link "
                 "nothing happens.\r\n",
                 letter->public_url, form->page, letter->code);
    else
        buf_addf(&text, "\r\nIf it was not you, set a new password at once: %s/forgot-password\r\n",
                 letter->public_url);
    return text.data;
}
