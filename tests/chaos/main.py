"""One run: build, start, break, mend, check, report."""
import argparse
import os
import random
import signal
import sys
import time
import types

from stack import StackError
from stack.build import build

from . import report
from .book import Book
from .checks import check_all
from .client import statuses
from .faults import KINDS, choose, names_of
from .load import Load
from .plan import make_plan
from .probe import Probe
from .quiet import wait_quiet
from .runner import Runner
from .sampler import Sampler
from .site import Site
from .supervisor import Supervisor
from .texts import Inventor
from .verdict import Verdict

QUIET_MAX = 180


def say(line):
    print(line, flush=True)


def parse(argv):
    parser = argparse.ArgumentParser(prog="tests/chaos/run", description=__doc__)
    parser.add_argument("--duration", type=int, default=120, help="seconds of load and faults (120)")
    parser.add_argument("--seed", help="of the plan and the load; drawn and printed when not given")
    parser.add_argument("--faults", default="", help=f"choice of {', '.join(KINDS)}, each also as fault:target (all)")
    parser.add_argument("--rate", type=float, default=100, help="texts a second offered (100)")
    parser.add_argument("--people", type=int, default=10, help="persons, two clients each (10)")
    parser.add_argument("--distance", type=float, default=0, help="ms from the daemons to the database, one way (0)")
    parser.add_argument("--mode", default=os.environ.get("CHAOS_MODE", "release"), help="build of the daemons")
    parser.add_argument("--start-mode", help="build on which the stack starts, before it changes to --mode (--mode)")
    parser.add_argument("--quiet", type=int, default=QUIET_MAX, help="seconds in which all must have come to rest")
    parser.add_argument("--plan", action="store_true", help="print the plan and end")
    return parser.parse_args(argv)


def end_orderly(number, _frame):
    """The run ends as after an error: what was started is stopped. It does so once."""
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def chosen(arguments):
    return [name for name in arguments.faults.split(",") if name] or list(KINDS)


def main(argv=None):
    arguments = parse(argv)
    arguments.seed = arguments.seed or str(random.SystemRandom().randrange(10 ** 6))
    say(f"seed {arguments.seed}, {arguments.duration} s, {arguments.rate:g} texts/s offered")
    try:
        return show_plan(arguments) if arguments.plan else run(arguments)
    except StackError as error:
        print(f"chaos: {error}", file=sys.stderr)
        return 2


def show_plan(arguments):
    """Without a site: as if it could do everything."""
    nowhere = types.SimpleNamespace(stack=None, skipped={})
    print(*make_plan(arguments.seed, arguments.duration, choose(chosen(arguments), nowhere)), sep="\n")
    return 0


def run(arguments):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end_orderly)
    names = chosen(arguments)
    first = arguments.start_mode or arguments.mode
    for mode in {first, arguments.mode}:
        build(mode)
    site = Site(first, clock="clock" in names_of(names), disk="disk" in names_of(names),
                distance=arguments.distance / 1000, say=say)
    try:
        faults = choose(names, site)
        steps = make_plan(arguments.seed, arguments.duration, faults)
        result = experiment(site, faults, steps, arguments)
    finally:
        site.stop()
    report.show(result, say)
    say(f"report: {report.save(result)}")
    return 0 if result["clean"] else 1


def experiment(site, faults, steps, arguments):
    site.book, site.thrown, site.repeats = Book(), [], {}
    site.chance = random.Random(f"{arguments.seed}-checks")
    statuses.clear()  # of an earlier run of this process
    site.start()
    site.consumed = site.consumed_topics()
    if arguments.mode != site.stack.state.values["mode"]:
        site.change_build(arguments.mode)
    site.supervisor = Supervisor(site.stack, say)
    inventor, sampler = Inventor(), Sampler(site.stack)
    probe = Probe(site.stack.url, site.book, inventor, random.Random(f"{arguments.seed}-probe"))
    load = Load(site.stack.url, site.book, inventor, arguments.seed, arguments.people, arguments.rate)
    for part in (probe, load, site.supervisor, sampler):
        part.start()
    runner = Runner(site, faults, steps, probe, arguments.seed, say)
    runner.run(arguments.duration)
    settled = load.stop()
    say(f"load ended: {site.book.accepted} texts accepted; waiting for quiet")
    probe.stop()
    took, waiting = wait_quiet(site.stack, site.consumed, arguments.quiet)
    verdict = Verdict()
    for word in waiting:
        verdict.add("lost", f"never came to rest: {word}")
    if not settled:
        verdict.add("wrong", "a client still waits for an answer")
    for kind, text in site.book.violations:
        verdict.add(kind, text)
    site.supervisor.stop()
    sampler.stop()
    check_all(site, verdict, say)
    return gather(site, arguments, runner, sampler, verdict, took)


def gather(site, arguments, runner, sampler, verdict, took):
    return {"seed": arguments.seed, "duration": arguments.duration, "rate": arguments.rate, "mode": arguments.mode,
            "chosen": arguments.faults, "ended_at": time.time(), "kills": runner.kills,
            "faults": report.fault_table(runner.done), "steps": [vars(step) for step in runner.done],
            "samples": sampler.report(),
            "counts": dict(site.book.counts(), starts_by_supervisor=site.supervisor.starts),
            "died_by_themselves": site.supervisor.deaths, "answers": {str(k): v for k, v in statuses.most_common()},
            "repeats_in_topics": site.repeats, "quiet_after_s": took, "checked": dict(verdict.checked),
            "examples": verdict.examples, "skipped": site.skipped, "line": verdict.line(), "clean": verdict.clean}
