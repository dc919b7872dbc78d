/* template_file - reads the files of deserialize-service/templates/, for the generator that
 * compiles them into the program and for the test that holds them to their examples.
 * Dies on the first mistake, naming file and line: both run when the program is built. */
#pragma once
#include "template.h"

enum { TEMPLATE_ROWS_MAX = 2000, TEMPLATE_EXAMPLES_MAX = 6, TEMPLATE_SENDERS_MAX = 2000 };

struct template_example {
    char *text, *fields; /* fields: "amount=450.00; merchant=CORNER CAFE" */
    int line;
};

struct template_row {
    struct template template; /* compiled; bank and merchant are its own strings */
    char *pattern;
    const char *file;
    int line;
    struct template_example examples[TEMPLATE_EXAMPLES_MAX];
    int example_count;
};

struct template_bank_row {
    char *name;
    char country[3];
};

struct template_sender_row {
    char *sender;
    int bank;
};

struct template_files {
    struct template_row *rows;
    int count;
    struct template_bank_row *banks;
    int bank_count;
    struct template_sender_row *senders;
    int sender_count;
};

/* Adds what a file holds; out begins zeroed. path must outlive it. */
void template_file_read(const char *path, struct template_files *out);
void template_files_fini(struct template_files *files);
