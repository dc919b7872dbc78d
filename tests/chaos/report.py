"""The result for people and, as JSON, for machines."""
import json
import statistics
import time

from stack import layout


def median(values):
    return statistics.median(values) if values else None


def fault_table(steps):
    """[(fault, target kind, count, healed, median, max)] over the steps that ran."""
    rows = []
    for name in sorted({step.fault for step in steps}):
        for store in ("daemons", "kafka", "postgres", "gateway", "all"):
            of_kind = [step for step in steps if step.fault == name and kind_of(step) == store]
            if not of_kind:
                continue
            healed = [step.healed for step in of_kind if step.healed is not None]
            rows.append((name, store, len(of_kind), len(healed), median(healed), max(healed, default=None)))
    return rows


def kind_of(step):
    target = step.target
    for word in ("kafka", "postgres", "gateway"):
        if word in target:
            return word
    return "daemons" if "-service" in target else "all"


def seconds(value):
    return "      -" if value is None else f"{value:7.2f}"


def mib(value):
    return "-" if value is None else f"{value / 2 ** 20:.2f}"


def show(result, say):
    say(f"\n{'fault':10} {'at':9} {'count':>5} {'measured':>8}  healed median    max (s)")
    for name, store, count, healed, middle, longest in result["faults"]:
        say(f"{name:10} {store:9} {count:5} {healed:8}         {seconds(middle)} {seconds(longest)}")
    say("\nMiB (first, largest, last)")
    for schema, sizes in result["samples"]["outbox_bytes"].items():
        say(f"  {schema + '.outbox':24} table {' '.join(mib(v) for v in sizes['table']):24} "
            f"indexes {' '.join(mib(v) for v in sizes['indexes'])}")
    for label, sizes in result["samples"]["resident_bytes"].items():
        say(f"  {label:24} memory {' '.join(mib(v) for v in sizes)}")
    say("\n" + ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in result["counts"].items()))
    say("checked: " + ", ".join(f"{count} {what}" for what, count in result["checked"].items()))
    for kind, examples in result["examples"].items():
        for text in examples:
            say(f"  {kind}: {text}")
    for fault, why in result["skipped"].items():
        say(f"left out: {fault}: {why}")
    say(f"kills {result['kills']}, repeat with: make chaos SEED={result['seed']} DURATION={result['duration']}"
        + (f" FAULTS={result['chosen']}" if result["chosen"] else ""))
    say(result["line"])


def save(result):
    directory = layout.make_directory(layout.TOP / ".run")
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    file = directory / f"chaos-{stamp}-{result['seed']}.json"
    file.write_text(json.dumps(result, indent=1, default=str) + "\n")
    return file
