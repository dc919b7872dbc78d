"""make demo YEAR=1: a person's year, lived through the gateway and checked against its own books."""
