"""The HAProxy configuration: one frontend that does what Kong's router and plugins do, a backend per service.

The rules stand in the order in which Kong works: request id, router, correlation-id, cors, body size,
rate limit, header removal, balancer. `txn.up` is set once an upstream answered; without it the
answer is the gateway's own and carries Kong's error headers.
"""
from . import errors
from .checks import Refused
from .plugins import MAX_BODY

SERVER = "kong/3.9.3"
# Room in a buffer beyond the largest body that has to be held in it: the request's own head.
HEAD_ROOM = 96 * 1024
MAX_HEAD = 32 * 1024


def quoted(text):
    """One HAProxy word. Single quotes keep everything as it is, so the text may hold none."""
    assert "'" not in text
    return f"'{text}'"


def global_section(kong, stats_socket, pidfile, log):
    limits = [found["request-size-limiting"]["limit"] for found in [kong.plugins, *(r.plugins for r in kong.routes)]
              if "request-size-limiting" in found and found["request-size-limiting"]["limit"] <= MAX_BODY]
    lines = ["global",
             "    # normalize-uri is complete for what is used here but still called experimental in 2.6",
             "    expose-experimental-directives",
             f"    log {log} format raw local0 info",
             # Room for clients that only hold connections; a machine with fewer descriptors takes fewer.
             "    maxconn 12000",
             "    no strict-limits",
             f"    tune.bufsize {max(limits, default=0) + HEAD_ROOM}",
             "    tune.http.maxhdr 256"]
    if stats_socket:
        lines.append(f"    stats socket {stats_socket} mode 600 level admin")
    if pidfile:
        lines.append(f"    pidfile {pidfile}")
    return lines


def defaults_section():
    return ["defaults",
            "    mode http",
            "    log global",
            "    option dontlognull",
            "    timeout client 60s",
            "    timeout http-request 10s",
            "    timeout http-keep-alive 60s",
            "    timeout connect 2s",
            "    timeout server 15s",
            '    http-error status 400 content-type "text/plain; charset=utf-8" string "Bad request\\n"',
            *(f'    http-error status {status} content-type "application/json; charset=utf-8" lf-string {body}'
              for status, body in ((502, errors.body(errors.INVALID_RESPONSE)),
                                   (503, errors.body(errors.INVALID_RESPONSE)),
                                   (504, errors.body(errors.TIMED_OUT))))]


def rate_tables(plans):
    """One table a counter scope; the key holds the window's number, so a new window starts from nothing."""
    lines = []
    for plan in plans:
        lines += [f"backend count_{plan['scope']}",
                  f"    stick-table type string len 80 size 100k expire {2 * plan['seconds']}s store gpc0", ""]
    return lines


def request_start():
    return ["    http-request set-var(txn.start) date(0,ms)",
            "    http-request set-var(txn.id) uuid(),regsub(-,,g)",
            *errors.choose_form(),
            f"    http-request return status 400 content-type \"text/plain; charset=utf-8\" string \"Bad request\\n\" "
            f"if {{ req.hdrs,length gt {MAX_HEAD} }} || !{{ req.hdr(host) -m found }}",
            "    # Every path is normalised before it is matched, and reaches a service only in that form.",
            "    http-request set-var(txn.raw_path) path",
            "    http-request set-var(txn.raw_query) query",
            "    http-request normalize-uri percent-to-uppercase",
            "    http-request normalize-uri percent-decode-unreserved",
            "    http-request normalize-uri path-merge-slashes",
            "    http-request normalize-uri path-strip-dot",
            "    http-request normalize-uri path-strip-dotdot full",
            "    # The query is nobody's business here: what the decoding above changed in it is taken back.",
            "    http-request set-query %[var(txn.raw_query)] if { var(txn.raw_query) -m len gt 0 }"]


def router(kong):
    lines = []
    for route in kong.routes:
        lines += [f"    acl path_{route.name} path -m reg {quoted('^' + route.regex)}",
                  f"    acl verb_{route.name} method {' '.join(route.methods)}",
                  f"    http-request set-var(txn.route) str({route.name}) if path_{route.name} verb_{route.name}",
                  f"    http-request set-var(txn.service) str({route.service}) if path_{route.name} verb_{route.name}"]
    return lines + ["    acl routed var(txn.route) -m found",
                    *errors.answer(404, errors.NO_ROUTE, "!routed")]


