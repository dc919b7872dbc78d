"""What belongs together: transfers, refunds, reversals and payments told twice, suggested, linked and undone."""
import concurrent.futures
import json
import uuid

from contract import Contract
from person import User, eventually
from test_erasure import event
from test_expense_life import history
from test_exports import ask, opened, ready, sql

CONTRACT = Contract("expense")
FIRST, SECOND, APP = "VM-EXBANK", "VM-WYBANK", "AX-GPAYIN"


def reference():
    return str(uuid.uuid4().int)[:12]


def sums(user):
    """What is spent and earned, in all and by category."""
    return [sorted(map(str, user.get("/summaries", params={"group_by": by}).json()["data"]))
            for by in ("month", "category")]


def spent(user):
    return sum(float(row["expense"]) for row in user.get("/summaries", params={"group_by": "month"}).json()["data"])


def suggestions(user, status="open"):
    answer = user.get("/suggestions", params={"status": status})
    CONTRACT.check(answer)
    return answer.json()["data"]


def suggested(user, kind):
    """The one open suggestion."""
    eventually(lambda: suggestions(user))
    suggestion, = suggestions(user)
    assert suggestion["kind"] == kind, suggestion
    return suggestion


def links(user, expense_id):
    answer = user.get(f"/expenses/{expense_id}/links")
    assert answer.status_code == 200, answer.text
    CONTRACT.check(answer)
    return answer.json()["data"]


def link_path(one, other):
    return f"/expenses/{one}/links/{other}"


def state(user):
    """All of the ledger but for what any change moves on."""
    rows = user.expenses(limit=200) + user.expenses(limit=200, deleted="true")
    return sorted(({k: v for k, v in row.items() if k != "updated_at"} for row in rows), key=lambda row: row["id"])


def text(user, sender, body, at):
    return user.expense_of(user.send(body, sender=sender, received_at=at))


