"""Every kind of fault, by name. A new one is a class here or in a file beside, and a row in KINDS."""
from .clock import Clock
from .disk import Disk
from .network import Cut, Delay, Hole
from .processes import Kill, Pause, Restart
from .records import Poison, Repeat
from .sessions import Terminate

KINDS = {kind.name: kind for kind in (Kill, Pause, Restart, Terminate, Cut, Delay, Hole, Disk, Clock, Poison, Repeat)}


def names_of(wanted):
    """The names in a choice such as `kill:kafka,kill:postgres,poison`."""
    return {word.partition(":")[0] for word in wanted}


def choose(wanted, site):
    """{name: fault}, without those that the site cannot do. A word is a fault or fault:target."""
    unknown = sorted(names_of(wanted) - KINDS.keys())
    if unknown:
        raise SystemExit(f"chaos: no such fault: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    faults = {name: KINDS[name](site) for name in names_of(wanted) if name not in site.skipped}
    for name, fault in faults.items():
        targets = [word.partition(":")[2] for word in wanted if word.startswith(f"{name}:")]
        if name not in wanted:
            fault.targets = targets
    return faults
