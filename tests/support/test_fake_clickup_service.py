"""The fake ClickUp: the rate limiter, the control interface, and clients that behave badly."""
import email.utils
import gzip
import http.client
import json
import socket
import threading
import time
import unittest

from fake_clickup.testing import COMMENT, LIST, TEAM, TOKEN, CommentingTest


class RateLimit(CommentingTest):
    SWITCHES = {"rate_limit": 3}

    def ask(self, token=TOKEN):
        return self.call("GET", "/user", token=token)

    def test_a_window_begins_with_the_first_call_and_every_response_says_where_it_stands(self):
        answers = [self.ask() for _ in range(3)]
        self.assertEqual([(one.status, one.headers["X-RateLimit-Limit"],
                           one.headers["X-RateLimit-Remaining"]) for one in answers],
                         [(200, "3", "2"), (200, "3", "1"), (200, "3", "0")])
        refused = self.ask()
        self.assert_error(refused, 429, "APP_002")
        self.assertEqual(refused.headers["X-RateLimit-Remaining"], "0")
        self.assertIsNone(refused.headers["Retry-After"])
        wait = int(refused.headers["X-RateLimit-Reset"]) - email.utils.parsedate_to_datetime(refused.headers["Date"]).timestamp()
        self.assertTrue(45 <= wait <= 61, wait)

    def test_waiting_until_the_reset_is_enough_and_less_is_not(self):
        first = self.ask()
        for _ in range(2):
            self.ask()
        left = int(first.headers["X-RateLimit-Reset"]) * 1000 - self.world.clock.now_ms()
        self.fake("clock", {"advance_ms": left - 30_000})
        self.assertEqual(self.ask().status, 429)
        self.fake("clock", {"advance_ms": 30_000})
        self.assertEqual(self.ask().status, 200)

    def test_a_short_window_passes_by_itself(self):
        self.switch(rate_window_ms=2000)
        self.assertEqual([self.ask().status for _ in range(4)], [200, 200, 200, 429])
        time.sleep(2)
        self.assertEqual(self.ask().status, 200)

    def test_each_token_has_its_own_window_and_wrong_ones_count_too(self):
        self.fake("tokens", {"pk_2_OTHER": {"user": 4411724}})
        for _ in range(4):
            self.ask()
        self.assertEqual(self.ask("pk_2_OTHER").status, 200)
        self.assertEqual([self.ask("pk_3_WRONG").status for _ in range(4)], [401, 401, 401, 429])

    def test_a_refused_request_is_not_applied(self):
        for _ in range(3):
            self.ask()
        self.assertEqual(self.comment().status, 429)
        self.assertEqual(self.comments(), 0)

    def test_its_quirks(self):
        for switches, status, headers in (({"no_reset_header": True}, 429,
                                           {"X-RateLimit-Reset": False, "X-RateLimit-Limit": True}),
                                          ({"rate_400": True}, 400, {"X-RateLimit-Reset": True}),
                                          ({"retry_after": True}, 429, {"Retry-After": True})):
            self.switch(no_reset_header=False, rate_400=False, retry_after=False)
            self.switch(**switches)
            while (answer := self.ask()).status == 200:
                pass
            self.assert_error(answer, status, "APP_002")
            self.assertEqual({name: name in answer.headers for name in headers}, headers)

    def test_headers_only_on_429_in_milliseconds_and_in_lower_case(self):
        self.switch(rate_headers_only_429=True, reset_in_ms=True, lowercase_headers=True)
        self.assertNotIn("X-RateLimit-Limit", self.ask().headers)
        for _ in range(3):
            answer = self.ask()
        self.assertGreater(int(answer.headers["X-RateLimit-Reset"]), 10**12)
        self.assertIn("x-ratelimit-reset", answer.headers.keys())

    def test_the_figures_tell_of_the_busiest_window(self):
        for _ in range(5):
            self.ask()
        self.fake("clock", {"advance_ms": 61_000})
        self.ask()
        stats = self.fake("stats")
        self.assertEqual([stats[key] for key in ("requests", "rate_limited", "most_in_window", "most_in_any_span")], [6, 2, 5, 5])