def correlation(plan):
    # Before the router: with a global plugin an answer of 404 carries the id as well.
    header = plan["header"]
    lines = [f"    http-request set-var(txn.correlation) req.fhdr({header},1) "
             f"if {{ req.fhdr({header},1) -m len gt 0 }}",
             "    http-request set-var(txn.correlation) uuid() if !{ var(txn.correlation) -m found }",
             f"    http-request set-header {header} %[var(txn.correlation)] if !{{ req.fhdr({header},1) -m len gt 0 }}"]
    if plan["echo"]:
        lines.append(f"    http-after-response set-header {header} %[var(txn.correlation)] "
                     "if { var(txn.correlation) -m found }")
    return lines


def cors_request(plan):
    """Note the caller's origin and answer a preflight."""
    lines = ["    http-request set-var(txn.origin) req.fhdr(origin,1) if { req.hdr(origin) -m found }",
             f"    acl origin_known var(txn.origin) -m str {' '.join(plan['origins'])}",
             "    acl preflight method OPTIONS",
             "    acl preflight_asks req.hdr(access-control-request-method) -m found",
             "    acl has_origin req.hdr(origin) -m found"]
    head = ["hdr vary Origin", f"hdr Access-Control-Allow-Methods \"{','.join(plan['methods'])}\""]
    if plan["headers"]:
        head.append(f"hdr Access-Control-Allow-Headers \"{','.join(plan['headers'])}\"")
    else:
        head.append("hdr Access-Control-Allow-Headers \"%[req.hdr(access-control-request-headers)]\"")
    if plan["credentials"]:
        head.append("hdr Access-Control-Allow-Credentials true")
    if plan["max_age"] is not None:
        head.append(f"hdr Access-Control-Max-Age {plan['max_age']}")
    asked = "routed preflight preflight_asks has_origin"
    lines.append(f"    http-request set-var(txn.preflight) bool(true) if {asked}")
    for known, extra in (("origin_known", ["hdr Access-Control-Allow-Origin \"%[var(txn.origin)]\""]), ("", [])):
        lines.append(f"    http-request return status 200 {' '.join(head + extra)} if {asked} {known}".rstrip())
    return lines


def cors_response(plan):
    told = "{ var(txn.origin) -m found } !{ var(txn.preflight) -m found }"
    lines = [f"    http-after-response add-header vary Origin if {told}",
             "    http-after-response set-header Access-Control-Allow-Origin %[var(txn.origin)] "
             f"if {told} {{ var(txn.origin) -m str {' '.join(plan['origins'])} }}"]
    if plan["credentials"]:
        lines.append(f"    http-after-response set-header Access-Control-Allow-Credentials true if {told}")
    if plan["exposed"]:
        lines.append("    http-after-response set-header Access-Control-Expose-Headers "
                     f"\"{','.join(plan['exposed'])}\" if {told}")
    return lines


def scoped(kong, kind):
    """[(settings, condition)]: a route's own instance of a plugin stands in place of the global one."""
    own = [route for route in kong.routes if kind in route.plugins]
    found = [(route.plugins[kind], f"{{ var(txn.route) -m str {route.name} }}") for route in own]
    if kind in kong.plugins:
        others = f"!{{ var(txn.route) -m str {' '.join(route.name for route in own)} }}" if own else ""
        found.append((kong.plugins[kind], others))
    return found


def body_sizes(kong):
    lines = []
    for plan, where in scoped(kong, "request-size-limiting"):
        limit = plan["limit"]
        chunked = "{ req.hdr(transfer-encoding) -m found }"
        lines += [*errors.answer(417, errors.TOO_LARGE,
                                f"{where} {{ req.hdr_val(content-length) gt {limit} }} "
                                "{ req.hdr(expect) -i 100-continue }"),
                  *errors.answer(413, errors.TOO_LARGE, f"{where} {{ req.hdr_val(content-length) gt {limit} }}")]
        if limit > MAX_BODY:  # passed on as it comes: the service counts what has no Content-Length
            continue
        lines += [f"    http-request wait-for-body time 60s at-least {limit + 1} if {where} {chunked}",
                  *errors.answer(413, errors.TOO_LARGE, f"{where} {chunked} {{ req.body_len gt {limit} }}")]
    return lines


