/* api_token_routes - API tokens made, listed, deleted, exchanged for access tokens; introspection.
 * Why exchange: services then verify one kind of token, learn of an end by session.revoked as of
 * any session's, and keep nothing of tokens that are not in use. A forwarder asks once in ten
 * minutes. */
#pragma once
#include "http/http.h"

handler_fn create_api_token, list_api_tokens, delete_api_token, exchange_api_token;
/* RFC 7662 in JSON: of the caller's own tokens; of anyone's for an admin. */
handler_fn introspect_token;
