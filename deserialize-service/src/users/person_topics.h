/* person_topics - events about users: base currency and time zone learned, erasure carried out. */
#pragma once
#include "base/step.h"
#include "events/inbox.h"

topic_apply_fn person_on_profile, person_on_deleted;
/* Goes on erasing many texts of deleted people: a few thousand in a transaction, once. */
enum step person_erase_rest(struct svc *svc);
/* Each minute: what was stored by transactions that did not see the deletion. */
void person_erase_stragglers(struct svc *svc);
