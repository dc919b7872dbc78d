"""What the checks found, by kind, with the first examples of each."""
import collections

KINDS = ("lost", "doubled", "misordered", "wrong")
SHOWN = 15


class Verdict:
    def __init__(self):
        self.counts = collections.Counter()
        self.examples = {kind: [] for kind in KINDS}
        self.checked = collections.Counter()  # what -> how many were compared

    def add(self, kind, text):
        kind = kind if kind in KINDS else "wrong"
        self.counts[kind] += 1
        if len(self.examples[kind]) < SHOWN:
            self.examples[kind].append(text)

    def check(self, what, count=1):
        self.checked[what] += count

    def line(self):
        line = ", ".join(f"{kind} {self.counts[kind]}" for kind in KINDS[:3])
        return line + (f", wrong {self.counts['wrong']}" if self.counts["wrong"] else "")

    @property
    def clean(self):
        return not any(self.counts.values())
