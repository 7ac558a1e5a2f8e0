"""HTTP/1.1 on loopback, and what each fault looks like on the wire."""
import email.utils
import gzip
import http.server
import json
import socket
import struct
import sys
import time

from . import control, errors, faults, multipart
from .app import Response
from .request import Request

COMPRESSED_FROM = 1024             # bytes
SILENT, RESET = "silent", "reset"  # the two ways to end a connection without a response


class Vanished(Exception):
    """The client is gone before its request was whole."""


def _length(text, base):
    try:
        return int(text, base)
    except ValueError:
        raise Vanished from None


class Body:
    """The body of a request, by Content-Length or in chunks."""

    def __init__(self, handler):
        self.file, self.chunked = handler.rfile, "chunked" in handler.headers.get("Transfer-Encoding", "").lower()
        self.left = 0 if self.chunked else _length(handler.headers.get("Content-Length") or "0", 10)
        self.ended = False

    def read(self, count):
        if self.chunked and not self.left and not self.ended:
            self._next_chunk()
        data = self.file.read(min(count, self.left)) if self.left else b""
        if self.left and not data:
            raise Vanished
        self.left -= len(data)
        if self.chunked and data and not self.left:
            self.file.readline()
        return data

    def _next_chunk(self):
        line = self.file.readline().partition(b";")[0].strip()
        if not line:
            raise Vanished
        self.left = _length(line, 16)
        if not self.left:
            self.ended = True
            while self.file.readline().strip():
                pass

    def all(self):
        return b"".join(iter(lambda: self.read(1 << 16), b""))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 600

    def log_message(self, *args):
        pass

    def setup(self):
        super().setup()
        with self.server.app.lock:
            self.server.app.counts["connections"] += 1

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (Vanished, ConnectionError, TimeoutError):
            self.close_connection = True

    def serve(self):
        body = Body(self)
        if self.path.startswith("/_fake"):
            self._send(self._control(body), ())
            return
        request = self._request(body)
        rate_headers, refusal, fault = self.server.app.admit(request)
        if refusal:
            self._answer(request, refusal, rate_headers, None)
        elif fault:
            self._fault(request, fault, rate_headers)
        else:
            self._answer(request, self.server.app.answer(request), rate_headers, None)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = serve

    def _control(self, body):
        try:
            return control.answer(self.server.app, self.command, self.path, json.loads(body.all() or b"{}"))
        except ValueError as error:
            return Response(400, {"err": f"not JSON: {error}"})

    def _request(self, body):
        """Reads the whole request. A body that does not call itself JSON is no body, as for ClickUp."""
        kind = self.headers.get("Content-Type", "").lower()
        request = Request(self.command, self.path, self.headers, {}, [])
        if kind.startswith("multipart/"):
            try:
                request.parts = multipart.parts(body.read, self.headers["Content-Type"])
            except multipart.BadMultipart:
                pass
        data = body.all()
        if data and kind.startswith("application/json"):
            try:
                request.json = json.loads(data)
            except ValueError:
                request.json = None
        return request

    def _fault(self, request, fault, rate_headers):
        app, mode = self.server.app, fault.mode
        before, after = fault.delays()
        time.sleep(before)
        response = app.answer(request) if fault.applies() else None
        if mode == "mutate_between_pages":
            app.mutate(fault.mutation())
        time.sleep(after)
        if mode == "lose_response_after_apply":
            self._hang_up(request, fault, SILENT)
        elif mode == "reset_connection":
            self._hang_up(request, fault, RESET)
        elif mode in faults.ANSWERED:
            self._answer(request, response, rate_headers, fault, truncated=mode == "truncate_body")
        else:
            self._answer(request, _instead(fault), () if mode in faults.BARE else rate_headers, fault)

    def _hang_up(self, request, fault, how):
        self.server.app.note(request, 0, fault, 0)
        self.close_connection = True
        if how == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, request, response, rate_headers, fault, truncated=False):
        response = self._compressed(response)
        head = self._head(response, rate_headers)
        body = b"" if self.command == "HEAD" else response.body[:len(response.body) // 2] if truncated else response.body
        self.server.app.note(request, response.status, fault, len(head) + len(body))
        self.wfile.write(head + body)
        self.close_connection |= truncated

    def _compressed(self, response):
        """gzip for a client that asks for it."""
        if len(response.body) < COMPRESSED_FROM or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return response
        small = Response(response.status, None, [*response.headers, ("Content-Encoding", "gzip")])
        small.body = gzip.compress(response.body, 1)
        return small

    def _send(self, response, rate_headers):
        self.wfile.write(self._head(response, rate_headers) + response.body)

    def _head(self, response, rate_headers):
        """In one piece with the body, so that no packet waits for another's acknowledgement."""
        now = self.server.app.world.clock.now_ms() / 1000
        headers = [("Date", email.utils.formatdate(now, usegmt=True)), *response.headers, *rate_headers]
        if response.status != 204:
            headers.append(("Content-Length", len(response.body)))
        if self.server.app.world.switches["lowercase_headers"]:
            headers = [(name.lower(), value) for name, value in headers]
        reason = self.responses.get(response.status, ("Unknown",))[0]
        lines = [f"HTTP/1.1 {response.status} {reason}"] + [f"{name}: {value}" for name, value in headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _instead(fault):
    """The response of a fault that has one of its own."""
    rule = fault.rule
    if fault.mode == "html_504":
        return _of(errors.html(504, "Gateway Time-out"))
    if fault.mode == "rate_limited_bare":
        return _of(errors.rate_limited())
    code = rule.get("code", 500)
    if fault.mode == "status":
        headers = [(name, value) for name, value in rule.get("headers", {}).items()]
        return Response(code, rule.get("body", {"err": "Internal server error", "ECODE": "ITEMV2_003"}), headers)
    if code == 500:
        return _of(errors.coded(500, "Internal server error", "ITEMV2_003"))
    return _of(errors.html(code, http.HTTPStatus(code).phrase))


def _of(error):
    return Response(error.status, error.body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, app):
        super().__init__(("127.0.0.1", 0), Handler)
        self.app = app
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, Vanished)):
            super().handle_error(request, client_address)
