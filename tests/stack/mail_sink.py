#!/usr/bin/python3
"""A mail server that keeps every mail in a file and sends none on: mail_sink.py ADDRESS PORT DIRECTORY.

While DIRECTORY holds a file `refuse`, recipients are put off with 451, so that a test sees mails tried again.
"""
import os
import pathlib
import socketserver
import sys
import threading
import time

LINE_MAX, MAIL_MAX, KEPT = 2048, 1 << 20, 2000
lock = threading.Lock()


class TooLarge(Exception):
    pass


class Session(socketserver.StreamRequestHandler):
    timeout = 60

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def line(self):
        line = self.rfile.readline(LINE_MAX)
        if not line:
            raise ConnectionError
        return line

    def handle(self):
        self.say("220 sink")
        self.recipients = []
        try:
            while self.command(self.line().decode("ascii", "replace").strip()):
                pass
        except (OSError, TooLarge):
            pass  # the client went, or sends without end

    def command(self, line):
        word = line.split(" ")[0].upper()
        if word == "QUIT":
            self.say("221 bye")
            return False
        if word == "DATA" and self.recipients:
            self.say("354 go on, a line with a dot ends it")
            keep(self.server.directory, self.mail())
            self.recipients = []
            self.say("250 kept")
        elif word == "RCPT":
            if (self.server.directory / "refuse").exists():
                self.say("451 not now")
            else:
                self.recipients.append(line)
                self.say("250 yes")
        elif word in ("EHLO", "HELO", "MAIL", "RSET", "NOOP"):
            self.recipients = []
            self.say("250 yes")
        else:
            self.say("503 not like this")
        return True

    def mail(self):
        mail = b""
        while (line := self.line()) != b".\r\n":
            mail += line[1:] if line.startswith(b".") else line
            if len(mail) > MAIL_MAX:
                raise TooLarge
        return mail


def keep(directory, mail):
    """Under a name in the order of arrival; the oldest go, so that the directory does not grow for ever."""
    with lock:
        name = directory / f"{time.time_ns()}.eml"
        fresh = name.with_suffix(".part")
        fresh.write_bytes(mail)
        os.replace(fresh, name)
        for old in sorted(directory.glob("*.eml"))[:-KEPT]:
            old.unlink()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main():
    address, port, directory = sys.argv[1:]
    with Server((address, int(port)), Session) as server:
        server.directory = pathlib.Path(directory)
        server.serve_forever()


if __name__ == "__main__":
    main()
