#include "templates/taught.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* Members that say what the format means, and their word in a template's meaning. */
static const struct {
    const char *member, *word;
} meanings[] = {{"class", ""},
                {"direction", ""},
                {"kind", "kind="},
                {"channel", "channel="},
                {"account_type", "account="},
                {"currency", "currency="}};

/* What is being read. */
struct parsing {
    const char *sample;
    struct template_tag tags[TEMPLATE_TAGS_MAX];
    char pointers[TEMPLATE_TAGS_MAX][64]; /* where each tag stands in the request */
    int count;
    struct fields *fields;
};

static void read_meaning(const struct json_reader *reader, struct lesson *out)
{
    struct template_meaning checked;
    struct template_fault fault;
    bool overrules = false;
    size_t n = 0;

    out->says[0] = '\0';
    for (size_t i = 0; i < LENGTH(meanings); i++) {
        const char *value = i == 0 ? "transaction" : NULL;
        char word[64], pointer[32];

        json_read_str(reader, meanings[i].member, JSON_OPTIONAL, 1, 24, &value);
        if (value == NULL)
            continue;
        snprintf(word, sizeof word, "%s%s", meanings[i].word, value);
        if (strpbrk(value, " =") != NULL || strcmp(value, "overrules") == 0 ||
            !template_meaning_parse(word, &checked, &fault) ||
            (i == 0 && checked.direction != READING_NO_DIRECTION) ||
            (i == 1 && checked.direction == READING_NO_DIRECTION)) {
            snprintf(pointer, sizeof pointer, "/%s", meanings[i].member);
            field_error(reader->fields, pointer, "not_allowed", "is not one that a text can have");
            continue;
        }
        n += (size_t)snprintf(out->says + n, sizeof out->says - n, "%s%s", n > 0 ? " " : "", word);
    }
    json_read_bool(reader, "overrules", JSON_OPTIONAL, &overrules);
    if (overrules)
        snprintf(out->says + n, sizeof out->says - n, " overrules");
}

static void add_tag(struct parsing *parsing, enum template_slot slot, size_t start, size_t end,
                    const char *pointer)
{
    if (parsing->count == TEMPLATE_TAGS_MAX) {
        field_error(parsing->fields, pointer, "too_many", "more is marked than a text can have");
        return;
    }
    snprintf(parsing->pointers[parsing->count], sizeof parsing->pointers[0], "%s", pointer);
    parsing->tags[parsing->count++] = (struct template_tag){slot, start, end};
}

/* A piece of the sample, which must stand there once, or its bytes as {"start", "end"}. */
static void read_piece(struct parsing *parsing, enum template_slot slot, const json_t *piece,
                       const char *pointer)
{
    const char *text = json_string_value(piece);
    size_t len = strlen(parsing->sample);

    if (json_is_object(piece)) {
        const json_t *start = json_object_get(piece, "start"), *end = json_object_get(piece, "end");

        if (!json_is_integer(start) || !json_is_integer(end) || json_object_size(piece) != 2 ||
            json_integer_value(start) < 0 || json_integer_value(end) > (json_int_t)len ||
            json_integer_value(start) >= json_integer_value(end))
            field_error(parsing->fields, pointer, "not_a_span",
                        "must have start and end, bytes of the sample");
        else
            add_tag(parsing, slot, (size_t)json_integer_value(start),
                    (size_t)json_integer_value(end), pointer);
        return;
    }
    if (text == NULL || *text == '\0') {
        field_error(parsing->fields, pointer, "wrong_type",
                    "must be a piece of the sample, or an object of start and end");
        return;
    }
    const char *at = strstr(parsing->sample, text);

    if (at == NULL)
        field_error(parsing->fields, pointer, "not_in_sample", "does not stand in the sample");
    else if (strstr(at + 1, text) != NULL)
        field_error(parsing->fields, pointer, "repeated",
                    "stands in the sample more than once: give its start and end");
    else
        add_tag(parsing, slot, (size_t)(at - parsing->sample),
                (size_t)(at - parsing->sample) + strlen(text), pointer);
}

