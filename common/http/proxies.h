/* proxies - whose X-Forwarded-For counts, and what address a request then came from. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct proxies;

/* Comma-separated addresses or networks ("127.0.0.1, 172.16.0.0/12, ::1"); NULL or empty: none. */
must_check bool proxies_new(const char *list, struct proxies **out, struct err *err);
void proxies_free(struct proxies *proxies);
/* The peer, or when it is trusted the last hop of forwarded_for that is not. */
void proxies_client(const struct proxies *proxies, const char *peer, const char *forwarded_for,
                    char *out, size_t size);
