/* owner_topics - what auth-service and user-service tell of people, applied to their ledgers. */
#pragma once
#include "base/step.h"
#include "events/inbox.h"

topic_apply_fn owner_on_registered, owner_on_deleted, owner_on_profile;

/* Goes on erasing large ledgers of deleted people: a few thousand rows in a transaction,
 * once. */
enum step owner_erase_rest(struct svc *svc);
