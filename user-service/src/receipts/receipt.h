/* receipt - the services' reports of an erasure come in, an admin looks them up by user id. */
#pragma once
#include "events/inbox.h"
#include "http/http.h"

topic_apply_fn receipt_on_erased;
handler_fn receipt_show;
