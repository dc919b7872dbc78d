/* person_topics - events about users: base currency and time zone learned, erasure carried out. */
#pragma once
#include "events/inbox.h"

topic_apply_fn person_on_profile, person_on_deleted;
/* Each minute. */
void person_erase_rest(struct svc *svc);
