/* session_routes - refresh, logout, list and end sessions. */
#pragma once
#include "http/http.h"

handler_fn refresh_session, logout, list_sessions, end_session, end_sessions;
