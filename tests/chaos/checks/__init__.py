"""What must be true after the run, each against the clients' book."""
from . import ledger, people, poison, sums, texts, topics

ALL = (texts.check, ledger.check, sums.check, people.check, topics.check, poison.check)


def check_all(site, verdict, say):
    for check in ALL:
        say(f"checking {check.__module__.rsplit('.', 1)[1]}")
        check(site, verdict)
