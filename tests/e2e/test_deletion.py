"""Deleting an account: had back within its time, erased everywhere after it."""
import psycopg2
import pytest
from person import User, eventually
from test_account_care import api, codes, login, refused_everywhere


def delete(user):
    answer = api(user, "DELETE", "/auth/account", {"password": user.password})
    assert answer.status_code == 202 and answer.json()["delete_at"], answer.text


def test_the_password_is_asked_for(user):
    assert codes(api(user, "DELETE", "/auth/account", {"password": "wrong"})) == {("/password", "password_wrong")}
    assert codes(api(user, "DELETE", "/auth/account", {"password": user.password, "user_id": user.id})) \
        == {("/user_id", "unknown_field")}
    assert api(user, "DELETE", "/auth/account").status_code == 400
    assert api(user, "GET", "/auth/sessions").status_code == 200


def test_signing_in_undoes_it(stack, user):
    delete(user)
    refused_everywhere(user, user.access_token)
    eventually(lambda: [m for m in stack.mail.mails(to=user.email) if "will be deleted" in m["Subject"]])
    back = login(user)
    assert back.status_code == 200
    user.take(back.json())
    assert [row["action"] for row in api(user, "GET", "/auth/audit").json()["data"]] \
        == ["signed_in", "deletion_undone", "deletion_begun", "signed_up"]
    assert eventually(lambda: user.get("/users/me").status_code == 200)


@pytest.fixture
def held(stack, user):
    """An account whose erasure fails in the database."""
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute(f"""CREATE FUNCTION auth.hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.user_id = '{user.id}' THEN RAISE EXCEPTION 'held by a test'; END IF; RETURN OLD; END $$;
            CREATE TRIGGER hold BEFORE DELETE ON auth.account FOR EACH ROW EXECUTE FUNCTION auth.hold()""")
    yield user
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION auth.hold() CASCADE")


def test_one_that_cannot_be_erased_holds_no_other_up(stack, held):
    other = User(stack.url)
    delete(held)
    delete(other)

    def asked(statement, *values):
        with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()[0]
    due = "UPDATE auth.account SET delete_at = now() - %s * interval '1 minute' WHERE user_id = %s RETURNING 1"
    assert asked(due, 2, held.id) and asked(due, 1, other.id)
    count = "SELECT count(*) FROM auth.account WHERE user_id = %s"
    eventually(lambda: asked(count, other.id) == 0, deadline=90)  # housekeeping runs each minute
    assert asked(count, held.id) == 1
    assert asked("SELECT delete_at > now() FROM auth.account WHERE user_id = %s", held.id)


def test_its_time_come_everything_is_erased(stack, user, kafka):
    user.send("INR 450.00 debited from A/c XX4821 to VPA cafe@upi CORNER CAFE. UPI Ref 627512340981")
    eventually(user.expenses)
    delete(user)
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE auth.account SET delete_at = now() WHERE user_id = %s", (user.id,))
    with psycopg2.connect(stack.admin_dsn) as connection, connection.cursor() as cursor:
        connection.autocommit = True

        def left():
            counts = {}
            for table in ("auth.account", "auth.account_email", "auth.session", "auth.mail_code", "auth.known_address",
                          "expense.expense", "deserialize.message"):
                cursor.execute(f"SELECT count(*) FROM {table} WHERE user_id = %s", (user.id,))
                counts[table] = cursor.fetchone()[0]
            return {table: count for table, count in counts.items() if count}
        eventually(lambda: not left(), deadline=90)  # housekeeping runs each minute
    assert login(user).status_code == 401
    assert user.http.post(f"{user.url}/api/v1/auth/signup", timeout=30,
                          json={"email": user.email, "password": user.password}).status_code == 201
