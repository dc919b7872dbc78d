"""A full disk under the broker's or the database's data."""
import errno
import os

from .fault import Fault


class Disk(Fault):
    """A ballast file takes all that is left, and goes again. Whatever dies of it is started again."""
    name = "disk"
    weight = 1
    lengths = ((2.0, 5.0),)
    takes = 6.0
    targets = ("kafka", "postgres")

    def _ballast(self, target):
        return self.site.disks[target] / "ballast"

    def begin(self, target, chance):
        block = bytes(1 << 20)
        handle = os.open(self._ballast(target), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            while True:
                os.write(handle, block)
                block = block if len(block) == 1 << 20 else block[:4096]
        except OSError as full:
            if full.errno != errno.ENOSPC:
                raise
        finally:
            os.close(handle)
        return f"{self._ballast(target).stat().st_size >> 20} MiB of ballast"

    def end(self, target):
        self._ballast(target).unlink(missing_ok=True)
