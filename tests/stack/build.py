"""Builds the services before a stack of tests starts."""
import os
import subprocess

from . import layout
from .errors import StackError


def build(mode):
    """make all, quietly; the compiler's words only when it fails."""
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MODE")}
    done = subprocess.run(["make", "--no-print-directory", "-C", str(layout.TOP), f"MODE={mode}", "all"], text=True,
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        raise StackError(f"make MODE={mode} all failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
