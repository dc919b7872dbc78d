"""A replica whose clock jumps. Its fellow keeps the true time, as the machines beside it would."""
from .fault import Fault


class Clock(Fault):
    """Minutes, and less than the ten that a token lives: a token may be refused early or late by one
    replica, which clients answer by a new one. The second replicas of expense- and deserialize-service
    read their offset from one file (clock_shift.c)."""
    name = "clock"
    weight = 1
    lengths = ((4.0, 10.0),)
    targets = ("expense-service-2+deserialize-service-2",)

    def begin(self, target, chance):
        minutes = chance.choice((-6, -3, 2, 4, 7))
        self.site.set_clock(minutes * 60)
        return f"{minutes:+d} minutes"

    def end(self, target):
        self.site.set_clock(0)