def enter(user, type="expense", amount="900.00", at="2026-03-10T09:00:00Z", currency="INR", **fields):
    answer = user.post("/expenses", {"type": type, "amount": {"amount": amount, "currency": currency},
                                     "occurred_at": at, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def link(user, one, other, kind, **more):
    answer = user.post(link_path(one, other), {"kind": kind, **more})
    if answer.status_code != 404:  # of what is no id the gateway has its own
        CONTRACT.check(answer)
    return answer


def unlink(user, one, other):
    return user.call("DELETE", link_path(one, other))


def test_an_own_transfer_under_one_reference_is_linked_at_once(user):
    ref = reference()
    out = text(user, FIRST, f"INR 5000.00 debited from A/c XX7719. Ref {ref}. Avl Bal INR 20000.00",
               "2026-03-10T09:00:00Z")
    assert spent(user) == 5000
    credit = text(user, SECOND, f"INR 5000.00 credited to A/c XX4410. Ref {ref}. Avl Bal INR 9000.00",
                  "2026-03-10T09:01:00Z")
    made, = eventually(lambda: links(user, credit["id"]))
    assert (made["kind"], made["by"], made["expense"]["id"]) == ("transfer", "rule", out["id"])
    assert {"same_reference", "same_amount", "minutes_apart"} == set(made["reasons"])
    assert {row["type"] for row in user.expenses()} == {"transfer"} and spent(user) == 0
    assert suggestions(user) == [] and len(suggestions(user, "accepted")) == 1
    newest = history(user, f"/expenses/{out['id']}")["data"][0]
    assert (newest["action"], newest["by"]) == ("linked", "rule")
    assert newest["changes"]["link"]["to"] == {"kind": "transfer", "expense_id": credit["id"]}

    assert unlink(user, credit["id"], out["id"]).status_code == 204
    assert {row["type"] for row in user.expenses()} == {"expense", "income"} and spent(user) == 5000
    assert user.get(f"/expenses/{out['id']}").json()["origins"]["type"] == "parser"
    assert unlink(user, credit["id"], out["id"]).status_code == 404
    assert suggestions(user) == [] and len(suggestions(user, "dismissed")) == 1


def test_a_transfer_that_only_amount_and_time_speak_for_waits_for_a_word(user):
    for sender, words, at in ((FIRST, "debited from A/c XX7719", "09:00"), (SECOND, "credited to A/c XX4410", "21:00")):
        text(user, sender, f"INR 5000.00 {words}. Ref {reference()}", f"2026-03-10T{at}:00Z")
    suggestion, before, told = suggested(user, "transfer"), state(user), sums(user)
    assert suggestion["strength"] < 50 and spent(user) == 5000
    path = f"/suggestions/{suggestion['id']}"
    for _ in range(2):
        accepted = user.call("POST", f"{path}/accept")
        CONTRACT.check(accepted)
        assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted"), accepted.text
    assert spent(user) == 0
    assert user.call("POST", f"{path}/dismiss").status_code == 409
    assert unlink(user, suggestion["expense"]["id"], suggestion["other"]["id"]).status_code == 204
    assert state(user) == before and sums(user) == told
    assert user.call("POST", f"{path}/dismiss").status_code == 200 and suggestions(user) == []


def test_a_refund_lessens_what_was_spent_in_the_purchase_s_category(user):
    bought = text(user, FIRST, "INR 900.00 debited from A/c XX7719 at GREEN GROCER. Avl Bal INR 4100.00",
                  "2026-03-10T09:00:00Z")
    assert user.patch(f"/expenses/{bought['id']}", {"category": "Groceries"}, headers={"If-Match": "*"}).ok
    text(user, FIRST, "Refund of INR 300.00 from GREEN GROCER credited to A/c XX7719. Avl Bal INR 4400.00",
         "2026-03-20T09:00:00Z")
    suggestion, before, told = suggested(user, "refund"), state(user), sums(user)
    assert {"told_as_refund", "same_merchant", "part_of_amount"} <= set(suggestion["reasons"])
    assert user.call("POST", f"/suggestions/{suggestion['id']}/accept").status_code == 200
    row, = [row for row in user.get("/summaries", params={"group_by": "category"}).json()["data"]]
    assert (row["key"]["category"]["name"], row["expense"]) == ("Groceries", "600.00")
    too_much = enter(user, "income", "601.00", "2026-03-21T09:00:00Z")
    answer = link(user, bought["id"], too_much, "refund")
    assert (answer.status_code, answer.json()["code"]) == (422, "refund_too_large")
    rest = enter(user, "income", "600.00", "2026-03-22T09:00:00Z")
    assert link(user, rest, bought["id"], "refund").status_code == 201 and len(links(user, bought["id"])) == 2
    assert spent(user) == 0
    for each in (rest, suggestion["other"]["id"]):
        assert unlink(user, bought["id"], each).status_code == 204
    for each in (rest, too_much):
        assert user.call("DELETE", f"/expenses/{each}", headers={"If-Match": "*"}).status_code == 204
    assert [row for row in state(user) if row["id"] not in (rest, too_much)] == before
    assert sums(user) == told


def test_an_edit_may_make_a_pair(user, kafka):
    """A refund whose shop was not known when it was entered; whoever listens is told."""
    enter(user, merchant="Blue Shoes", amount="75.00", at="2026-03-10T09:00:00Z")
    back = enter(user, type="refund", amount="75.00", at="2026-03-14T09:00:00Z", merchant="Somebody Else")
    assert not suggestions(user)
    edited = user.patch(f"/expenses/{back}", {"merchant": "Blue Shoes"}, headers={"If-Match": "*"})
    assert edited.status_code == 200, edited.text
    found = suggested(user, "refund")
    record, = kafka.wait_for("expense.v1", lambda record: record.key == user.id.encode()
                             and b'"expense.link_suggested"' in record.value, count=1, timeout=30)
    told = json.loads(record.value)["data"]
    assert (told["suggestion_id"], told["reasons"]) == (found["id"], found["reasons"])
    assert user.get(f"/expenses/{back}").headers["ETag"] == edited.headers["ETag"]


def test_a_reversal_under_its_reference_takes_the_payment_back(user):
    ref = reference()
    paid = text(user, FIRST, f"INR 900.00 debited from A/c XX7719 at GREEN GROCER. Ref {ref}. Avl Bal INR 4100.00",
                "2026-03-10T09:00:00Z")
    text(user, FIRST, f"Reversal of INR 900.00 credited to A/c XX7719 for transaction at GREEN GROCER. Ref {ref}",
         "2026-03-10T10:00:00Z")
    made, = eventually(lambda: links(user, paid["id"]))
    assert (made["kind"], made["by"]) == ("reversal", "rule")
    assert {row["type"] for row in user.expenses()} == {"transfer"} and spent(user) == 0
    assert unlink(user, paid["id"], made["other"]["id"]).status_code == 204
    assert {row["type"] for row in user.expenses()} == {"expense", "refund"}
    assert link(user, paid["id"], made["other"]["id"], "reversal").status_code == 201
    assert {row["type"] for row in user.expenses()} == {"transfer"}


def test_one_payment_told_by_the_app_and_the_bank_is_merged_and_unmerged(user):
    ref = reference()
    text(user, FIRST, "INR 100.00 debited from A/c XX7719 at NEWS STAND. Avl Bal INR 5000.00", "2026-03-10T08:00:00Z")
    app = text(user, APP, f"You paid INR 250.00 to CORNER CAFE via UPI. UPI Ref {ref}", "2026-03-10T09:00:00Z")
    bank = text(user, FIRST, f"INR 250.00 debited from A/c XX7719 to VPA cafe@upi CORNER CAFE. UPI Ref {ref}. "
                "Avl Bal INR 4750.00", "2026-03-10T09:00:40Z")
    text(user, FIRST, "INR 50.00 debited from A/c XX7719 at NEWS STAND. Avl Bal INR 4700.00", "2026-03-10T10:00:00Z")
    assert user.patch(f"/expenses/{app['id']}", {"note": "with Sam", "tags": ["lunch"]},
                      headers={"If-Match": "*"}).status_code == 200
    suggestion, before, told = suggested(user, "duplicate"), state(user), sums(user)
    assert (suggestion["expense"]["id"], suggestion["other"]["id"]) == (bank["id"], app["id"])  # the balance stays
    assert spent(user) == 650
    assert user.call("POST", f"/suggestions/{suggestion['id']}/accept").status_code == 200
    assert spent(user) == 400 and len(user.expenses()) == 3 and user.expenses(deleted="true") == []
    kept = user.get(f"/expenses/{bank['id']}").json()
    assert (kept["note"], kept["tags"]) == ("with Sam", ["lunch"])
    assert user.get(f"/accounts/{bank['account']['id']}/gaps").json()["data"] == []
    assert user.get(f"/expenses/{app['id']}").status_code == 404
    assert links(user, app["id"]) == links(user, bank["id"])
    restored = user.call("POST", f"/expenses/{app['id']}/restore")
    assert (restored.status_code, restored.json()["code"]) == (409, "merged")
    assert link(user, app["id"], bank["id"], "duplicate").status_code == 200  # they are linked already
    assert link(user, app["id"], bank["id"], "refund").status_code == 409

    assert unlink(user, bank["id"], app["id"]).status_code == 204
    assert state(user) == before and sums(user) == told


def test_the_bank_s_balance_goes_with_a_merge_whichever_is_kept(user):
    text(user, FIRST, "INR 100.00 debited from A/c XX7719 at NEWS STAND. Avl Bal INR 5000.00", "2026-03-10T08:00:00Z")
    app = text(user, APP, f"You paid INR 250.00 to CORNER CAFE via UPI. UPI Ref {reference()}", "2026-03-10T09:00:00Z")
    bank = text(user, FIRST, "INR 250.00 debited from A/c XX7719 at CORNER CAFE. Avl Bal INR 4750.00",
                "2026-03-10T09:00:40Z")
    text(user, FIRST, "INR 50.00 debited from A/c XX7719 at NEWS STAND. Avl Bal INR 4700.00", "2026-03-10T10:00:00Z")
    before = state(user)
    assert link(user, app["id"], bank["id"], "duplicate").status_code == 201
    assert user.get(f"/expenses/{app['id']}").json()["account"]["id"] == bank["account"]["id"]
    gaps = f"/accounts/{bank['account']['id']}/gaps"
    assert user.get(gaps).json()["data"] == []
    assert unlink(user, app["id"], bank["id"]).status_code == 204
    assert state(user) == before and user.get(gaps).json()["data"] == []


def test_two_coffees_are_two(user):
    for minute in (0, 1):
        text(user, FIRST, f"INR 80.00 spent on card XX4321 at CORNER CAFE. Ref {reference()}",
             f"2026-03-10T09:0{minute}:00Z")
    first, second = enter(user, amount="81.00"), enter(user, amount="81.00")
    assert suggestions(user) == [] and len(user.expenses()) == 4
    assert first != second


def test_what_was_entered_by_hand_and_then_told_is_suggested_and_can_be_dismissed(user):
    enter(user, amount="72.50", at="2026-03-10T07:30:00Z", merchant="NEWS STAND")
    text(user, FIRST, "INR 72.50 spent on card XX4321 at NEWS STAND", "2026-03-10T09:00:00Z")
    suggestion = suggested(user, "duplicate")
    assert "entered_by_hand" in suggestion["reasons"] and len(user.expenses()) == 2
    path = f"/suggestions/{suggestion['id']}"
    assert user.call("POST", f"{path}/dismiss").json()["status"] == "dismissed"
    assert user.call("POST", f"{path}/dismiss").status_code == 200
    assert suggestions(user) == [] and len(user.expenses()) == 2
    assert user.call("POST", f"{path}/accept").json()["status"] == "accepted" and len(user.expenses()) == 1


def test_the_person_s_word_outlasts_an_undone_link(user):
    bought = enter(user, category="Groceries")
    back = enter(user, "income", at="2026-03-11T09:00:00Z")
    assert link(user, bought, back, "refund").status_code == 201
    assert user.patch(f"/expenses/{back}", {"category": "Salary", "note": "mine"}, headers={"If-Match": "*"}).ok
    assert unlink(user, bought, back).status_code == 204
    now = user.get(f"/expenses/{back}").json()
    assert (now["type"], now["category"]["name"], now["note"]) == ("income", "Salary", "mine")


def test_currencies_of_a_transfer_differ_only_when_both_amounts_are_told(user):
    out, credit = enter(user, amount="200.00", currency="EUR"), enter(user, "income", "217.40", currency="USD")
    assert link(user, out, credit, "transfer").json()["code"] == "currencies_differ"
    sent, received = {"amount": "200.00", "currency": "EUR"}, {"amount": "217.40", "currency": "USD"}
    assert link(user, out, credit, "transfer", sent=sent, received=sent).json()["code"] == "amounts_unlike"
    assert link(user, out, credit, "transfer", sent=sent).status_code == 422
    assert link(user, out, credit, "transfer", sent=sent, received=received).status_code == 201


def test_bad_links(user, other):
    one, two, income = enter(user), enter(user, at="2026-03-11T09:00:00Z"), enter(user, "income")
    theirs, nobody = enter(other), str(uuid.uuid4())
    for kind in ("transfer", "refund", "reversal", "duplicate"):
        for a, b in ((one, theirs), (theirs, one), (one, nobody), (nobody, one), (one, "x"), ("x", one)):
            assert link(user, a, b, kind).status_code == 404, (kind, a, b)
        assert link(user, one, one, kind).json()["code"] == "self_link"
    assert unlink(user, one, theirs).status_code == unlink(user, one, two).status_code == 404
    for path in (f"/expenses/{theirs}/links", f"/expenses/{nobody}/links", "/expenses/x/links"):
        assert user.get(path).status_code == 404
    for body in ({}, {"kind": "friend"}, {"kind": 1}, {"kind": "refund", "colour": "red"}):
        assert user.post(link_path(one, income), body).status_code == 422, body
    assert user.post(link_path(one, income), []).status_code in (400, 422)
    for a, b, kind, code in ((one, two, "transfer", "directions_alike"), (one, two, "refund", "directions_alike"),
                             (one, income, "duplicate", "directions_differ")):
        assert link(user, a, b, kind).json()["code"] == code
    assert user.call("POST", link_path(one, two), json={"kind": "duplicate"},
                     headers={"If-Match": '"9"'}).status_code == 412
    assert link(user, one, two, "duplicate").status_code == 201
    third = enter(user)
    assert link(user, third, one, "duplicate").json()["code"] == "has_links"  # no chains
    assert link(user, two, one, "duplicate").status_code == 200  # no cycles: it is the same link
    assert link(user, two, income, "transfer").status_code == 404  # it is hidden
    assert link(user, one, income, "transfer").status_code == 201
    assert link(user, third, income, "transfer").json()["code"] == "has_links"
    assert user.call("DELETE", f"/expenses/{third}", headers={"If-Match": "*"}).status_code == 204
    assert link(user, third, enter(user, "income"), "transfer").status_code == 404
    assert len(other.expenses()) == 1


def test_bad_suggestions(user, other):
    enter(other, amount="72.50", at="2026-03-10T07:30:00Z", merchant="NEWS STAND")
    text(other, FIRST, "INR 72.50 spent on card XX4321 at NEWS STAND", "2026-03-10T09:00:00Z")
    theirs = suggested(other, "duplicate")["id"]
    for each in (theirs, str(uuid.uuid4()), "x"):
        for step in ("accept", "dismiss"):
            assert user.call("POST", f"/suggestions/{each}/{step}").status_code == 404
    answer = user.get("/suggestions", params={"status": "what", "limit": 0, "cursor": "x", "colour": "red"})
    assert {error["pointer"] for error in answer.json()["errors"]} == {"?status", "?limit", "?cursor", "?colour"}
    assert [row["id"] for row in suggestions(other)] == [theirs] and suggestions(user) == []


def test_suggestions_by_pages(user):
    for day in range(1, 6):
        enter(user, amount=f"{day}0.00", at=f"2026-03-0{day}T07:30:00Z", merchant=f"SHOP {day}")
        text(user, FIRST, f"INR {day}0.00 spent on card XX4321 at SHOP {day}", f"2026-03-0{day}T09:00:00Z")
    eventually(lambda: len(suggestions(user)) == 5)
    seen, cursor = [], None
    while True:
        page = user.get("/suggestions", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["id"] for row in page["data"]]
        cursor = page["page"]["next_cursor"]
        if cursor is None:
            break
    assert seen == [row["id"] for row in suggestions(user)]


def test_many_at_once_make_one_link(user):
    out, credit = enter(user), enter(user, "income")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda i: link(user, *((out, credit) if i % 2 else (credit, out)), "transfer").status_code,
                             range(8)))
        assert sorted(made) == [200] * 7 + [201]
        undone = list(pool.map(lambda _: unlink(user, out, credit).status_code, range(8)))
        assert sorted(undone) == [204] + [404] * 7
    assert {row["type"] for row in user.expenses()} == {"expense", "income"}
    assert [row["action"] for row in history(user, f"/expenses/{out}")["data"]] == ["unlinked", "linked", "created"]


