"""Files of entries: guessed, shown, changed, entered once, taken back; and whatever a file can be."""
import csv
import io
import uuid
import xml.etree.ElementTree

import pytest
from contract import Contract
from person import User, eventually
from test_exports import sql

CONTRACT = Contract("expense")
BANK = ("Buchungstag;Verwendungszweck;Betrag;Währung\r\n21.03.2026;Bäckerei Nord;-4,50;EUR\r\n"
        "22.03.2026;\"Miete\nMärz\";-1.234,56;EUR\r\n23.03.2026;Gehalt;3.000,00;EUR\r\n")


def checked(answer, status):
    assert answer.status_code == status, answer.text
    CONTRACT.check(answer)
    return answer.json() if answer.content else None


def send(user, data, kind="text/csv"):
    return checked(user.call("POST", "/expenses/import", data=data, headers={"Content-Type": kind}), 201)


def run(user, import_id, then="done"):
    checked(user.call("POST", f"/imports/{import_id}/start"), 202)
    return wait(user, import_id, then)


def wait(user, import_id, then):
    def look():
        now = checked(user.get(f"/imports/{import_id}"), 200)
        return now if now["status"] == then else None
    return eventually(look, 30)


def patch(user, import_id, **body):
    return user.call("PATCH", f"/imports/{import_id}", json=body)


def preview(user, import_id):
    return checked(user.get(f"/imports/{import_id}/preview"), 200)["data"]


def amounts(user):
    return sorted((each["direction"], each["amount"]["amount"]) for each in user.expenses())


@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "utf-16", "cp1252"))
def test_a_statement_is_understood(user, encoding):
    made = send(user, BANK.encode(encoding))
    assert made["status"] == "preview"
    assert made["headers"] == ["Buchungstag", "Verwendungszweck", "Betrag", "Währung"]
    layout = made["layout"]
    assert (layout["delimiter"], layout["decimal"], layout["date_order"]) == (";", ",", "dmy")
    assert not layout["date_ambiguous"]
    assert layout["columns"] == {"date": 1, "merchant": 2, "amount": 3, "currency": 4}
    shown = preview(user, made["id"])
    assert [row["expense"]["amount"]["amount"] for row in shown] == ["4.50", "1234.56", "3000.00"]
    assert user.expenses() == []
    rows = run(user, made["id"])["rows"]
    assert rows == {"read": 3, "created": 3, "duplicate": 0, "failed": 0, "undone": 0}
    assert amounts(user) == [("credit", "3000.00"), ("debit", "1234.56"), ("debit", "4.50")]
    assert {each["source"] for each in user.expenses()} == {"import"}
    assert "Bäckerei Nord" in {each["merchant"]["name"] for each in user.expenses()}
    user.post("/expenses", {"amount": {"amount": "1.00", "currency": "EUR"}})
    assert len(user.expenses()) == 4 and len(user.expenses(**{"import": made["id"]})) == 3


def test_twice_is_once_and_two_coffees_are_two(user):
    coffee = "date,amount,merchant,currency\n2026-03-01,-3.00,Corner Cafe,EUR\n2026-03-01,-3.00,Corner Cafe,EUR\n"
    user.post("/expenses", {"type": "expense", "direction": "debit", "occurred_at": "2026-03-01T09:00:00Z",
                            "amount": {"amount": "3.00", "currency": "EUR"}, "merchant": "CORNER CAFE"})
    first = send(user, coffee)
    assert [row["status"] for row in preview(user, first["id"])] == ["duplicate", "new"]
    assert run(user, first["id"])["rows"]["duplicate"] == 1
    row = checked(user.get(f"/imports/{first['id']}/rows?status=duplicate"), 200)["data"][0]
    assert (row["line"], row["code"]) == (2, "same_amount_and_day")
    assert run(user, send(user, coffee)["id"])["rows"]["duplicate"] == 2
    again = send(user, coffee)["id"]
    checked(patch(user, again, duplicates="import"), 200)
    assert run(user, again)["rows"]["created"] == 2
    assert len(user.expenses()) == 4


