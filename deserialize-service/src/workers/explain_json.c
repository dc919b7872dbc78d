#include "workers/explain_json.h"

#include <string.h>

#include "base/mem.h"
#include "reader/explain.h"

/* The body, its place in characters for each byte. */
struct places {
    const char *body;
    size_t len, chars;
    uint16_t *of; /* len + 1 */
};

static void places_init(struct places *places, const struct reader_input *in)
{
    size_t len = in->body_len < READER_TEXT_MAX ? in->body_len : READER_TEXT_MAX;
    *places =
        (struct places){.body = in->body, .len = len, .of = xcalloc(len + 1, sizeof *places->of)};
    for (size_t i = 0; i < len; i++) {
        bool begins = ((unsigned char)in->body[i] & 0xc0) != 0x80;
        places->of[i] = (uint16_t)(begins ? places->chars++ : places->chars - (places->chars > 0));
    }
    places->of[len] = (uint16_t)places->chars;
}

static void places_fini(struct places *places)
{
    free(places->of);
}

/* The end of a span is behind its last character. */
static size_t end_of(const struct places *places, struct reading_span span)
{
    size_t end = span.end < places->len ? span.end : places->len;
    while (end < places->len && ((unsigned char)places->body[end] & 0xc0) == 0x80)
        end++;
    return end;
}

static bool is_empty(const struct places *places, struct reading_span span)
{
    return span.end <= span.start || span.start >= places->len;
}

static void set_span(json_t *json, const struct places *places, struct reading_span span)
{
    if (is_empty(places, span))
        return;
    size_t end = end_of(places, span);
    json_object_set_new(json, "start", json_integer(places->of[span.start]));
    json_object_set_new(json, "end", json_integer(places->of[end]));
    json_t *text = json_stringn(places->body + span.start, end - span.start);
    if (text != NULL) /* else the span begins within a character */
        json_object_set_new(json, "text", text);
}

static json_t *candidates_of(const struct explanation *why, const struct places *places,
                             enum reading_field field)
{
    json_t *list = json_array();
    for (int i = 0; i < why->count; i++) {
        const struct candidate *candidate = &why->candidates[i];
        if (candidate->field != field)
            continue;
        json_t *item =
            json_pack("{s:i, s:b}", "score", candidate->score, "chosen", candidate->chosen);
        set_span(item, places, candidate->span);
        if (candidate->means[0] != '\0')
            json_object_set_new(item, "means", json_string(candidate->means));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *fields_of(const struct reading *reading, const struct explanation *why,
                         const struct places *places)
{
    json_t *list = json_array();
    for (enum reading_field field = 0; field < READING_FIELDS; field++) {
        json_t *candidates = candidates_of(why, places, field);
        if (is_empty(places, reading->spans[field]) && json_array_size(candidates) == 0) {
            json_decref(candidates);
            continue;
        }
        json_t *item = json_pack("{s:s, s:i}", "field", reading_field_name(field), "sure",
                                 reading->sure[field]);
        set_span(item, places, reading->spans[field]);
        json_object_set_new(item, "candidates", candidates);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *underline(const struct reading *reading, const struct places *places)
{
    scoped(str_drop) char *line = xmalloc(places->chars + 1);
    size_t last = 0;
    memset(line, ' ', places->chars);
    for (int field = 0; field < READING_FIELDS; field++) {
        struct reading_span span = reading->spans[field];
        if (is_empty(places, span))
            continue;
        size_t end = places->of[end_of(places, span)];
        for (size_t i = places->of[span.start]; i < end; i++)
            line[i] = '^';
        if (end > last)
            last = end;
    }
    line[last] = '\0';
    return json_string(line);
}

json_t *explain_text(const struct reader_input *in, struct reading *reading)
{
    struct explanation why;
    scoped(places_fini) struct places places;
    reader_explain(in, reading, &why);
    places_init(&places, in);
    json_t *json =
        json_pack("{s:s, s:s, s:i, s:o, s:o}", "parser", READER_VERSION, "class",
                  reading_class_name(reading->class), "confidence", reading->confidence, "fields",
                  fields_of(reading, &why, &places), "underlined", underline(reading, &places));
    if (reading->template[0] != '\0')
        json_object_set_new(json, "template", json_string(reading->template));
    return json;
}
