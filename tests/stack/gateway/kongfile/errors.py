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


def body(text):
    """A log-format string: the text in the form that choose_form() put into txn.e_*."""
    return f'"%[var(txn.e_head)]{text}%[var(txn.e_middle)]%[var(txn.id)]%[var(txn.e_tail)]"'


def choose_form():
    """Rules that set txn.e_* from Accept; JSON unless another form is the first one asked for."""
    lines = []
    for media, (head, middle, tail) in FORMS.items():
        asked = "" if media == "application/json" else f" if {{ req.hdr(accept) -m beg -i {media} }}"
        lines.append(f"    http-request set-var(txn.e_type) str(\"{media}; charset=utf-8\"){asked}")
        lines += [f'    http-request set-var-fmt(txn.e_{part}) "{value}"{asked}'
                  for part, value in (("head", head), ("middle", middle), ("tail", tail))]
    return lines


def answer(status, text, condition):
    """One rule that ends the request with Kong's error."""
    return (f'    http-request return status {status} content-type "application/json; charset=utf-8" '
            f"lf-string {body(text)} if {condition.strip()}")
