"""The ledger as a file: every row once, with names, filters, and nothing that a spreadsheet would run."""
import csv
import io

import psycopg2
import pytest
from test_expenses import lunch


def rows(user, **query):
    answer = user.get("/expenses/export.csv", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert 'filename="expenses.csv"' in answer.headers["Content-Disposition"]
    answer.encoding = "utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_what_is_there_is_told(user, other):
    assert rows(user) == []
    made = user.post("/expenses", lunch(merchant="Café, “Nord”", category="Groceries", note="=1+1\nand more",
                                        tags=["work", "a;b"])).json()
    gone = user.post("/expenses", lunch())
    user.call("DELETE", gone.headers["Location"].removeprefix("/api/v1"), headers={"If-Match": gone.headers["ETag"]})
    other.post("/expenses", lunch(note="another's"))
    told = rows(user)
    assert len(told) == 1
    assert told[0] == {
        "id": made["id"], "occurred_at": "2026-03-10T12:00:00Z", "type": "expense", "direction": "debit",
        "amount": "12.50", "currency": "EUR", "merchant": "Café, “Nord”", "category": "Groceries", "account": "",
        "account_last4": "", "note": "'=1+1\nand more", "tags": "work;a\\;b", "status": "posted", "source": "manual",
        "reference": "", "splits": ""}


def test_filters(user):
    for day, currency in (("09", "EUR"), ("10", "EUR"), ("11", "USD")):
        user.post("/expenses", lunch(occurred_at=f"2026-03-{day}T12:00:00Z",
                                     amount={"amount": "5.00", "currency": currency}))
    told = rows(user, **{"from": "2026-03-10", "to": "2026-03-11"})
    assert [row["occurred_at"][8:10] for row in told] == ["10", "11"]
    assert [row["currency"] for row in rows(user, currency="USD")] == ["USD"]
    assert rows(user, account="00000000-0000-7000-8000-000000000000") == []


@pytest.mark.parametrize("query", ({"from": "yesterday"}, {"currency": "BANANA"}, {"account": "1"}, {"colour": "red"},
                                   {"from": "2026-03-11", "to": "2026-03-10"}))
def test_bad_filters_are_named(user, query):
    answer = user.get("/expenses/export.csv", params=query)
    assert answer.status_code == 422 and answer.json()["errors"]


def test_more_than_a_page_comes_whole(user, stack):
    """Three and a half pages, put in by SQL; the keyset neither repeats nor drops a row."""
    user.post("/expenses", lunch())
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("""INSERT INTO expense.expense (user_id, id, type, direction, status, source, amount_minor,
            amount_milli, currency, occurred_at) SELECT %s, gen_random_uuid(), 'expense', 'debit', 'posted', 'manual',
            g, g * 10, 'EUR', now() FROM generate_series(1, 14000) g""", (user.id,))
    told = rows(user)
    assert len({row["id"] for row in told}) == len(told) == 14001
    assert [row["id"] for row in told] == sorted(row["id"] for row in told)