class Control(CommentingTest):
    def test_figures_and_the_log_of_requests(self):
        self.faults({"route": COMMENT, "mode": "lose_response_after_apply"})
        answer = self.call("GET", f"/team/{TEAM}/task", page=0)
        with self.assertRaises(http.client.RemoteDisconnected):
            self.comment()
        stats = self.fake("stats")
        self.assertEqual((stats["requests"], stats["statuses"], stats["faults"]),
                         (2, {"200": 1, "0": 1}, {"lose_response_after_apply": 1}))
        self.assertEqual(stats["routes"], {"GET /team/*/task": 1, COMMENT: 1})
        self.assertGreater(stats["bytes_out"], len(answer.raw))
        first, second = self.fake("requests")
        self.assertEqual((first["method"], first["path"], first["status"], first["fault"]),
                         ("GET", f"/api/v2/team/{TEAM}/task?page=0", 200, None))
        self.assertEqual((second["status"], second["fault"]), (0, "lose_response_after_apply"))
        self.fake("stats", {})
        self.assertEqual((self.fake("stats")["requests"], self.fake("requests")), (0, []))

    def test_no_answer_of_it_holds_a_token(self):
        self.comment()
        for path in ("stats", "world", "ledger", "requests", "switches"):
            answer = self.send("GET" if path != "switches" else "POST", f"/_fake/{path}", None if path != "switches" else "{}")
            self.assertNotIn(TOKEN.encode(), answer.raw)

    def test_the_world_shows_status_comments_and_attachments(self):
        self.comment("Seen")
        task = next(one for one in self.fake("world")["tasks"] if one["id"] == self.task)
        self.assertEqual((task["status"], [one["text"] for one in task["comments"]], task["attachments"]),
                         ("to do", ["Seen"], []))

    def test_a_persons_edit_is_an_edit_like_any_other(self):
        before = int(self.get(f"/task/{self.task}")["date_updated"])
        self.fake(f"task/{self.task}", {"status": "In Review", "name": "Other", "list": "901410000002", "priority": 1})
        task = self.get(f"/task/{self.task}")
        self.assertEqual((task["status"]["status"], task["name"], task["list"]["id"], task["priority"]["id"]),
                         ("in review", "Other", "901410000002", "1"))
        self.assertGreater(int(task["date_updated"]), before)
        self.assertEqual({one["by"] for one in self.fake("ledger")}, {"person"})
        self.fake(f"task/{self.task}", {"archived": True})
        self.assertNotIn(self.task, self.task_ids())
        self.fake(f"task/{self.task}", {"delete": True})
        self.assert_error(self.call("GET", f"/task/{self.task}"), 404, "ITEM_013")

    def test_new_tasks_one_or_many(self):
        one, = self.fake("tasks", {"name": "A", "status": "ready"})["ids"]
        ids = self.fake("tasks", [{"name": "B", "list": "901410000002", "depends_on": [one]}, {"id": "86cmine"}])["ids"]
        self.assertEqual((len(ids), ids[1]), (2, "86cmine"))
        self.assertEqual(self.get(f"/task/{ids[0]}")["dependencies"][0]["depends_on"], one)

    def test_a_list_can_be_renamed_given_other_statuses_and_deleted(self):
        self.fake(f"task/{self.task}", {"status": "in review"})
        self.fake(f"list/{LIST}", {"name": "New", "statuses": ["open", "Ready", "shut"]})
        self.assertEqual((self.get(f"/list/{LIST}")["name"], self.get(f"/task/{self.task}")["status"]["status"]), ("New", "open"))
        self.assert_error(self.call("PUT", f"/task/{self.task}", {"status": "in review"}), 400, "CRTSK_001")
        self.fake(f"list/{LIST}", {"delete": True})
        self.assert_error(self.call("GET", f"/task/{self.task}"), 401, "OAUTH_027")
        self.assertNotIn(self.task, self.task_ids())

    def test_the_clock_can_be_moved(self):
        before = self.world.clock.now_ms()
        self.assertGreaterEqual(self.fake("clock", {"advance_ms": 3_600_000})["now_ms"], before + 3_600_000)
        date = email.utils.parsedate_to_datetime(self.call("GET", "/user").headers["Date"]).timestamp()
        self.assertGreater(date * 1000, before + 3_590_000)

    def test_mistakes_are_400_or_404_with_a_reason(self):
        for path, body in (("task/none", {"name": "x"}), (f"task/{self.task}", {"status": "nope"}),
                           (f"task/{self.task}", {"colour": 1}), ("switches", {"nope": 1}),
                           ("switches", {"rate_400": "maybe"}), ("tasks", {"list": "1"}), ("clock", {}), ("faults", {})):
            answer = self.send("POST", f"/_fake/{path}", json.dumps(body))
            self.assertEqual((answer.status, bool(answer.json["err"])), (400, True), path)
        self.assertEqual(self.send("POST", "/_fake/switches", "{").status, 400)
        self.assertEqual(self.send("GET", "/_fake/nothing").status, 404)
        self.assertEqual(len(self.fake("world")["tasks"]), 6)


