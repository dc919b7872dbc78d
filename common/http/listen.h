/* listen - a listening TCP socket, with errors an operator can act on. */
#pragma once
#include "base/err.h"

/* address is numeric, port 0 takes a free one; *out is the caller's to close. ERR_UNAVAILABLE names
 * a busy port, ERR_INVALID an address that is none. */
must_check bool listen_open(const char *address, int port, int *out, struct err *err);
/* The port a listening socket got. */
int listen_port(int fd);
