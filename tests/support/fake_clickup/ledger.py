"""What was applied: one JSON line each, written before the response is sent.

Every line has time (ms), what, task and by (a token's name, or "person"). By `what`:
status {from, to} · field {field, name, value} · comment {id, text} · attachment {id, title, size, sha256}
create {name, list, status} · update {changes} · tag {name, added} · dependency {depends_on, added}
edit-comment {id} · delete-comment {id} · move {from, to} · delete {}
"""
import json


class Ledger:
    def __init__(self, path, clock):
        self.entries, self.clock = [], clock
        self.file = open(path, "a", encoding="utf-8") if path else None

    def add(self, what, task, by, **rest):
        entry = {"time": self.clock.now_ms(), "what": what, "task": task.id, "by": by, **rest}
        self.entries.append(entry)
        if self.file:
            self.file.write(json.dumps(entry) + "\n")
            self.file.flush()
