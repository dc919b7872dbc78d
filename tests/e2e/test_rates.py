"""Exchange rates: of all and one's own, and sums converted where one is known."""
import http.server
import threading

from contract import Contract
from person import eventually

CONTRACT = Contract("expense")
FILE = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"><Cube>
<Cube time='2026-03-06'><Cube currency='USD' rate='1.25'/><Cube currency='JPY' rate='150'/></Cube></Cube>
</gesmes:Envelope>"""


def checked(answer, status):
    assert answer.status_code == status, answer.text
    CONTRACT.check(answer)
    return answer.json() if answer.content else None


def enter(user, amount, currency, day="2026-03-09", **more):
    answer = user.post("/expenses", {"amount": {"amount": amount, "currency": currency},
                                     "occurred_at": f"{day}T12:00:00Z", **more})
    assert answer.status_code == 201, answer.text


def converted(user, query="from=2026-03-01&to=2026-03-31"):
    return checked(user.get(f"/summaries?group_by=currency&convert=true&{query}"), 200)["converted"]


def put(user, rate, **members):
    body = {"base": "EUR", "quote": "USD", "date": "2026-03-06", "rate": rate, **members}
    return user.call("PUT", "/rates", json=body)


def with_base(user, currency):
    answer = user.patch("/users/me", {"preferences": {"base_currency": currency}}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    eventually(lambda: (converted(user) or {}).get("currency") == currency)


def test_converted_where_a_rate_is_known_and_missing_said(stack, user, tmp_path):
    file = tmp_path / "eurofxref.xml"
    file.write_text(FILE)
    done = stack.replica("expense").run("rates", "import", str(file))
    assert (done.returncode, done.stdout) == (0, "2 rates\n"), done.stderr
    with_base(user, "EUR")
    enter(user, "10.00", "EUR")
    enter(user, "25.00", "USD")
    enter(user, "300", "JPY")
    enter(user, "5.00", "USD", type="refund")
    enter(user, "7.000", "KWD")
    enter(user, "9.00", "USD", day="2026-03-20")  # more than a week after the last rate
    now = converted(user)
    assert (now["expense"], now["income"]) == ("28.00", "0.00")
    assert now["missing"] == [{"currency": "KWD", "expense": "7.000", "income": "0.000"},
                              {"currency": "USD", "expense": "9.00", "income": "0.00"}]
    checked(put(user, "2", date="2026-03-19"), 200)
    assert converted(user)["expense"] == "32.50"
    with_base(user, "USD")  # 10 EUR and 300 JPY by way of the euro
    assert converted(user, "from=2026-03-09&to=2026-03-09")["expense"] == "35.00"


def test_ones_own_go_first_and_are_ones_own(stack, user, other, tmp_path):
    file = tmp_path / "eurofxref.xml"
    file.write_text(FILE)
    stack.replica("expense").run("rates", "import", str(file))
    path = "/rates?base=EUR&quote=USD&date=2026-03-06"
    own = checked(put(user, "1.30"), 200)
    assert own["own"] is True
    listed = checked(user.get("/rates?base=EUR&quote=USD"), 200)["data"]
    assert {(each["rate"], each["own"]) for each in listed} >= {("1.25", False), ("1.30", True)}
    assert ("1.30", True) not in {(each["rate"], each["own"]) for each in other.get("/rates").json()["data"]}
    assert other.call("DELETE", path).status_code == 404
    page = checked(user.get("/rates?limit=1"), 200)
    rest = checked(user.get(f"/rates?limit=200&cursor={page['page']['next_cursor']}"), 200)
    assert page["data"] + rest["data"] == checked(user.get("/rates?limit=200"), 200)["data"]
    assert user.call("DELETE", path).status_code == 204


def test_bad_rates(stack, user, tmp_path):
    for rate in ("0", "-1", "1e3", "", "x", 5):
        assert put(user, rate).status_code == 422, rate
    for members in ({"quote": "EUR"}, {"quote": "XQX"}, {"date": "2026-02-30"}, {"base": 5}, {"more": 1}):
        assert put(user, "1", **members).status_code == 422, members
    assert user.call("DELETE", "/rates").status_code == 422
    assert user.get("/summaries?group_by=type&convert=true&from=2026-03-01T00:00:00Z").status_code == 422
    file = tmp_path / "page.html"
    file.write_text("<html>no rates today</html>")
    done = stack.replica("expense").run("rates", "import", str(file))
    assert done.returncode == 1 and "is no eurofxref file" in done.stderr
    assert stack.replica("expense").run("rates", "import", str(tmp_path / "none")).returncode == 1


def test_each_entry_tells_its_base_amount(user):
    base = {"amount": "20.00", "currency": "USD"}
    with_base(user, "USD")
    checked(put(user, "2", date="2026-03-08"), 200)
    made = checked(user.post("/expenses", {"amount": {"amount": "10.00", "currency": "EUR"},
                                           "occurred_at": "2026-03-09T12:00:00Z"}), 201)
    assert made["base_amount"] == base
    path = f"/expenses/{made['id']}"
    assert checked(user.get(path), 200) == made and user.expenses()[0]["base_amount"] == base
    version = {"If-Match": user.get(path).headers["ETag"]}
    edited = checked(user.patch(path, {"amount": {"amount": "0.33", "currency": "KWD"}}, headers=version), 200)
    assert edited["base_amount"] is None  # no rate, so no guess
    checked(user.call("PUT", "/rates", json={"base": "KWD", "quote": "USD", "date": "2026-03-09", "rate": "3.25"}), 200)
    assert checked(user.get(path), 200)["base_amount"] == {"amount": "1.07", "currency": "USD"}
    enter(user, "5.00", "USD")
    assert {e["base_amount"]["amount"] for e in user.expenses()} == {"1.07", "5.00"}


class Bank(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):  # pylint: disable=invalid-name
        Bank.asked += 1
        body = FILE.replace("2026-03-06", "2026-04-09").encode()
        self.send_response(200 if self.path == "/daily.xml" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):  # pylint: disable=arguments-differ
        pass


def test_fetched_from_where_the_operator_says(stack, user):
    """By one replica, and not again at once."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for number in (1, 2):
            replica = stack.replica("expense", number)
            stack.extra_environment[replica.label] = {
                "EXPENSE_RATES_URL": f"http://127.0.0.1:{server.server_port}/daily.xml"}
            replica.stop()
            replica.launch()
            replica.wait_ready()
        with_base(user, "EUR")
        enter(user, "2.50", "USD", day="2026-04-10")
        eventually(lambda: converted(user, "from=2026-04-10&to=2026-04-10")["expense"] == "2.00", 30)
        assert Bank.asked == 1
        rate = checked(user.get("/rates?base=EUR&quote=USD"), 200)["data"]
        assert {"base": "EUR", "quote": "USD", "date": "2026-04-09", "rate": "1.25", "own": False} in rate
    finally:
        server.shutdown()
        for number in (1, 2):
            replica = stack.replica("expense", number)
            stack.extra_environment.pop(replica.label, None)
            replica.stop()


def test_an_address_that_is_none_is_refused_at_the_start(stack):
    replica = stack.replica("expense")
    stack.extra_environment[replica.label] = {"EXPENSE_RATES_URL": "ftp://example.org/rates"}
    try:
        done = replica.run("rates", "import", "/dev/null")
        assert done.returncode != 0 and "EXPENSE_RATES_URL" in done.stderr
    finally:
        stack.extra_environment.pop(replica.label, None)
