"""The proxy process as the harness holds it: which daemon reaches which store through which address."""
import json
import pathlib
import subprocess
import sys

from stack import StackError

PROXY = pathlib.Path(__file__).resolve().parent / "proxy.py"
KAFKA, POSTGRES = "kafka", "postgres"


class Wires:
    """Starts the proxy and puts it between the daemons of a stack and its stores.

    Each replica reaches the database at an address of its own, so that one of them can be cut off
    alone; Kafka tells all its clients one address. `distance` is how many seconds the database is away.
    """

    def __init__(self, stack, distance):
        self.stack, self.distance, self.process = stack, distance, None
        self.kafka = ("127.0.0.1", stack.spare_port(0))
        port = stack.spare_port(1)
        self.database = {replica.label: (f"127.0.3.{number}", port)
                         for number, replica in enumerate(stack.replicas.values(), 1)}
        stack.broker.proxy, stack.broker.direct = self.kafka, stack.spare_port(2)
        stack.database_proxies = dict(self.database)

    def start(self):
        ports = self.stack.state.values["ports"]
        places = {KAFKA: [*self.kafka, "127.0.0.1", ports["kafka"], 0]}
        for label, place in self.database.items():
            places[label] = [*place, "127.0.0.1", ports["postgres"], self.distance]
        self.process = subprocess.Popen([sys.executable, str(PROXY), json.dumps(places)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, start_new_session=True)
        if not self.process.stdout.readline():
            raise StackError("the proxy between daemons and stores did not start")

    def names(self, target):
        """The routes of a target: kafka, postgres (all replicas) or the label of one replica."""
        return list(self.database) if target == POSTGRES else [target]

    def order(self, do, target=None, **values):
        """Returns how many connections it concerned."""
        if target is not None:
            values["names"] = self.names(target)
        self.process.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def heal(self):
        """All as usual, for daemons that are to end in an orderly way; no answer is waited for."""
        if self.process and self.process.poll() is None:
            self.process.stdin.write('{"do": "heal"}\n')
            self.process.stdin.flush()

    def stop(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait(10)
