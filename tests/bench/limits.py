"""What the database alone does: the limits that figures 1 to 3 are read against."""
from tools import pgbench

SCALE = 10  # a million accounts

TABLE = """
CREATE SCHEMA IF NOT EXISTS bench;
DROP TABLE IF EXISTS bench.text;
CREATE TABLE bench.text (user_id uuid NOT NULL, id uuid NOT NULL, sender text NOT NULL, body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (user_id, id));
CREATE INDEX ON bench.text (user_id, created_at);
"""
BODY = "'INR 250.00 spent on card XX4321 at NEWS STAND on 21-Nov-26. Ref 7' || {n}"
USER = "'0198c0de-0000-7000-8000-000000000001'"
ONE_ROW = f"""\\set n random(100000000000, 999999999999)
INSERT INTO bench.text (user_id, id, sender, body)
VALUES ({USER}, gen_random_uuid(), 'VM-EXBANK', {BODY.format(n=':n')});
"""
ROWS = 200
MANY_ROWS = f"""\\set n random(100000000000, 999999999999)
INSERT INTO bench.text (user_id, id, sender, body)
SELECT {USER}, t.id, t.sender, t.body FROM unnest(
    (SELECT array_agg(gen_random_uuid()) FROM generate_series(1, {ROWS})),
    (SELECT array_agg('VM-EXBANK'::text) FROM generate_series(1, {ROWS})),
    (SELECT array_agg({BODY.format(n='(:n::bigint + g)')}) FROM generate_series(1, {ROWS}) AS g)
) AS t (id, sender, body);
"""


def select_ready(suite):
    if suite.sql("SELECT to_regclass('public.pgbench_accounts')") == "":
        done = suite.stack.database_tool("pgbench", "-i", "-q", "-s", str(SCALE))
        if done.returncode != 0:
            raise RuntimeError(f"pgbench -i: {done.stderr[-300:]}")


def select_one(suite, seconds):
    """pgbench -S, prepared, 64 clients: rows a second."""
    return pgbench(suite, "-S", "-M", "prepared", "-c", 64, "-j", 2, "-T", seconds)


def insert_one(suite, seconds):
    """A row a transaction; the better of 32 and 64 clients."""
    suite.sql(TABLE)
    return max(pgbench(suite, "-M", "prepared", "-c", clients, "-j", 2, "-T", seconds, script=ONE_ROW)
               for clients in (32, 64))


def insert_many(suite, seconds):
    """200 rows a statement by unnest; rows a second, the better of 2 and 4 clients."""
    suite.sql(TABLE)
    return ROWS * max(pgbench(suite, "-M", "prepared", "-c", clients, "-j", 2, "-T", seconds, script=MANY_ROWS)
                      for clients in (2, 4))
