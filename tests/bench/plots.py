"""Plots of the figures that are curves; nothing when matplotlib is missing (tests/stack/install bench)."""


def draw(_rows, _directory):
    return []