static void read_tags(const struct json_reader *reader, struct parsing *parsing)
{
    const json_t *fields = NULL, *varies = NULL, *piece;
    const char *name;
    char pointer[64];
    size_t i;

    if (json_read_object(reader, "fields", JSON_REQUIRED, &fields))
        json_object_foreach((json_t *)(uintptr_t)fields, name, piece)
        {
            enum template_slot slot = template_slot_of(name, strlen(name));

            snprintf(pointer, sizeof pointer, "/fields/%.40s", name);
            if (slot >= SLOT_CODE)
                field_error(reader->fields, pointer, "unknown_field",
                            "is no field that can be marked");
            else
                read_piece(parsing, slot, piece, pointer);
        }
    if (json_read_array(reader, "varies", JSON_OPTIONAL, TEMPLATE_OPEN_MAX, &varies))
        json_array_foreach((json_t *)(uintptr_t)varies, i, piece)
        {
            snprintf(pointer, sizeof pointer, "/varies/%zu", i);
            read_piece(parsing, SLOT_ANY, piece, pointer);
        }
}

static void add_fault(struct parsing *parsing, int tag, const struct template_fault *fault)
{
    field_error(parsing->fields, tag >= 0 ? parsing->pointers[tag] : "/sample", fault->code,
                fault->detail);
}

/* What the sample is read as, with nothing but this template beside the program's. */
static void read_sample(struct lesson *lesson, struct parsing *parsing)
{
    uint16_t slots[8];
    struct template_set set = {&lesson->template, 1, slots, LENGTH(slots) - 1};
    struct reader_input in = {
        .body = parsing->sample, .body_len = strlen(parsing->sample), .own = &set};
    char detail[160];

    template_index(set.rows, 1, slots, set.mask);
    reader_read(&in, &lesson->reading);
    if (strcmp(lesson->reading.template, lesson->template.name) == 0)
        return;
    snprintf(detail, sizeof detail,
             "the words read as %s: say so in class, or that this template overrules them",
             reading_class_name(lesson->reading.class));
    field_error(parsing->fields, "/overrules", "reads_otherwise", detail);
}

static void learn(struct lesson *out, struct parsing *parsing)
{
    struct template_fault fault;
    int bad;

    if (!template_learn(parsing->sample, strlen(parsing->sample), parsing->tags, parsing->count,
                        out->pattern, &out->template, &bad, &fault)) {
        add_fault(parsing, bad, &fault);
        return;
    }
    if (!taught_compile(&out->taught, &out->template)) {
        field_error(parsing->fields, "/fields/amount", "required", "a payment's text must tell it");
        return;
    }
    if (out->template.means.class == READING_TRANSACTION &&
        out->template.means.direction == READING_NO_DIRECTION)
        field_error(parsing->fields, "/direction", "required", "must be debit or credit");
    else
        read_sample(out, parsing);
}

bool lesson_parse(const json_t *body, struct lesson *out, struct fields *fields)
{
    static const char *const known[] = {
        "name",         "sample",   "class",  "direction", "kind",      "channel", "currency",
        "account_type", "merchant", "fields", "varies",    "overrules", NULL};
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    struct parsing parsing = {.fields = fields};

    memset(out, 0, sizeof *out);
    json_read_known(&reader, known);
    json_read_str(&reader, "name", JSON_REQUIRED, 1, TAUGHT_NAME_MAX, &out->taught.name);
    json_read_str(&reader, "merchant", JSON_OPTIONAL, 1, READER_NAME_SIZE - 1,
                  &out->taught.merchant);
    read_meaning(&reader, out);
    if (json_read_str(&reader, "sample", JSON_REQUIRED, 1, TEMPLATE_SAMPLE_MAX, &parsing.sample))
        read_tags(&reader, &parsing);
    if (!fields_ok(fields))
        return false;
    uuid_new(out->taught.id);
    out->taught.pattern = out->pattern;
    out->taught.says = out->says;
    learn(out, &parsing);
    return fields_ok(fields);
}

bool taught_compile(const struct taught *taught, struct template *out)
{
    struct template_fault fault;

    if (!template_compile(taught->pattern, strlen(taught->pattern), out, &fault) ||
        !template_meaning_parse(taught->says, &out->means, &fault) ||
        !template_meaning_check(out, &fault))
        return false;
    snprintf(out->name, sizeof out->name, "%s", taught->id);
    out->merchant = taught->merchant;
    return true;
}

bool taught_contradict(const struct template *a, const struct template *b)
{
    return template_overlap(a, b) && !template_means_same(a, b) && !template_before(a, b) &&
           !template_before(b, a);
}
