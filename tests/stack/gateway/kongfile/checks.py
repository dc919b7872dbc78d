"""Strict reading of YAML mappings: every key is known and of the right kind, or the file is refused."""
import re

MISSING = object()
NAME = re.compile(r"^[a-z][a-z0-9-]*$")


class Refused(Exception):
    """kong.yml (or an option) asks for something that would not be carried out; one line for people."""


def take(mapping, where, allowed, required=()):
    """Check that `mapping` holds only keys of `allowed` and all of `required`."""
    if not isinstance(mapping, dict):
        raise Refused(f"{where}: want a mapping")
    for key in mapping:
        if key not in allowed:
            raise Refused(f"{where}.{key}: not carried out here")
    for key in required:
        if key not in mapping:
            raise Refused(f"{where}.{key}: must be set, since Kong's own default differs from what is meant")
    return mapping


def integer(mapping, where, key, low, high, default=MISSING):
    value = mapping.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refused(f"{where}.{key}: want a whole number from {low} to {high}")
    return value


def choice(mapping, where, key, *values, default=MISSING):
    """The value must be one of `values`; a bool never passes for a number."""
    value = mapping.get(key, default)
    if not any(value == allowed and type(value) is type(allowed) for allowed in values):
        told = ", ".join(str(allowed).lower() if isinstance(allowed, bool) else str(allowed) for allowed in values)
        raise Refused(f"{where}.{key}: only {told} is carried out here")
    return value


def texts(mapping, where, key, pattern, default=MISSING):
    """A list of distinct strings, all of `pattern`; what they are pasted into needs no quoting then."""
    value = mapping.get(key, default)
    if not isinstance(value, list) or not value:
        raise Refused(f"{where}.{key}: want a list that is not empty")
    for item in value:
        if not isinstance(item, str) or not re.fullmatch(pattern, item):
            raise Refused(f"{where}.{key}: {item!r} is not carried out here")
    if len(set(value)) != len(value):
        raise Refused(f"{where}.{key}: names one thing twice")
    return value


def name(mapping, where, taken):
    """The name of an entity, unique among its kind."""
    value = mapping.get("name")
    if not isinstance(value, str) or not NAME.match(value):
        raise Refused(f"{where}.name: want a name of lower-case letters, digits and hyphens")
    if value in taken:
        raise Refused(f"{where}.name: {value} is there twice")
    taken.add(value)
    return value


def entries(mapping, where, key):
    value = mapping.get(key, [])
    if not isinstance(value, list):
        raise Refused(f"{where}.{key}: want a list")
    return value
