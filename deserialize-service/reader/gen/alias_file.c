/* A file is lines of a word and its list; '#' begins a comment line.
 *     strip SQ *                 what a payment processor writes before a shop's name
 *     noise store, branch        words after a name that say nothing; city and country likewise
 *     name Amazon = amzn, …      what a chain is called, and how it is written, folded */
#include "alias_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alias.h"
#include "base/mem.h"

struct pair {
    char *key, *value; /* value: a name; NULL for words */
    unsigned noise;
};

struct list {
    struct pair *rows;
    size_t count;
};

static struct list names, words, prefixes;

static struct pair *add(struct list *list, const char *key)
{
    list->rows = xrealloc(list->rows, sizeof(*list->rows) * (list->count + 1));
    struct pair *pair = &list->rows[list->count++];

    *pair = (struct pair){.key = xstrdup(key)};
    return pair;
}

static struct pair *find(const struct list *list, const char *key)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->rows[i].key, key) == 0)
            return &list->rows[i];
    return NULL;
}

static void check_folded(const char *path, int line, const char *key)
{
    size_t blanks = 0;

    for (const char *c = key; *c != '\0'; c++) {
        blanks += *c == ' ';
        if ((*c >= 'A' && *c <= 'Z') || (*c == ' ' && (c == key || c[1] == ' ' || c[1] == '\0')) ||
            ((unsigned char)*c < 0x80 && *c != ' ' && !(*c >= 'a' && *c <= 'z') &&
             !(*c >= '0' && *c <= '9')))
            die("%s:%d: \"%s\" is not in small letters with single blanks", path, line, key);
    }
    if (*key == '\0' || blanks >= ALIAS_WORDS_MAX)
        die("%s:%d: \"%s\" has no word, or more than %d", path, line, key, ALIAS_WORDS_MAX);
}

static void on_words(const char *path, int line, unsigned noise, char *list)
{
    char *one;

    while ((one = strsep(&list, ",")) != NULL) {
        one += strspn(one, " ");
        check_folded(path, line, one);
        struct pair *pair = find(&words, one);

        if (pair != NULL && (pair->noise & noise) != 0)
            die("%s:%d: %s is there already", path, line, one);
        if (pair == NULL)
            pair = add(&words, one);
        pair->noise |= noise;
    }
}

static void on_name(const char *path, int line, char *text)
{
    char *list = text, *name = strsep(&list, "="), *one;
    size_t len = strlen(name);

    if (list == NULL || len < 2 || name[len - 1] != ' ')
        die("%s:%d: no \" = \" after the name", path, line);
    name[len - 1] = '\0';
    while ((one = strsep(&list, ",")) != NULL) {
        one += strspn(one, " ");
        check_folded(path, line, one);
        if (find(&names, one) != NULL)
            die("%s:%d: %s is there already", path, line, one);
        add(&names, one)->value = xstrdup(name);
    }
}

static void on_line(const char *path, int line, char *word)
{
    char *text = word + strcspn(word, " ");

    if (*text != '\0')
        *text++ = '\0';
    if (strcmp(word, "strip") == 0 && *text != '\0' && text[strlen(text) - 1] == '*')
        add(&prefixes, text);
    else if (strcmp(word, "noise") == 0)
        on_words(path, line, ALIAS_NOISE, text);
    else if (strcmp(word, "city") == 0)
        on_words(path, line, ALIAS_CITY, text);
    else if (strcmp(word, "country") == 0)
        on_words(path, line, ALIAS_COUNTRY, text);
    else if (strcmp(word, "name") == 0)
        on_name(path, line, text);
    else
        die("%s:%d: not a line of merchant files", path, line);
}

void alias_file_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;

    if (file == NULL)
        die("%s cannot be opened", path);
    for (int number = 1; getline(&line, &size, file) > 0; number++) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '#' && line[0] != '\0')
            on_line(path, number, line);
    }
    free(line);
    fclose(file);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

static void sort(struct list *list)
{
    if (list->count > 0)
        qsort(list->rows, list->count, sizeof(*list->rows), by_key);
}

static void list_fini(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->rows[i].key);
        free(list->rows[i].value);
    }
    free(list->rows);
    *list = (struct list){0};
}

void alias_file_write(void)
{
    sort(&names);
    sort(&words);
    printf("#include \"alias.h\"\n\nconst struct alias aliases[] = {\n");
    for (size_t i = 0; i < names.count; i++)
        printf("    {\"%s\", \"%s\"},\n", names.rows[i].key, names.rows[i].value);
    printf("};\nconst size_t alias_count = %zu;\nconst struct alias_word alias_words[] = {\n",
           names.count);
    for (size_t i = 0; i < words.count; i++)
        printf("    {\"%s\", %u},\n", words.rows[i].key, words.rows[i].noise);
    printf("};\nconst size_t alias_word_count = %zu;\nconst char *const alias_prefixes[] = {\n",
           words.count);
    for (size_t i = 0; i < prefixes.count; i++)
        printf("    \"%s\",\n", prefixes.rows[i].key);
    printf("};\nconst size_t alias_prefix_count = %zu;\n", prefixes.count);
    list_fini(&names);
    list_fini(&words);
    list_fini(&prefixes);
}