def test_undone_in_one_step_and_done_again(user):
    first = send(user, BANK)["id"]
    run(user, first)
    checked(user.call("POST", f"/imports/{first}/undo"), 202)
    assert wait(user, first, "undone")["rows"]["undone"] == 3
    assert user.expenses() == []
    assert user.get("/expenses?deleted=true").json()["data"][0]["source"] == "import"
    assert user.get("/summaries?group_by=currency").json()["data"] == []
    assert run(user, send(user, BANK)["id"])["rows"]["created"] == 3


@pytest.mark.parametrize("page", (1, 100))
def test_an_undone_file_with_a_row_twice_is_entered_as_before(user, stack, page):
    row, other = (f"{uuid.uuid4()},2026-03-0{n},-3.00,Cafe {n},EUR\n" for n in (1, 2))
    file = "id,date,amount,merchant,currency\n" + row + other + row.upper()

    def entered():
        made = send(user, file)["id"]
        sql(stack, "expense", "UPDATE import SET page = %s WHERE id = %s", page, made)
        rows = run(user, made)["rows"]
        assert (rows["created"], rows["duplicate"]) == (2, 1)
        twice, = checked(user.get(f"/imports/{made}/rows"), 200)["data"]
        assert (twice["code"], user.get(f"/expenses/{twice['expense_id']}").status_code) == ("same_id", 200)
        return made
    first = entered()
    checked(user.call("POST", f"/imports/{first}/undo"), 202)
    wait(user, first, "undone")
    again = entered()
    checked(user.call("POST", f"/imports/{again}/undo"), 202)
    wait(user, again, "undone")
    entered()


def test_all_or_nothing(user):
    broken = "date,amount,currency\n2026-03-01,-3.00,EUR\n2026-02-30,-3.00,EUR\n2026-03-01,zero,EUR\n2026-03-01,1,EUX\n"
    made = send(user, broken)["id"]
    checked(patch(user, made, mode="all_or_nothing"), 200)
    assert run(user, made, "refused")["rows"]["failed"] == 3
    rows = checked(user.get(f"/imports/{made}/rows"), 200)["data"]
    assert [(row["line"], row["code"], row["column"]) for row in rows] == [
        (3, "date_invalid", "date"), (4, "amount_invalid", "amount"), (5, "currency_unknown", "currency")]
    assert user.expenses() == []
    checked(patch(user, made, mode="per_row"), 200)
    assert run(user, made)["rows"] == {"read": 4, "created": 1, "duplicate": 0, "failed": 3, "undone": 0}


def test_a_layout_is_changed_and_remembered(user):
    odd = "When,What,Out,In,Extra\n03/04/2026,Bakery,4.50,,x\n05/04/2026,Salary,,100.00,y\n"
    made = send(user, odd)
    assert made["layout"]["date_ambiguous"] or "date" not in made["layout"]["columns"]
    checked(patch(user, made["id"], layout={
        "columns": {"date": "When", "merchant": 2, "debit": "Out", "credit": "In", "note": "Extra", "amount": None},
        "date_order": "mdy", "currency": "USD"}), 200)
    shown = preview(user, made["id"])
    assert [row["expense"]["occurred_at"][:10] for row in shown] == ["2026-03-04", "2026-05-04"]
    assert [row["expense"]["type"] for row in shown] == ["expense", "income"]
    run(user, made["id"])
    again = send(user, odd)
    assert again["layout"]["date_order"] == "mdy" and again["layout"]["columns"]["note"] == 5


