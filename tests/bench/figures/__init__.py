"""One module a figure; each has measure(bench), which returns rows (report.py)."""
