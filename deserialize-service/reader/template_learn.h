/* template_learn - a pattern out of one text in which a person marked the fields: what is marked
 * becomes a slot, every number, date and link that is not becomes one too, words stay. */
#pragma once
#include "template.h"

enum { TEMPLATE_SAMPLE_MAX = 1200, TEMPLATE_TAGS_MAX = 24 };

struct template_tag {
    enum template_slot slot;
    size_t start, end; /* bytes [start, end) of the sample; widened to whole words and numbers */
};

/* Derives the pattern and compiles it into *out, which then matches the sample with each slot where
 * it was marked. False with *fault: what template_compile() refuses, tag_empty (nothing readable is
 * under it), tags_overlap, tag_unreadable (what is under a tag cannot stand in that slot),
 * ambiguous (the text could also be cut in another way); *bad is the tag meant, -1 for none. */
bool template_learn(const char *sample, size_t len, const struct template_tag *tags, int count,
                    char pattern[static TEMPLATE_PATTERN_MAX + 1], struct template *out, int *bad,
                    struct template_fault *fault);
