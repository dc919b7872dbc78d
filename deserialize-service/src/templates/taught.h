/* taught - a template that a person taught by marking one text. Domain rules, no I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "base/json_util.h"
#include "base/uuid.h"
#include "reader/reader.h"
#include "reader/template_learn.h"

enum {
    TAUGHT_MAX = 32,         /* of one person */
    TAUGHT_SHARED_MAX = 200, /* of everybody together */
    TAUGHT_NAME_MAX = 80,
};

/* Strings are borrowed: of a request, or of a row. */
struct taught {
    char id[UUID_SIZE];
    const char *name, *merchant; /* merchant may be NULL */
    const char *pattern, *says;
};

/* What a request made: the sample is read with the template, as later texts will be. */
struct lesson {
    struct taught taught;
    char pattern[TEMPLATE_PATTERN_MAX + 1], says[TEMPLATE_SAYS_SIZE];
    struct template template;
    struct reading reading;
};

/* Makes a lesson of POST /parsers/templates; every wrong member goes to fields. The lesson has a
 * new id, and must stay where it is: it points into itself. */
bool lesson_parse(const json_t *body, struct lesson *out, struct fields *fields);

/* Compiles a stored one; false when this version of the program does not take it any more. */
bool taught_compile(const struct taught *taught, struct template *out);
/* Both match one text, mean different things, and neither is the special case of the other. */
bool taught_contradict(const struct template *a, const struct template *b);
