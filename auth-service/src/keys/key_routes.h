/* key_routes - the public keys for clients and gateways (RFC 7517). */
#pragma once
#include "http/http.h"

handler_fn get_jwks;
