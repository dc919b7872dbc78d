"""Seconds of each daemon from its exec until /readyz says 200: everything migrated, the others running."""
import time

from report import row
from suite import SERVICES
from tools import median

STARTS = 5


def start(daemon):
    daemon.stop()
    began = time.monotonic()
    daemon.launch()
    daemon.wait_ready()
    return time.monotonic() - began


def measure(bench):
    suite = bench.suite
    suite.only(*SERVICES)
    rows = []
    for service in SERVICES:
        took = [start(suite.daemon(service)) for _ in range(STARTS)]
        rows.append(row(f"start_times, {service}", median(took), "s", runs=took, note=f"longest {max(took):.2f} s"))
    return rows