def rate_limits(kong):
    """Count in the window of the clock; sc_inc_gpc0 counts and reads in one step, so threads cannot race."""
    lines = []
    for plan, where in scoped(kong, "rate-limiting"):
        seconds, told = plan["seconds"], f"if {where}".rstrip() if where else ""
        lines += [f"    http-request set-var-fmt(txn.window) \"%[src]/%[date,div({seconds})]\" {told}".rstrip(),
                  f"    http-request set-var(txn.reset) date,mod({seconds}),neg,add({seconds}) {told}".rstrip(),
                  f"    http-request set-var(txn.limit) int({plan['limit']}) {told}".rstrip(),
                  f"    http-request set-var(txn.period) str({plan['period'].capitalize()}) {told}".rstrip(),
                  f"    http-request track-sc0 var(txn.window) table count_{plan['scope']} {told}".rstrip(),
                  f"    http-request set-var(txn.used) sc_inc_gpc0(0,count_{plan['scope']}) {told}".rstrip()]
    lines += ["    http-request set-var(txn.remaining) var(txn.limit),sub(txn.used) if { var(txn.used) -m found }",
              "    http-request set-var(txn.over) bool(true) if { var(txn.remaining) -m int lt 0 }",
              "    http-request set-var(txn.remaining) int(0) if { var(txn.over) -m found }",
              *errors.answer(429, errors.RATE_LIMITED, "{ var(txn.over) -m found }")]
    counted = "if { var(txn.used) -m found }"
    periods = sorted({plan["period"].capitalize() for plan, _ in scoped(kong, "rate-limiting")})
    for period in periods:
        this = f"{counted} {{ var(txn.period) -m str {period} }}"
        lines += [f"    http-after-response set-header X-RateLimit-Limit-{period} %[var(txn.limit)] {this}",
                  f"    http-after-response set-header X-RateLimit-Remaining-{period} %[var(txn.remaining)] {this}"]
    lines += [f"    http-after-response set-header RateLimit-{name} %[var(txn.{name.lower()})] {counted}"
              for name in ("Limit", "Remaining", "Reset")]
    return lines + ["    http-after-response set-header Retry-After %[var(txn.reset)] if { var(txn.over) -m found }"]


def forwarded():
    """The headers Kong sets for the upstream, whatever the client sent under those names."""
    return ["    http-request set-header X-Real-IP %[src]",
            "    http-request set-header X-Forwarded-For \"%[req.hdr(x-forwarded-for)], %[src]\" "
            "if { req.hdr(x-forwarded-for) -m found }",
            "    http-request set-header X-Forwarded-For %[src] if !{ req.hdr(x-forwarded-for) -m found }",
            "    http-request set-header X-Forwarded-Proto http",
            "    http-request set-header X-Forwarded-Host %[req.hdr(host),field(1,:),lower]",
            "    http-request set-header X-Forwarded-Port %[dst_port]",
            "    http-request set-header X-Forwarded-Path %[var(txn.raw_path)]",
            "    http-request del-header X-Forwarded-Prefix",
            "    http-request set-header X-Kong-Request-Id %[var(txn.id)]",
            "    http-request add-header Via \"1.1 kong/3.9.3\"",
            "    http-request set-var(txn.sent) date(0,ms)"]


