"""Reads the suite's tables as superuser, past services and proxy."""
import contextlib

import psycopg2


@contextlib.contextmanager
def cursor(site):
    connection = psycopg2.connect(site.stack.database.admin_dsn(), connect_timeout=10)
    try:
        with connection.cursor() as found:
            yield found
    finally:
        connection.close()


def select(site, sql, *parameters):
    with cursor(site) as found:
        found.execute(sql, parameters)
        return found.fetchall()
