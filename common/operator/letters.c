#include "operator/letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "operator/output.h"

enum { EXPIRES_DAYS = DEAD_LETTER_DAYS - 1 }; /* before the note of what was done is purged */
#define DAY_US (86400 * US_PER_S)

struct walk {
    const struct operator_env *env;
    const struct operator_args *args;
    letter_fn *on_letter;
    void *arg;
    size_t unreadable;
};

static bool read_number(const struct scan_record *record, const char *name, int64_t max,
                        int64_t *out)
{
    const char *text = scan_header(record, name);
    if (text == NULL || *text == '\0' || strspn(text, "0123456789") != strlen(text) ||
        strlen(text) > 18)
        return false;
    *out = strtoll(text, NULL, 10);
    return *out <= max;
}

/* false: headers of a dead letter are missing, or contradict the topic it lies in. */
static bool read_letter(const struct scan_record *record, struct letter *out)
{
    int64_t partition, attempts;
    const char *topic = scan_header(record, DLQ_TOPIC);
    *out = (struct letter){.record = record,
                           .reason = scan_header(record, DLQ_ERROR_CODE),
                           .text = scan_header(record, DLQ_ERROR_TEXT),
                           .consumer = scan_header(record, DLQ_CONSUMER),
                           .first_failure = scan_header(record, DLQ_FIRST_FAILURE),
                           .dead = {.topic = topic,
                                    .key = record->key,
                                    .key_len = record->key_len,
                                    .value = record->value,
                                    .value_len = record->value_len}};
    if (topic == NULL || out->reason == NULL || out->consumer == NULL ||
        out->first_failure == NULL ||
        !timefmt_parse(out->first_failure, &out->dead.first_failure_us) ||
        !read_number(record, DLQ_PARTITION, INT32_MAX, &partition) ||
        !read_number(record, DLQ_ATTEMPTS, INT32_MAX - 1, &attempts) ||
        !read_number(record, DLQ_OFFSET, INT64_MAX, &out->dead.offset))
        return false;
    out->dead.partition = (int32_t)partition;
    out->dead.attempts = (unsigned)attempts;
    size_t len = strlen(topic);
    return strncmp(record->topic, topic, len) == 0 && strcmp(record->topic + len, DLQ_SUFFIX) == 0;
}

static bool find_state(struct walk *walk, struct letter *letter, struct err *err)
{
    if (!dead_letter_find(walk->env->inbox->db, &letter->dead, &letter->state, &letter->handled_us,
                          err))
        return false;
    int64_t age_us = time_now_us() - letter->record->time_us;
    if (letter->state == DEAD_OPEN && letter->record->time_us != 0 &&
        age_us > EXPIRES_DAYS * DAY_US)
        letter->state = DEAD_EXPIRED;
    return true;
}

static bool on_record(void *arg, const struct scan_record *record, struct err *err)
{
    struct walk *walk = arg;
    struct letter letter;
    const char *name = walk->env->inbox->consumer, *reason = walk->args->reason;
    bool readable = read_letter(record, &letter);
    if (walk->args->has_id) {
        if (!readable)
            return err_set(err, ERR_INVALID, "its headers are not those of a dead letter");
        if (strcmp(letter.consumer, name) != 0)
            return err_set(err, ERR_INVALID, "it is a dead letter of %.60s, not of %s",
                           letter.consumer, name);
    }
    if (!readable) {
        walk->unreadable++;
        return true;
    }
    if (strcmp(letter.consumer, name) != 0 ||
        (reason != NULL && strcmp(letter.reason, reason) != 0))
        return true;
    return find_state(walk, &letter, err) && walk->on_letter(walk->arg, &letter, err);
}

/* wanted may be the topic or its topic of dead letters. */
static bool is_topic(const char *topic, const char *wanted)
{
    size_t len = strlen(topic);
    return strncmp(wanted, topic, len) == 0 &&
           (wanted[len] == '\0' || strcmp(wanted + len, DLQ_SUFFIX) == 0);
}

static bool walk_one(struct walk *walk, struct err *err)
{
    const struct operator_args *args = walk->args;
    const struct inbox *inbox = walk->env->inbox;
    const struct scan_place place = {args->id_topic, args->id_partition, args->id_offset};
    size_t len = strlen(args->id_topic), suffix = strlen(DLQ_SUFFIX);
    bool known = false;
    for (size_t i = 0; i < inbox->row_count; i++)
        known |= len > suffix && strcmp(args->id_topic + len - suffix, DLQ_SUFFIX) == 0 &&
                 is_topic(inbox->rows[i].topic, args->id_topic);
    if (!known)
        return err_set(err, ERR_INVALID, "%s is no topic of dead letters that %s could have",
                       args->id_topic, inbox->consumer);
    return scan_record_at(walk->env->kafka, &place, on_record, walk, err);
}

