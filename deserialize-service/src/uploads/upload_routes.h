/* upload_routes - files of texts: POST, PATCH, GET and DELETE /uploads. */
#pragma once
#include "http/http.h"

/* What the parts of a file may be said to be. */
#define UPLOAD_MEDIA "text/csv application/xml text/xml application/mbox application/octet-stream"
#define UPLOAD_PART_MEDIA "application/partial-upload application/octet-stream"

handler_fn upload_begin, upload_append, upload_list, upload_show, upload_items, upload_cancel;
