"""Rows of figures: printed as they come, as a table at the end, and as JSON."""
import json


def row(name, measured, unit, **more):
    """One figure. more: limit, limit_name, ratio, wanted (text), met (bool or None), note, runs, extra."""
    ratio = more.get("ratio")
    if ratio is None and more.get("limit"):
        ratio = measured / more["limit"]
    met = more.get("met")
    verdict = more.get("verdict") or {True: "met", False: "missed", None: "-"}[met]
    return {"name": name, "measured": measured, "unit": unit, "limit": more.get("limit"),
            "limit_name": more.get("limit_name", ""), "ratio": ratio, "wanted": more.get("wanted", ""),
            "verdict": verdict, "note": more.get("note", ""), "runs": more.get("runs"), "extra": more.get("extra")}


def at_least(name, measured, unit, limit, limit_name, share, **more):
    """A figure that has to reach a share of a limit."""
    more.setdefault("wanted", f">= {share:g} x")
    more.setdefault("met", measured >= share * limit)
    return row(name, measured, unit, limit=limit, limit_name=limit_name, **more)


def at_most(name, measured, unit, bound, **more):
    more.setdefault("wanted", f"<= {bound:g} {unit}")
    return row(name, measured, unit, met=measured <= bound, **more)


def failed(name, error):
    return {"name": name, "measured": None, "unit": "", "limit": None, "limit_name": "", "ratio": None, "wanted": "",
            "verdict": "failed", "note": str(error)[:300], "runs": None, "extra": None}


def number(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def cells(entry):
    measured = f"{number(entry['measured'])} {entry['unit']}".strip()
    against = f"{number(entry['limit'])} {entry['limit_name']}".strip()
    return (entry["name"], measured, against, number(entry["ratio"]), entry["wanted"], entry["verdict"])


def table(rows):
    """The table as text."""
    lines = [("figure", "measured", "against", "ratio", "wanted", "verdict")] + [cells(entry) for entry in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    text.insert(1, "-" * max(map(len, text)))
    text += [f"  {entry['name']}: {entry['note']}" for entry in rows if entry["note"]]
    return "\n".join(text)


def say(entry):
    name, measured, against, ratio, wanted, verdict = cells(entry)
    beside = f", against {against}" + (f", ratio {ratio}" if ratio else "") if against else ""
    aim = f" (wanted {wanted})" if wanted else ""
    print(f"{name}: {measured}{beside}{aim}: {verdict}" + (f" [{entry['note']}]" if entry["note"] else ""), flush=True)


def write_json(path, rows, conditions):
    path.write_text(json.dumps({"conditions": conditions, "figures": rows}, indent=1) + "\n")
