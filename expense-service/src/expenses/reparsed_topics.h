/* reparsed_topics - transaction.reparsed: a text was read again, or is booked no more. */
#pragma once
#include "events/inbox.h"

topic_apply_fn expense_on_reparsed;
