"""Another transaction at the side of the service's own: a test holds what the service has to wait for."""
import threading
import uuid

import psycopg2

from person import eventually


class Other:
    """A transaction of somebody else: what it changes is locked until its end.

        with Other(stack) as other:
            other.run("UPDATE …")
            call = other.meanwhile(lambda: user.post(…))
        answer = call.answer()
    """

    def __init__(self, stack):
        self.stack = stack

    def __enter__(self):
        self.connection = psycopg2.connect(self.stack.database.admin_dsn())
        self.watch = psycopg2.connect(self.stack.database.admin_dsn())
        self.watch.autocommit = True
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.connection.commit()
        self.connection.close()
        self.watch.close()

    def run(self, statement, *parameters):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    def waited_for(self):
        with self.watch.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
                           (self.connection.info.backend_pid,))
            return cursor.fetchone()[0] > 0

    def meanwhile(self, work):
        """Begins work on the side, and returns once it waits for this transaction."""
        call = Call(work)
        try:
            eventually(self.waited_for)
        except AssertionError as error:
            raise AssertionError(f"it did not wait: {getattr(call.result, 'text', call.error)}") from error
        return call

    def new_category(self, user):
        """One that nobody sees before the end; its (id, name)."""
        category = str(uuid.uuid4())
        self.run("INSERT INTO expense.category (user_id, id, name, position) VALUES (%s, %s, %s, 1000)",
                 user.id, category, f"New {category}")
        return category, f"New {category}"

    def categorise(self, user, expense_id):
        """What an edit of the category does to the row."""
        category, name = self.new_category(user)
        assert self.run("UPDATE expense.expense SET category_id = %s, version = version + 1"
                        " WHERE user_id = %s AND id = %s", category, user.id, expense_id) == 1
        return {"id": category, "name": name}

    def new_account(self, user, expense_id):
        """Like categorise, with an account; its id."""
        account = str(uuid.uuid4())
        self.run("INSERT INTO expense.account (user_id, id, hand_name, name) VALUES (%s, %s, %s, 'New')",
                 user.id, account, account)
        assert self.run("UPDATE expense.expense SET account_id = %s, version = version + 1"
                        " WHERE user_id = %s AND id = %s", account, user.id, expense_id) == 1
        return account


class Call:
    """Work on a thread of its own."""

    def __init__(self, work):
        self.work, self.result, self.error = work, None, None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            self.result = self.work()
        except Exception as error:  # told by answer
            self.error = error

    def answer(self):
        self.thread.join(60)
        assert not self.thread.is_alive(), "it still waits"
        if self.error is not None:
            raise self.error
        return self.result
