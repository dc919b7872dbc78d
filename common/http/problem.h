/* problem - failures as application/problem+json (RFC 9457).
 * type is urn:expenses-tracker:problem:<code>, title the status's phrase; code is for programs,
 * detail for people. What happened inside (our bugs, an unreachable database) is for the log and
 * never told. */
#pragma once
#include <jansson.h>

#include "base/err.h"

#define PROBLEM_TYPE "application/problem+json"

/* errors is borrowed, or NULL. The caller owns the result. */
json_t *problem_json(unsigned status, const struct err *err, const char *instance,
                     const char *request_id, json_t *errors);
/* "Not Found"; "Error" for a status we never send. */
const char *problem_title(unsigned status);
