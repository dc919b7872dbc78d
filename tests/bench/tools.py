"""The load generators and pgbench, as functions that return numbers."""
import json
import pathlib
import re
import statistics
import subprocess

from suite import TOP

BUILT = TOP / ".build/release/tests/bench"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values):
    return statistics.median(values)


def run_json(argv, **options):
    """Run a generator; its last line as JSON."""
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{pathlib.Path(str(argv[0])).name}: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout.splitlines()[-1])


def http_argv(daemon, path, token, **options):
    """Command line of http_load. options: connections, seconds, warmup, rate, most, method, body, lines,
    first, headers."""
    letters = {"connections": "-c", "seconds": "-d", "warmup": "-w", "rate": "-r", "most": "-n", "method": "-m",
               "body": "-b", "lines": "-f", "first": "-s"}
    argv = [BUILT / "http_load", "-H", f"Authorization: Bearer {token}"]
    for header in options.pop("headers", ()):
        argv += ["-H", header]
    for name, value in options.items():
        argv += [letters[name], value]
    return [str(word) for word in argv + [daemon.address, daemon.port, f"/api/v1{path}"]]


def http_load(daemon, path, token, **options):
    """Load on a daemon; what http_load prints."""
    return run_json(http_argv(daemon, path, token, **options))


def http_start(daemon, path, token, **options):
    """The same beside other work: a Popen whose output http_finish reads."""
    return subprocess.Popen(http_argv(daemon, path, token, **options), stdout=subprocess.PIPE, text=True)


def http_finish(process):
    out = process.communicate()[0]
    if process.returncode != 0:
        raise RuntimeError("http_load failed")
    return json.loads(out.splitlines()[-1])


def must_answer(result, *statuses):
    """A figure in which requests failed would tell of a speed that nobody gets."""
    other = {status: count for status, count in result["status"].items() if int(status) not in statuses}
    if other or result["lost"] or result["unanswered"] or not result["status"]:
        raise RuntimeError(f"unexpected answers {other}, lost {result['lost']}, unanswered {result['unanswered']}")
    return result


def kafka_produce(suite, topic, path):
    """librdkafka alone: the records of a file (key, tab, value) into a topic."""
    with open(path, encoding="utf-8") as records:
        return run_json([BUILT / "kafka_load", "produce", suite.stack.broker.bootstrap, topic], stdin=records)


def kafka_consume(suite, topic, count):
    return run_json([BUILT / "kafka_load", "consume", suite.stack.broker.bootstrap, topic, count])


def pgbench(suite, *arguments, script=None):
    """pgbench on the database under measurement; transactions a second."""
    given = ["-f", "/dev/stdin"] if script else []
    done = suite.stack.database_tool("pgbench", "-n", *given, *[str(word) for word in arguments], input=script)
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.M)
    if done.returncode != 0 or not found:
        raise RuntimeError(f"pgbench: {done.stderr.strip()[-300:]}")
    return float(found.group(1))
