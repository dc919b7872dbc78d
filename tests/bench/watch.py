"""Who used the two cores, and where: CPU time by part always, symbols with PROFILE=1 (perf)."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

# What perf reports of a recording; a line whose symbol has no name says nothing.
SECTIONS = (("share by symbol", ["--no-children", "-s", "symbol"]),
            ("share with what it calls", ["--children", "-s", "symbol"]),
            ("share by library", ["--no-children", "-s", "dso"]), ("share by thread", ["--no-children", "-s", "comm"]))
SAMPLE = re.compile(r" +[0-9.]+%.* (?!0x|0000)[A-Za-z_\[]")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    """CPU seconds of a process so far."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def parent_of(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def cpu_by_part(stack):
    """{part: CPU seconds so far}; PostgreSQL with the processes that serve its connections."""
    used = {}
    server = stack.database.pid
    backends = [int(entry.name) for entry in pathlib.Path("/proc").glob("[0-9]*")
                if server and parent_of(entry.name) == server]
    for part in stack.running():
        pids = [part.pid] + (backends if part is stack.database else [])
        used[part.label] = sum(cpu_of(pid) for pid in pids)
    return used


@contextlib.contextmanager
def cpu_shares(stack, into):
    """Adds to `into` what share of a core each part used meanwhile."""
    before, began = cpu_by_part(stack), time.monotonic()
    yield
    took = time.monotonic() - began
    into.append({label: round((used - before.get(label, 0)) / took, 2)
                 for label, used in cpu_by_part(stack).items()})


@contextlib.contextmanager
def profile(pid, path):
    """Samples a process with perf into path.data, and its costliest symbols into path.txt."""
    if not shutil.which("perf"):
        raise RuntimeError("PROFILE=1 needs perf: apt-get install linux-perf")
    data = f"{path}.data"
    recorder = subprocess.Popen(["perf", "record", "-q", "-F", "997", "-g", "-p", str(pid), "-o", data],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        recorder.send_signal(signal.SIGINT)
        recorder.wait(timeout=60)
    with open(f"{path}.txt", "w", encoding="utf-8") as out:
        for title, arguments in SECTIONS:
            done = subprocess.run(["perf", "report", "--stdio", "-g", "none", "-i", data, *arguments],
                                  capture_output=True, text=True, check=False)
            lines = [line.rstrip() for line in done.stdout.splitlines() if SAMPLE.match(line)]
            out.write(f"{title}\n" + "\n".join(lines[:25]) + "\n")
