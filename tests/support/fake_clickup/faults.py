"""Faults: which request meets which one. How each looks on the wire is the server's.

A rule is {"route": "POST /task/*/comment", "mode": MODE, WHEN, "times": N, …}. `route` is a method (or *) and a glob on the
path after /api/v2. WHEN is "nth": 3 (the third matching request), "every": 10, "chance": 0.1 (by the seed), or nothing:
always. "times" bounds how often. Every matching rule counts the request; the first that fires has it.

mode                       what happens                                                          takes
lose_response_after_apply  applied, then the connection closes without a byte
fail_before_apply          code 500 (JSON) or 502, 503 (HTML); not applied                       code
delay                      applied, then answered late; "when":"before" applies late, too        ms
truncate_body              applied; a full Content-Length and half of the body, then closed
html_504                   a gateway's page                                                      apply, ms
reset_connection           RST                                                                   apply
rate_limited_bare          429 without any rate header; not applied
status                     code and body (JSON or text)                                          code, body, headers, apply
mutate_between_pages       answered, and then a person creates, touches or moves a task          what
"apply": true applies before the fault; the default is false. "what" is create, touch, move or delete; without it the
first three take turns.
"""
import fnmatch
import random

MODES = ("lose_response_after_apply", "fail_before_apply", "delay", "truncate_body", "html_504", "reset_connection",
         "rate_limited_bare", "status", "mutate_between_pages")
KEYS = {"route", "mode", "nth", "every", "chance", "times", "ms", "code", "body", "headers", "apply", "when", "what"}
MUTATIONS = ("create", "touch", "move", "delete")
ALWAYS_APPLIED = {"lose_response_after_apply", "delay", "truncate_body", "mutate_between_pages"}


class BadFault(ValueError):
    pass


class Fault:
    def __init__(self, rule, seed, index):
        if not isinstance(rule, dict) or rule.get("mode") not in MODES:
            raise BadFault(f"fault {index}: mode must be one of {', '.join(MODES)}")
        if unknown := rule.keys() - KEYS:
            raise BadFault(f"fault {index}: unknown {', '.join(sorted(unknown))}")
        if rule.get("what", "create") not in MUTATIONS:
            raise BadFault(f"fault {index}: what must be one of {', '.join(MUTATIONS)}")
        self.rule, self.mode = rule, rule["mode"]
        self.method, _, self.glob = rule.get("route", "* *").partition(" ")
        self.random = random.Random(f"{seed}/{index}")
        self.seen = self.fired = 0

    def matches(self, method, path):
        return self.method in ("*", method) and fnmatch.fnmatchcase(path, self.glob or "*")

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
        if self.mode == "delay":
            return self.rule.get("when") != "before"
        return self.mode in ALWAYS_APPLIED or self.rule.get("apply", False)

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
