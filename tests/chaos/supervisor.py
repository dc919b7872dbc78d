"""Starts again what died, as an orchestrator would. A part that a fault keeps down is left alone."""
import threading
import time

from stack import StackError


class Supervisor:
    def __init__(self, stack, say):
        self.stack, self.say = stack, say
        self.deaths = []        # (seconds since the epoch, label) of parts that no fault had killed
        self.starts = 0
        self._held = set()
        self._tried = {}        # label -> when it was last started
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def hold(self, parts):
        with self._lock:
            self._held.update(part.label for part in parts)

    def release(self, parts):
        """Starts them at once and waits until they are ready. Returns whether all became so."""
        with self._lock:
            self._held.difference_update(part.label for part in parts)
        for part in parts:
            self._launch(part)
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if all(part.alive() and part.ready() for part in parts):
                return True
            time.sleep(0.05)
        return False

    def _launch(self, part):
        with self._lock:
            if part.label in self._held or part.alive():
                return
            self._tried[part.label] = time.monotonic()
            try:
                part.launch()
                self.starts += 1
            except (StackError, OSError) as error:
                self.say(f"{part.label} could not be started yet: {error}")

    def _run(self):
        while not self._stopping.wait(0.2):
            for part in self.stack.parts():
                if part.alive() or part.label in self._held:
                    continue
                if time.monotonic() - self._tried.get(part.label, 0) < 1:
                    continue
                if part.label not in self._held:
                    self.deaths.append((time.time(), part.label))
                    self.say(f"{part.label} had died, starting it")
                    self._launch(part)
