#!/usr/bin/python3
"""An upstream that tells what reached it, to test the gateway alone.

    echo.py [ADDRESS[,ADDRESS...]] [PORT...]      default: 127.0.0.1,127.0.0.2 on 8101 8102 8103 8104

Answers JSON: the address it listens on, method, path as sent, headers as [name, value] pairs, length
of the body. /healthz is 200. What a request wants to go wrong is said in its query:
    ?status=500     that status        ?delay=2   seconds before the answer        ?close=1   no answer
"""
import collections
import http.server
import json
import socketserver
import sys
import threading
import time
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        total = 0
        while size := int(self.rfile.readline(), 16):
            total += len(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return total

    def answer(self):
        length = self.read_body()
        path, _, query = self.path.partition("?")
        wants = dict(urllib.parse.parse_qsl(query))
        if path != "/healthz":
            self.server.seen[(self.command, self.path)] += 1
        time.sleep(float(wants.get("delay", 0)))
        if "close" in wants:
            self.close_connection = True
            return
        told = json.dumps({"address": self.server.server_address[0], "port": self.server.server_address[1],
                           "method": self.command, "path": self.path, "headers": self.headers.items(),
                           "body_length": length}).encode()
        self.send_response(int(wants.get("status", 200)))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def log_message(self, format, *arguments):
        """Quiet: the tests say what matters."""


class Echo(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """One listener; stop() also ends kept-alive connections, as the death of a process would."""
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, port):
        self.seen = collections.Counter()
        self.open = set()
        super().__init__((address, port), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def get_request(self):
        connection, peer = super().get_request()
        self.open.add(connection)
        return connection, peer

    def close_request(self, request):
        self.open.discard(request)
        super().close_request(request)

    def handle_error(self, request, client_address):
        """A peer that went away is what some tests want."""

    def stop(self):
        self.shutdown()
        self.server_close()
        for connection in list(self.open):
            try:
                connection.shutdown(2)
            except OSError:
                pass


def main():
    addresses = sys.argv[1].split(",") if len(sys.argv) > 1 else ["127.0.0.1", "127.0.0.2"]
    ports = [int(port) for port in sys.argv[2:]] or [8101, 8102, 8103, 8104]
    servers = [Echo(address, port) for address in addresses for port in ports]
    print(f"listening: {', '.join('%s:%d' % server.server_address for server in servers)}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
