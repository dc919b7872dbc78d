"""A short run with a fixed seed and one with the day's, and the proof that the harness can fail.

CHAOS_SECONDS is how long the faults of each run last.
"""
import datetime
import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = os.environ.get("CHAOS_SECONDS", "50")
TODAY = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%d")


def run(*command):
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MODE")}
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env=environment, timeout=900)


@pytest.mark.parametrize("seed", ["25", TODAY])
def test_nothing_is_lost_doubled_or_misordered(seed):
    done = run(HERE / "run", "--seed", seed, "--duration", SECONDS, "--rate", "60")
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert "lost 0, doubled 0, misordered 0" in done.stdout


@pytest.mark.parametrize("mutant", ["inbox", "outbox", "offset"])
def test_a_broken_promise_is_found_out(mutant):
    done = run(HERE / "prove", mutant)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_seed_gives_the_same_plan():
    plans = [run(HERE / "run", "--plan", "--seed", "7", "--duration", "300").stdout for _ in range(2)]
    assert plans[0] == plans[1] and plans[0].count(" kill ") > 5
