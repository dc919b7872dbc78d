"""Every kind of fault, by name. A new one is a class here or in a file beside, and a row in KINDS."""
from .clock import Clock
from .disk import Disk
from .network import Cut, Delay, Hole
from .processes import Kill, Pause, Restart
from .records import Poison, Repeat
from .sessions import Terminate

KINDS = {kind.name: kind for kind in (Kill, Pause, Restart, Terminate, Cut, Delay, Hole, Disk, Clock, Poison, Repeat)}


def choose(names, site):
    """{name: fault}, without those that the site cannot do."""
    unknown = sorted(set(names) - KINDS.keys())
    if unknown:
        raise SystemExit(f"chaos: no such fault: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    return {name: KINDS[name](site) for name in names if name not in site.skipped}
