#include "secrets/secret_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool secret_file_read(const char *path, const char *what, char *out, size_t size, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return err_set(err, ERR_INVALID, "%s: %s", what, strerror(errno));
    setvbuf(file, NULL, _IONBF, 0); /* no copy of the secret stays in a buffer */
    size_t len = fread(out, 1, size - 1, file);
    fclose(file);
    out[len] = '\0';
    return true;
}
