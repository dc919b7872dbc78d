/* mem - allocation that cannot fail, and scoped clean-up.
 * Every allocation is bounded by an input limit checked before it, so running out of memory is a
 * panic and no caller tests for NULL. */
#pragma once
#include <stddef.h>

#include "base/err.h"

#define scoped(drop) __attribute__((cleanup(drop)))
#define TABLE(rows) rows, sizeof(rows) / sizeof((rows)[0])
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The caller owns what these return and gives it to free(). */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);
char *xasprintf(const char *fmt, ...) printf_like(1, 2);

/* For scoped(str_drop) char *text = …; */
void str_drop(char **text);
/* The same for a secret: wiped before it is freed. */
void secret_drop(char **text);

/* A growing byte buffer; zero-initialise, end with buf_fini. data is always NUL-terminated once
 * anything was added. */
struct buf {
    char *data;
    size_t len, cap;
};
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_addf(struct buf *buf, const char *fmt, ...) printf_like(2, 3);
void buf_fini(struct buf *buf);
