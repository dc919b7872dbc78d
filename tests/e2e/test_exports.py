"""A person's copy of everything: asked for, told by every service, put together, taken, gone."""
import csv
import hashlib
import io
import json
import time
import zipfile

import psycopg2
import pytest
from person import User, eventually

SERVICES = ["auth-service", "deserialize-service", "expense-service", "user-service"]
TEXT = "INR {amount}.00 debited from A/c XX4821 to VPA cafe@upi CORNER CAFE. UPI Ref {ref}"


def sql(stack, service, statement, *parameters):
    with psycopg2.connect(stack.database.dsn(service)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def ask(user):
    answer = user.post("/users/me/exports", None)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def state(user, export_id):
    answer = user.get(f"/users/me/exports/{export_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ready(user, export_id, deadline=60):
    def look():
        now = state(user, export_id)
        return now if now["state"] == "ready" else None
    return eventually(look, deadline)


def download(user, export_id):
    answer = user.get(f"/users/me/exports/{export_id}/download")
    assert answer.status_code == 200, answer.text
    return answer.content


def opened(user, export_id):
    """{name: bytes} of the archive, checked against its manifest."""
    content = download(user, export_id)
    told = state(user, export_id)
    assert (len(content), hashlib.sha256(content).hexdigest()) == (told["size"], told["sha256"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    assert manifest["export_id"] == export_id and manifest["user_id"] == user.id
    assert sorted(files) == sorted([f["name"] for f in manifest["files"]] + ["manifest.json"])
    for entry in manifest["files"]:
        content = files[entry["name"]]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
        rows = (json.loads(content) if entry["name"].endswith(".json")
                else list(csv.DictReader(io.StringIO(content.decode(), newline=""))))
        assert len(rows) == entry["rows"], entry["name"]
    assert {entry["service"] for entry in manifest["files"]} == set(SERVICES)
    return files


def rows(files, name):
    return json.loads(files[name])


def test_everything_is_in_it_and_no_secret(stack, user, other):
    sent = user.send(TEXT.format(amount=450, ref="627512340981"))
    expense = user.expense_of(sent)
    manual = user.post("/expenses", {"type": "expense", "amount": {"amount": "12.345", "currency": "KWD"},
                                     "occurred_at": "2026-01-02T03:04:05Z", "merchant": "=HYPERLINK(1)",
                                     "note": "two\nlines, \"quoted\"", "tags": ["a", "b"]})
    assert manual.status_code == 201, manual.text
    other.send(TEXT.format(amount=999, ref="627512340982"))
    export_id = ask(user)
    files = opened(user, ready(user, export_id)["id"])
    assert rows(files, "auth/account.json")[0]["email"] == user.email
    assert len(rows(files, "auth/sessions.json")) == 1
    assert "signed_up" in [entry["action"] for entry in rows(files, "auth/audit.json")]
    assert rows(files, "user/profile.json")[0]["name"] == "Test Person"
    assert [e["id"] for e in rows(files, "user/exports.json")] == [export_id]
    texts = rows(files, "deserialize/messages.json")
    assert [t["id"] for t in texts] == [sent] and "CORNER CAFE" in texts[0]["body"]
    assert [a["message_id"] for a in rows(files, "deserialize/attempts.json")] == [sent]
    expenses = {e["id"]: e for e in rows(files, "expense/expenses.json")}
    assert set(expenses) == {expense["id"], manual.json()["id"]}
    assert expenses[expense["id"]]["amount"] == "450.00" and expenses[expense["id"]]["currency"] == "INR"
    mine = expenses[manual.json()["id"]]
    assert mine["amount"] == "12.345" and mine["tags"] == ["a", "b"] and mine["merchant"] == "=HYPERLINK(1)"
    assert len(rows(files, "expense/categories.json")) > 5 and rows(files, "expense/settings.json")
    table = list(csv.DictReader(io.StringIO(files["expense/expenses.csv"].decode(), newline="")))
    line = [r for r in table if r["id"] == manual.json()["id"]][0]
    assert line["merchant"] == "'=HYPERLINK(1)" and line["note"] == "two\nlines, \"quoted\""
    whole = b"".join(files.values())
    secret = sql(stack, "auth", "SELECT password_hash FROM account WHERE user_id = %s", user.id)[0][0]
    for word in (secret, "argon2", "hashes", "fingerprint", "999.00", other.id, other.email):
        assert word.encode() not in whole, word


def test_one_at_a_time_few_a_day_and_nobody_elses(stack, user, other):
    stack.replica("expense", 1).pause()
    stack.replica("expense", 2).pause()
    first = user.post("/users/me/exports", None, headers={"Idempotency-Key": "once"})
    again = user.post("/users/me/exports", None, headers={"Idempotency-Key": "once"})
    assert first.status_code == again.status_code == 202 and again.headers["Idempotency-Replayed"] == "true"
    running = user.post("/users/me/exports", None)
    assert running.status_code == 200 and running.json()["id"] == first.json()["id"]
    assert running.headers["Location"].endswith(first.json()["id"])
    export_id = first.json()["id"]
    assert user.get(f"/users/me/exports/{export_id}/download").status_code == 409
    for path in (f"/users/me/exports/{export_id}", f"/users/me/exports/{export_id}/download"):
        assert other.get(path).status_code == 404
    assert other.get("/users/me/exports").json()["data"] == []
    for number in (1, 2):
        stack.replica("expense", number).resume()
    ready(user, export_id)
    for _ in range(2):
        ready(user, ask(user))
    refused = user.http.post(f"{user.url}/api/v1/users/me/exports", timeout=15)
    assert refused.status_code == 429 and refused.json()["code"] == "export_limit"
    page = user.get("/users/me/exports", params={"limit": 2}).json()
    assert len(page["data"]) == 2 and page["page"]["has_more"]
    rest = user.get("/users/me/exports", params={"limit": 2, "cursor": page["page"]["next_cursor"]}).json()
    assert [e["id"] for e in rest["data"]] == [export_id]


def test_a_stopped_service_is_named_and_answers_later(stack, user):
    for number in (1, 2):
        stack.replica("expense", number).stop()
    export_id = ask(user)
    waiting = eventually(lambda: [s for s in [state(user, export_id)] if s["missing"] == ["expense-service"]])[0]
    assert waiting["state"] == "running" and waiting["download"] is None
    told = {s["service"]: s["status"] for s in waiting["services"]}
    assert told == {**dict.fromkeys(SERVICES, "complete"), "expense-service": "waiting"}
    for number in (1, 2):
        stack.replica("expense", number).start()
    done = ready(user, export_id)
    assert done["missing"] == [] and opened(user, export_id)


def add_expenses(stack, user, count):
    """As many as the person would have after years; SQL, since that is not what is tested."""
    sql(stack, "expense",
        "INSERT INTO expense (user_id, id, type, direction, status, source, amount_minor, amount_milli, currency,"
        " occurred_at, note) SELECT %s, gen_random_uuid(), 'expense', 'debit', 'posted', 'manual', n, n * 10, 'INR',"
        " now() - n * interval '1 minute', 'number ' || n || repeat(' and more', n %% 40)"
        " FROM generate_series(1, %s) AS n", user.id, count)


def resident_kb(replica):
    with open(f"/proc/{replica.pid}/status", encoding="ascii") as status:
        return [int(line.split()[1]) for line in status if line.startswith("VmRSS")][0]


def parts_stored(stack, export_id):
    return sql(stack, "user", "SELECT count(*) FROM export_part WHERE export_id = %s", export_id)[0][0]


def pieces_stored(stack, export_id):
    return sql(stack, "user", "SELECT count(*) FROM export_piece WHERE export_id = %s", export_id)[0][0]


def test_kill_in_the_middle_of_telling_and_of_assembling(stack, user):
    user.get("/expenses")
    user.send(TEXT.format(amount=1, ref="627512340999"))
    add_expenses(stack, user, 20000)
    export_id = ask(user)
    kills = 0
    for service in ("expense", "user", "expense"):
        before = parts_stored(stack, export_id)
        eventually(lambda: parts_stored(stack, export_id) > before + 2 or state(user, export_id)["state"] == "ready")
        for number in (1, 2):
            stack.replica(service, number).kill()
            kills += 1
        stack.start()
    # The one that assembles is killed too, when a piece is there or the archive is whole already.
    eventually(lambda: pieces_stored(stack, export_id), 60)
    for number in (1, 2):
        stack.replica("user", number).kill()
    stack.start()
    ready(user, export_id, 120)
    files = opened(user, export_id)
    found = [e["id"] for e in rows(files, "expense/expenses.json")]
    assert len(found) == len(set(found)) and len(found) >= 20000 and kills == 6
    eventually(lambda: parts_stored(stack, export_id) == 0, 30)  # only the archive is left


def test_database_and_broker_away_in_the_middle(stack, user):
    user.get("/expenses")
    eventually(lambda: sql(stack, "expense", "SELECT 1 FROM owner WHERE user_id = %s", user.id))
    add_expenses(stack, user, 12000)
    export_id = ask(user)
    eventually(lambda: parts_stored(stack, export_id) > 3)
    size = stack.replica("expense", 1).log.stat().st_size
    stack.database.kill()
    time.sleep(6)  # the outage itself, not a wait for something
    stack.database.start()
    with open(stack.replica("expense", 1).log, encoding="utf-8") as log:
        log.seek(size)
        told = [line for line in log if '"export_failed"' in line or '"erasing_postponed"' in line]
    assert len(told) <= 8, told  # a failing step pauses longer and longer
    stack.broker.kill()
    stack.broker.start()
    ready(user, export_id, 120)
    found = [e["id"] for e in rows(opened(user, export_id), "expense/expenses.json")]
    assert len(found) == len(set(found)) == 12000


def test_fifty_thousand_expenses_in_flat_memory(stack, user):
    # The sanitizers keep freed memory to find its use; here it would hide what is not freed.
    for service in ("expense", "user"):
        stack.extra_environment[service] = {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}
        for number in (1, 2):
            stack.replica(service, number).restart()
    eventually(lambda: sql(stack, "expense", "SELECT 1 FROM owner WHERE user_id = %s", user.id))
    add_expenses(stack, user, 50000)
    small = User(stack.url)
    ready(small, ask(small))  # what any export takes is there already
    replicas = [stack.replica(service, number) for service in ("expense", "user") for number in (1, 2)]
    before = [resident_kb(replica) for replica in replicas]
    peak = list(before)
    export_id = ask(user)
    began = time.monotonic()
    while state(user, export_id)["state"] != "ready":
        peak = [max(old, resident_kb(replica)) for old, replica in zip(peak, replicas)]
        assert time.monotonic() - began < 180
        time.sleep(0.05)
    files = opened(user, export_id)
    peak = [max(old, resident_kb(replica)) for old, replica in zip(peak, replicas)]
    expenses = files["expense/expenses.json"]
    assert len(json.loads(expenses)) == 50000 and len(expenses) > 30_000_000
    allowed = 12 * 1024 if stack.state.values["mode"] == "release" else 80 * 1024
    grown = [after - at_first for after, at_first in zip(peak, before)]
    print(f"{len(expenses)} bytes of JSON, grown by {grown} kB, {time.monotonic() - began:.1f} s")
    assert max(grown) < allowed, grown


def test_a_week_later_it_is_gone(stack, user):
    export_id = ask(user)
    ready(user, export_id)
    sql(stack, "user", "UPDATE export SET expires_at = now() - interval '1 second' WHERE id = %s", export_id)
    gone = user.get(f"/users/me/exports/{export_id}/download")
    assert gone.status_code == 410 and gone.json()["code"] == "export_expired"
    assert state(user, export_id)["state"] == "expired"
    assert pieces_stored(stack, export_id) > 0
    eventually(lambda: pieces_stored(stack, export_id) == 0, 90)  # each minute
    assert state(user, export_id)["size"] is None


@pytest.mark.parametrize("path", ["/users/me/exports/x", "/users/me/exports/01a20b38-7d30-7a8b-8ed3-d4da7364439d"])
def test_what_is_not_there_is_404(user, path):
    assert user.get(path).status_code == 404
    assert user.get("/users/me/exports", params={"nonsense": 1}).status_code == 422
