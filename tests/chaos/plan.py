"""What happens when: the same seed and choice of faults give the same plan."""
import random

LAST_QUIET = 8  # seconds at the end without a new fault


class Step:
    """One fault. `hasty`: the next one does not wait until this one has healed."""

    def __init__(self, at, fault, target, seconds, hasty):
        self.at, self.fault, self.target, self.seconds, self.hasty = at, fault, target, seconds, hasty

    def __repr__(self):
        hasty = "  hasty" if self.hasty else ""
        return f"{self.at:7.1f} s  {self.fault:10} {self.target:45} {self.seconds:5.1f} s{hasty}"


class Deck:
    """Deals its cards in random order, all of them before any comes again."""

    def __init__(self, cards, chance):
        self.cards, self.chance, self.left = list(cards), chance, []

    def deal(self):
        if not self.left:
            self.left = self.chance.sample(self.cards, len(self.cards))
        return self.left.pop()


def make_plan(seed, duration, faults):
    """`faults`: {name: Fault} with weight, targets and shortest and longest durations."""
    chance = random.Random(f"{seed}-plan")
    kinds = Deck([name for name in sorted(faults) for _ in range(faults[name].weight)], chance)
    targets = {name: Deck(faults[name].targets, chance) for name in sorted(faults)}
    steps, at, longest = [], 3.0, max(4.0, duration / 6)  # a short run has room for more than one
    while kinds.cards:
        name = kinds.deal()
        fault = faults[name]
        seconds = min(longest, round(chance.uniform(*chance.choice(fault.lengths)), 1))
        step = Step(round(at, 1), name, targets[name].deal(), seconds, chance.random() < 0.2)
        if at + seconds > duration - LAST_QUIET:
            break
        steps.append(step)
        at += seconds + fault.takes + chance.uniform(0.5, 2.5)
    return steps
