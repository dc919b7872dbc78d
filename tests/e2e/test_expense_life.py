"""The life of an expense: its history, trash, confirmation, and many changed at once."""
import uuid

from person import eventually
from test_expenses import lunch
from test_exports import sql


def enter(user, **fields):
    answer = user.post("/expenses", lunch(**fields))
    assert answer.status_code == 201, answer.text
    return f"/expenses/{answer.json()['id']}"


def history(user, path, **params):
    answer = user.get(f"{path}/history", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_history_tells_what_was_and_is(user):
    path = enter(user, note="old", merchant="Noodle Bar")
    changed = user.patch(path, {"note": "new", "merchant": None}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert user.patch(path, {"note": "late"}, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    newest, entered = history(user, path)["data"]
    assert (newest["action"], newest["by"], newest["version"]) == ("updated", "user", 2)
    assert newest["changes"]["note"] == {"from": "old", "to": "new"}
    assert newest["changes"]["merchant"]["from"]["name"] == "Noodle Bar"
    assert newest["changes"]["merchant"]["to"] is None
    assert (entered["action"], entered["version"], entered["changes"]) == ("created", 1, {})


def test_history_by_pages(user):
    path = enter(user)
    for i in range(4):
        assert user.patch(path, {"note": str(i)}, headers={"If-Match": "*"}).status_code == 200
    versions, cursor = [], None
    while True:
        page = history(user, path, limit=2, **({"cursor": cursor} if cursor else {}))
        versions += [row["version"] for row in page["data"]]
        cursor = page["page"]["next_cursor"]
        if cursor is None:
            break
    assert versions == [5, 4, 3, 2, 1]
    assert user.get(f"{enter(user)}/history", params={"cursor": "bogus"}).status_code == 400


def test_deleted_and_restored(user):
    path = enter(user, note="keep")
    assert user.call("DELETE", path, headers={"If-Match": "*"}).status_code == 204
    trash = user.expenses(deleted="true")
    assert len(trash) == 1 and trash[0]["deleted_at"] and user.expenses() == []
    assert user.post(f"{path}/confirm", None).status_code == 404
    assert history(user, path)["data"][0]["action"] == "deleted"
    restored = user.call("POST", f"{path}/restore")
    assert restored.status_code == 200, restored.text
    assert restored.json()["note"] == "keep" and "deleted_at" not in restored.json()
    assert restored.headers["ETag"] == '"3"' == user.get(path).headers["ETag"]
    assert user.call("POST", f"{path}/restore").headers["ETag"] == '"3"'
    assert [row["action"] for row in history(user, path)["data"]] == ["restored", "deleted", "created"]


def test_confirmed(user):
    path = enter(user, status="needs_review")
    assert user.call("POST", f"{path}/confirm", headers={"If-Match": '"9"'}).status_code == 412
    confirmed = user.call("POST", f"{path}/confirm")
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "posted")
    assert user.call("POST", f"{path}/confirm").headers["ETag"] == confirmed.headers["ETag"]
    assert [row["action"] for row in history(user, path)["data"]] == ["confirmed", "created"]


def test_bulk_answers_each(user):
    paths = [enter(user) for _ in range(4)]
    ids = [path.rsplit("/", 1)[1] for path in paths]
    body = {"changes": [{"id": ids[0], "patch": {"note": "many", "tags": ["a"]}},
                        {"id": ids[1], "if_match": '"9"', "patch": {"note": "many"}},
                        {"id": ids[2], "patch": {"category": "No such thing", "colour": 1}},
                        {"id": ids[3], "if_match": '"1"', "delete": True},
                        {"id": str(uuid.uuid4()), "delete": True}, {"id": "x"}, "what"]}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    answer = user.post("/expenses/bulk", body, headers=headers)
    assert answer.status_code == 207, answer.text
    data = answer.json()["data"]
    assert [item["status"] for item in data] == [200, 412, 422, 204, 404, 422, 422]
    assert {error["pointer"] for error in data[2]["problem"]["errors"]} == {"/category", "/colour"}
    assert data[0]["etag"] == user.get(paths[0]).headers["ETag"]
    assert user.get(paths[1]).json()["note"] is None and user.get(paths[3]).status_code == 404
    assert user.post("/expenses/bulk", body, headers=headers).json() == answer.json()
    assert len(history(user, paths[0])["data"]) == 2


def test_bulk_is_bounded_to_500(user):
    path = enter(user)
    item = {"id": path.rsplit("/", 1)[1], "patch": {"note": "x"}}
    assert user.post("/expenses/bulk", {"changes": [item] * 501}).status_code == 422
    answer = user.post("/expenses/bulk", {"changes": [item] * 500})
    assert answer.status_code == 207 and {row["status"] for row in answer.json()["data"]} == {200}


def test_another_persons_expense_is_not_there(user, other):
    path = enter(other)
    answer = user.post("/expenses/bulk", {"changes": [{"id": path.rsplit("/", 1)[1], "delete": True}]})
    assert answer.json()["data"][0]["status"] == 404
    for method, step in (("GET", "history"), ("POST", "confirm"), ("POST", "restore")):
        assert user.call(method, f"{path}/{step}").status_code == 404
    assert other.get(path).status_code == 200


def test_the_trash_is_emptied_after_30_days(stack, user):
    """An entry by hand goes; of one read from a text only the text's id stays: it is not booked anew."""
    text = user.send(f"INR 64.00 spent on card XX4321 at NEWS STAND. Ref {uuid.uuid4().int % 10**12}")
    read = f"/expenses/{user.expense_of(text)['id']}"
    by_hand, young = enter(user), enter(user)
    for path in (read, by_hand, young):
        assert user.patch(path, {"note": "n"}, headers={"If-Match": "*"}).status_code == 200
        assert user.call("DELETE", path, headers={"If-Match": "*"}).status_code == 204
    sql(stack, "expense", "UPDATE expense SET deleted_at = now() - interval '31 days'"
        " WHERE user_id = %s AND id = ANY(%s::uuid[])", user.id, [p.rsplit("/", 1)[1] for p in (read, by_hand)])
    eventually(lambda: len(user.expenses(deleted="true")) == 1, deadline=60)
    for path in (read, by_hand):
        assert user.call("POST", f"{path}/restore").status_code == 404
        assert user.get(f"{path}/history").status_code == 404
    assert [f"/expenses/{row['id']}" for row in user.expenses(deleted="true")] == [young]
    left = sql(stack, "expense", "SELECT message_id::text, note, merchant_id, amount_minor, currency, reference"
               " FROM expense WHERE user_id = %s AND purged", user.id)
    assert left == [(text, "", None, 1, "XXX", None)]
    assert sql(stack, "expense", "SELECT DISTINCT expense_id::text FROM expense_change WHERE user_id = %s",
               user.id) == [(young.rsplit("/", 1)[1],)]
