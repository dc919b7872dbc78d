#include <gmime/gmime.h>
#include <string.h>

#include "base/timefmt.h"
#include "uploads/item.h"

/* The next line that begins a mail, behind the first one. NULL: none in the window. */
static const char *next_mail(const char *window, size_t len)
{
    const char *s = window + 1, *end = window + len;
    while ((s = memmem(s, (size_t)(end - s), "\nFrom ", 6)) != NULL) {
        return s + 1;
    }
    return NULL;
}

/* Tags and what no one sees go; entities stay as they are but for the commonest. */
static void strip_html(const char *html, struct buf *out)
{
    while (*html != '\0') {
        if (strncasecmp(html, "<style", 6) == 0 || strncasecmp(html, "<script", 7) == 0) {
            const char *close = strstr(html, "</");
            html = close != NULL ? close : html + strlen(html);
        }
        if (*html == '<') {
            html += strcspn(html, ">");
            html += *html == '>';
            buf_add(out, " ", 1);
        } else if (strncmp(html, "&nbsp;", 6) == 0 || strncmp(html, "&amp;", 5) == 0) {
            buf_add(out, html[1] == 'n' ? " " : "&", 1);
            html += strcspn(html, ";") + 1;
        } else if (*html != '\0') {
            buf_add(out, html++, 1);
        }
    }
    buf_add(out, "", 1);
}

/* A mail is laid out for the eye: runs of blanks become one, or one line end. */
static void close_up(struct buf *text)
{
    size_t to = 0;
    bool ended = true; /* a line, or nothing is there yet */
    for (size_t at = 0; at + 1 < text->len; at++) {
        char c = text->data[at];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            bool line = c == '\n';
            if (line && !ended && to > 0 && text->data[to - 1] == ' ')
                to--;
            if (!ended && (line || (to > 0 && text->data[to - 1] != ' ')))
                text->data[to++] = line ? '\n' : ' ';
            ended |= line;
        } else {
            text->data[to++] = c;
            ended = false;
        }
    }
    while (to > 0 && (text->data[to - 1] == ' ' || text->data[to - 1] == '\n'))
        to--;
    text->data[to++] = '\0';
    text->len = to;
}

/* The first plain text, else the first of another kind; attachments are none. NULL: there is none.
 * Borrowed from the mail. */
static GMimeObject *find_text(GMimeMessage *mail)
{
    GMimeObject *found = NULL;
    GMimePartIter *parts = g_mime_part_iter_new(GMIME_OBJECT(mail));
    do {
        GMimeObject *part = g_mime_part_iter_get_current(parts);
        if (part == NULL || !GMIME_IS_TEXT_PART(part) ||
            g_mime_part_is_attachment(GMIME_PART(part)))
            continue;
        bool plain =
            g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text", "plain");
        if (found == NULL || plain)
            found = part;
        if (plain)
            break;
    } while (g_mime_part_iter_next(parts));
    g_mime_part_iter_free(parts);
    return found;
}

static void take_body(GMimeMessage *mail, struct item *out)
{
    GMimeObject *part = find_text(mail);
    if (part == NULL) {
        out->code = "no_text";
        out->skipped = true;
        return;
    }
    char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
    GMimeContentType *type = g_mime_object_get_content_type(part);
    if (text == NULL) {
        out->code = "text_unreadable";
    } else if (g_mime_content_type_is_type(type, "text", "html")) {
        strip_html(text, &out->body);
    } else {
        buf_add(&out->body, text, strlen(text) + 1);
    }
    if (text != NULL)
        close_up(&out->body);
    g_free(text);
}

static void take_sender(GMimeMessage *mail, struct item *out)
{
    InternetAddressList *from = g_mime_message_get_from(mail);
    InternetAddress *first = from != NULL && internet_address_list_length(from) > 0
                                 ? internet_address_list_get_address(from, 0)
                                 : NULL;
    const char *address = first != NULL && INTERNET_ADDRESS_IS_MAILBOX(first)
                              ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))
                              : NULL;
    if (address == NULL)
        out->code = "sender_missing";
    else
        buf_add(&out->sender, address, strlen(address) + 1);
}

static void read_mail(const char *text, size_t len, struct item *out)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *mail = g_mime_parser_construct_message(parser, NULL);
    if (mail == NULL) {
        out->code = "mail_broken";
    } else {
        GDateTime *date = g_mime_message_get_date(mail);
        const char *id = g_mime_message_get_message_id(mail);
        take_sender(mail, out);
        take_body(mail, out);
        if (date != NULL)
            out->received_us = g_date_time_to_unix(date) * US_PER_S;
        if (id != NULL)
            buf_add(&out->device_id, id, strlen(id) + 1);
        g_object_unref(mail);
    }
    g_object_unref(parser);
    g_object_unref(stream);
}

enum item_next item_read_mail(const char *window, size_t len, bool last, struct item *out,
                              size_t *used)
{
    static gsize ready;
    if (g_once_init_enter(&ready)) {
        g_mime_init();
        g_once_init_leave(&ready, 1);
    }
    if (len == 0)
        return ITEM_MORE;
    const char *next = next_mail(window, len);
    if (next == NULL && !last && len < ITEM_MAX)
        return ITEM_MORE;
    *used = next != NULL ? (size_t)(next - window) : len;
    if (len < 5 || strncmp(window, "From ", 5) != 0) { /* the rest of one too long, or no mbox */
        out->code = "mail_broken";
        return ITEM_FOUND;
    }
    const char *head = memchr(window, '\n', *used);
    if (head == NULL || (next == NULL && !last))
        out->code = head == NULL ? "mail_broken" : "too_large";
    else
        read_mail(head + 1, *used - (size_t)(head + 1 - window), out);
    return ITEM_FOUND;
}
