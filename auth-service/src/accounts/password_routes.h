/* password_routes - changing the password. Hashes, so it runs on the hashing lane. */
#pragma once
#include "http/http.h"

handler_fn change_password;
