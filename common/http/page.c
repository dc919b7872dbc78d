#include "http/page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "http/call.h"

enum { CURSOR_BYTES_MAX = 1024, HASH_SIZE = 17 };

static uint64_t fnv(uint64_t hash, const char *text)
{
    /* The NUL counts, so that "a"+"bc" is not "ab"+"c". */
    for (;; text++) {
        hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
        if (*text == '\0')
            return hash;
    }
}

static bool is_paging(const char *name)
{
    return strcmp(name, "cursor") == 0 || strcmp(name, "limit") == 0;
}

/* Of the person, the path and all filters, in whatever order they were given. */
static void list_hash(const struct req *req, char out[static HASH_SIZE])
{
    const struct uri *uri = req_uri(req);
    const uint64_t basis = UINT64_C(0xcbf29ce484222325);
    uint64_t sum = fnv(basis, req->path);
    if (req->identity != NULL)
        sum += fnv(fnv(basis, "user"), req->identity->user_id);
    for (size_t i = 0; i < uri->query_count; i++)
        if (!is_paging(uri->query[i].name))
            sum += fnv(fnv(basis, uri->query[i].name), uri->query[i].value);
    snprintf(out, HASH_SIZE, "%016" PRIx64, sum);
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *base64url(const char *text)
{
    size_t len = strlen(text), n = 0;
    char *out = xmalloc(len * 4 / 3 + 4);
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | (uint8_t)text[i]) & 0xffff;
        for (held += 8; held >= 6;) {
            held -= 6;
            out[n++] = alphabet[bits >> held & 63];
        }
    }
    if (held > 0)
        out[n++] = alphabet[bits << (6 - held) & 63];
    out[n] = '\0';
    return out;
}

/* NULL when it is not base64url of a text. */
static char *from_base64url(const char *text)
{
    size_t len = strlen(text), n = 0;
    if (len > CURSOR_BYTES_MAX)
        return NULL;
    char *out = xmalloc(len + 1);
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < len; i++) {
        const char *at = strchr(alphabet, text[i]);
        if (at == NULL) {
            free(out);
            return NULL;
        }
        bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[n++] = (char)(bits >> held & 0xff);
        }
    }
    out[n] = '\0';
    return out;
}

static bool key_valid(char kind, const char *key)
{
    if (kind == 'u')
        return uuid_valid(key);
    if (kind == 's')
        return true;
    char *end;
    errno = 0;
    (void)strtoll(key, &end, 10);
    return errno == 0 && end != key && *end == '\0' &&
           (*key == '-' || (*key >= '0' && *key <= '9'));
}

static bool cursor_read(const struct req *req, const char *cursor, const char *kinds,
                        struct page *page)
{
    char hash[HASH_SIZE];
    struct err ignored;
    scoped(str_drop) char *text = from_base64url(cursor);
    scoped(json_drop) json_t *array = NULL;
    if (text == NULL || !json_parse(text, strlen(text), &array, &ignored) ||
        !json_is_array(array) || json_array_size(array) != page->key_count + 1)
        return false;
    list_hash(req, hash);
    for (size_t i = 0; i <= page->key_count; i++) {
        const char *key = json_string_value(json_array_get(array, i));
        if (key == NULL || (i == 0 ? strcmp(key, hash) != 0 : !key_valid(kinds[i - 1], key)))
            return false;
    }
    for (size_t i = 0; i < page->key_count; i++)
        page->keys[i] = xstrdup(json_string_value(json_array_get(array, i + 1)));
    return true;
}

void page_read(const struct req *req, const char *kinds, struct page *page, struct fields *fields)
{
    *page = (struct page){.limit = PAGE_LIMIT_DEFAULT, .key_count = strlen(kinds)};
    if (page->key_count == 0 || page->key_count > PAGE_KEYS_MAX)
        panic("page of %zu keys", page->key_count);
    const char *limit = req_query(req, "limit");
    if (limit != NULL) {
        size_t digits = strspn(limit, "0123456789");
        int n = digits > 0 && digits <= 4 && limit[digits] == '\0' ? atoi(limit) : 0;
        if (n < 1 || n > PAGE_LIMIT_MAX)
            field_error(fields, "?limit", "limit_invalid", "a number from 1 to 200");
        else
            page->limit = n;
    }
    const char *cursor = req_query(req, "cursor");
    if (cursor != NULL && !cursor_read(req, cursor, kinds, page))
        field_malformed(fields, "?cursor", "cursor_invalid",
                        "not a cursor of this list with these filters");
}

