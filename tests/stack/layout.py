"""Where a stack lives: directories, ports, and the names of the four services."""
import hashlib
import os
import pathlib
import socket

TOP = pathlib.Path(__file__).resolve().parents[2]
CACHE = TOP / ".cache"
ADDRESSES = ("127.0.0.1", "127.0.0.2")  # one replica each, same port, as two A records would give
DATABASE = "expenses_tracker"
# service -> the schema it owns; the login role is <service>_service
SERVICES = {"auth": "auth", "user": "users", "expense": "expense", "deserialize": "deserialize"}
CHECKOUT_HASH = hashlib.sha256(str(TOP).encode()).hexdigest()[:12]

DEV_PORTS = {"gateway": 8000, "auth": 8101, "user": 8102, "expense": 8103, "deserialize": 8104,
             "postgres": 15432, "kafka": 19092, "controller": 19093, "mail": 8025}
# All below 32768, where the kernel hands out no port of its own accord.
SLOT_BASE, SLOT_SIZE, SLOTS = 20000, 20, 500


def role(service):
    return f"{service}_service"


def program(service, mode):
    return TOP / ".build" / mode / "bin" / f"{service}-service"


def run_directory(name):
    return TOP / ".run" / name


def is_free(address, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a connection of theirs in TIME_WAIT does not make the port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            return True
        except OSError:
            return False


def slot_ports(slot):
    base = SLOT_BASE + slot * SLOT_SIZE
    return {part: base + i for i, part in enumerate(DEV_PORTS)}


def choose_ports(name):
    """Ports of a new stack: the documented ones for `dev`, for any other name the first free slot.

    The search starts at a place given by checkout and name, so that checkouts side by side do not
    look at the same slot first.
    """
    if name == "dev":
        return dict(DEV_PORTS)
    first = int(hashlib.sha256(f"{TOP}/{name}".encode()).hexdigest(), 16) % SLOTS
    for step in range(SLOTS):
        ports = slot_ports((first + step) % SLOTS)
        if all(is_free(address, port) for port in ports.values() for address in ADDRESSES):
            return ports
    return slot_ports(first)


def make_directory(path, mode=0o755):
    """mkdir -p with a mode that does not depend on the umask of whoever calls."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        os.chmod(path, mode)
    return path
