/* smtp - hands a mail to a server. The only part that includes libcurl.
 * The connection is encrypted and the server's certificate checked (smtps://, or STARTTLS, which is
 * then demanded, with smtp://), unless the server is on this machine: a loopback address is no
 * network to listen on. Threads: any. */
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct smtp_conf {
    const char *url;             /* smtp://host[:port] or smtps://host[:port] */
    const char *user, *password; /* empty: the server asks for none */
    const char *from;
    bool (*cancelled)(void *arg); /* asked about once a second; NULL: never */
    void *arg;
};
/* Once at boot, before the first thread. ERR_INVALID with one line for the operator. */
must_check bool smtp_check(const struct smtp_conf *conf, struct err *err);
/* Whether mails to it may go in clear. */
bool smtp_is_loopback(const char *url);
/* Blocks for at most SMTP_TIMEOUT_S. ERR_UNAVAILABLE; its text holds no address. */
enum { SMTP_TIMEOUT_S = 30 };
must_check bool smtp_send(const struct smtp_conf *conf, const char *to, const char *text,
                          struct err *err);