static bool walk_topics(struct walk *walk, struct err *err)
{
    const struct inbox *inbox = walk->env->inbox;
    const char *wanted = walk->args->topic;
    bool known = wanted == NULL;
    for (size_t i = 0; i < inbox->row_count; i++) {
        const char *topic = inbox->rows[i].topic;
        size_t first = 0;
        while (strcmp(inbox->rows[first].topic, topic) != 0)
            first++;
        if (first != i || (wanted != NULL && !is_topic(topic, wanted)))
            continue;
        known = true;
        scoped(str_drop) char *dead = xasprintf("%s" DLQ_SUFFIX, topic);
        if (!scan_topic(walk->env->kafka, dead, on_record, walk, err))
            return false;
    }
    return known ||
           err_set(err, ERR_INVALID, "%s does not consume %.100s", inbox->consumer, wanted);
}

bool letters_walk(const struct operator_env *env, const struct operator_args *args,
                  letter_fn *on_letter, void *arg, struct err *err)
{
    struct walk walk = {.env = env, .args = args, .on_letter = on_letter, .arg = arg};
    bool ok = args->has_id ? walk_one(&walk, err) : walk_topics(&walk, err);
    if (walk.unreadable > 0)
        fprintf(stderr, "%zu records there are no dead letters: their headers are missing\n",
                walk.unreadable);
    return ok;
}

void letter_id(const struct letter *letter, char out[static LETTER_ID_SIZE])
{
    snprintf(out, LETTER_ID_SIZE, "%s/%d/%lld", letter->record->topic,
             (int)letter->record->partition, (long long)letter->record->offset);
}

static json_t *escaped(const void *bytes, size_t len)
{
    scoped(str_drop) char *text = output_escape(bytes, len);
    return json_string(text);
}

static json_t *escaped_text(const char *text)
{
    return text != NULL ? escaped(text, strlen(text)) : json_null();
}

json_t *letter_to_json(const struct letter *letter)
{
    char id[LETTER_ID_SIZE];
    letter_id(letter, id);
    return json_pack(
        "{s:s, s:s, s:i, s:I, s:o, s:o, s:i, s:o, s:o, s:I, s:s, s:o}", "id", id, "original_topic",
        letter->dead.topic, "original_partition", (int)letter->dead.partition, "original_offset",
        (json_int_t)letter->dead.offset, "reason", escaped_text(letter->reason), "text",
        escaped_text(letter->text), "attempts", (int)letter->dead.attempts, "first_failure",
        escaped_text(letter->first_failure), "written_at",
        letter->record->time_us != 0 ? json_time(letter->record->time_us) : json_null(), "bytes",
        (json_int_t)letter->record->value_len, "state", dead_state_name(letter->state),
        "handled_at", letter->handled_us != 0 ? json_time(letter->handled_us) : json_null());
}

/* The exact bytes beside the text that can be read; null for what is not there. */
static void set_bytes(json_t *row, const char *name, const void *bytes, size_t len)
{
    scoped(str_drop) char *exact_name = xasprintf("%s_base64url", name);
    if (bytes == NULL) {
        json_object_set_new(row, name, json_null());
        json_object_set_new(row, exact_name, json_null());
        return;
    }
    scoped(str_drop) char *exact = base64url_encode(bytes, len);
    json_object_set_new(row, name, escaped(bytes, len));
    json_object_set_new(row, exact_name, json_string(exact));
}

json_t *letter_to_json_whole(const struct letter *letter)
{
    json_t *row = letter_to_json(letter), *headers = json_array();
    const char *name;
    const void *value;
    size_t len;
    for (size_t i = 0; scan_header_at(letter->record, i, &name, &value, &len); i++)
        json_array_append_new(headers, json_pack("{s:o, s:o}", "name", escaped_text(name), "value",
                                                 escaped(value, value != NULL ? len : 0)));
    json_object_set_new(row, "headers", headers);
    set_bytes(row, "key", letter->record->key, letter->record->key_len);
    set_bytes(row, "value", letter->record->value, letter->record->value_len);
    return row;
}