void page_fini(struct page *page)
{
    for (size_t i = 0; i < PAGE_KEYS_MAX; i++)
        str_drop(&page->keys[i]);
}

static char *cursor_make(const struct req *req, const struct page *page, const char *const last[])
{
    char hash[HASH_SIZE];
    list_hash(req, hash);
    scoped(json_drop) json_t *array = json_array();
    json_array_append_new(array, json_string(hash));
    for (size_t i = 0; i < page->key_count; i++)
        if (json_array_append_new(array, json_string(last[i])) != 0)
            panic("sort key %zu is not text", i);
    scoped(str_drop) char *text = json_text(array);
    return base64url(text);
}

/* Left out when it does not fit: next_cursor says the same. */
static void link_next(const struct req *req, const struct page *page, const char *cursor,
                      struct resp *resp)
{
    const struct uri *uri = req_uri(req);
    const size_t size = sizeof resp->link - sizeof ">; rel=\"next\"";
    char *link = resp->link;
    size_t used =
        (size_t)snprintf(link, size, "<%s?limit=%d&cursor=%s", req->path, page->limit, cursor);
    bool fits = used < size;
    for (size_t i = 0; fits && i < uri->query_count; i++) {
        if (is_paging(uri->query[i].name))
            continue;
        fits = used + 2 < size;
        if (fits)
            link[used++] = '&';
        fits = fits && uri_encode(uri->query[i].name, link, size - 1, &used);
        if (fits)
            link[used++] = '=';
        fits = fits && uri_encode(uri->query[i].value, link, size, &used);
    }
    if (fits)
        memcpy(link + used, ">; rel=\"next\"", sizeof ">; rel=\"next\"");
    else
        link[0] = '\0';
}

bool page_answer(const struct req *req, const struct page *page, json_t *data, bool has_more,
                 const char *const last[], struct resp *resp)
{
    scoped(str_drop) char *cursor = has_more ? cursor_make(req, page, last) : NULL;
    if (has_more)
        link_next(req, page, cursor, resp);
    return resp_json(resp, 200,
                     json_pack("{s:o, s:{s:s?, s:b}}", "data", data, "page", "next_cursor", cursor,
                               "has_more", has_more));
}

bool page_answer_rows(const struct req *req, const struct page *page, const struct page_rows *rows,
                      struct resp *resp)
{
    size_t limit = (size_t)page->limit;
    bool more = rows->count > limit;
    const char *row = rows->rows, *last[] = {NULL};
    json_t *data = json_array();
    for (size_t i = 0; i < rows->count && i < limit; i++, row += rows->size) {
        json_array_append_new(data, rows->to_json(req, row));
        last[0] = row + rows->key_at;
    }
    return page_answer(req, page, data, more, more ? last : NULL, resp);
}

bool page_answer_result(const struct req *req, const struct page *page,
                        const struct pg_result *result,
                        json_t *(*to_json)(const struct pg_result *result, size_t row),
                        const int key_cols[], struct resp *resp)
{
    bool more = pg_rows(result) > (size_t)page->limit;
    size_t shown = more ? (size_t)page->limit : pg_rows(result);
    const char *last[PAGE_KEYS_MAX];
    json_t *data = json_array();
    for (size_t i = 0; i < shown; i++)
        json_array_append_new(data, to_json(result, i));
    for (size_t i = 0; more && i < page->key_count; i++)
        last[i] = pg_str(result, shown - 1, key_cols[i]);
    return page_answer(req, page, data, more, more ? last : NULL, resp);
}
