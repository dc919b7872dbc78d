"""Small disks in memory, for broker and database to run out of space on. Only root may mount them."""
import os
import pathlib
import subprocess

from stack import wait

SIZE_MB = {"kafka": 3072, "postgres": 4096}
ATTEMPTS = 20  # whoever writes goes on meanwhile


def mounts_below(directory):
    places = [row.split()[1] for row in pathlib.Path("/proc/mounts").read_text().splitlines()]
    return [place for place in places if f"{place}/".startswith(f"{directory}/")]


def mount(directory, megabytes, owner=None):
    """Whether it could be made."""
    options = f"size={megabytes}m,mode=700" + (f",uid={owner},gid={owner}" if owner is not None else "")
    return _run("mount", "-t", "tmpfs", "-o", options, "expenses-tracker-chaos", directory)


def unmount(directory):
    """What just ended may hold it for a moment still."""
    return wait.until(lambda: _run("umount", directory), 10, 0.1) or _run("umount", "--lazy", directory)


def resize(directory, size):
    """`size` as tmpfs takes it; not below what is in use."""
    return _run("mount", "-o", f"remount,size={size}", directory)


def fill(directory):
    """Makes the disk as small as what is on it, which costs neither time nor memory; returns that in bytes."""
    for _ in range(ATTEMPTS):
        state = os.statvfs(directory)
        used = (state.f_blocks - state.f_bfree) * state.f_frsize
        if resize(directory, used):
            return used
    raise OSError(f"{directory} could not be made smaller")


def _run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, check=False).returncode == 0
