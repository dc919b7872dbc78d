"""Brings a whole stack up and down without Docker; see README.md beside this file."""
from .errors import StackError
from .lifecycle import PARTS, Stack
from .layout import SERVICES

__all__ = ["PARTS", "SERVICES", "Stack", "StackError"]
