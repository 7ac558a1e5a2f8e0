"""The fake ClickUp: faults: when they come, and how they look on the wire."""
import http.client
import json
import time
import unittest

from fake_clickup.testing import COMMENT, CommentingTest


class Wire(CommentingTest):
    def test_lose_response_after_apply_closes_without_a_byte(self):
        self.faults({"route": COMMENT, "mode": "lose_response_after_apply", "nth": 1})
        with self.assertRaises(http.client.RemoteDisconnected):
            self.comment()
        self.assertEqual(self.comments(), 1)
        self.assertEqual(len(self.fake("ledger")), 1)
        self.assertEqual(self.comment().status, 200)

    def test_fail_before_apply_applies_nothing(self):
        for code, check in ((500, lambda one: self.assert_error(one, 500, "ITEMV2_003")),
                            (502, lambda one: self.assert_html(one, 502)), (503, lambda one: self.assert_html(one, 503))):
            self.faults({"route": COMMENT, "mode": "fail_before_apply", "code": code})
            check(self.comment())
        self.assertEqual(self.comments(), 0)

    def test_delay_applies_at_once_and_answers_late(self):
        self.faults({"route": COMMENT, "mode": "delay", "ms": 15_000})
        begin = time.monotonic()
        with self.assertRaises(TimeoutError):
            self.comment(timeout=0.5)
        self.assertEqual(self.comments(), 1)
        self.assertLess(time.monotonic() - begin, 15)
        self.faults({"route": COMMENT, "mode": "delay", "ms": 300})
        begin = time.monotonic()
        self.assertEqual(self.comment().status, 200)
        self.assertGreaterEqual(time.monotonic() - begin, 0.3)

    def test_delay_may_apply_late_too(self):
        self.faults({"route": COMMENT, "mode": "delay", "ms": 2000, "when": "before"})
        with self.assertRaises(TimeoutError):
            self.comment(timeout=0.1)
        self.assertEqual(self.comments(), 0)
        deadline = time.monotonic() + 10
        while not self.comments() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.comments(), 1)

    def test_truncate_body_promises_more_than_it_sends(self):
        self.faults({"route": COMMENT, "mode": "truncate_body"})
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.comment()
        self.assertTrue(abs(len(caught.exception.partial) - caught.exception.expected) <= 1)
        self.assertTrue(caught.exception.partial.startswith(b'{"id":'))
        self.assertEqual(self.comments(), 1)

    def test_reset_connection_is_a_reset_and_applies_when_told(self):
        for apply, count in ((False, 0), (True, 1)):
            self.faults({"route": COMMENT, "mode": "reset_connection", "apply": apply})
            with self.assertRaises(ConnectionResetError) as caught:
                self.comment()
            self.assertNotIsInstance(caught.exception, http.client.RemoteDisconnected)
            self.assertEqual(self.comments(), count)

    def test_html_504_applies_when_told(self):
        for apply, count in ((False, 0), (True, 1)):
            self.faults({"route": COMMENT, "mode": "html_504", "apply": apply})
            answer = self.comment()
            self.assert_html(answer, 504)
            self.assertIsNone(answer.headers["X-RateLimit-Limit"])
            self.assertEqual(self.comments(), count)

    def test_rate_limited_bare_has_no_headers_and_applies_nothing(self):
        self.faults({"route": COMMENT, "mode": "rate_limited_bare"})
        answer = self.comment()
        self.assert_error(answer, 429, "APP_002")
        self.assertEqual([name for name in answer.headers if name.startswith("X-Rate") or name == "Retry-After"], [])
        self.assertEqual(self.comments(), 0)

    def test_status_says_what_it_is_told(self):
        self.faults({"route": COMMENT, "mode": "status", "code": 403, "body": {"err": "No", "ECODE": "ACCESS_999"},
                     "headers": {"Retry-After": "7"}})
        answer = self.comment()
        self.assert_error(answer, 403, "ACCESS_999")
        self.assertEqual(answer.headers["Retry-After"], "7")
        self.faults({"mode": "status", "code": 503, "body": "<html>Sorry</html>"})
        self.assert_html(self.comment(), 503)


class When(CommentingTest):
    def hits(self, count):
        return [self.comment().status == 500 for _ in range(count)]

    def test_nth_every_and_times(self):
        self.faults({"mode": "fail_before_apply", "nth": 2})
        self.assertEqual(self.hits(4), [False, True, False, False])
        self.faults({"mode": "fail_before_apply", "every": 2, "times": 1})
        self.assertEqual(self.hits(5), [False, True, False, False, False])

    def test_chance_follows_the_seed(self):
        self.world.switches["rate_limit"] = 10_000
        self.faults({"mode": "fail_before_apply", "chance": 0.3})
        first = self.hits(100)
        self.faults({"mode": "fail_before_apply", "chance": 0.3})
        self.assertEqual(self.hits(100), first)
        self.assertTrue(15 <= sum(first) <= 45)

    def test_a_star_stays_within_a_segment_unless_it_is_alone_or_double(self):
        for route, hit in ((COMMENT, True), ("POST /task/*", False), ("POST /task/**", True), ("* /*", True), ("* *", True),
                           ("POST *", True),
                           ("GET *", False), (f"* /task/{self.task}/comment", True), ("POST /task/*/field/*", False)):
            self.faults({"route": route, "mode": "fail_before_apply"})
            self.assertEqual(self.hits(1), [hit], route)

    def test_the_first_that_fires_has_the_request_and_all_that_match_count_it(self):
        self.faults({"mode": "fail_before_apply", "nth": 1}, {"mode": "rate_limited_bare", "nth": 2})
        self.assertEqual([self.comment().status for _ in range(3)], [500, 429, 200])

    def test_a_refused_request_meets_no_fault(self):
        self.switch(rate_limit=1)
        self.faults({"mode": "fail_before_apply", "nth": 2})
        self.assertEqual([self.comment().status for _ in range(2)], [200, 429])
        self.fake("clock", {"advance_ms": 60_000})
        self.assertEqual(self.comment().status, 500)

    def test_a_rule_that_says_nothing_is_refused(self):
        for rule in ({"mode": "explode"}, {"mode": "status", "colour": 1}, {"mode": "status", "code": 999},
                     {"mode": "mutate_between_pages", "what": "burn"}, 5):
            answer = self.send("POST", "/_fake/faults", json.dumps([rule]))
            self.assertEqual((answer.status, "fault 0" in answer.json["err"]), (400, True), rule)


if __name__ == "__main__":
    unittest.main()
