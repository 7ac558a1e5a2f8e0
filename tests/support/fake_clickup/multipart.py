"""Reads a multipart/form-data body as it arrives: a big attachment is hashed, never held."""
import email.message
import hashlib
import re

KEPT = 1 << 20   # bytes of an attachment that GET /_fake/attachment/ID can show
CHUNK = 1 << 16


class BadMultipart(Exception):
    pass


class Part:
    def __init__(self, name, filename, mimetype):
        self.name, self.filename, self.mimetype = name, filename, mimetype
        self.size, self.kept, self._hash = 0, b"", hashlib.sha256()

    def add(self, data):
        self.size += len(data)
        self._hash.update(data)
        if len(self.kept) < KEPT:
            self.kept += data[:KEPT - len(self.kept)]

    @property
    def sha256(self):
        return self._hash.hexdigest()

    def is_attachment(self):
        return self.filename is not None and re.fullmatch(r"attachment(\[\d*\])?", self.name or "")


def boundary_of(content_type):
    message = email.message.Message()
    message["Content-Type"] = content_type or ""
    boundary = message.get_param("boundary")
    if message.get_content_type() != "multipart/form-data" or not boundary:
        raise BadMultipart("not multipart/form-data with a boundary")
    return boundary


def parts(read, content_type):
    """The Parts of a body; `read(n)` gives up to n bytes, b"" at the end."""
    delimiter = b"\r\n--" + boundary_of(content_type).encode("latin-1")
    source = Source(read, b"\r\n")  # so that the first delimiter looks like all others
    source.until(delimiter, lambda data: None)
    found = []
    while True:
        tail = source.exactly(2)
        if tail == b"--":
            source.drain()
            return found
        if tail != b"\r\n":
            raise BadMultipart("no line end after a boundary")
        part = _head(source)
        source.until(delimiter, part.add)
        found.append(part)


def _head(source):
    lines = bytearray()
    source.until(b"\r\n\r\n", lines.extend)
    message = email.message.Message()
    for line in lines.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        message[name.strip()] = value.strip()
    shown = message.get("Content-Disposition", "")
    return Part(_quoted(shown, "name"), _quoted(shown, "filename"), message.get_content_type())


def _quoted(disposition, name):
    """The parameter as browsers and curl write it: quoted, with \\" or %22 for a quote."""
    match = re.search(rf'[;\s]{name}="((?:[^"\\]|\\.)*)"', disposition) or re.search(rf"[;\s]{name}=([^;\s]+)", disposition)
    return re.sub(r"\\(.)", r"\1", match.group(1)).replace("%22", '"') if match else None


class Source:
    """Bytes as they arrive, searched for a delimiter that may lie across two reads."""

    def __init__(self, read, first=b""):
        self.read, self.buffer = read, first

    def more(self):
        data = self.read(CHUNK)
        if not data:
            raise BadMultipart("the body ends within a part")
        self.buffer += data

    def until(self, delimiter, take):
        """Gives all before the delimiter to `take`, and skips the delimiter."""
        while (at := self.buffer.find(delimiter)) < 0:
            sure = max(0, len(self.buffer) - len(delimiter) + 1)
            take(self.buffer[:sure])
            self.buffer = self.buffer[sure:]
            self.more()
        take(self.buffer[:at])
        self.buffer = self.buffer[at + len(delimiter):]

    def exactly(self, count):
        while len(self.buffer) < count:
            self.more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def drain(self):
        while self.read(CHUNK):
            pass
