#include "rates/rate_fetch.h"

#include <curl/curl.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "ledger.h"
#include "rates/rate_store.h"

enum { CONNECT_TIMEOUT_S = 10, TIMEOUT_S = 30, FILE_MAX = 2 << 20, EVERY_H = 6, REDIRECTS_MAX = 3 };

bool rates_check(const char *url, struct err *err)
{
    char *scheme = NULL;
    if (*url == '\0')
        return true;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(err, ERR_INTERNAL, "libcurl does not start");
    CURLU *parts = curl_url();
    bool ok = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);
    curl_free(scheme);
    curl_url_cleanup(parts);
    return ok || err_set(err, ERR_INVALID, "EXPENSE_RATES_URL must be https://… or http://…");
}

static size_t take(char *data, size_t size, size_t count, void *arg)
{
    struct buf *out = arg;
    size_t len = size * count;
    if (out->len + len > FILE_MAX)
        return 0; /* which ends it */
    buf_add(out, data, len);
    return len;
}

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct svc *svc = arg;
    (void)a, (void)b, (void)c, (void)d;
    return svc->base.stopping;
}

static bool get(struct svc *svc, struct buf *out, struct err *err)
{
    char why[CURL_ERROR_SIZE] = "";
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        panic("libcurl has no memory");
    curl_easy_setopt(curl, CURLOPT_URL, svc->conf.rates_url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, svc);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code == CURLE_OK ||
           err_set(err, ERR_UNAVAILABLE, "%s", why[0] != '\0' ? why : curl_easy_strerror(code));
}

void rates_fetch(struct svc *svc)
{
    struct err err;
    bool mine = false;
    size_t count = 0;
    scoped(buf_fini) struct buf text = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (*svc->conf.rates_url == '\0')
        return;
    bool ok = rate_store_claim(svc->base.db, &mine, &err);
    if (ok && !mine)
        return;
    ok = ok && get(svc, &text, &err) && pg_begin(svc->base.db, &tx, &err) &&
         rate_store_import(tx, text.data != NULL ? text.data : "", text.len, &count, &err) &&
         rate_store_fetched(tx, EVERY_H, &err) && pg_commit(&tx, &err);
    metric_add("rates_fetched_total", LABEL("outcome", ok ? "done" : "failed"), 1);
    if (ok)
        log_info("rates_fetched", L_INT("rates", (long long)count));
    else
        log_warn("rates_not_fetched", L_STR("reason", err.text));
}
