"""What all faults have in common."""


class Fault:
    """begin() breaks something, end() mends it; the runner lets step.seconds pass between the two.

    weight   how often it comes, relative to the others
    lengths  ranges of seconds it may last, each as likely
    takes    seconds that mending takes, for the plan only
    targets  what it may be done to
    """

    name = ""
    weight = 1
    lengths = ((0.0, 0.0),)
    takes = 1.0
    targets = ("all",)

    def __init__(self, site):
        self.site, self.stack = site, site.stack

    def begin(self, target, chance):
        """Returns a word for the log, or None."""

    def end(self, target):
        pass
