/* alias_file - reads the files of deserialize-service/merchants/ for the generator. Dies on the
 * first mistake, naming file and line. */
#pragma once

/* Adds what a file holds to what was read before. */
void alias_file_read(const char *path);
/* Prints the tables, and frees what was read. */
void alias_file_write(void);
