#include "mail/smtp.h"

#include <curl/curl.h>
#include <string.h>

#include "accounts/account.h"
#include "base/mem.h"

enum { CONNECT_TIMEOUT_S = 10 };

/* false when it is no URL of a mail server. */
static bool split(const char *url, char **scheme, char **host)
{
    CURLU *parts = curl_url();
    bool ok = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_SCHEME, scheme, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_HOST, host, 0) == CURLUE_OK;
    curl_url_cleanup(parts);
    return ok;
}

static bool is_loopback(const char *host)
{
    unsigned a, b, c, d;
    char rest;
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return sscanf(host, "%u.%u.%u.%u%c", &a, &b, &c, &d, &rest) == 4 && a == 127;
}

bool smtp_is_loopback(const char *url)
{
    char *scheme = NULL, *host = NULL;
    bool ok = split(url, &scheme, &host) && is_loopback(host);
    curl_free(scheme);
    curl_free(host);
    return ok;
}

bool smtp_check(const struct smtp_conf *conf, struct err *err)
{
    char *scheme = NULL, *host = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(err, ERR_INTERNAL, "libcurl does not start");
    bool ok = split(conf->url, &scheme, &host) &&
              (strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0);
    curl_free(scheme);
    curl_free(host);
    if (!ok)
        return err_set(err, ERR_INVALID, "AUTH_SMTP_URL must be smtp://host:port or smtps://…");
    if (!email_valid(conf->from))
        return err_set(err, ERR_INVALID, "AUTH_MAIL_FROM must be an e-mail address");
    return true;
}

struct source {
    const char *text;
    size_t left;
};

static size_t read_more(char *out, size_t size, size_t count, void *arg)
{
    struct source *source = arg;
    size_t len = size * count < source->left ? size * count : source->left;
    memcpy(out, source->text, len);
    source->text += len;
    source->left -= len;
    return len;
}

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct smtp_conf *conf = arg;
    (void)a, (void)b, (void)c, (void)d;
    return conf->cancelled != NULL && conf->cancelled(conf->arg);
}

static void set_up(CURL *curl, const struct smtp_conf *conf, struct curl_slist *to,
                   struct source *source)
{
    bool clear = smtp_is_loopback(conf->url);
    curl_easy_setopt(curl, CURLOPT_URL, conf->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(clear ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SMTP_TIMEOUT_S);
    if (conf->user[0] != '\0') {
        curl_easy_setopt(curl, CURLOPT_USERNAME, conf->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, conf->password);
    }
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, conf);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, conf->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_more);
    curl_easy_setopt(curl, CURLOPT_READDATA, source);
}

bool smtp_send(const struct smtp_conf *conf, const char *to, const char *text, struct err *err)
{
    struct source source = {.text = text, .left = strlen(text)};
    struct curl_slist *list = curl_slist_append(NULL, to);
    CURL *curl = curl_easy_init();
    if (curl == NULL || list == NULL)
        panic("libcurl has no memory");
    set_up(curl, conf, list, &source);
    CURLcode code = curl_easy_perform(curl);
    long answer = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    curl_easy_cleanup(curl);
    curl_slist_free_all(list);
    /* What the server said is not repeated: it may name the address. */
    return code == CURLE_OK ? true
                            : err_set(err, ERR_UNAVAILABLE, "%s (the server's last answer: %ld)",
                                      curl_easy_strerror(code), answer);
}
