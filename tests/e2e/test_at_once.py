"""Two who change the same at once: whoever has to wait goes on from what the other left, names included."""
import pytest
from at_once import Call, Other
from person import User, eventually
from test_bank_accounts import account_with, text as bank_text
from test_budgets import make as make_budget
from test_exports import sql
from test_import import BANK, run as run_import, send as send_file, wait as wait_import
from test_merchants import by_text, merchant
from test_rules import enter, rule
from test_templates import read, teach, text


def anyway():
    return {"headers": {"If-Match": "*"}}


HALVES = {"splits": [{"amount": {"amount": "2.50", "currency": "INR"}}] * 2}
CALLS = {
    "confirm": lambda user, path, _: user.call("POST", f"{path}/confirm"),
    "restore": lambda user, path, _: user.call("POST", f"{path}/restore"),
    "edit": lambda user, path, _: user.patch(path, {"note": "later"}, **anyway()),
    "splits": lambda user, path, _: user.call("PUT", f"{path}/splits", json=HALVES, **anyway()),
    "bulk": lambda user, path, _: user.post("/expenses/bulk", {"changes": [{"id": path[-36:],
                                                                            "patch": {"note": "later"}}]}),
    "link": lambda user, path, other: user.post(f"{path}/links/{other['id']}", {"kind": "duplicate"}),
}


@pytest.fixture(autouse=True)
def all_live(stack):
    """Another replica does the work of one that died, so that nobody else would see it."""
    yield
    assert [part.label for part in stack.parts() if not part.alive()] == []


def told_ok(answer):
    assert answer.status_code in (200, 201, 207), answer.text


def category_of(user, expense):
    return user.get(f"/expenses/{expense['id']}").json()["category"]


@pytest.mark.parametrize("call", CALLS)
def test_one_is_changed_while_another_categorises_it(user, stack, call):
    expense, like = enter(user, "Corner"), enter(user, "Corner")
    with Other(stack) as other:
        given = other.categorise(user, expense["id"])
        waiting = other.meanwhile(lambda: CALLS[call](user, f"/expenses/{expense['id']}", like))
    told_ok(waiting.answer())
    assert category_of(user, expense) == given
    assert user.get(f"/expenses/{expense['id']}/history").status_code == 200


def test_a_rule_looks_through_what_another_categorises(user, stack):
    expense = enter(user, "Corner")
    made = rule(user, {"field": "merchant", "contains": "corner"}, {"add_tags": ["seen"]})
    with Other(stack) as other:
        given = other.categorise(user, expense["id"])
        other.meanwhile(lambda: told_ok(user.post(f"/rules/{made['id']}/apply", None)))
    after = eventually(lambda: [e for e in user.expenses() if e["tags"] == ["seen"]])[0]
    assert after["category"] == given


def test_an_import_is_taken_back_while_another_categorises(user, stack):
    made = send_file(user, BANK.encode())["id"]
    run_import(user, made)
    with Other(stack) as other:
        other.categorise(user, user.expenses()[0]["id"])
        other.meanwhile(lambda: user.call("POST", f"/imports/{made}/undo"))
    assert wait_import(user, made, "undone")["rows"]["undone"] == 3


def test_a_text_is_dismissed_while_another_categorises(user, stack):
    expense = by_text(user, 450, "Corner Shop")
    with Other(stack) as other:
        other.categorise(user, expense["id"])
        other.meanwhile(lambda: user.call("POST", f"/messages/{expense['message_id']}/dismiss"))
    eventually(lambda: user.expenses() == [])


def test_a_category_is_left_while_another_gives_a_new_one(user, stack):
    category = user.post("/categories", {"name": "Leaving"}).json()
    first, second = (enter(user, "Corner", category={"id": category["id"]}) for _ in range(2))
    with Other(stack) as other:
        given = other.categorise(user, first["id"])
        waiting = other.meanwhile(lambda: user.call("DELETE", f"/categories/{category['id']}", **anyway()))
    assert waiting.answer().status_code == 204
    assert (category_of(user, first), category_of(user, second)) == (given, None)
    assert [row["action"] for row in user.get(f"/expenses/{first['id']}/history").json()["data"]] == ["created"]


def test_a_category_is_spread_while_another_gives_a_new_merchant(user, stack):
    expense, like = enter(user, "Corner"), enter(user, "Corner")
    path = f"/merchants/{merchant(user, 'Corner')['id']}"
    with Other(stack) as other:
        account = other.new_account(user, expense["id"])
        other.meanwhile(lambda: told_ok(user.patch(path, {"category": "Travel", "apply_to": "all"}, **anyway())))
    eventually(lambda: not user.get(path).json()["applying"])
    assert category_of(user, like)["name"] == "Travel" == category_of(user, expense)["name"]
    assert user.get(f"/expenses/{expense['id']}").json()["account"]["id"] == account


def test_a_budget_is_changed_while_another_gives_it_a_category(user, stack):
    budget = make_budget(user, category="Groceries", scope="category")
    with Other(stack) as other:
        category, name = other.new_category(user)
        other.run("UPDATE expense.budget SET category_id = %s WHERE user_id = %s AND id = %s",
                  category, user.id, budget["id"])
        waiting = other.meanwhile(lambda: user.patch(f"/budgets/{budget['id']}", {"name": "Later"}, **anyway()))
    assert waiting.answer().status_code == 200
    assert waiting.answer().json()["category"] == {"id": category, "name": name}


