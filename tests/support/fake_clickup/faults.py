"""Faults: which request meets which one. How each looks on the wire is the server's.

A rule is {"route": "POST /task/*/comment", "mode": MODE, WHEN, "times": N, …}. `route` is a method (or *) and a glob on the
path after /api/v2: * stays within a segment, ** does not, and a lone * or /* is every path. WHEN is "nth": 3 (the third
matching request), "every": 10, "chance": 0.1 (by the seed), or nothing: always. "times" bounds how often. Every matching
rule counts the request; the first that fires has it. A request that the rate limiter refuses meets no fault.

mode                       what happens                                                          takes
lose_response_after_apply  applied, then the connection closes without a byte
fail_before_apply          code 500 (JSON) or 502, 503 (HTML); not applied                       code
delay                      applied, then answered late; "when":"before" applies late, too        ms (1000), when
truncate_body              applied; a full Content-Length and half of the body, then closed
html_504                   a gateway's page                                                      apply
reset_connection           RST                                                                   apply
rate_limited_bare          429 without any rate header; not applied
status                     code and body (JSON, or HTML as text)                                 code, body, headers, apply
mutate_between_pages       answered, and before that a person creates, touches or moves a task   what
"apply": true applies before the fault; the default is false. "ms" makes any of them late. "what" is create, touch, move or
delete; without it the first three take turns. The page that is answered shows the world before the change.
"""
import http
import random
import re

MODES = ("lose_response_after_apply", "fail_before_apply", "delay", "truncate_body", "html_504", "reset_connection",
         "rate_limited_bare", "status", "mutate_between_pages")
KEYS = {"route", "mode", "nth", "every", "chance", "times", "ms", "code", "body", "headers", "apply", "when", "what"}
MUTATIONS = ("create", "touch", "move", "delete")
ANSWERED = {"delay", "truncate_body", "mutate_between_pages"}  # with the response that the request earned
BARE = {"html_504", "rate_limited_bare"}                      # without the rate limiter's headers


class BadFault(ValueError):
    pass


def _regex(glob):
    meaning = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(meaning.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*|\*|\?)", glob))


class Fault:
    def __init__(self, rule, seed, index):
        if not isinstance(rule, dict) or rule.get("mode") not in MODES:
            raise BadFault(f"fault {index}: mode must be one of {', '.join(MODES)}")
        if unknown := rule.keys() - KEYS:
            raise BadFault(f"fault {index}: unknown {', '.join(sorted(unknown))}")
        if rule.get("what", "create") not in MUTATIONS:
            raise BadFault(f"fault {index}: what must be one of {', '.join(MUTATIONS)}")
        if rule.get("code", 500) not in http.HTTPStatus.__members__.values() or rule.get("code") == 204:
            raise BadFault(f"fault {index}: code {rule['code']} is no status with a body")
        self.rule, self.mode = rule, rule["mode"]
        self.method, _, glob = rule.get("route", "* *").partition(" ")
        self.path = re.compile(_regex("**" if glob in ("", "*", "/*") else glob))
        self.random = random.Random(f"{seed}/{index}")
        self.seen = self.fired = 0

    def matches(self, method, path):
        return self.method in ("*", method) and self.path.fullmatch(path) is not None

    def meets(self):
        """Counts a matching request; whether it is hit."""
        self.seen += 1
        return self.fired < self.rule.get("times", 1 << 60) and self._is_its_turn()

    def _is_its_turn(self):
        if "nth" in self.rule:
            return self.seen == self.rule["nth"]
        if "every" in self.rule:
            return self.seen % self.rule["every"] == 0
        return self.random.random() < self.rule.get("chance", 1)

    def applies(self):
        return self.mode in ANSWERED or self.mode == "lose_response_after_apply" or self.rule.get("apply", False)

    def delays(self):
        """Seconds to wait before the request is applied, and after."""
        seconds = self.rule.get("ms", 1000 if self.mode == "delay" else 0) / 1000
        return (seconds, 0) if self.rule.get("when") == "before" else (0, seconds)

    def mutation(self):
        return self.rule.get("what") or MUTATIONS[(self.fired - 1) % 3]


class Faults:
    def __init__(self, seed):
        self.seed, self.rules, self.counts = seed, [], {}

    def replace(self, rules):
        if not isinstance(rules, list):
            raise BadFault("faults must be an array")
        self.rules = [Fault(rule, self.seed, index) for index, rule in enumerate(rules)]

    def chosen(self, method, path):
        """The fault that hits this request, or None."""
        hit = None
        for fault in self.rules:
            if fault.matches(method, path) and fault.meets() and hit is None:
                hit = fault
        if hit:
            hit.fired += 1
            self.counts[hit.mode] = self.counts.get(hit.mode, 0) + 1
        return hit
