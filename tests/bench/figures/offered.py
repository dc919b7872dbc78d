"""Throughput and p99 against offered load, from a tenth of the best throughput to twice as much: GET of one
expense, and POST of one text. Latency counts from when a request was due."""
import plots
from figures import post_text, read_one
from report import row
from tools import http_load, must_answer

CONNECTIONS = 256
STEPS = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1, 1.25, 1.5, 2)


def reading(bench):
    """load(**options) of GET one."""
    token, ids = read_one.prepare(bench)
    bench.suite.only("expense")
    daemon = bench.suite.daemon("expense")
    return lambda **options: http_load(daemon, "/expenses/{line}", token, lines=ids, connections=CONNECTIONS,
                                       warmup=0.5, seconds=bench.seconds, **options)


def posting(bench):
    """load(**options) of POST one; each starts with nothing left to do from the one before."""
    many, _one = post_text.ready(bench)

    def load(**options):
        got = post_text.accept(bench, many, post_text.TEXT, "/messages", connections=CONNECTIONS, **options)
        bench.suite.wait_quiet()
        post_text.clear(bench.suite)
        return got
    return load


def step(load, share, best):
    got = must_answer(load(rate=share * best), 200, 202, 503)
    return {"share": share, "offered": share * best, "answered": got["ok_per_second"], "p50": got["ok_ms"]["p50"],
            "p99": got["ok_ms"]["p99"], "refused": got["shed"] / got["seconds"]}


def measured(bench, name, load):
    best = must_answer(load(), 200, 202)["ok_per_second"]
    with bench.watched(name):
        steps = [step(load, share, best) for share in STEPS]
    half, last = steps[STEPS.index(0.5)], steps[-1]

    def line(key):
        return [(entry["offered"], entry[key]) for entry in steps]
    plot = plots.curve(name, "offered, requests a second",
                       plots.panel("a second", {"answered": line("answered"), "refused": line("refused")}),
                       plots.panel("ms", {"p50": line("p50"), "p99": line("p99")}, log=True))
    return row(name, last["answered"], "/s at 2 x", limit=best, limit_name="/s at best",
               note=f"p99 {half['p99']:.1f} ms at 0.5 x, {last['p99']:.0f} ms at 2 x",
               extra={"steps": steps, "plot": plot})


def measure(bench):
    return [measured(bench, "offered, GET one", reading(bench)),
            measured(bench, "offered, POST one", posting(bench))]
