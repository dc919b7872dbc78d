/* template_gen - files of templates (.t) and merchants (.m) in, a C file with their tables out.
 * What is wrong with a set of templates is found here and fails the build: a template that its own
 * example does not match, one that another always beats (dead), two that match one text and mean
 * different things. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alias_file.h"
#include "bank.h"
#include "base/mem.h"
#include "template_file.h"
#include "template_match.h"

/* What this program makes; the parts of the reader that it is built from ask for them, and are told
 * that no sender is known. */
const struct bank banks[1];
const size_t bank_count = 0;
const struct bank_sender bank_senders[1];
const size_t bank_sender_count = 0;

static void say(const struct template_row *row, int line, const char *what,
                const struct template_row *other)
{
    die("%s:%d: %s %s%s", row->file, line, row->template.name, what,
        other != NULL ? other->template.name : "");
}

static uint32_t mask_of(int count)
{
    uint32_t size = 8;

    while (size < (uint32_t)count * 2)
        size *= 2;
    return size - 1;
}

/* The template that a text is found to be of, -1 for none. */
static int winner(const struct template_set *set, const char *text)
{
    struct frame *frame = xcalloc(1, sizeof(*frame));
    struct reader_input in = {.body = text, .body_len = strlen(text)};
    struct template_match match;

    frame_read(frame, &in);
    int row = template_find(frame, set, &match) ? (int)(match.template - set->rows) : -1;

    free(frame);
    return row;
}

static void check_examples(const struct template_files *files, const struct template_set *set)
{
    for (int i = 0; i < files->count; i++) {
        const struct template_row *row = &files->rows[i];

        for (int k = 0; k < row->example_count; k++) {
            int found = winner(set, row->examples[k].text);

            if (found < 0)
                say(row, row->examples[k].line, "does not match its example", NULL);
            else if (found != i)
                say(row, row->examples[k].line, "is dead: its example is matched by ",
                    &files->rows[found]);
        }
    }
}

/* Both match some text and mean different things. The one that goes before may be the special case
 * of the other; then its example is a text of both. */
static void check_conflicts(const struct template_files *files)
{
    for (int i = 0; i < files->count; i++)
        for (int k = i + 1; k < files->count; k++) {
            const struct template_row *a = &files->rows[i], *b = &files->rows[k];

            if (!template_overlap(&a->template, &b->template) ||
                template_means_same(&a->template, &b->template))
                continue;
            if (!template_before(&a->template, &b->template) &&
                !template_before(&b->template, &a->template))
                say(b, b->line, "matches a text in another meaning than ", a);
        }
}

static void put_string(const char *text, size_t len)
{
    putchar('"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c >= ' ' && c < 0x7F && c != '?')
            putchar(c);
        else
            printf("\\%03o", c);
    }
    putchar('"');
}

static void put_text(const char *member, const char *text)
{
    if (text == NULL)
        return;
    printf(".%s = ", member);
    put_string(text, strlen(text));
    printf(", ");
}

static void put_template(const struct template *template)
{
    const struct template_meaning *means = &template->means;
    const struct template_element *last = &template->elements[0];

    printf("    {");
    put_text("name", template->name);
    put_text("bank", template->bank);
    put_text("merchant", template->merchant);
    printf("\n     .means = {%u, %u, %u, %u, %u, %d, %d, \"%s\"},", means->class, means->direction,
           means->channel, means->account_type, means->kind, means->tells_kind, means->overrules,
           means->currency);
    printf("\n     .count = %u, .group_count = %u, .word_count = %u, .key = %uU,\n     .groups = {",
           template->count, template->group_count, template->word_count, template->key);
    for (int g = 0; g < TEMPLATE_GROUPS_MAX; g++)
        printf("{%u, %u},", template->groups[g].begin, template->groups[g].end);
    printf("},\n     .of_slot = {");
    for (int slot = 0; slot <= TEMPLATE_SLOTS; slot++)
        printf("0x%llxU,", (unsigned long long)template->of_slot[slot]);
    printf("},\n     .elements = {");
    for (int i = 0; i < template->count; i++) {
        const struct template_element *element = &template->elements[i];

        printf("{%u, %u, %u},", element->slot, element->len, element->at);
        last = element;
    }
    printf("},\n     .words = ");
    put_string(template->words, (size_t)last->at + last->len);
    printf("},\n");
}

static int by_sender(const void *a, const void *b)
{
    return strcmp(((const struct template_sender_row *)a)->sender,
                  ((const struct template_sender_row *)b)->sender);
}

static void put_banks(const struct template_files *files)
{
    printf("const struct bank banks[] = {\n");
    for (int i = 0; i < files->bank_count; i++) {
        printf("    {");
        put_string(files->banks[i].name, strlen(files->banks[i].name));
        printf(", \"%s\"},\n", files->banks[i].country);
    }
    printf("};\nconst size_t bank_count = %d;\n", files->bank_count);
    qsort(files->senders, (size_t)files->sender_count, sizeof(*files->senders), by_sender);
    printf("const struct bank_sender bank_senders[] = {\n");
    for (int i = 0; i < files->sender_count; i++) {
        printf("    {");
        put_string(files->senders[i].sender, strlen(files->senders[i].sender));
        printf(", %d},\n", files->senders[i].bank);
    }
    printf("};\nconst size_t bank_sender_count = %d;\n", files->sender_count);
}

int main(int argc, char **argv)
{
    struct template_files files = {0};

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i] + strlen(argv[i]) - 2, ".m") == 0)
            alias_file_read(argv[i]);
        else
            template_file_read(argv[i], &files);
    if (files.count == 0)
        die("no template in the files given");
    uint32_t mask = mask_of(files.count);
    uint16_t *slots = xcalloc((size_t)mask + 1, sizeof(*slots));
    struct template *rows = xcalloc((size_t)files.count, sizeof(*rows));

    for (int i = 0; i < files.count; i++)
        rows[i] = files.rows[i].template;
    template_index(rows, (size_t)files.count, slots, mask);
    const struct template_set set = {rows, (size_t)files.count, slots, mask};

    check_examples(&files, &set);
    check_conflicts(&files);
    printf("#include \"bank.h\"\n#include \"template_match.h\"\n\n"
           "static const struct template rows[] = {\n");
    for (int i = 0; i < files.count; i++)
        put_template(&rows[i]);
    printf("};\nstatic const uint16_t slots[] = {");
    for (uint32_t i = 0; i <= mask; i++)
        printf("%s%u,", i % 16 == 0 ? "\n    " : " ", slots[i]);
    printf("\n};\nconst struct template_set template_builtin = {rows, %d, slots, %u};\n",
           files.count, mask);
    put_banks(&files);
    alias_file_write();
    free(rows);
    free(slots);
    template_files_fini(&files);
    return 0;
}