class Robust(CommentingTest):
    def raw(self, data):
        """Sends bytes and goes away at once."""
        with socket.create_connection(self.server.server_address, timeout=10) as connection:
            connection.sendall(data)

    def test_a_client_that_vanishes_changes_nothing_and_harms_nobody(self):
        def begin(what, kind):
            return (f"POST /api/v2/task/{self.task}/{what} HTTP/1.1\r\nHost: x\r\n"
                    f"Authorization: {TOKEN}\r\nContent-Type: {kind}\r\n")

        head, upload = begin("comment", "application/json"), begin("attachment", "multipart/form-data; boundary=XX")
        part = '--XX\r\nContent-Disposition: form-data; name="attachment"; filename="a"\r\n\r\nabc'
        for data in (b"", b"GET", b"\r\n\r\n", b"\0\xff\r\n\r\n", head.encode(),
                     (head + 'Content-Length: 99\r\n\r\n{"comment_text":"x"}').encode(),
                     (head + "Content-Length: many\r\n\r\n").encode(),
                     (head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n").encode(),
                     (head + "Transfer-Encoding: chunked\r\n\r\n5\r\nab").encode(),
                     (upload + "Content-Length: 999\r\n\r\n" + part).encode()):
            self.raw(data)
        self.assertEqual(self.comment().status, 200)
        task = self.fake(f"task/{self.task}")
        self.assertEqual((len(task["comments"]), task["attachments"]), (1, []))

    def test_many_clients_at_once_lose_nothing(self):
        self.world.switches["rate_limit"] = 10_000
        statuses = []

        def work():
            statuses.extend(self.comment().status for _ in range(25))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual((statuses, self.comments()), ([200] * 200, 200))
        self.assertEqual(len({one["id"] for one in self.fake("ledger")}), 200)

    def test_a_connection_serves_many_requests(self):
        connection = self.connection()
        for _ in range(3):
            connection.request("GET", "/api/v2/user", headers={"Authorization": TOKEN})
            self.assertEqual(json.loads(connection.getresponse().read())["user"]["id"], 4411723)
        self.assertEqual(self.fake("stats")["connections"], 2)

    def test_it_compresses_for_those_who_ask(self):
        plain = self.call("GET", f"/team/{TEAM}/task")
        small = self.send("GET", f"/api/v2/team/{TEAM}/task", headers={"Authorization": TOKEN,
                                                                       "Accept-Encoding": "deflate, gzip"})
        self.assertEqual(small.headers["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(small.raw), plain.raw)
        self.assertLess(len(small.raw), len(plain.raw))

    def test_it_can_be_used_as_a_proxy(self):
        answer = self.send("GET", "http://api.example/api/v2/user", headers={"Authorization": TOKEN})
        self.assertEqual(answer.json["user"]["id"], 4411723)
        self.assertEqual(self.fake("requests")[0]["path"], "http://api.example/api/v2/user")


if __name__ == "__main__":
    unittest.main()
