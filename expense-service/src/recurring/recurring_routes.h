/* recurring_routes - GET /recurring, /recurring/upcoming; POST /recurring/{id}/dismiss and
 * /restore, where id is that of any entry that the payment is made of. */
#pragma once
#include "http/http.h"

handler_fn recurring_list;
handler_fn recurring_upcoming;
handler_fn recurring_dismiss;
handler_fn recurring_restore;
