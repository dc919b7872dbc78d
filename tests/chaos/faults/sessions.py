"""pg_terminate_backend: single database connections end under their owners."""
import psycopg2

from .fault import Fault

SHOT = """SELECT count(pg_terminate_backend(pid)) FROM
    (SELECT pid FROM pg_stat_activity WHERE application_name LIKE %s AND pid <> pg_backend_pid()
     ORDER BY random() LIMIT %s) AS chosen"""


class Terminate(Fault):
    """The pool and the consumer of a service go by its name, its relays by that and `relay`."""
    name = "terminate"
    weight = 2
    targets = ("expense-service", "deserialize-service", "user-service", "auth-service", "expense-service relay",
               "deserialize-service relay", "%relay", "%-service%", "expense-service", "deserialize-service")

    def begin(self, target, chance):
        pattern = target + "%" if "relay" in target else target
        connection = psycopg2.connect(self.stack.database.admin_dsn(), connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(SHOT, (pattern, chance.choice((1, 3, 100))))
                return f"{cursor.fetchone()[0]} connections"
        finally:
            connection.close()