def test_a_ledger_goes_out_and_comes_in(user, other):
    for n, merchant in enumerate(("=cmd", "'=x", "Café, “Nord”\nline", "-1+2")):
        user.post("/expenses", {"type": "expense", "direction": "debit", "occurred_at": f"2026-03-0{n + 1}T09:00:00Z",
                                "amount": {"amount": "3.25", "currency": "KWD"}, "merchant": merchant,
                                "category": "Groceries", "note": "@note", "tags": ["a;b", "c"]})
    parts = [{"amount": {"amount": "1.25", "currency": "KWD"}, "category": "Plants, trees", "note": "=x"},
             {"amount": {"amount": "2.00", "currency": "KWD"}, "share_of": "Ann"}]
    split = user.call("PUT", f"/expenses/{user.expenses()[0]['id']}/splits", json={"splits": parts},
                      headers={"If-Match": "*"})
    assert split.status_code == 422  # no such category yet
    checked(user.post("/categories", {"name": "Plants, trees"}), 201)
    checked(user.call("PUT", f"/expenses/{user.expenses()[0]['id']}/splits", json={"splits": parts},
                      headers={"If-Match": "*"}), 200)
    out = user.get("/expenses/export.csv").content
    assert run(user, send(user, out)["id"])["rows"]["duplicate"] == 4
    assert run(other, send(other, out)["id"])["rows"]["created"] == 4
    line, shared = other.expenses()[0]["splits"]
    assert (line["category"]["name"], line["note"], shared["category"], shared["share_of"]) == (
        "Plants, trees", "=x", None, "Ann")
    sums = [[(row["key"]["category"] and row["key"]["category"]["name"], row["expense"], row["others"])
             for row in who.get("/summaries?group_by=category").json()["data"]] for who in (user, other)]
    assert sums[0] == sums[1]
    told = [list(csv.DictReader(io.StringIO(who.get("/expenses/export.csv").content.decode(), newline="")))
            for who in (user, other)]
    for row in told[0] + told[1]:
        row.pop("source")
    assert told[0] == told[1]


