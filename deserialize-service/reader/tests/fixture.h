/* fixture - texts in the manner of the world's banks, with what they say: tests/fixtures/.
 * A row is {"bank", "country", "message", "class", …}: class may name several,
 * "statement|reminder". A transaction's fields are those of the parse tool; one that is missing
 * must not be read either, and "*" leaves it open. A merchant that is missing may be named after
 * the kind of event. */
#pragma once
#include <jansson.h>

#include "reader.h"

enum fixture_field {
    FIXTURE_CLASS,
    FIXTURE_AMOUNT,
    FIXTURE_CURRENCY,
    FIXTURE_DIRECTION,
    FIXTURE_MERCHANT,
    FIXTURE_ACCOUNT,
    FIXTURE_SECOND_ACCOUNT,
    FIXTURE_BALANCE,
    FIXTURE_CREDIT_LIMIT,
    FIXTURE_FEE,
    FIXTURE_CONVERTED,
    FIXTURE_REFERENCE,
    FIXTURE_KIND,
    FIXTURE_FIELDS,
};

enum fixture_score { FIXTURE_OPEN, FIXTURE_RIGHT, FIXTURE_WRONG };

struct fixture {
    const char *bank, *country, *class, *message;
    json_t *row;
};

struct fixtures {
    struct fixture *rows;
    size_t count;
    json_t *held;
};

/* Reads tests/fixtures below the working directory; fails the test when it cannot. */
void fixtures_load(struct fixtures *out);
void fixtures_free(struct fixtures *fixtures);

bool fixture_is_transaction(const struct fixture *fixture);
/* Reads any text as if the fixture's bank had sent it. */
void fixture_read(const struct fixture *fixture, const char *message, struct reading *out);
const char *fixture_field_name(enum fixture_field field);
/* What was read, as text; "" for nothing. Size of `out`: READER_NAME_SIZE. */
void fixture_got(const struct reading *reading, enum fixture_field field, char *out);
enum fixture_score fixture_score(const struct fixture *fixture, const struct reading *reading,
                                 enum fixture_field field);
/* No scored field is wrong. */
bool fixture_all_right(const struct fixture *fixture, const struct reading *reading);
