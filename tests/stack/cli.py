"""The commands behind make up, down, status and logs, and a daemon's own commands with its environment."""
import argparse
import os
import subprocess
import sys

from . import layout
from .errors import StackError
from .lifecycle import PARTS, Stack, to_stdout


def parse(argv):
    parser = argparse.ArgumentParser(prog="tests/stack/stack",
                                     description="Run the suite on this machine, without Docker.")
    parser.add_argument("command", choices=("up", "down", "status", "logs", "env", "run", "mail"))
    parser.add_argument("part", nargs="*",
                        help="logs: which (postgres, kafka, auth-service-1, gateway, …); env: which service; "
                             "run: which service, and its command: run expense dlq list --open")
    parser.add_argument("--name", default="dev", help="which stack (dev)")
    parser.add_argument("--mode", choices=("release", "asan", "tsan"), help="which build of the services (release)")
    parser.add_argument("--only", help=f"up: a comma-separated choice of {', '.join(PARTS)}")
    parser.add_argument("--wipe", action="store_true", help="down: remove the data too")
    parser.add_argument("--no-follow", action="store_true", help="logs: print what there is and end")
    if "run" not in argv:
        return parser.parse_args(argv)
    # What follows the service is the daemon's, options and all.
    at = argv.index("run") + 2
    arguments = parser.parse_args(argv[:at])
    arguments.part += argv[at:]
    return arguments


def service_of(name):
    """auth, of auth or auth-service."""
    service = name.removesuffix("-service")
    if service not in layout.SERVICES:
        raise StackError(f"no such service: {name}", f"choose from {', '.join(layout.SERVICES)}")
    return service


def up(arguments):
    only = tuple(arguments.only.split(",")) if arguments.only else PARTS
    unknown = set(only) - set(PARTS)
    if unknown:
        raise StackError(f"--only: no such part: {', '.join(sorted(unknown))}", f"choose from {', '.join(PARTS)}")
    stack = Stack(arguments.name, mode=arguments.mode or "release", say=to_stdout)
    started = stack.start(only)
    print(f"{'running' if started else 'already running'} at {stack.url}" if "gateway" in only else
          f"{'running' if started else 'already running'}: {', '.join(only)}")


def down(arguments):
    stack = Stack(arguments.name, say=to_stdout)
    running = bool(stack.running())
    stack.stop(wipe=arguments.wipe)
    print("stopped" if running else "nothing was running")


def status(arguments):
    """Exit 0: everything is ready. 3: nothing runs. 1: something in between."""
    stack = Stack(arguments.name)
    ready = 0
    for part in stack.parts():
        process = part.process
        if process:
            good = part.ready()
            ready += good
            word = "ready" if good else "not ready"
            print(f"{part.label:24} {word:10} pid {process.pid:<8} {part.address}:{part.port:<6} "
                  f"up {process.uptime():.0f} s, {process.resident_bytes() / 2**20:.0f} MiB")
        else:
            print(f"{part.label:24} stopped")
    if not stack.running():
        return 3
    if stack.gateway.alive():
        print(f"gateway at {stack.url}")
    return 0 if ready == len(stack.parts()) else 1


def logs(arguments):
    directory = layout.run_directory(arguments.name) / "log"
    files = sorted(directory.glob("*.log"))
    if arguments.part:
        files = [file for file in files if any(file.name.startswith(part) for part in arguments.part)]
    if not files:
        raise StackError(f"no log in {directory}", "start the stack first: make up")
    follow = [] if arguments.no_follow else ["-F"]
    return subprocess.run(["tail", "-n", "30", *follow, *map(str, files)], check=False).returncode


def env(arguments):
    """Print the environment of a service's first replica, for `set -a; eval "$(… env auth)"; set +a`."""
    stack = Stack(arguments.name)
    for service in map(service_of, arguments.part or layout.SERVICES):
        for key, value in stack.replica(service).configuration().items():
            print(f"{key}='{value}'")


def mail(arguments):
    """Print the mails that were sent, the newest last."""
    mails = Stack(arguments.name).mail.mails()
    for found in mails:
        print(f"{found['Date']}  to {found['To']}: {found['Subject']}\n")
        print(found.get_content().replace("\r", ""))
    print(f"{len(mails)} mails")


def run(arguments):
    """Run a daemon's own command, with its environment, in place of this process."""
    if not arguments.part:
        raise StackError("run: which service?", f"choose from {', '.join(layout.SERVICES)}")
    replica = Stack(arguments.name).replica(service_of(arguments.part[0]))
    if not replica.program.exists():
        raise StackError(f"{replica.program} is not there", "build it first: make")
    os.execve(replica.program, [str(replica.program), *arguments.part[1:]], replica.environment())


def main(argv):
    arguments = parse(argv)
    command = {"up": up, "down": down, "status": status, "logs": logs, "env": env, "run": run,
               "mail": mail}[arguments.command]
    try:
        return command(arguments) or 0
    except StackError as error:
        print(f"{arguments.command}: {error}", file=sys.stderr)
    except PermissionError as denied:
        print(f"{arguments.command}: no right to write {denied.filename}; run as the owner of {layout.TOP} "
              f"(uid {layout.TOP.stat().st_uid}, you are {os.geteuid()})", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1
