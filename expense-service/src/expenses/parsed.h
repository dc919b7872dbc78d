/* parsed - transaction.parsed, checked and turned into the row of an expense. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "events/cloudevent.h"
#include "expenses/expense.h"

/* What kind of entry a transaction is. */
enum expense_type parsed_type(const char *class, enum expense_direction direction);
/* *row is an object with the columns that the statement parsed_add reads; the caller owns it.
 * ERR_INVALID for data that can never be applied: the record is poison. */
must_check bool parsed_row(const struct event *ev, json_t **row, struct err *err);
