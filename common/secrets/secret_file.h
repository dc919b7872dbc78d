/* secret_file - a secret that the operator gives as a file. */
#pragma once
#include <stddef.h>

#include "base/err.h"

/* Its first size - 1 bytes at most, as text. what: said before the reason when it cannot be opened.
 * ERR_INVALID. */
must_check bool secret_file_read(const char *path, const char *what, char *out, size_t size,
                                 struct err *err);