def test_what_was_merged_stays_as_long_as_the_one_it_was_merged_into(stack, user):
    one, two = enter(user), enter(user)
    assert link(user, one, two, "duplicate").status_code == 201
    old = "UPDATE expense SET deleted_at = now() - interval '31 days' WHERE user_id = %s AND id = %s"
    sql(stack, "expense", old, user.id, two)
    aside = enter(user)
    assert user.call("DELETE", f"/expenses/{aside}", headers={"If-Match": "*"}).status_code == 204
    sql(stack, "expense", old, user.id, aside)
    eventually(lambda: user.expenses(deleted="true") == [], deadline=60)  # housekeeping was there
    assert unlink(user, one, two).status_code == 204 and len(user.expenses()) == 2
    assert link(user, one, two, "duplicate").status_code == 201
    assert user.call("DELETE", f"/expenses/{one}", headers={"If-Match": "*"}).status_code == 204
    sql(stack, "expense", old, user.id, one)
    sql(stack, "expense", old, user.id, two)
    left = "SELECT count(*) FROM expense WHERE user_id = %s"
    eventually(lambda: sql(stack, "expense", left, user.id)[0][0] == 0, deadline=90)


def test_a_text_read_again_takes_no_other_s_payment_with_it(kafka, user):
    def again(message_id, **data):
        body = event(user, "transaction.reparsed", {"message_id": message_id, "revision": 2, **data})
        kafka.produce("transaction.parsed.v1", body, key=user.id.encode())
    app = text(user, APP, f"You paid INR 250.00 to CORNER CAFE via UPI. UPI Ref {reference()}", "2026-03-10T09:00:00Z")
    bank = text(user, FIRST, "INR 250.00 debited from A/c XX7719 at CORNER CAFE. Avl Bal INR 4750.00",
                "2026-03-10T09:00:40Z")
    assert link(user, app["id"], bank["id"], "duplicate").status_code == 201
    account = f"/accounts/{bank['account']['id']}"
    assert user.get(account).json()["balance"]["amount"] == "4750.00"
    again(app["message_id"], parser="test/2", confidence=95, direction="debit", amount="250.00", currency="INR",
          occurred_at="2026-03-10T09:00:00Z", merchant="CORNER COFFEE", needs_review=False, **{"class": "purchase"})
    eventually(lambda: user.get(f"/expenses/{app['id']}").json()["merchant"]["name"] == "CORNER COFFEE")
    assert user.get(account).json()["balance"]["amount"] == "4750.00"  # the duplicate told it
    body = event(user, "transaction.reparsed", {"message_id": app["message_id"], "revision": 3, "withdrawn": "otp"})
    kafka.produce("transaction.parsed.v1", body, key=user.id.encode())
    eventually(lambda: user.get(f"/expenses/{app['id']}").json()["status"] == "needs_review")
    assert unlink(user, app["id"], bank["id"]).status_code == 204 and len(user.expenses()) == 2


def test_links_are_told_in_the_export_and_erased_with_the_person(stack, user):
    out, credit = enter(user), enter(user, "income")
    assert link(user, out, credit, "transfer").status_code == 201
    export = ask(user)
    ready(user, export)
    files = opened(user, export)
    told = [name for name in files if "expense_links" in name]
    assert told and out.encode() in files[told[0]]
    gone = user.call("DELETE", "/auth/account", json={"password": user.password})
    assert gone.status_code == 202, gone.text
    sql(stack, "auth", "UPDATE account SET delete_at = now() WHERE user_id = %s", user.id)
    eventually(lambda: sql(stack, "expense", "SELECT count(*) FROM expense_link WHERE user_id = %s",
                           user.id)[0][0] == 0, deadline=100)


def test_a_stranger_sees_nothing(stack, user):
    out, credit = enter(user), enter(user, "income")
    assert link(user, out, credit, "transfer").status_code == 201
    stranger = User(stack.url)
    assert unlink(stranger, out, credit).status_code == 404
    assert stranger.get(f"/expenses/{out}/links").status_code == 404
    assert len(links(user, out)) == 1
