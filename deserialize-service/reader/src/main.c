/* parse - one message a line in, what the reader makes of it a line out.
 *   in:  {"id", "sender", "message", "utc_offset_s"?, "default_currency"?, "received_at"?}
 *   out: {"id", "transaction", "class", "reason"?, fields…, "confidence"}
 * received_at is RFC 3339. A line that is no such object gets {"error"}; the others are still read,
 * and the exit status is 1. With --time, the mean time of a reading goes to
 * stderr; with --explain, each row has the candidates of each field with their scores. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "row.h"

static bool input_of(const struct line *line, struct reader_input *in)
{
    const char *currency = line->default_currency;

    *in = (struct reader_input){.sender = line->sender,
                                .body = line->message,
                                .body_len = line->message_len,
                                .utc_offset_s = (int32_t)line->utc_offset_s};
    if (line->message == NULL ||
        (line->received_at != NULL && !timefmt_parse(line->received_at, &in->received_at)))
        return false;
    if (currency != NULL && strlen(currency) == 3)
        memcpy(in->default_currency, currency, 3);
    return true;
}

int main(int argc, char **argv)
{
    struct line_reader reader = {.room = NULL};
    struct row row = {.text = NULL};
    char *text = NULL;
    size_t size = 0;
    ssize_t len;
    int64_t spent_us = 0, count = 0;
    bool explain = argc > 1 && strcmp(argv[1], "--explain") == 0;
    bool timed = argc > 1 && strcmp(argv[1], "--time") == 0;
    int status = 0;

    while ((len = getline(&text, &size, stdin)) > 0) {
        struct line line;
        struct reader_input in;
        struct reading reading;
        struct explanation why;

        count++;
        line_read(&reader, text, (size_t)len, &line);
        if (!input_of(&line, &in)) {
            puts("{\"error\":\"not a message\"}");
            status = 1;
            continue;
        }
        int64_t begin = timed ? time_mono_us() : 0;

        if (explain)
            reader_explain(&in, &reading, &why);
        else
            reader_read(&in, &reading);
        spent_us += timed ? time_mono_us() - begin : 0;
        row_write(&row, &line, &reading, explain ? &why : NULL);
        fwrite(row.text, 1, row.len, stdout);
        putchar('\n');
    }
    free(text);
    free(row.text);
    line_reader_fini(&reader);
    if (timed && count > 0)
        fprintf(stderr, "%.1f us a message\n", (double)spent_us / (double)count);
    return status;
}
