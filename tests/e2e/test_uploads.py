"""Files of texts: every format, in parts, broken off, sent twice, killed in the middle."""
import pytest
from contract import Contract
from person import eventually

CONTRACT = Contract("deserialize")


def checked(answer, status):
    assert answer.status_code == status, answer.text
    CONTRACT.check(answer)
    return answer.json() if answer.content else None


def send(user, data, kind="text/csv", query=""):
    return user.call("POST", f"/uploads{query}", data=data, headers={"Content-Type": kind})


def part(user, upload, offset, data=b"", complete=False):
    return user.call("PATCH", f"/uploads/{upload}", data=data, headers={
        "Content-Type": "application/partial-upload", "Upload-Offset": str(offset),
        "Upload-Complete": "?1" if complete else "?0"})


def done(user, upload, deadline=60):
    def look():
        now = checked(user.get(f"/uploads/{upload}"), 200)
        return now if now["status"] == "done" else None
    return eventually(look, deadline)


def bank(number):
    return f"INR {number + 100}.00 debited from A/c XX4821 to VPA cafe@upi CORNER CAFE. UPI Ref {700000000000 + number}"


def csv(numbers):
    return ("sender,body,received_at\r\n" + "".join(
        f'VM-EXBANK,"{bank(n)}",2026-03-{n % 28 + 1:02}T10:00:00Z\r\n' for n in numbers)).encode()


def test_csv_becomes_expenses_and_twice_is_once(user):
    first = done(user, checked(send(user, csv(range(30)) + b"VM-EXBANK,,\r\n,x,\r\nVM-EXBANK,y,soon\r\n"), 202)["id"])
    assert first["items"] == {"read": 33, "received": 30, "duplicate": 0, "skipped": 0, "failed": 3}
    failed = checked(user.get(f"/uploads/{first['id']}/items?status=failed"), 200)["data"]
    assert [(each["number"], each["line"], each["code"]) for each in failed] == [
        (31, 32, "body_invalid"), (32, 33, "sender_invalid"), (33, 34, "time_invalid")]
    eventually(lambda: len(user.expenses()) == 30)
    again = done(user, checked(send(user, csv(range(31))), 202)["id"])
    assert (again["items"]["received"], again["items"]["duplicate"]) == (1, 30)
    item = user.get(f"/uploads/{again['id']}/items?limit=1").json()["data"][0]
    assert item["status"] == "duplicate" and user.get(f"/messages/{item['message_id']}").status_code == 200
    eventually(lambda: len(user.expenses()) == 31)
    assert len(user.get("/uploads?limit=1").json()["data"]) == 1


def test_sms_backup_and_mails(user):
    xml = ('<?xml version="1.0"?><smses count="2">'
           f'<sms address="VM-EXBANK" date="1772323200000" type="1" body="{bank(1)}" />'
           '<sms address="me" date="1772323200000" type="2" body="on my way" /></smses>')
    sms = done(user, checked(send(user, xml.encode(), "application/xml"), 202)["id"])
    assert (sms["format"], sms["items"]["received"], sms["items"]["skipped"]) == ("sms_backup", 1, 1)
    mail = ("From x Mon Mar  2 00:00:00 2026\nFrom: Bank <alerts@exbank.example>\nMessage-ID: <9@exbank.example>\n"
            f"Date: Sun, 01 Mar 2026 00:00:00 +0000\nContent-Type: text/plain\n\nDear customer,\n{bank(2)}\n")
    box = done(user, checked(send(user, mail.encode(), "application/mbox"), 202)["id"])
    assert box["items"]["received"] == 1
    texts = eventually(lambda: user.get("/messages?status=parsed").json()["data"])
    assert {each["channel"] for each in eventually(lambda: len(texts) > 0 and user.get("/messages").json()["data"])} \
        == {"sms", "email"}


def test_in_parts_from_where_it_broke_off(user, other):
    data = csv(range(40))
    begun = checked(send(user, data[:100], query="?complete=false"), 202)
    assert (begun["status"], begun["bytes"]) == ("open", 100)
    upload = begun["id"]
    wrong = part(user, upload, 90, data[90:200])
    assert wrong.status_code == 409 and wrong.json()["code"] == "upload_offset_differs"
    assert part(other, upload, 100, data[100:200]).status_code == 404
    assert other.get(f"/uploads/{upload}").status_code == 404
    assert part(user, upload, "x").status_code == 400
    assert checked(part(user, upload, 100, data[100:1000]), 202)["bytes"] == 1000
    assert checked(part(user, upload, 1000, data[1000:], complete=True), 202)["bytes"] == len(data)
    assert part(user, upload, len(data), b"x").json()["code"] == "upload_complete"
    assert done(user, upload)["items"]["received"] == 40


