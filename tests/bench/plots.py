"""Plots of the figures that are curves; nothing when matplotlib is missing (tests/stack/install bench).

A figure that wants a plot has in `extra` what curve() gives, so that the JSON holds all that is drawn."""

WIDTH, HEIGHT = 8, 3.2  # of a panel, inches


def curve(name, x, *panels, log=False):
    """What is drawn: panels below each other, over the same x."""
    return {"name": name, "x": x, "log_x": log, "panels": list(panels)}


def panel(y, lines, log=False):
    """lines: {label: [(x, y), ...]}."""
    return {"y": y, "log_y": log, "lines": lines}


def draw(rows, directory):
    """The files of the plots that were drawn."""
    wanted = [entry for entry in rows if (entry["extra"] or {}).get("plot")]
    if not wanted:
        return []
    try:
        import matplotlib  # here, so that figures are measured without it
        matplotlib.use("Agg")
        from matplotlib import pyplot
    except ImportError:
        print("no plots: tests/stack/install bench installs matplotlib")
        return []
    return [draw_one(pyplot, entry["extra"]["plot"], directory) for entry in wanted]


def draw_one(pyplot, plot, directory):
    panels = plot["panels"]
    figure, axes = pyplot.subplots(len(panels), sharex=True, squeeze=False, figsize=(WIDTH, HEIGHT * len(panels)))
    for axis, one in zip(axes[:, 0], panels):
        for label, points in one["lines"].items():
            axis.plot(*zip(*points), marker=".", label=label)
        axis.set(ylabel=one["y"], xscale="log" if plot["log_x"] else "linear",
                 yscale="log" if one["log_y"] else "linear")
        if not one["log_y"]:
            axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
        axis.legend()
    axes[0, 0].set_title(plot["name"])
    axes[-1, 0].set_xlabel(plot["x"])
    path = directory / f"{plot['name'].replace(', ', '-').replace(' ', '_')}.png"
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path
