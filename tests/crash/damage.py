"""The kinds of damage that the restore drill does to a store. Each works on the files as a failing disk, a careless person or SQLite's own
mistakes would; what needs transactions has them made by cb's tools. No tool runs meanwhile unless it says so."""
import os, shutil, sqlite3

PAGE = 4096
TABLE_LEAF = 13


class Database:
    """state.db as bytes and as tables. Nothing here may be called while a tool has it open, but for query()."""

    def __init__(self, state):
        self.path = os.path.join(state, "state.db")

    def query(self, sql, *values):
        db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)
        db.text_factory = bytes
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def change(self, *statements):
        db = sqlite3.connect(self.path, isolation_level=None)
        try:
            for statement in statements:
                db.execute(*statement) if isinstance(statement, tuple) else db.execute(statement)
        finally:
            db.close()  # the last to close takes the log in, and away

    def take_log_in(self):
        self.change("PRAGMA wal_checkpoint(TRUNCATE)")

    def read(self):
        with open(self.path, "rb") as file:
            return file.read()

    def write(self, data, at=0):
        with open(self.path, "r+b") as file:
            file.seek(at)
            file.write(data)

    def root(self, name):
        return self.query("SELECT rootpage FROM sqlite_schema WHERE name = ?", name)[0][0]


def page(data, number):
    return data[(number - 1) * PAGE:number * PAGE]


def tree(data, root):
    """The numbers of all pages of a b-tree, but for overflow, in order of its keys."""
    bytes_of = page(data, root)
    if bytes_of[0] not in (2, 5):
        return [root]
    cells = int.from_bytes(bytes_of[3:5], "big")
    at = [int.from_bytes(bytes_of[12 + 2 * i:14 + 2 * i], "big") for i in range(cells)]
    children = [int.from_bytes(bytes_of[start:start + 4], "big") for start in [*at, 8]]
    return [root] + [number for child in children for number in tree(data, child)]


def leaves(data, root):
    return [number for number in tree(data, root) if page(data, number)[0] in (10, TABLE_LEAF)]


def zero_page(drill):
    """One in the middle of the tasks, which opening does not read."""
    data, root = drill.db.read(), drill.db.root("tasks")
    pages = leaves(data, root)
    drill.db.write(bytes(PAGE), (pages[len(pages) // 2] - 1) * PAGE)


def zero_root(drill):
    drill.db.write(bytes(PAGE), (drill.db.root("tasks") - 1) * PAGE)


def zero_header(drill):
    drill.db.write(bytes(100))


def truncate(drill):
    """In the middle of a page."""
    os.truncate(drill.db.path, len(drill.db.read()) // 2 // PAGE * PAGE + 100)


def delete(drill):
    os.unlink(drill.db.path)


def remove_index_rows(drill):
    """Of two indexes: rows are taken out and put in again while the schema does not know of them."""
    for index, table, where in (("events_task", "events", "seq % 7 = 0"),
                                ("tasks_claim", "tasks", "state = 'ready' AND turn = 1 AND not_before IS NULL AND n % 3 = 0")):
        entry, = drill.db.query("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE name = ?", index)
        rows = drill.db.query(f"SELECT * FROM {table} WHERE {where}")
        if not rows:
            continue  # nothing is ready now
        marks = ", ".join("?" * len(rows[0]))
        text = [tuple(v.decode() if isinstance(v, bytes) else v for v in row) for row in rows]
        drill.db.change((f"DELETE FROM {table} WHERE {where}",), "PRAGMA writable_schema = ON",
                        (f"DELETE FROM sqlite_schema WHERE name = '{index}'",))
        drill.db.change(*((f"INSERT INTO {table} VALUES ({marks})", row) for row in text))
        drill.db.change("PRAGMA writable_schema = ON", ("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)",
                        tuple(v.decode() if isinstance(v, bytes) else v for v in entry)))


def leave_log(drill):
    """An old copy is put in the place of the file, and the log of the newer one stays."""
    old = drill.db.path + ".old"
    shutil.copyfile(drill.db.path, old)
    drill.work()
    drill.db.take_log_in()
    drill.work()
    assert os.path.getsize(drill.db.path + "-wal") > 0, "the log is empty"
    drill.expect()
    os.rename(old, drill.db.path)


def put_back(drill, before, pages):
    now = drill.db.read()
    stale = [number for number in pages if number * PAGE <= len(before) and page(before, number) != page(now, number)]
    assert stale, "no page to put back"
    for number in stale:
        drill.db.write(page(before, number), (number - 1) * PAGE)


def lose_transaction(drill):
    """As the WAL-reset bug leaves it: of a transaction, the pages that the next ones did not change again never came from the log."""
    ready = [n for n, in drill.db.query("SELECT n FROM tasks WHERE source = 'input' AND state = 'ready' ORDER BY n")]
    before = drill.db.read()
    drill.hold(ready[0])
    between = drill.db.read()
    drill.hold(ready[-1])
    after = drill.db.read()
    drill.expect()
    changed = [n for n in range(1, len(before) // PAGE + 1) if page(before, n) != page(between, n)]
    put_back(drill, before, [n for n in changed if page(between, n) == page(after, n)])


def lose_rows(drill):
    """The same, of rows that only indexes still know."""
    before = drill.db.read()
    drill.work()
    drill.db.take_log_in()
    drill.expect()
    put_back(drill, before, leaves(drill.db.read(), drill.db.root("outbox")))
