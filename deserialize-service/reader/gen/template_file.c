/* A file is lines of a word and its text; a line that begins with a blank goes on with the one
 * before, '#' begins a comment line.
 *     bank Example Bank       the bank of what follows
 *     country IN
 *     sender EXBANK, EXBNKS   who sends its texts
 *     template example-upi    its name, one in the program
 *     says transaction debit kind=purchase channel=upi account=bank_account currency=INR overrules
 *     merchant Example Water  who is paid, where the text does not say it
 *     text {amount} sent …    the pattern (template.h)
 *     example INR 450.00 …    a text that it is made for, invented
 *     is amount=450.00; …     what must be read in the example before */
#include "template_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct source {
    const char *path;
    int line;
    struct template_files *files;
    bool says, text; /* of the template that is open */
};

static void bad(const struct source *source, const char *what)
{
    die("%s:%d: %s", source->path, source->line, what);
}

static struct template_row *open_row(struct source *source)
{
    if (source->files->count == 0)
        bad(source, "before any template");
    return &source->files->rows[source->files->count - 1];
}

static char *open_bank(struct source *source)
{
    if (source->files->bank_count == 0)
        bad(source, "before any bank");
    return source->files->banks[source->files->bank_count - 1].name;
}

static void finish_row(struct source *source)
{
    struct template_files *files = source->files;
    struct template_fault fault;

    if (files->count == 0 || strcmp(files->rows[files->count - 1].file, source->path) != 0)
        return;
    struct template_row *row = &files->rows[files->count - 1];

    source->line = row->line;
    if (!source->says || !source->text || row->example_count == 0)
        bad(source, "a template needs a line says, a text and an example");
    for (int i = 0; i < row->example_count; i++)
        if (row->examples[i].fields == NULL)
            bad(source, "an example needs a line is");
    if (!template_meaning_check(&row->template, &fault))
        bad(source, fault.detail);
}

static void on_bank(struct source *source, char *text)
{
    struct template_files *files = source->files;

    files->banks = xrealloc(files->banks, sizeof(*files->banks) * ((size_t)files->bank_count + 1));
    files->banks[files->bank_count++] = (struct template_bank_row){.name = xstrdup(text)};
}

static void on_country(struct source *source, char *text)
{
    open_bank(source);
    if (strlen(text) != 2)
        bad(source, "a country is two letters");
    memcpy(source->files->banks[source->files->bank_count - 1].country, text, 3);
}

/* As bank_of_sender() looks it up. */
static void keep_letters_and_digits(char *text)
{
    size_t n = 0;

    for (const char *c = text; *c != '\0'; c++)
        if (isalnum((unsigned char)*c) || (unsigned char)*c >= 0x80)
            text[n++] = (char)toupper((unsigned char)*c);
    text[n] = '\0';
}

static void on_sender(struct source *source, char *text)
{
    struct template_files *files = source->files;
    char *rest = text, *one;

    open_bank(source);
    while ((one = strsep(&rest, ",")) != NULL) {
        keep_letters_and_digits(one);
        if (*one == '\0')
            bad(source, "an empty sender");
        for (int i = 0; i < files->sender_count; i++)
            if (strcmp(files->senders[i].sender, one) == 0)
                bad(source, "the sender is named twice");
        files->senders =
            xrealloc(files->senders, sizeof(*files->senders) * ((size_t)files->sender_count + 1));
        files->senders[files->sender_count++] =
            (struct template_sender_row){xstrdup(one), files->bank_count - 1};
    }
}

static void on_template(struct source *source, char *text)
{
    struct template_files *files = source->files;
    int line = source->line;

    finish_row(source);
    source->line = line;
    source->says = source->text = false;
    open_bank(source);
    if (strlen(text) >= READER_TEMPLATE_SIZE || files->count == TEMPLATE_ROWS_MAX)
        bad(source, "the name is too long, or there are too many");
    for (int i = 0; i < files->count; i++)
        if (strcmp(files->rows[i].template.name, text) == 0)
            bad(source, "another template has that name");
    if (files->rows == NULL)
        files->rows = xcalloc(TEMPLATE_ROWS_MAX, sizeof(*files->rows));
    struct template_row *row = &files->rows[files->count++];

    row->file = source->path;
    row->line = line;
    snprintf(row->template.name, sizeof(row->template.name), "%s", text);
}

