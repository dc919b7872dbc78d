"""A full disk under the broker's or the database's data."""
from .. import disks
from .processes import ProcessFault


class Disk(ProcessFault):
    """The disk shrinks to what is on it, and grows again. Whatever dies of it is started again."""
    name = "disk"
    weight = 1
    lengths = ((2.0, 5.0),)
    takes = 6.0
    targets = ("kafka", "postgres")

    def begin(self, target, chance):
        return f"full at {disks.fill(self.site.disks[target]) >> 20} MiB"

    def end(self, target):
        disks.resize(self.site.disks[target], f"{disks.SIZE_MB[target]}m")
        return self.release(target)