def test_a_large_file_streams_in_and_breaks_off(user):
    """As chunks without a length, then a client that goes away in the middle of a second one."""
    data = csv(range(40)) + b"VM-EXBANK,,\r\n" * 400_000
    whole = checked(send(user, iter(data[at:at + 50_000] for at in range(0, len(data), 50_000))), 202)
    assert whole["bytes"] == len(data) and whole["status"] == "reading"
    assert user.call("DELETE", f"/uploads/{whole['id']}").status_code == 204

    def broken():
        yield data[:1_000_000]
        eventually(lambda: user.get("/uploads?limit=1").json()["data"][0]["bytes"] == 3 * 256 * 1024)
        raise RuntimeError
    with pytest.raises(RuntimeError):
        send(user, broken())
    left = user.get("/uploads?limit=1").json()["data"][0]
    assert left["status"] == "open"

    def go_on():
        here = checked(user.get(f"/uploads/{left['id']}"), 200)["bytes"]
        answer = part(user, left["id"], here, data[here:1_000_000], complete=True)
        return answer.json() if answer.status_code == 202 else None
    assert eventually(go_on)["bytes"] == 1_000_000
    assert done(user, left["id"])["items"]["received"] == 40


def test_limits_and_bad_requests(user):
    assert send(user, b"x", "application/pdf").status_code == 415
    assert send(user, b"x", "application/octet-stream").json()["errors"][0]["pointer"] == "?format"
    assert send(user, b"x", query="?format=xls").status_code == 422
    assert user.get("/uploads/x").status_code == 404
    open_ones = [checked(send(user, b"", query="?complete=false"), 202)["id"] for _ in range(5)]
    assert send(user, b"sender,body\r\n").json()["code"] == "too_many_uploads"
    assert user.call("DELETE", f"/uploads/{open_ones[0]}").status_code == 204
    assert user.get(f"/uploads/{open_ones[0]}").json()["status"] == "cancelled"
    assert user.call("DELETE", f"/uploads/{open_ones[0]}").status_code == 404
    nothing = done(user, checked(send(user, b"text,from\r\na,b\r\n"), 202)["id"])
    codes = [each["code"] for each in user.get(f"/uploads/{nothing['id']}/items").json()["data"]]
    assert codes == ["columns_missing", "sender_invalid"]


@pytest.mark.parametrize("junk", [b"\x00" * 2000, b"\xff\xfe\x00" * 700, b'"' * 3000, b"<sms " * 500, b"From \n" * 300])
@pytest.mark.parametrize("kind", ["text/csv", "application/xml", "application/mbox"])
def test_junk_ends_with_reasons(user, kind, junk):
    ended = done(user, checked(send(user, junk, kind), 202)["id"])
    assert ended["items"]["received"] == 0 and ended["bytes_read"] == len(junk)


def test_the_pieces_lie_sealed_and_go(stack, user):
    upload = checked(send(user, csv(range(3)), query="?complete=false"), 202)["id"]
    query = f"SELECT encode(sealed, 'escape') FROM deserialize.upload_piece WHERE upload_id = '{upload}'"
    held = stack.database_tool("psql", "-Atc", query).stdout
    assert held and "debited" not in held
    part(user, upload, len(csv(range(3))), complete=True)
    done(user, upload)
    assert stack.database_tool("psql", "-Atc", query).stdout == ""


def test_killed_in_the_middle_it_loses_and_doubles_none(stack, user):
    upload = checked(send(user, csv(range(6000))), 202)["id"]
    for _ in range(2):
        for number in (1, 2):
            stack.replica("deserialize", number).kill()
        stack.start()
    items = done(user, upload, 90)["items"]
    assert items == {"read": 6000, "received": 6000, "duplicate": 0, "skipped": 0, "failed": 0}
    eventually(lambda: stack.database_tool(
        "psql", "-Atc", "SELECT count(*), count(DISTINCT message_id) FROM expense.expense"
        f" WHERE user_id = '{user.id}'").stdout.strip() == "6000|6000", 90)
