/* export_topics - what the services tell for exports comes in; what this one holds goes out. */
#pragma once
#include "events/inbox.h"
#include "people/export.h"

topic_apply_fn export_on_part, export_on_completed;
extern const struct export_tables user_exports;
