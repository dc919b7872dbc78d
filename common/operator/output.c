#include "operator/output.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"

enum { COLUMNS_MAX = 12 };

/* Length of the UTF-8 character at the begin of text, and the character; 0: there is none. */
static size_t read_char(const unsigned char *text, size_t len, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = text[0] < 0x80    ? 1
                  : text[0] >= 0xf8 ? 0
                  : text[0] >= 0xf0 ? 4
                  : text[0] >= 0xe0 ? 3
                  : text[0] >= 0xc0 ? 2
                                    : 0;
    if (size == 0 || size > len)
        return 0;
    uint32_t value = size == 1 ? text[0] : text[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3f);
    }
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *out = value;
    return size;
}

/* Not what moves the cursor, is invisible or turns the writing direction: a record's sender must
 * not be able to make an operator see something else than what is there. */
static bool printable(uint32_t c)
{
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0xad && c != 0x61c &&
           !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
           !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff && !(c >= 0xfff9 && c <= 0xfffb) &&
           c < 0xe0000;
}

char *output_escape(const void *bytes, size_t len)
{
    const unsigned char *text = bytes;
    struct buf out = {0};
    buf_add(&out, "", 0);
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t size = read_char(text + i, len - i, &c);
        if (size > 0 && c != '\\' && printable(c)) {
            buf_add(&out, text + i, size);
            i += size;
            continue;
        }
        if (c == '\\')
            buf_addf(&out, "\\\\");
        else if (c == '\n' || c == '\t')
            buf_addf(&out, c == '\n' ? "\\n" : "\\t");
        else
            for (size_t j = 0; j < (size > 0 ? size : 1); j++)
                buf_addf(&out, "\\x%02x", text[i + j]);
        i += size > 0 ? size : 1;
    }
    return out.data != NULL ? out.data : xstrdup("");
}

static char *cell_text(const json_t *row, const char *member)
{
    const json_t *value = json_object_get(row, member);
    if (json_is_string(value))
        return output_escape(json_string_value(value), json_string_length(value));
    if (json_is_integer(value))
        return xasprintf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_boolean(value))
        return xstrdup(json_is_true(value) ? "yes" : "no");
    return xstrdup("-");
}

/* Characters, not bytes; all count as one wide. */
static int width_of(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void print_cell(FILE *out, const char *text, int width, bool right, bool last)
{
    int pad = width - width_of(text);
    if (right)
        fprintf(out, "%*s", pad, "");
    fputs(text, out);
    if (!last)
        fprintf(out, "%*s", right ? 2 : pad + 2, "");
}

void output_table(FILE *out, const struct output_column *columns, size_t count, const json_t *rows)
{
    int widths[COLUMNS_MAX];
    size_t index;
    const json_t *row;
    if (count > COLUMNS_MAX)
        panic("a table of %zu columns", count);
    for (size_t i = 0; i < count; i++) {
        widths[i] = width_of(columns[i].title);
        json_array_foreach((json_t *)rows, index, row)
        {
            scoped(str_drop) char *text = cell_text(row, columns[i].member);
            widths[i] = width_of(text) > widths[i] ? width_of(text) : widths[i];
        }
    }
    for (size_t i = 0; i < count; i++)
        print_cell(out, columns[i].title, widths[i], columns[i].right, i + 1 == count);
    fputc('\n', out);
    json_array_foreach((json_t *)rows, index, row)
    {
        for (size_t i = 0; i < count; i++) {
            scoped(str_drop) char *text = cell_text(row, columns[i].member);
            print_cell(out, text, widths[i], columns[i].right, i + 1 == count);
        }
        fputc('\n', out);
    }
}

void output_json(FILE *out, const json_t *json)
{
    scoped(str_drop) char *text = json_text(json);
    fprintf(out, "%s\n", text);
}

void output_size(long long bytes, char out[static 24])
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes / 1024;
    size_t unit = 0;
    if (bytes < 1024) {
        snprintf(out, 24, "%lld B", bytes);
        return;
    }
    for (; value >= 1024 && unit + 1 < LENGTH(units); unit++)
        value /= 1024;
    snprintf(out, 24, "%.1f %s", value, units[unit]);
}
