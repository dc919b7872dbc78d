"""Connections between daemons and their stores: cut, slow, or silent. See wires.py."""
from .fault import Fault
from .processes import BUSY, REPLICAS

PLACES = ("kafka", "kafka", "postgres", "postgres", *BUSY)


class Cut(Fault):
    """Resets some or all of the open connections."""
    name = "cut"
    weight = 2
    targets = PLACES

    def begin(self, target, chance):
        share = chance.choice((0.3, 1.0))
        return f"{self.site.wires.order('cut', target, share=share, seed=chance.random())} connections"


class Delay(Fault):
    name = "delay"
    weight = 1
    lengths = ((3.0, 8.0),)
    targets = ("kafka", "postgres", *BUSY)

    def begin(self, target, chance):
        seconds = chance.choice((0.02, 0.1, 0.3))
        self.site.wires.order("delay", target, seconds=seconds)
        return f"{seconds * 1000:.0f} ms a packet"

    def end(self, target):
        self.site.wires.order("heal", target)


class Hole(Fault):
    """Nothing passes and nothing is refused; afterwards what was sent arrives, as after a partition."""
    name = "hole"
    weight = 2
    lengths = ((1.0, 5.0), (11.0, 18.0))
    targets = (*PLACES, *REPLICAS)

    def begin(self, target, chance):
        self.site.wires.order("hole", target)

    def end(self, target):
        self.site.wires.order("heal", target)
