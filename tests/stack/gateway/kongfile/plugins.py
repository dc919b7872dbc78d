"""The plugins that are carried out, each with every key it may have."""
from .checks import Refused, choice, integer, take, texts

PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
SIZES = {"bytes": 1, "kilobytes": 1024, "megabytes": 1024 * 1024}
HEADER = r"[A-Za-z0-9_-]+"
METHOD = r"[A-Z]+"
ORIGIN = r"https?://[A-Za-z0-9.-]+(:[0-9]+)?"
# The whole body is held in one HAProxy buffer to learn its length when it comes in chunks.
MAX_BODY = 4 * 1024 * 1024
MAX_UPLOAD = 1024 * 1024 * 1024  # of a route whose request is not buffered


def correlation_id(config, where):
    take(config, where, {"header_name", "generator", "echo_downstream"}, ("generator", "echo_downstream"))
    choice(config, where, "generator", "uuid")
    header = texts({"header_name": [config.get("header_name", "Kong-Request-ID")]}, where, "header_name", HEADER)[0]
    return {"header": header, "echo": choice(config, where, "echo_downstream", True, False)}


def cors(config, where):
    take(config, where, {"origins", "methods", "headers", "exposed_headers", "credentials", "max_age",
                         "preflight_continue", "private_network"}, ("origins", "methods"))
    choice(config, where, "preflight_continue", False, default=False)
    choice(config, where, "private_network", False, default=False)
    origins = texts(config, where, "origins", ORIGIN)
    if len(origins) < 2:
        raise Refused(f"{where}.origins: a single origin is told to every caller by Kong; name two or more")
    for origin in origins:
        if origin != origin.lower() or origin.endswith(":80") or origin.endswith(":443"):
            raise Refused(f"{where}.origins: {origin}: write it in lower case and without a default port")
    return {"origins": origins, "methods": texts(config, where, "methods", METHOD),
            "headers": texts(config, where, "headers", HEADER) if "headers" in config else None,
            "exposed": texts(config, where, "exposed_headers", HEADER) if "exposed_headers" in config else None,
            "credentials": choice(config, where, "credentials", True, False, default=False),
            "max_age": integer(config, where, "max_age", 0, 86400) if "max_age" in config else None}


def request_size_limiting(config, where):
    take(config, where, {"allowed_payload_size", "size_unit", "require_content_length"},
         ("allowed_payload_size", "size_unit"))
    choice(config, where, "require_content_length", False, default=False)
    unit = choice(config, where, "size_unit", *SIZES)
    limit = integer(config, where, "allowed_payload_size", 1, MAX_UPLOAD) * SIZES[unit]
    if limit > MAX_UPLOAD:
        raise Refused(f"{where}.allowed_payload_size: over {MAX_UPLOAD} bytes")
    return {"limit": limit}


def rate_limiting(config, where):
    take(config, where, {*PERIODS, "policy", "limit_by", "fault_tolerant", "hide_client_headers", "error_code",
                         "error_message"}, ("policy", "limit_by"))
    choice(config, where, "policy", "local")
    choice(config, where, "limit_by", "ip")
    choice(config, where, "fault_tolerant", True, default=True)
    choice(config, where, "hide_client_headers", False, default=False)
    choice(config, where, "error_code", 429, default=429)
    choice(config, where, "error_message", "API rate limit exceeded", default="API rate limit exceeded")
    periods = [period for period in PERIODS if period in config]
    if len(periods) != 1:
        raise Refused(f"{where}: set exactly one of {', '.join(PERIODS)}")
    return {"period": periods[0], "seconds": PERIODS[periods[0]],
            "limit": integer(config, where, periods[0], 1, 1_000_000)}


def request_transformer(config, where):
    take(config, where, {"remove"}, ("remove",))
    take(config["remove"], f"{where}.remove", {"headers"}, ("headers",))
    return {"headers": texts(config["remove"], f"{where}.remove", "headers", HEADER)}


# In Kong's order of execution.
PLUGINS = {"correlation-id": correlation_id, "cors": cors, "request-size-limiting": request_size_limiting,
           "rate-limiting": rate_limiting, "request-transformer": request_transformer}
# An answer that a route-level instance of these would add is not told apart by route.
GLOBAL_ONLY = ("correlation-id", "cors", "request-transformer")


def read(items, where, scope):
    """{plugin name: settings} of one `plugins` list; `scope` says where it stands: global or route."""
    found = {}
    for index, item in enumerate(items):
        here = f"{where}.plugins.{index}"
        take(item, here, {"name", "config", "enabled"}, ("name", "config"))
        kind = item["name"]
        if kind not in PLUGINS:
            raise Refused(f"{here}.name: plugin {kind} is not carried out here")
        if kind in found:
            raise Refused(f"{here}.name: {kind} is there twice")
        if scope != "global" and kind in GLOBAL_ONLY:
            raise Refused(f"{here}.name: {kind} is carried out only as a global plugin")
        choice(item, here, "enabled", True, default=True)
        found[kind] = PLUGINS[kind](item["config"], f"{here}.config")
        found[kind]["scope"] = scope
    return found
