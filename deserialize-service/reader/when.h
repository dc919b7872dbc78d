/* when - the moment a text tells: its date and time of day in the user's zone. */
#pragma once
#include "grammar.h"

/* Fills occurred_at, occurred_at_certain and has_own_time; without a date in the text,
 * occurred_at is received_at. */
void when_read(const struct frame *frame, struct findings *found, struct reading *out);
/* The same from these tokens; time may be -1. Nothing changes when they make no moment. */
void when_take(const struct frame *frame, int date, int time, struct findings *found,
               struct reading *out);
