"""Expenses in any number, put into the schema by SQL as the service would have stored them."""
import re
import uuid

CHUNK = 1_000_000  # rows a statement
REBUILD = 200_000  # from here on making the indexes anew is faster than keeping them up to date

PEOPLE = """
INSERT INTO expense.owner (user_id, base_currency, time_zone) SELECT u, 'INR', 'UTC' FROM unnest(ARRAY[{users}]) AS u
ON CONFLICT DO NOTHING;
INSERT INTO expense.category (user_id, id, name)
SELECT u, gen_random_uuid(), 'bench ' || g FROM unnest(ARRAY[{users}]) AS u, generate_series(1, 10) AS g
ON CONFLICT DO NOTHING;
INSERT INTO expense.merchant (user_id, id, name)
SELECT u, gen_random_uuid(), 'Bench Shop ' || g FROM unnest(ARRAY[{users}]) AS u, generate_series(1, 50) AS g
ON CONFLICT DO NOTHING;
"""
# Ids ascend with time as UUIDv7 does; amounts, shops and categories are spread evenly over 2 years.
EXPENSES = """
SET session_replication_role = replica; -- the references are right by construction; checking them is not measured
WITH person AS (SELECT u AS user_id, (SELECT array_agg(id) FROM expense.category c WHERE c.user_id = u) AS categories,
                       (SELECT array_agg(id) FROM expense.merchant m WHERE m.user_id = u) AS merchants
                FROM unnest(ARRAY[{users}]) AS u)
INSERT INTO expense.expense (user_id, id, type, direction, status, source, amount_minor, amount_milli, currency,
    occurred_at, merchant_id, category_id, origins, message_id, fingerprint, revision, parser, confidence, class)
SELECT user_id, (lpad(to_hex(1750000000000 + {first} + g), 12, '0') || '7' || substr(md5(g::text), 1, 3) || '8'
        || substr(md5(user_id::text || g), 1, 15))::uuid,
    'expense', 'debit', 'posted', 'message', 100 + g % 99900, (100 + g % 99900) * 10, 'INR',
    timestamptz '2026-11-01' - interval '1 second' * ((g::bigint * 7919) % 63072000),
    merchants[1 + g % 50], categories[1 + g % 10], '{{"amount":"parser"}}', gen_random_uuid(), md5(g::text), 1,
    'bench', 90, 'purchase'
FROM person, generate_series(1, {count}) AS g;
"""


def quoted(users):
    return ", ".join(f"'{user}'::uuid" for user in users)


def new_users(count):
    return [str(uuid.uuid4()) for _ in range(count)]


def indexes(suite):
    """{name: definition} of the indexes of expense that no constraint owns."""
    found = suite.sql("SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE schemaname = 'expense' AND "
                      "tablename = 'expense' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = i.indexname)")
    return dict(line.split("\t", 1) for line in found.splitlines())


def add_expenses(suite, users, count, first=0):
    """`count` expenses for each of the users, whose ids begin after `first`."""
    total = count * len(users)
    kept = indexes(suite) if total >= REBUILD else {}
    people = 200
    for at in range(0, len(users), people):
        suite.sql(PEOPLE.format(users=quoted(users[at:at + people])))
    for name in kept:
        suite.sql(f"DROP INDEX expense.{name}")
    step = max(1, CHUNK // count)
    for at in range(0, len(users), step):
        suite.sql(EXPENSES.format(users=quoted(users[at:at + step]), count=count, first=first))
    for definition in kept.values():
        suite.sql("SET maintenance_work_mem = '1GB'; SET statement_timeout = 0; "
                  + re.sub(r"^CREATE (UNIQUE )?INDEX", r"CREATE \1INDEX IF NOT EXISTS", definition))
    suite.sql("VACUUM (ANALYZE) expense.expense")


def write_ids(suite, user, path, most=10000):
    """A file of ids of a user's expenses, in random order."""
    ids = suite.sql(f"SELECT id FROM expense.expense WHERE user_id = '{user}' ORDER BY random() LIMIT {most}")
    path.write_text(ids + "\n")
    return path
