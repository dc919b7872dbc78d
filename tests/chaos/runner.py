"""Carries out a plan against the running site and notes how long each fault took to heal."""
import random
import time
import traceback

HEAL_MAX = 45   # seconds the next fault waits for this one to heal


class Runner:
    def __init__(self, site, faults, steps, probe, seed, say):
        self.site, self.faults, self.steps, self.probe, self.say = site, faults, steps, probe, say
        self.seed, self.done, self.kills = seed, [], 0

    def run(self, duration):
        began = time.monotonic()
        for number, step in enumerate(self.steps):
            time.sleep(max(0.0, began + step.at - time.monotonic()))
            if time.monotonic() > began + duration:
                break  # healing took longer than planned
            self._one(number, step, began)
        time.sleep(max(0.0, began + duration - time.monotonic()))

    def _one(self, number, step, began):
        fault = self.faults[step.fault]
        chance = random.Random(f"{self.seed}-step-{number}")
        step.began, step.notes, step.healed = time.monotonic() - began, [], None
        self._guarded(step, lambda: fault.begin(step.target, chance))
        time.sleep(step.seconds)
        self._guarded(step, lambda: fault.end(step.target))
        ended = time.monotonic()
        step.ended = ended - began
        self.done.append(step)
        if step.fault == "kill":
            self.kills += len(step.target.split("+"))
        if step.hasty:
            step.notes.append("hasty: healing not measured")
            self._report(step)
            return
        self._heal(step, ended)

    def _heal(self, step, ended):
        healed = self.probe.wait_healed(ended, HEAL_MAX)
        if healed is None:
            step.notes.append(f"not healed within {HEAL_MAX} s")
        else:
            step.healed = healed - ended
        self._report(step)

    def _guarded(self, step, action):
        """A fault that cannot be done now (its database is away) is noted and no reason to stop."""
        try:
            note = action()
            if note:
                step.notes.append(note)
        except Exception as failure:
            step.notes.append(f"{type(failure).__name__}: {str(failure).splitlines()[0] if str(failure) else ''}")
            step.trace = traceback.format_exc()

    def _report(self, step):
        healed = "" if step.healed is None else f"healed in {step.healed:.2f} s"
        self.say(f"{step.began:7.1f} s {step.fault:9} {step.target:44} {step.ended - step.began:5.1f} s  {healed} "
                 f"{'; '.join(step.notes)}".rstrip())
