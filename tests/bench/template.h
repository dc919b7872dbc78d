/* template - a text with places to fill for each request: {n} is a number never given before,
 * {line} a line of a file, in turn. Literal braces elsewhere stay as they are.
 * Threads: one. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct template;

/* What the places are filled from; shared by the templates of a run. */
struct filling {
    uint64_t next; /* the next {n} */
    char **lines;
    size_t line_count, line;
};

struct template *template_new(const char *text);
void template_free(struct template *template);
/* Bytes that template_render writes at most. */
size_t template_room(const struct template *template, const struct filling *filling);
/* Writes one instance, without a NUL; its length. */
size_t template_render(const struct template *template, struct filling *filling, char *out);
