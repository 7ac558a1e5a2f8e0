"""A request as the routes see it."""
import re
import urllib.parse


class Request:
    def __init__(self, method, target, headers, json=None, parts=None):
        path, _, query = re.sub(r"^http://[^/]*", "", target).partition("?")  # a whole address: a proxy was asked
        self.method, self.target, self.headers, self.json, self.parts = method, target, headers, json, parts
        self.path = path.removeprefix("/api/v2")
        self.segments = [urllib.parse.unquote(one) for one in self.path.strip("/").split("/")]
        # name[0] is name[]; %5B and + are decoded
        self.query = [(re.sub(r"\[\d*\]$", "[]", name), value)
                      for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True)]
        self.token = None

    def all(self, name):
        return [value for key, value in self.query if key == name]

    def text(self, name):
        return next(iter(self.all(name)), None)

    def flag(self, name):
        return (self.text(name) or "").lower() in ("true", "1")

    def number(self, name):
        """The parameter as a whole number; None when it is absent or something else."""
        value = self.text(name)
        return int(value) if value and re.fullmatch(r"-?\d+", value) else None