def response_marks():
    """What tells a client that the answer came through Kong, or from it."""
    sent = "{ var(txn.sent) -m found } !{ var(txn.unbalanced) -m found }"
    own = "!{ var(txn.up) -m found } { var(txn.id) -m found }"
    return ["    http-after-response set-var(txn.end) date(0,ms)",
            "    http-after-response set-header X-Kong-Request-Id %[var(txn.id)] if { var(txn.id) -m found }",
            f"    http-after-response set-header Server {SERVER} if {own}",
            # HAProxy says 503 when no connection could be made, Kong 502; the body is the one of 502.
            f"    http-after-response set-status 502 if {own} {sent} {{ status 503 }}",
            f"    http-after-response set-header X-Kong-Response-Latency %[var(txn.end),sub(txn.start)] if {own} "
            "!{ var(txn.sent) -m found }",
            f"    http-after-response set-header X-Kong-Response-Latency %[var(txn.end),sub(txn.start)] if {own} "
            "{ var(txn.unbalanced) -m found }",
            f"    http-after-response set-header X-Kong-Upstream-Latency %[var(txn.end),sub(txn.sent)] if {sent}",
            f"    http-after-response set-header X-Kong-Proxy-Latency %[var(txn.sent),sub(txn.start)] if {sent}",
            f"    http-after-response add-header Via \"1.1 {SERVER}\" if {sent}"]


def frontend(kong, listen):
    lines = ["frontend gateway", f"    bind {listen}",
             "    log-format '{\"event\":\"request\",\"method\":\"%HM\",\"route\":\"%[var(txn.route)]\",\"status\":%ST,"
             "\"ms\":%Ta,\"server\":\"%b/%s\",\"state\":\"%tsc\",\"id\":\"%[var(txn.id)]\"}'",
             *request_start()]
    plugins = kong.plugins
    if "correlation-id" in plugins:
        lines += correlation(plugins["correlation-id"])
    lines += router(kong)
    if "cors" in plugins:
        lines += cors_request(plugins["cors"]) + cors_response(plugins["cors"])
    lines += body_sizes(kong) + rate_limits(kong)
    if "request-transformer" in plugins:
        lines += [f"    http-request del-header {header}" for header in plugins["request-transformer"]["headers"]]
    lines += forwarded() + response_marks()
    return lines + ["    use_backend service_%[var(txn.service)]"]


def backend(service, upstream, resolve):
    health = upstream.health
    name = upstream.targets[0]
    lines = [f"backend service_{service.name}",
             "    balance roundrobin",
             f"    timeout connect {service.connect_ms}ms",
             f"    timeout server {service.read_ms}ms",
             f"    timeout check {health['timeout']}s",
             f"    retries {service.retries}",
             "    option redispatch 1",
             "    retry-on conn-failure empty-response response-timeout",
             "    # What was sent once is sent again only when doing it twice changes nothing.",
             "    http-request disable-l7-retry if { method POST PATCH }",
             "    http-request set-var(txn.unbalanced) bool(true) if { nbsrv eq 0 }",
             *errors.answer(503, errors.NO_PEER, "{ nbsrv eq 0 }"),
             f"    http-request set-header Host {name}",
             "    http-response set-var(txn.up) bool(true)",
             "    option httpchk",
             f"    http-check send meth GET uri {health['path']} ver HTTP/1.0 hdr Host {name}",
             f"    http-check expect rstatus ^({'|'.join(map(str, health['statuses']))})$"]
    addresses = []
    for target in upstream.targets:
        if target not in resolve:
            raise Refused(f"upstreams: target {target}: say with --resolve {target}=ADDRESS:PORT where it is")
        addresses += resolve[target]
    for index, address in enumerate(addresses, 1):
        lines.append(f"    server {service.name}-{index} {address} check inter {health['up_interval']}s "
                     f"downinter {health['down_interval']}s fall {health['fall']} rise {health['rise']}")
    return lines


def render(kong, listen, resolve, stats_socket=None, pidfile=None, log="stdout"):
    """The whole configuration as text; raises Refused."""
    for upstream in kong.upstreams.values():
        if len(upstream.targets) != 1:
            raise Refused(f"upstreams: {upstream.name}: one target, whose name resolves to every replica")
    plans = [plan for plan, _ in scoped(kong, "rate-limiting")]
    parts = [["# Generated from kong.yml by kong2haproxy; changes here are lost.", ""],
             global_section(kong, stats_socket, pidfile, log), [""], defaults_section(), [""],
             rate_tables(plans), frontend(kong, listen), [""]]
    for service in kong.services.values():
        parts += [backend(service, kong.upstreams[service.upstream], resolve), [""]]
    return "\n".join(line.rstrip() for part in parts for line in part).rstrip() + "\n"
