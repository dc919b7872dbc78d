/* One profile in memory in place of the database, and what was published. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "profile.h"

struct fake {
    bool there;
    struct profile row;
    int begun, committed, published;
    char last_type[40];
    json_t *last_data;
    struct identity caller;
};
extern struct fake fake;
void fake_reset(void);
