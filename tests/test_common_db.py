"""The tests of common/ that need a PostgreSQL: `make -C common db-test` against the suite's own server.

`stack` is the running stack; `stack.admin_dsn` a libpq DSN of a superuser of it. With TEST_DATABASE_URL
set, that server is used instead.
"""
import os
import re
import secrets
import subprocess
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn

TOP = Path(__file__).resolve().parent.parent
TIMEOUT_S = 600


def sql(dsn, *statements):
    connection = psycopg2.connect(dsn)
    try:
        connection.autocommit = True
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute(statement)
    finally:
        connection.close()


def test_common_against_postgresql(request):
    admin = os.environ.get("TEST_DATABASE_URL") or request.getfixturevalue("stack").admin_dsn
    name = f"common_test_{secrets.token_hex(4)}"
    # A database of its own: the programs make and drop schemas and end each other's connections.
    sql(admin, f"CREATE DATABASE {name}")
    try:
        done = subprocess.run(["make", "--no-print-directory", "-C", TOP / "common", "db-test"],
                              env=dict(os.environ, TEST_DATABASE_URL=make_dsn(admin, dbname=name)),
                              capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    finally:
        sql(admin, f"DROP DATABASE {name} WITH (FORCE)")
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    passed, failed = map(int, re.findall(r"^common: (\d+) passed, (\d+) failed$", output, re.M)[-1])
    assert failed == 0 and passed > 0, output
