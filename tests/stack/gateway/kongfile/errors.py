"""The errors Kong makes itself: their texts, and the form that the caller's Accept header asks for."""

NO_ROUTE = "no Route matched with those values"
RATE_LIMITED = "API rate limit exceeded"
TOO_LARGE = "Request size limit exceeded"
INVALID_RESPONSE = "An invalid response was received from the upstream server"
TIMED_OUT = "The upstream server is timing out"
NO_PEER = "failure to get a peer from the ring-balancer"

# media type: what stands before the text, between it and the request id, and after the id
FORMS = {
    "application/json": ('{\\n  \\"message\\":\\"', '\\",\\n  \\"request_id\\":\\"', '\\"\\n}'),
    "text/html": ("<!doctype html>\\n<html>\\n  <head>\\n    <meta charset=\\\"utf-8\\\">\\n    <title>Error</title>\\n"
                  "  </head>\\n  <body>\\n    <h1>Error</h1>\\n    <p>", ".</p>\\n    <p>request_id: ",
                  "</p>\\n  </body>\\n</html>\\n"),
    "text/plain": ("", "\\nrequest_id: ", "\\n"),
    "application/xml": ('<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?>\\n<error>\\n  <message>',
                        "</message>\\n  <requestid>", "</requestid>\\n</error>\\n"),
}


def body(text, media="application/json"):
    """A log-format string. Its line ends stand in it literally: HAProxy would escape them in a variable."""
    head, middle, tail = FORMS[media]
    return f'"{head}{text}{middle}%[var(txn.id)]{tail}"'


def choose_form():
    """Rules that set txn.form from Accept; JSON unless another form is the first one asked for."""
    return ["    http-request set-var(txn.form) str(application/json)",
            *(f"    http-request set-var(txn.form) str({media}) if {{ req.hdr(accept) -m beg -i {media} }}"
              for media in FORMS if media != "application/json")]


def answer(status, text, condition):
    """Rules that end the request with Kong's error, one for each form."""
    return [f'    http-request return status {status} content-type "{media}; charset=utf-8" '
            f"lf-string {body(text, media)} if {{ var(txn.form) -m str {media} }} {condition.strip()}"
            for media in FORMS]