def read_again_by(other, user, message_id):
    """What a second reading leaves, the expense's part of it included."""
    other.run("UPDATE deserialize.message SET status = status WHERE user_id = %s AND id = %s", user.id, message_id)
    columns = "parser, outcome, class, confidence, fields"
    other.run(f"INSERT INTO deserialize.attempt (user_id, message_id, number, {columns})"
              f" SELECT user_id, message_id, 2, {columns} FROM deserialize.attempt"
              "  WHERE user_id = %s AND message_id = %s", user.id, message_id)
    other.run("UPDATE expense.expense SET revision = 2 WHERE user_id = %s AND message_id = %s", user.id, message_id)


def test_a_text_is_read_again_by_two(user, stack):
    message, _ = read(user, text("ROPE WALK"))
    teach(user)
    with Other(stack) as other:
        read_again_by(other, user, message["id"])
        waiting = other.meanwhile(lambda: user.post(f"/messages/{message['id']}/reparse", None))
    told_ok(waiting.answer())
    eventually(lambda: sql(stack, "expense", "SELECT revision FROM expense WHERE user_id = %s AND message_id = %s",
                           user.id, message["id"]) == [(3,)])


def test_a_text_is_dismissed_while_another_reads_it_again(user, stack):
    expense = by_text(user, 451, "Corner Shop")
    with Other(stack) as other:
        read_again_by(other, user, expense["message_id"])
        waiting = other.meanwhile(lambda: user.call("POST", f"/messages/{expense['message_id']}/dismiss"))
    told_ok(waiting.answer())
    eventually(lambda: user.expenses() == [])


def test_a_text_names_an_account_that_is_being_deleted(user, stack):
    """What a constraint refused because of the other is entered all the same, and is no dead letter."""
    bank_text(user, "100.00", "5000.00", "2026-03-10T09:00:00Z")
    seen = account_with(user, 1)
    person = User(user.url)
    made = person.post("/accounts", {"name": "Mine", **{name: seen[name] for name in ("bank", "last4", "type")}}).json()
    with Other(stack) as other:
        other.run("DELETE FROM expense.account WHERE user_id = %s AND id = %s", person.id, made["id"])
        other.meanwhile(lambda: bank_text(person, "100.00", "5000.00", "2026-03-10T09:00:00Z"))
    assert account_with(person, 1)["id"] != made["id"]


def test_a_split_names_a_category_that_is_being_deleted(user, stack):
    expense, category = enter(user, "Corner"), user.post("/categories", {"name": "Leaving"}).json()

    def is_gone():
        return sql(stack, "expense", "SELECT id FROM category WHERE user_id = %s AND id = %s",
                   user.id, category["id"]) == []
    with Other(stack) as other:
        other.run("UPDATE expense.expense SET splits = jsonb_build_array(jsonb_build_object('minor', 500,"
                  " 'category_id', %s::text, 'note', NULL, 'share_of', NULL)), version = version + 1"
                  " WHERE user_id = %s AND id = %s", category["id"], user.id, expense["id"])
        call = Call(lambda: user.call("DELETE", f"/categories/{category['id']}", **anyway()))
        eventually(lambda: other.waited_for() or is_gone())
    assert call.answer().status_code == 204
    eventually(is_gone)
    line, = user.get(f"/expenses/{expense['id']}").json()["splits"]
    assert line["category"] is None


def test_who_enters_does_not_keep_others_from_editing_what_it_names(user, stack):
    """Else each would wait for the other: who entered has told of it, which whoever edits has to do, too."""
    account = user.post("/accounts", {"name": "Bank", "bank": "Example Bank", "last4": "0001"}).json()
    expense, like = (enter(user, "Corner", account={"id": account["id"]}) for _ in range(2))
    path = f"/merchants/{merchant(user, 'Corner')['id']}"
    with Other(stack) as other:
        for table in ("merchant", "account"):
            other.run(f"SELECT FROM expense.{table} WHERE user_id = %s FOR KEY SHARE", user.id)
        told_ok(user.patch(path, {"name": "Corner Shop"}, **anyway()))
        told_ok(user.post(f"{path}/aliases", {"name": "The Corner"}))
        told_ok(user.patch(f"/accounts/{account['id']}", {"name": "My bank"}, **anyway()))
        told_ok(user.patch(f"/expenses/{expense['id']}", {"category": "Fuel"}, **anyway()))
        told_ok(user.patch(path, {"category": "Travel", "apply_to": "all"}, **anyway()))
        eventually(lambda: (category_of(user, like) or {}).get("name") == "Travel")


def test_a_row_names_an_account_that_is_being_deleted(user, stack):
    account = user.post("/accounts", {"name": "Mine"}).json()
    made = send_file(user, "date,amount,merchant,currency,account\n2026-03-01,-3.00,Cafe,EUR,Mine\n")["id"]
    sql(stack, "expense", "UPDATE import SET page = 1 WHERE id = %s", made)
    with Other(stack) as other:
        other.run("DELETE FROM expense.account WHERE user_id = %s AND id = %s", user.id, account["id"])
        other.meanwhile(lambda: user.call("POST", f"/imports/{made}/start"))
    assert wait_import(user, made, "done")["rows"]["created"] == 1
    entered, = user.expenses()
    assert entered["account"]["name"] == "Mine" and entered["account"]["id"] != account["id"]
