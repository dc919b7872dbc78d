"""What must be true after the run, each against the clients' book."""
from . import ledger, people, poison, repeats, sums, texts, topics

# Repeats first: what they should not have done is for the others to find, too.
ALL = (repeats.check, texts.check, ledger.check, sums.check, people.check, topics.check, poison.check)


def check_all(site, verdict, say):
    for check in ALL:
        say(f"checking {check.__module__.rsplit('.', 1)[1]}")
        check(site, verdict)
