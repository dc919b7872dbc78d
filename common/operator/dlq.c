#include "operator/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "operator/letters.h"
#include "operator/output.h"

struct listing {
    const struct operator_args *args;
    json_t *rows;
    json_int_t left_off; /* older ones, beyond the limit */
};

static bool add_row(void *arg, const struct letter *letter, struct err *err)
{
    struct listing *listing = arg;
    (void)err;
    if (listing->args->open && letter->state != DEAD_OPEN)
        return true;
    json_array_append_new(listing->rows, letter_to_json(letter));
    if ((int64_t)json_array_size(listing->rows) > listing->args->limit) {
        json_array_remove(listing->rows, 0);
        listing->left_off++;
    }
    return true;
}

static void print_list(const struct listing *listing)
{
    static const struct output_column columns[] = {
        {"ID", "id", false},         {"ORIGINAL", "original", false},
        {"REASON", "reason", false}, {"TRIED", "attempts", true},
        {"BYTES", "bytes", true},    {"FIRST FAILURE", "first_failure", false},
        {"STATE", "state", false},   {"TEXT", "text", false},
    };
    size_t index;
    json_t *row;
    json_array_foreach(listing->rows, index, row)
    {
        scoped(str_drop) char *place =
            xasprintf("%" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT,
                      json_integer_value(json_object_get(row, "original_partition")),
                      json_integer_value(json_object_get(row, "original_offset")));
        json_object_set_new(row, "original", json_string(place));
    }
    output_table(stdout, columns, LENGTH(columns), listing->rows);
    if (listing->left_off > 0)
        printf("%" JSON_INTEGER_FORMAT " older ones are left off: --limit shows more\n",
               listing->left_off);
}

bool run_dlq_list(const struct operator_env *env, const struct operator_args *args, int *status,
                  struct err *err)
{
    scoped(json_drop) json_t *rows = json_array();
    struct listing listing = {.args = args, .rows = rows};
    if (!letters_walk(env, args, add_row, &listing, err))
        return false;
    if (args->json) {
        scoped(json_drop) json_t *all =
            json_pack("{s:O, s:I}", "dead_letters", rows, "left_off", listing.left_off);
        output_json(stdout, all);
    } else if (json_array_size(rows) == 0) {
        printf("no dead letters\n");
    } else {
        print_list(&listing);
    }
    *status = OPERATOR_GOOD;
    return true;
}

static void print_member(const json_t *row, const char *member)
{
    const json_t *value = json_object_get(row, member);
    if (json_is_integer(value))
        printf("%-18s %" JSON_INTEGER_FORMAT "\n", member, json_integer_value(value));
    else
        printf("%-18s %s\n", member, json_is_string(value) ? json_string_value(value) : "-");
}

static bool show(void *arg, const struct letter *letter, struct err *err)
{
    static const char *const members[] = {
        "id",         "original_topic", "original_partition", "original_offset",
        "reason",     "text",           "attempts",           "first_failure",
        "written_at", "state",          "handled_at",         "bytes"};
    const struct operator_args *args = arg;
    scoped(json_drop) json_t *row = letter_to_json_whole(letter);
    size_t index;
    json_t *header;
    (void)err;
    if (args->json) {
        output_json(stdout, row);
        return true;
    }
    for (size_t i = 0; i < LENGTH(members); i++)
        print_member(row, members[i]);
    json_array_foreach(json_object_get(row, "headers"), index, header)
    {
        printf("header             %s: %s\n", json_string_value(json_object_get(header, "name")),
               json_string_value(json_object_get(header, "value")));
    }
    print_member(row, "key");
    print_member(row, "value");
    return true;
}

bool run_dlq_show(const struct operator_env *env, const struct operator_args *args, int *status,
                  struct err *err)
{
    struct operator_args copy = *args;
    *status = OPERATOR_GOOD;
    return letters_walk(env, args, show, &copy, err);
}