static void on_says(struct source *source, char *text)
{
    struct template_fault fault;

    if (!template_meaning_parse(text, &open_row(source)->template.means, &fault))
        bad(source, fault.detail);
    source->says = true;
}

static void on_merchant(struct source *source, char *text)
{
    struct template_row *row = open_row(source);

    free((char *)(uintptr_t)row->template.merchant);
    row->template.merchant = xstrdup(text);
}

static void on_text(struct source *source, char *text)
{
    struct template_row *row = open_row(source);
    struct template compiled;
    struct template_fault fault;

    if (source->text)
        bad(source, "a second text");
    if (!template_compile(text, strlen(text), &compiled, &fault))
        die("%s:%d: %s: %s", source->path, source->line, fault.code, fault.detail);
    memcpy(compiled.name, row->template.name, sizeof(compiled.name));
    compiled.merchant = row->template.merchant;
    compiled.means = row->template.means;
    compiled.bank = open_bank(source);
    row->template = compiled;
    row->pattern = xstrdup(text);
    source->text = true;
}

static void on_example(struct source *source, char *text)
{
    struct template_row *row = open_row(source);

    if (row->example_count == TEMPLATE_EXAMPLES_MAX)
        bad(source, "too many examples");
    row->examples[row->example_count++] =
        (struct template_example){xstrdup(text), NULL, source->line};
}

static void on_is(struct source *source, char *text)
{
    struct template_row *row = open_row(source);

    if (row->example_count == 0 || row->examples[row->example_count - 1].fields != NULL)
        bad(source, "a line is without its example");
    row->examples[row->example_count - 1].fields = xstrdup(text);
}

static void on_line(struct source *source, char *line)
{
    static const struct {
        const char *word;
        void (*on)(struct source *source, char *text);
    } words[] = {{"bank", on_bank},         {"country", on_country}, {"sender", on_sender},
                 {"template", on_template}, {"says", on_says},       {"merchant", on_merchant},
                 {"text", on_text},         {"example", on_example}, {"is", on_is}};
    char *text = line + strcspn(line, " ");

    if (*text != '\0')
        *text++ = '\0';
    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(words[i].word, line) == 0) {
            if (*text == '\0')
                bad(source, "nothing after the word");
            words[i].on(source, text);
            return;
        }
    bad(source, "not a word of template files");
}

void template_file_read(const char *path, struct template_files *out)
{
    struct source source = {.path = path, .files = out};
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    struct buf entry = {0};
    int number = 0;
    ssize_t len;

    if (file == NULL)
        die("%s cannot be opened", path);
    do {
        len = getline(&line, &size, file);
        number++;
        if (len > 0 && line[len - 1] == '\n')
            line[--len] = '\0';
        if (len > 0 && line[0] == '#')
            continue;
        if (len > 0 && (line[0] == ' ' || line[0] == '\t') && entry.len > 0) {
            buf_add(&entry, "\n", 1);
            buf_add(&entry, line + strspn(line, " \t"), strlen(line + strspn(line, " \t")));
            continue;
        }
        if (entry.len > 0)
            on_line(&source, entry.data);
        entry.len = 0;
        source.line = number;
        if (len > 0)
            buf_add(&entry, line, (size_t)len);
    } while (len >= 0);
    finish_row(&source);
    buf_fini(&entry);
    free(line);
    fclose(file);
}

void template_files_fini(struct template_files *files)
{
    for (int i = 0; i < files->count; i++) {
        struct template_row *row = &files->rows[i];

        free((char *)(uintptr_t)row->template.merchant);
        free(row->pattern);
        for (int k = 0; k < row->example_count; k++) {
            free(row->examples[k].text);
            free(row->examples[k].fields);
        }
    }
    for (int i = 0; i < files->bank_count; i++)
        free(files->banks[i].name);
    for (int i = 0; i < files->sender_count; i++)
        free(files->senders[i].sender);
    free(files->rows);
    free(files->banks);
    free(files->senders);
    *files = (struct template_files){0};
}
