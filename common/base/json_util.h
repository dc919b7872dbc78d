/* json_util - jansson with house rules: strict parsing, checked reading of objects, field errors.
 * jansson's types may cross every module; ownership is said by json_t * (owned) against
 * const json_t * (borrowed). */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* For scoped(json_drop) json_t *body = …; */
void json_drop(json_t **json);

/* Every invalid field of one input, in the order found; bounded, so that hostile input cannot make
 * a large answer. init is { 0 }. */
struct fields {
    json_t *errors; /* array of {pointer, code, detail}; NULL while there are none */
    bool malformed; /* one of them is not a value at all, whatever might be allowed */
};
/* pointer is an RFC 6901 path ("/amount/currency"); code is stable snake_case. */
void field_error(struct fields *fields, const char *pointer, const char *code, const char *detail);
/* The same of what cannot even be read. */
void field_malformed(struct fields *fields, const char *pointer, const char *code,
                     const char *detail);
bool fields_ok(const struct fields *fields);
void fields_fini(struct fields *fields);
/* ERR_INVALID "invalid_fields" when there are errors, ERR_MALFORMED when one of them is; true when
 * none. */
must_check bool fields_check(const struct fields *fields, struct err *err);

/* One JSON value from exactly these bytes; duplicate keys, NUL characters in strings and nesting
 * beyond 64 are refused. ERR_MALFORMED, its text naming line and column. */
must_check bool json_parse(const char *text, size_t len, json_t **out, struct err *err);
/* Compact, one line; the caller frees. */
char *json_text(const json_t *json);

/* Reading an object: each call looks at one member and reports what is wrong to fields under
 * prefix + "/" + name. All return whether *out was set; absent optional members leave it alone. */
struct json_reader {
    const json_t *object;
    const char *prefix; /* "" at the top */
    struct fields *fields;
};
enum json_need { JSON_OPTIONAL, JSON_REQUIRED };

/* Valid UTF-8 of min..max bytes without control characters other than tab and newline. *out is
 * borrowed from the object. null counts as absent. */
bool json_read_str(const struct json_reader *reader, const char *name, enum json_need need,
                   size_t min, size_t max, const char **out);
bool json_read_int(const struct json_reader *reader, const char *name, enum json_need need,
                   int64_t min, int64_t max, int64_t *out);
bool json_read_bool(const struct json_reader *reader, const char *name, enum json_need need,
                    bool *out);
/* RFC 3339 to microseconds. */
bool json_read_time(const struct json_reader *reader, const char *name, enum json_need need,
                    int64_t *out);
/* {"amount":"450.00","currency":"INR"} */
struct money;
bool json_read_money(const struct json_reader *reader, const char *name, enum json_need need,
                     struct money *out);
bool json_read_uuid(const struct json_reader *reader, const char *name, enum json_need need,
                    const char **out);
bool json_read_object(const struct json_reader *reader, const char *name, enum json_need need,
                      const json_t **out);
bool json_read_array(const struct json_reader *reader, const char *name, enum json_need need,
                     size_t max, const json_t **out);
/* One of names (NULL-terminated); *out is its index. */
bool json_read_enum(const struct json_reader *reader, const char *name, enum json_need need,
                    const char *const names[], size_t *out);
/* Members whose name is not in the NULL-terminated list get code "unknown_field". */
void json_read_known(const struct json_reader *reader, const char *const names[]);

/* Writing. All steal nothing but what they make. */
json_t *json_money(const struct money *money);
json_t *json_time(int64_t us);
/* Sets the member where there is something to say: not for NULL or "". */
void json_set_text(json_t *object, const char *name, const char *text);
/* NULL becomes null. */
json_t *json_str_or_null(const char *text);
