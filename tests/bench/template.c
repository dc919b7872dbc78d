#include "template.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { NUMBER_ROOM = 20 };
enum place { PLACE_END, PLACE_NUMBER, PLACE_LINE };

/* A literal and what follows it. */
struct piece {
    const char *text;
    size_t len;
    enum place place;
};

struct template
{
    char *text;
    struct piece *pieces;
    size_t count;
};

static struct piece next_piece(const char **rest)
{
    const char *number = strstr(*rest, "{n}"), *line = strstr(*rest, "{line}");
    struct piece piece = {.text = *rest, .len = strlen(*rest), .place = PLACE_END};
    if (number != NULL && (line == NULL || number < line)) {
        piece.len = (size_t)(number - *rest);
        piece.place = PLACE_NUMBER;
        *rest = number + strlen("{n}");
    } else if (line != NULL) {
        piece.len = (size_t)(line - *rest);
        piece.place = PLACE_LINE;
        *rest = line + strlen("{line}");
    }
    return piece;
}

struct template *template_new(const char *text)
{
    struct template *template = xcalloc(1, sizeof *template);
    template->text = xstrdup(text);
    const char *rest = template->text;
    struct piece piece;
    do {
        piece = next_piece(&rest);
        template->pieces =
            xrealloc(template->pieces, (template->count + 1) * sizeof *template->pieces);
        template->pieces[template->count++] = piece;
    } while (piece.place != PLACE_END);
    return template;
}

void template_free(struct template *template)
{
    if (template == NULL)
        return;
    free(template->pieces);
    free(template->text);
    free(template);
}

size_t template_room(const struct template *template, const struct filling *filling)
{
    size_t longest = NUMBER_ROOM, room = 0;
    for (size_t i = 0; i < filling->line_count; i++)
        if (strlen(filling->lines[i]) > longest)
            longest = strlen(filling->lines[i]);
    for (size_t i = 0; i < template->count; i++)
        room += template->pieces[i].len + longest;
    return room;
}

static size_t put_number(uint64_t number, char *out)
{
    char digits[NUMBER_ROOM];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (size_t i = 0; i < count; i++)
        out[i] = digits[count - 1 - i];
    return count;
}

static size_t put_line(struct filling *filling, char *out)
{
    if (filling->line_count == 0)
        return 0;
    const char *line = filling->lines[filling->line];
    size_t len = strlen(line);
    filling->line = (filling->line + 1) % filling->line_count;
    memcpy(out, line, len);
    return len;
}

size_t template_render(const struct template *template, struct filling *filling, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->pieces[i];
        memcpy(out + len, piece->text, piece->len);
        len += piece->len;
        if (piece->place == PLACE_NUMBER)
            len += put_number(filling->next++, out + len);
        else if (piece->place == PLACE_LINE)
            len += put_line(filling, out + len);
    }
    return len;
}
