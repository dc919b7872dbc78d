"""The mail server of a stack: every mail that a service sends becomes a file of .run/<name>/mail/."""
import email
import email.policy
import sys

from . import layout, wait
from .part import Part

PROGRAM = layout.TOP / "tests" / "stack" / "mail_sink.py"


class MailSink(Part):
    ready_timeout = 15
    stop_timeout = 5

    def __init__(self, state):
        super().__init__(state, "mail", "mail")
        self.directory = state.directory / "mail"

    @property
    def url(self):
        return f"smtp://{self.address}:{self.port}"

    def prepare(self):
        layout.make_directory(self.directory, 0o700)

    def command(self):
        return [sys.executable, PROGRAM, self.address, self.port, self.directory]

    def environment(self):
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def ready(self):
        return wait.accepts(self.address, self.port)

    def mails(self, to=None):
        """Parsed, the oldest first; those to one address."""
        found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                 for file in sorted(self.directory.glob("*.eml"))]
        return [mail for mail in found if to is None or to.lower() in mail["To"].lower()]