OFX = """OFXHEADER:100
DATA:OFXSGML

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>1<ACCTID>DE001234<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260321120000[-5:EST]<TRNAMT>-12.50<FITID>A1<NAME>Tom &amp; Co
</STMTTRN><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260322<TRNAMT>100<FITID>A2<NAME>Pay<MEMO>March</STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def test_ofx(user):
    assert run(user, send(user, OFX, "application/x-ofx")["id"])["rows"]["created"] == 2
    found = {each["merchant"]["name"]: each for each in user.expenses()}
    assert found["Tom & Co"]["occurred_at"] == "2026-03-21T17:00:00Z"
    assert found["Tom & Co"]["account"]["last4"] == "1234"
    assert (found["Pay"]["note"], found["Pay"]["direction"]) == ("March", "credit")
    assert run(user, send(user, OFX.replace("Pay", "Payroll"), "application/x-ofx")["id"])["rows"]["duplicate"] == 2


def test_ofx_goes_out_and_comes_in(user, other):
    account = checked(user.post("/accounts", {"name": "Giro", "bank": "Nordbank", "last4": "4821"}), 201)
    for n, currency in enumerate(("EUR", "EUR", "USD")):
        checked(user.post("/expenses", {"occurred_at": f"2026-03-0{n + 1}T09:00:00Z", "account": {"id": account["id"]},
                                        "amount": {"amount": "3.25", "currency": currency},
                                        "merchant": "A <b> & Söhne", "note": "x"}), 201)
    checked(user.post("/expenses", {"type": "income", "occurred_at": "2026-03-05T09:00:00Z",
                                    "amount": {"amount": "7", "currency": "JPY"}}), 201)
    answer = user.get("/expenses/export.ofx")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/x-ofx")
    assert 'filename="expenses.ofx"' in answer.headers["Content-Disposition"]
    tree = xml.etree.ElementTree.fromstring(answer.content)
    statements = [(each.findtext("CURDEF"), each.findtext("BANKACCTFROM/ACCTID"), len(each.findall(".//STMTTRN")),
                   each.findtext("LEDGERBAL/BALAMT")) for each in tree.iter("STMTRS")]
    assert statements == [("EUR", "4821", 2, "-6.50"), ("USD", "4821", 1, "-3.25"), ("JPY", "0", 1, "7")]
    assert run(user, send(user, answer.content, "application/x-ofx")["id"])["rows"]["duplicate"] == 4
    assert run(other, send(other, answer.content, "application/x-ofx")["id"])["rows"]["created"] == 4
    told = [[(each["id"], each["amount"], each["occurred_at"], each["merchant"] and each["merchant"]["name"])
             for each in who.expenses()] for who in (user, other)]
    assert told[0] == told[1]
    only = user.get("/expenses/export.ofx", params={"currency": "USD", "from": "2026-03-01"})
    assert only.text.count("<STMTTRN>") == 1
    assert user.get("/expenses/export.ofx", params={"currency": "XXQ"}).status_code == 422
    assert "<STMTTRNRS>" not in User(user.url).get("/expenses/export.ofx").text


def test_others_and_broken_ones(user, other):
    made = send(user, "date,amount\n\"2026-03-01,-3\n")["id"]
    for path in ("", "/preview", "/rows"):
        assert other.get(f"/imports/{made}{path}").status_code == 404
    assert other.call("POST", f"/imports/{made}/start").status_code == 404
    assert patch(other, made, mode="per_row").status_code == 404
    account = user.get("/accounts").json()["data"]
    assert account == []
    wrong = patch(user, made, layout={"columns": {"date": "Nowhere", "colour": 1}, "currency": "EUX",
                                      "account_id": "00000000-0000-7000-8000-000000000000"}, mode="maybe")
    assert wrong.status_code == 422
    assert {error["pointer"] for error in wrong.json()["errors"]} == {
        "/layout/columns/date", "/layout/columns/colour", "/layout/currency", "/layout/account_id", "/mode"}
    assert preview(user, made)[0]["code"] == "record_broken"
    assert user.call("POST", f"/imports/{made}/undo").status_code == 409
    assert user.call("DELETE", f"/imports/{made}").status_code == 204
    assert user.get(f"/imports/{made}/preview").json()["code"] == "import_state"
    assert user.call("POST", "/expenses/import", data=b"x",
                     headers={"Content-Type": "application/octet-stream"}).status_code == 422
    assert run(user, send(user, "")["id"])["rows"]["read"] == 0


def test_a_killed_importer_goes_on(user, stack):
    rows = "".join(f"2026-{n % 12 + 1:02}-{n % 28 + 1:02},-{n + 1}.00,Shop {n % 50},EUR\n" for n in range(6000))
    made = send(user, "date,amount,merchant,currency\n" + rows)["id"]
    checked(user.call("POST", f"/imports/{made}/start"), 202)
    eventually(lambda: user.get(f"/imports/{made}").json()["rows"]["created"] > 0, 30)
    for number in (1, 2):
        stack.replica("expense", number).kill()
    stack.start()
    eventually(lambda: user.get(f"/imports/{made}").status_code == 200, 30)
    done = eventually(lambda: (now := user.get(f"/imports/{made}").json())["status"] == "done" and now, 60)
    assert done["rows"]["created"] == 6000
    told = {each["count"] for each in user.get("/summaries?group_by=currency").json()["data"]}
    assert told == {6000}, told


POISON = (
    (OFX.replace("DE001234", "DE00é123"), "application/x-ofx", 2),
    (OFX.replace("<CURDEF>EUR", "<CURDEF>EUROéé"), "application/x-ofx", 0),
    (b"date,amount,currency,merchant\n2026-03-01,-1,EUR,\xf4\x90\x80\x80\n2026-03-01,-2,EUR,ok\n", "text/csv", 1),
    (b"date,amount,currency,merchant\n2026-03-01,-1,EUR,\xf7\xbf\xbf\xbf\n2026-03-01,-2,EUR,ok\n", "text/csv", 2),
    ("date,amount,currency\n9999-12-31T23:59:59-10:00,-1,EUR\n2026-03-01,-2,EUR\n", "text/csv", 1),
    ("date,amount,currency\n9999-12-31,-1,EUR\n2026-03-01,-2,EUR\n", "text/csv", 2),
)


@pytest.mark.parametrize("data, kind, created", POISON, ids=range(len(POISON)))
def test_no_file_keeps_others_waiting(user, other, data, kind, created):
    data = data if isinstance(data, bytes) else data.encode()
    poison = send(user, data, kind)["id"]
    checked(user.call("POST", f"/imports/{poison}/start"), 202)
    assert run(other, send(other, BANK)["id"])["rows"]["created"] == 3
    assert wait(user, poison, "done")["rows"]["created"] == created


def test_the_evening_of_the_last_day_there_is(user):
    """In a zone west of Greenwich it is a time of the year 10000."""
    user.patch("/users/me", {"preferences": {"time_zone": "America/New_York"}}, headers={"If-Match": "*"})
    user.post("/expenses", {"amount": {"amount": "1.00", "currency": "EUR"}})
    rows = run(user, send(user, "date,amount,currency\n31.12.9999 23:30,-1,EUR\n2026-03-01,-2,EUR\n")["id"])["rows"]
    assert (rows["created"], rows["failed"]) in ((1, 1), (2, 0))


def test_undoing_gives_back_what_was_merged_or_linked(user):
    """A bank's own entry that went into an imported one is there again."""
    own = checked(user.post("/expenses", {"occurred_at": "2026-03-21T12:00:00Z", "merchant": "Bakery",
                                          "amount": {"amount": "4.50", "currency": "EUR"}}), 201)
    made = send(user, "date,amount,currency,merchant\n2026-03-22,-4.50,EUR,Bakery\n2026-03-23,9.00,EUR,Me\n")["id"]
    run(user, made)
    entered = {each["amount"]["amount"]: each["id"] for each in user.expenses(**{"import": made})}
    checked(user.post(f"/expenses/{entered['4.50']}/links/{own['id']}", {"kind": "duplicate"}), 201)
    leg = checked(user.post("/expenses", {"occurred_at": "2026-03-23T12:00:00Z",
                                          "amount": {"amount": "9.00", "currency": "EUR"}}), 201)
    checked(user.post(f"/expenses/{leg['id']}/links/{entered['9.00']}", {"kind": "transfer"}), 201)
    assert {each["type"] for each in user.expenses(currency="EUR", min="9")} == {"transfer"}
    checked(user.call("POST", f"/imports/{made}/undo"), 202)
    assert wait(user, made, "undone")["rows"]["undone"] == 2
    assert {each["id"]: each["type"] for each in user.expenses()} == {own["id"]: "expense", leg["id"]: "expense"}


def test_a_currency_s_letters_are_no_sign(user):
    made = send(user, "date,amount,merchant\n2026-03-01,-12.50 USD,a\n2026-03-02,-12.50 EUR,b\n2026-03-03,5 CHF DR,c\n")
    checked(patch(user, made["id"], layout={"sign": "positive_is_debit"}), 200)
    run(user, made["id"])
    assert {each["merchant"]["name"]: each["direction"] for each in user.expenses()} == {
        "a": "credit", "b": "credit", "c": "debit"}


def test_a_file_of_nothing_but_broken_rows_ends(user):
    rows = checked(user.get(f"/imports/{send(user, 'date,amount' + chr(10) + ('x,y' + chr(10)) * 30000)['id']}"), 200)
    now = run(user, rows["id"], "refused")
    assert 10000 <= now["rows"]["failed"] < 30000
    counted, cursor = 0, {}
    while cursor is not None:
        page = checked(user.get(f"/imports/{rows['id']}/rows", params={"limit": 200, **cursor}), 200)
        counted += len(page["data"])
        cursor = {"cursor": page["page"]["next_cursor"]} if page["page"]["has_more"] else None
    assert counted <= 11000
