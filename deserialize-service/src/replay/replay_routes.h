/* replay_routes - POST /messages/{id}/reparse and /dismiss, POST /messages/reparse and what shows
 * how that goes. */
#pragma once
#include "http/http.h"

handler_fn replay_one_text, replay_dismiss, replay_begin, replay_show, replay_cancel,
    replay_list_differences;
