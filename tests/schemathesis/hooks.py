"""What a description cannot say: a request may be well-formed and still name what there is not."""
import schemathesis

# Of a problem as a whole.
REFUSED = {"cursor_invalid", "code_invalid",
           # control characters again: NUL is not even read, and in a query none is
           "json_malformed", "query_malformed",
           # a key that was made up twice
           "idempotency_key_reused",
           # a header that is sent in another form than it was made up in
           "if_match_malformed"}
# Of a single field, where every field that was refused has one of these.
REFUSED_FIELDS = {
    # made up, so it is none of ours
    "cursor_invalid", "code_invalid",
    # said once in the descriptions: no control characters
    "control_character", "tag_invalid",
    # a dictionary and the person's own name are no schema
    "password_common",
    # what two fields say together
    "before_from", "before_start", "direction_mismatch", "not_allowed", "needs_date", "needs_dates", "same",
    "threshold_invalid", "matches_everything", "in_future", "splits_differ", "currency_differs",
    # languages of their own: tags of BCP 47, conditions of rules, amounts and rates above zero
    "locale_invalid", "condition_invalid", "not_positive", "rate_invalid",
    # a sample that is taught, and what of it is marked, make a pattern or make none (reader/template_learn.h)
    "too_general", "too_costly", "ambiguous", "not_in_sample", "no_amount", "reads_otherwise", "tag_empty",
    "tag_unreadable", "tags_overlap", "not_a_span", "repeated",
    # how large an amount may be, and how many decimals it has, is its currency's
    "amount_too_large", "amount_too_precise",
    # before 1970, of which nothing here is
    "time_invalid", "date_invalid",
    # a schema counts characters, the services bytes
    "too_long", "length_invalid",
}


# Required where another field, or the kind of the body, says so.
DEPENDENT = {"?format", "/tag", "/category", "/paid", "/received"}


def reasons(problem):
    """(code, pointer) of the fields that were refused, or of the whole."""
    return {(error["code"], error["pointer"]) for error in problem.get("errors") or ()} or {(problem.get("code"), "")}


def known(reason):
    code, pointer = reason
    return code in REFUSED | REFUSED_FIELDS or code.endswith("_unknown") or (
        code == "required" and pointer in DEPENDENT)


@schemathesis.serializer("application/partial-upload")
def as_bytes(context, value):  # pylint: disable=unused-argument
    """A part of a file is whatever it is."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def filter_failure(context, failure, case, response):  # pylint: disable=unused-argument
    """False drops it: a well-formed request refused for what only the service can know, or one taken that the
    schema forbids for nothing: null is as good as leaving an optional field out, and each item of a bulk call
    has its own answer."""
    if failure.code == "ST201":  # 414: refused for its length before it was looked at
        return not (response.status_code in (207, 414) or (isinstance(case.body, dict) and None in case.body.values()))
    if failure.code != "ST202":
        return True
    if response.status_code == 405:  # an id was made up that is another path
        return False
    return response.status_code not in (400, 422) or not all(map(known, reasons(response.json())))
