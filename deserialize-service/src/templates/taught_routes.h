/* taught_routes - /parsers: what is known of banks and formats, teaching a format, offering it. */
#pragma once
#include "http/http.h"

handler_fn get_parsers;
handler_fn list_templates, create_template, get_template, delete_template;
handler_fn offer_template, withdraw_template;
/* For admins. */
handler_fn list_offers, promote_offer, decline_offer, delete_shared;
