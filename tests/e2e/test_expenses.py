"""Expenses by hand: create, list, change, delete, sum up."""
import uuid

from person import eventually


def lunch(**changes):
    return {"type": "expense", "amount": {"amount": "12.50", "currency": "EUR"},
            "occurred_at": "2026-03-10T12:00:00Z", **changes}


def test_post_get_patch_delete(user):
    created = user.post("/expenses", lunch(merchant="Noodle Bar", note="with Sam", tags=["work"]))
    assert created.status_code == 201, created.text
    expense = created.json()
    path = created.headers["Location"].removeprefix("/api/v1")
    assert (expense["source"], expense["status"], expense["merchant"]["name"]) == ("manual", "posted", "Noodle Bar")
    assert user.get(path).json() == expense

    etag = user.get(path).headers["ETag"]
    assert user.patch(path, {"note": "alone"}).status_code == 428
    assert user.patch(path, {"note": "alone"}, headers={"If-Match": '"999"'}).status_code == 412
    changed = user.patch(path, {"note": "alone", "merchant": None}, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["note"], changed.json()["merchant"]) == ("alone", None)
    assert changed.headers["ETag"] != etag

    assert user.call("DELETE", path).status_code == 428
    assert user.call("DELETE", path, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert user.get(path).status_code == 404
    assert user.expenses() == []


def test_idempotency_key(user):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    first = user.post("/expenses", lunch(), headers=headers)
    again = user.post("/expenses", lunch(), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"] and len(user.expenses()) == 1
    other_body = user.post("/expenses", lunch(note="x"), headers=headers)
    assert other_body.status_code == 422


def test_every_invalid_field_at_once(user):
    answer = user.post("/expenses", {"type": "gift", "amount": {"amount": "0.001", "currency": "EUR"},
                                     "occurred_at": "yesterday", "colour": "red"})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    found = {error["pointer"]: error["code"] for error in problem["errors"]}
    assert found["/colour"] == "unknown_field"
    assert {"/type", "/amount/amount", "/occurred_at", "/colour"} <= found.keys()


def test_amounts_are_exact_and_positive(user):
    for amount, currency in (("0", "EUR"), ("-5", "EUR"), ("1e3", "EUR"), ("5", "BANANA"), ("1.5", "JPY")):
        body = lunch(amount={"amount": amount, "currency": currency})
        assert user.post("/expenses", body).status_code == 422, (amount, currency)
    large = user.post("/expenses", lunch(amount={"amount": "90000000000.01", "currency": "EUR"}))
    assert large.json()["amount"]["amount"] == "90000000000.01"


def test_pages_reach_every_row_once(user):
    for i in range(7):
        assert user.post("/expenses", lunch(occurred_at=f"2026-03-{10 + i // 3:02}T12:00:00Z")).status_code == 201
    seen, cursor = [], None
    for _ in range(4):
        page = user.get("/expenses", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["id"] for row in page["data"]]
        cursor = page["page"]["next_cursor"]
    assert cursor is None and len(seen) == len(set(seen)) == 7
    assert user.get("/expenses", params={"limit": "0"}).status_code == 422
    assert user.get("/expenses", params={"cursor": "bogus"}).status_code == 400


def test_filters(user):
    user.post("/expenses", lunch(merchant="Noodle Bar"))
    user.post("/expenses", lunch(type="income", amount={"amount": "900.00", "currency": "USD"}))
    assert len(user.expenses(currency="USD")) == 1
    assert len(user.expenses(type="expense")) == 1
    assert user.expenses(**{"from": "2026-04-01T00:00:00Z"}) == []


def test_summaries_never_mix_currencies(user):
    category = user.get("/categories").json()["data"] or eventually(lambda: user.get("/categories").json()["data"])
    food = category[0]
    for amount, currency in (("10.10", "EUR"), ("20.20", "EUR"), ("5", "JPY")):
        body = lunch(amount={"amount": amount, "currency": currency}, category={"id": food["id"]})
        assert user.post("/expenses", body).status_code == 201
    period = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
    rows = user.get("/summaries", params={"group_by": "category", **period}).json()["data"]
    sums = {row["currency"]: (row["expense"], row["count"]) for row in rows}
    assert sums == {"EUR": ("30.30", 2), "JPY": ("5", 1)}
    months = user.get("/summaries", params={"group_by": "month", **period}).json()["data"]
    assert {row["key"]["month"] for row in months} == {"2026-03"}


def pages(user, **filters):
    """The notes of a list, read a row or two at a time."""
    notes, cursor = [], {}
    while True:
        answer = user.get("/expenses", params={"limit": 2, **filters, **cursor})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        notes += [expense["note"] for expense in body["data"]]
        if not body["page"]["has_more"]:
            return notes
        cursor = {"cursor": body["page"]["next_cursor"]}


def test_sorted_by_merchant(user):
    for note, merchant in (("b1", "Bakery"), ("z", "Zoo"), ("a", "aquarium"), ("b2", "bakery"), ("n1", None),
                           ("b3", "BAKERY"), ("n2", None)):
        assert user.post("/expenses", lunch(note=note, merchant=merchant, occurred_at=(
            "2026-03-1" + note[-1] if note[-1].isdigit() else "2026-03-10") + "T12:00:00Z")).status_code == 201
    assert pages(user, sort="merchant") == ["a", "b1", "b2", "b3", "z", "n1", "n2"]
    assert pages(user, sort="-merchant") == ["z", "b3", "b2", "b1", "a", "n2", "n1"]
    assert pages(user, sort="merchant", merchant="bakery") == ["b1", "b2", "b3"]
    assert pages(user, sort="merchant", q="n2") == ["n2"]
    cursor = user.get("/expenses", params={"sort": "merchant", "limit": 1}).json()["page"]["next_cursor"]
    assert user.get("/expenses", params={"sort": "-merchant", "cursor": cursor}).status_code == 400


def test_a_branch_of_categories(user):
    top = user.post("/categories", {"name": "Home"}).json()
    below = user.post("/categories", {"name": "Garden", "parent_id": top["id"]})
    assert below.status_code == 201, below.text
    for note, category in (("top", "Home"), ("below", "Garden"), ("other", None)):
        assert user.post("/expenses", lunch(note=note, category=category)).status_code == 201
    for category in ("Home", top["id"]):
        assert sorted(pages(user, category=category, tree="true")) == ["below", "top"]
        assert pages(user, category=category) == ["top"]
    assert pages(user, category="none", tree="true") == ["other"]
    assert user.get("/expenses", params={"tree": "maybe"}).status_code == 422


def test_a_search_looks_everywhere(user):
    for note, more in (("the plumber", {}), ("m", {"merchant": "Plumbing Ltd"}), ("c", {"category": "Groceries"}),
                       ("t", {"tags": ["plumbing", "x"]}), ("none", {"tags": ["y"], "merchant": "Bakery"})):
        assert user.post("/expenses", lunch(note=note, **more)).status_code == 201
    assert sorted(pages(user, q="plumbing")) == ["m", "t"] and pages(user, q="plumbers") == ["the plumber"]
    assert sorted(pages(user, q="plumbign")) == ["m", "t"]  # mistyped
    assert pages(user, q="grocery") == ["c"]
    assert sorted(pages(user, q="pl")) == ["m", "t", "the plumber"]  # too short for an index
    assert pages(user, q="plumb", tag="x") == ["t"] and pages(user, tag="plumbing") == ["t"]
    assert pages(user, q="nowhere at all") == []
    found, = user.expenses(q="the plumber")
    assert user.patch(f"/expenses/{found['id']}", {"tags": ["gutter"]}, headers={"If-Match": "*"}).status_code == 200
    assert pages(user, q="gutters") == ["the plumber"]
