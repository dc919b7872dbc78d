/* reading_topics - the reader at work: message.received.v1 in, what was read out. */
#pragma once
#include "events/inbox.h"

topic_apply_fn reading_on_message, reading_on_expense;
