/* account_routes - sign-up and login. Both hash a password, so they run on the hashing lane. */
#pragma once
#include "http/http.h"

handler_fn signup, login;
