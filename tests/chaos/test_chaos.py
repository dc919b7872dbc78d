"""A short run with all faults, and that the harness can fail; the whole proof, `prove`, takes its time.

CHAOS_SECONDS is how long the faults last; CHAOS_SEED another plan than the one that is always tried.
"""
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = os.environ.get("CHAOS_SECONDS", "120")
SEED = os.environ.get("CHAOS_SEED", "25")


def run(*command):
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MODE")}
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env=environment, timeout=int(SECONDS) + 600)


def test_nothing_is_lost_doubled_or_misordered():
    done = run(HERE / "run", "--seed", SEED, "--duration", SECONDS, "--rate", "60")
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert "lost 0, doubled 0, misordered 0" in done.stdout


def test_a_broken_promise_is_found_out():
    done = run(HERE / "prove", "inbox")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_seed_gives_the_same_plan():
    plans = [run(HERE / "run", "--plan", "--seed", "7", "--duration", "300").stdout for _ in range(2)]
    assert plans[0] == plans[1] and plans[0].count(" kill ") > 5
