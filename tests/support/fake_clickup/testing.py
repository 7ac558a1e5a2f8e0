"""For the fake's own tests: a fake in this process, and a client that knows nothing of it but HTTP."""
import http.client
import json
import threading
import unittest
import urllib.parse

from . import make, switches, worldfile
from .app import App
from .server import Server
from .world import World

TOKEN = "pk_4411723_FAKE"
TEAM, SPACE, LIST = "9014123456", "90140000011", "901410000001"
COMMENT = "POST /task/*/comment"
JSON = {"Content-Type": "application/json"}


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.raw = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.raw)

    @property
    def ecode(self):
        return self.json.get("ECODE")


class FakeTest(unittest.TestCase):
    """Every test has a fake of its own: the world `WORLD` (JSON) or else what `MAKE` makes, with `SWITCHES`."""
    MAKE, WORLD, SWITCHES = "lists=2,tasks=6,ready=2", None, {}

    def setUp(self):
        self.world = World({**switches.DEFAULTS, **self.SWITCHES})
        if self.WORLD:
            worldfile.load(self.world, self.WORLD)
        else:
            make.make(self.world, self.MAKE)
        self.server = Server(App(self.world, "1"))
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()
        self.addCleanup(self._stop)

    def _stop(self):
        self.server.shutdown()
        self.server.server_close()

    def connection(self, timeout=20):
        connection = http.client.HTTPConnection(*self.server.server_address, timeout=timeout)
        self.addCleanup(connection.close)
        return connection

    def send(self, method, path, body=None, headers=None, timeout=20):
        connection = self.connection(timeout)
        connection.request(method, path, body, headers or {})
        return Answer(connection.getresponse())

    def call(self, method, path, body=None, token=TOKEN, **query):
        """A request to the API with a JSON body; `ids__` in the query stands for ids[]."""
        pairs = [(name.replace("__", "[]"), one) for name,
                 value in query.items() for one in (value if isinstance(value, list) else [value])]
        target = f"/api/v2{path}" + ("?" + urllib.parse.urlencode(pairs) if pairs else "")
        headers = {"Authorization": token} if token else {}
        if body is None:
            return self.send(method, target, None, headers)
        return self.send(method, target, json.dumps(body), {**headers, **JSON})

    def get(self, path, **query):
        answer = self.call("GET", path, **query)
        self.assertEqual(answer.status, 200, answer.raw)
        return answer.json

    def fake(self, path, body=None):
        """The control interface; a body makes it a POST."""
        answer = self.send("GET" if body is None else "POST", f"/_fake/{path}", None if body is None else json.dumps(body))
        self.assertEqual(answer.status, 200, answer.raw)
        return answer.json

    def switch(self, **values):
        self.fake("switches", values)

    def task_ids(self, path=f"/team/{TEAM}/task", **query):
        return [task["id"] for task in self.get(path, **query)["tasks"]]

    def assert_error(self, answer, status, ecode):
        self.assertEqual((answer.status, answer.json.get("ECODE")), (status, ecode))

    def assert_html(self, answer, status):
        self.assertEqual(answer.status, status)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/html"))
        self.assertIn(b"<html>", answer.raw)


class CommentingTest(FakeTest):
    """With a task to comment on."""

    def setUp(self):
        super().setUp()
        self.task = next(iter(self.world.tasks))

    def faults(self, *rules):
        self.fake("faults", list(rules))

    def comment(self, text="Hello", timeout=20):
        return self.send("POST", f"/api/v2/task/{self.task}/comment", json.dumps({"comment_text": text}),
                         {"Authorization": TOKEN, **JSON}, timeout)

    def comments(self):
        return len(self.fake(f"task/{self.task}")["comments"])
