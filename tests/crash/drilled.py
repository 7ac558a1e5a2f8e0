"""The store that the restore drill damages: its configuration, its tasks of every state, the four writers that never rest, and what is to be
found again after a restore."""
import collections, glob, hashlib, json, os, random, signal, sqlite3, subprocess, time

from damage import Database
from dropped_files import BIN, CHECKER, COMMAND, content

WORK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "work")
CRASHPOINT = os.environ.get("CB_CRASHPOINT", os.path.join(os.path.dirname(BIN), "tests", "crash", "crashpoint.so"))
SOON = {"first": "1ms", "factor": 1, "max": "1ms"}
KINDS = ["nobodys", "fail", "later", "keyed", "keyed", "after", "after", "never", "never", "never", "nobodys", "never", "never", "nobodys",
         "nobodys", "plain", "plain", "plain", "never", "nobodys"]
MOST_CHECKED = 2000  # tasks; the checker compares too much with too much
BUSY = (0, 1, 75)  # what a tool may say beside others


def configuration():
    handler = lambda kind, *command, **more: dict({"match": {"kind": kind}, "run": list(command), "backoff": SOON}, **more)
    plain = [handler(kind, WORK, "ok") for kind in ("plain", "after", "never")]
    return {
        "sources": {"board": {"upstream": "file", "options": {"path": "board.json"},
                              "statuses": {"ready": ["to do"], "running": "in progress", "succeeded": "done", "failed": "needs attention"}}},
        "watches": {"inbox": {"dir": "inbox", "kind": "file", "settle": "1ms", "on_success": "processed/"}},
        "handlers": {"fail": handler("fail", WORK, "fail", attempts=1), "artifact": handler("artifact", WORK, "artifact", artifacts=["*.txt"]),
                     "later": handler("later", WORK, "flaky", backoff={"first": "1h", "factor": 1, "max": "1h"}),
                     "keyed": handler("keyed", WORK, "ok", "{fields.Client}", key="{fields.Client}"), "file": handler("file", COMMAND, "{file}"),
                     **{handler["match"]["kind"]: handler for handler in plain}},
        "exec": {"jobs": 2}, "backup": {"headroom": "0KB"}}


def task(n):
    """The n-th task of the source `input`, as cb-poll --input takes it."""
    kind = KINDS[n % len(KINDS)]
    made = {"id": f"t{n}", "title": f"Task {n}", "kind": kind, "priority": 1 + n % 4, "fields": {"Client": f"client-{n % 13}"}}
    if kind in ("after", "never"):
        made["after"] = [f"never-{n}" if kind == "never" else f"t{n + 10}"]
    return made


class Drilled:
    """The store, with its tools stopped but while work() is in progress."""

    def __init__(self, place, tasks, seed):
        self.place, self.tasks, self.dice = place, tasks, random.Random(seed)
        self.state, self.ledger, self.answers = (os.path.join(place, name) for name in ("state", "ledger", "answers"))
        self.db, self.started, self.files, self.expected, self.seen = Database(self.state), 0, 0, None, set()
        self.environment = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], CB_STATE=self.state, CB_TEST_LEDGER=self.ledger,
                                CB_CONFIG=os.path.join(place, "config.json"))
        for name in ("answers", "inbox"):
            os.mkdir(os.path.join(place, name))
        self.put("config.json", json.dumps(configuration()))
        board = [{"id": f"b{n}", "title": f"On the board {n}", "kind": ("artifact", "plain", "fail")[n % 3], "status": "to do"}
                 for n in range(max(30, min(300, tasks // 20)))]
        self.put("board.json", json.dumps({"tasks": board}))
        self.poll(range(tasks))
        self.run("cb-poll", "-q", exits=(0,))
        for kind, limit in (("plain", 1000), ("keyed", 100), ("fail", 100), ("later", 100), ("artifact", 60)):
            self.run("cb-exec", "-q", "--kind", kind, "--limit", str(min(limit, tasks // 20)))

    def put(self, name, text):
        with open(os.path.join(self.place, name), "w") as file:
            file.write(text)

    def start(self, *argv, extra=None, out=None):
        """Its answers go to a file of its own, or to `out`."""
        self.started += 1
        with open(out or os.path.join(self.answers, f"{argv[0]}.{self.started}"), "ab") as output:
            return subprocess.Popen(argv, env=dict(self.environment, **(extra or {})), cwd=self.place, stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=subprocess.PIPE, text=True)

    def run(self, *argv, exits=BUSY, extra=None, out=None):
        """Its exit code and what it said to people."""
        process = self.start(*argv, extra=extra, out=out or os.path.join(self.place, "out"))
        error = process.communicate(timeout=600)[1]
        if exits is not None and process.returncode not in exits:
            raise AssertionError(f"{' '.join(argv)}: exit {process.returncode}: {error.strip()}")
        return process.returncode, error

    def records(self, *argv, exits=(0,)):
        """Its exit code, its records and what it said."""
        out = os.path.join(self.place, "records")
        if os.path.exists(out):
            os.unlink(out)
        code, error = self.run(*argv, "--json", exits=exits, out=out)
        with open(out) as file:
            return code, [json.loads(line) for line in file], error

    def poll(self, numbers):
        self.put("tasks.jsonl", "".join(json.dumps(task(n)) + "\n" for n in numbers))
        self.run("cb-poll", "-q", "--input", "tasks.jsonl", exits=(0,))

    def hold(self, n):
        name = self.db.query("SELECT source || ':' || id FROM tasks WHERE n = ?", n)[0][0].decode()
        self.run("cb-task", "hold", name, exits=(0,))
        self.db.take_log_in()

    def drop_files(self):
        """Some are given to a task, in two looks, and the rest of the work finds them."""
        for _ in range(3):
            self.files += 1
            with open(os.path.join(self.place, "inbox", f"f{self.files}.csv"), "wb") as file:
                file.write(content(f"f{self.files}", 20))
        for _ in range(2):
            self.run("cb-watch", "-q", "inbox", exits=(0,))

    def work(self):
        """A little of everything, one tool after the other."""
        with open(os.path.join(self.place, "board.json")) as file:
            board = json.load(file)
        board["tasks"].append({"id": f"w{self.started}", "title": "Came later", "kind": "artifact", "priority": 1, "status": "to do"})
        self.put("board.json", json.dumps(board))
        self.run("cb-poll", "-q")
        self.run("cb-exec", "-q", "--source", "board", "--limit", "3")
        self.run("cb-exec", "-q", "--source", "input", "--limit", "10")
        for n in self.dice.sample(range(self.tasks), 3):
            self.run("cb-task", "hold", f"input:t{n}")

    def newest(self):
        return self.db.query("SELECT max(seq) FROM events")[0][0]

    def journaled(self):
        """The last event of the journal."""
        with open(max(glob.glob(os.path.join(self.state, "journal", "*.jsonl"))), "rb") as file:
            lines = file.read().split(b"\n")
        return json.loads(lines[-2])["seq"]

    def is_one_running(self):
        try:
            return bool(self.db.query("SELECT 1 FROM tasks WHERE state = 'running'"))
        except sqlite3.DatabaseError:
            return False  # damaged by now

    def is_done(self):
        """Nothing is left that could be run or delivered."""
        return not self.db.query("SELECT 1 FROM tasks WHERE state IN ('ready', 'running') UNION ALL SELECT 1 FROM outbox WHERE state = 'owed'")

    def states(self):
        return {state.decode(): count for state, count in self.db.query("SELECT state, count(*) FROM tasks GROUP BY 1 ORDER BY 1")}

    def expect(self):
        """From now on, what a restore is to bring back is what there is."""
        self.expected = Tables(self.db)
        self.seen |= {word.decode() for row in self.db.query("SELECT DISTINCT state, reason FROM tasks") for word in row}

    def unjournaled(self):
        """Tasks with an event that whoever was killed had committed, and did not come to write to the journal."""
        return self.expected.tasks_after(self.journaled())

    def differences(self, without=()):
        return self.expected.differences(Tables(self.db), without)

    def digest(self):
        """Of every file of the state directory, but for locks."""
        sums = {}
        for directory, names, files in os.walk(self.state):
            if directory == self.state:
                names.remove("locks")
            for name in files:
                path = os.path.join(directory, name)
                with open(path, "rb") as file:
                    sums[os.path.relpath(path, self.state)] = hashlib.sha256(file.read()).hexdigest()
        return sums

    def check(self, *options):
        """What the checker has to say, which shares no code with cb."""
        if self.tasks > MOST_CHECKED:
            return []
        done = subprocess.run([CHECKER, *options, self.state, os.path.join(self.place, "board.json"), self.ledger, self.answers],
                              stdout=subprocess.PIPE, text=True, check=False)
        return [] if done.returncode == 0 else done.stdout.splitlines()[:10]


class Tables:
    """What is in the store, as far as the journal promises it. Not when a wait ends: it may be set anew without an event, when a clock seems to
    have been set back, and is no more when it is over. Nor whether a write was delivered: it is sent again after a look only."""

    PROMISED = {
        "tasks": "SELECT n, source, id, title, kind, priority, fields, state, reason, detail, handler, key, attempts, unmet, run, wish "
                 "FROM tasks",
        "deps": "SELECT task, position, source, id, met FROM deps",
        "runs": "SELECT task, * FROM runs",
        "events": "SELECT task, * FROM events",
        "outbox": "SELECT task, n, op, run, kind, meaning, text, path, created_at FROM outbox",
        "files": "SELECT task, watch, name, content, size FROM files WHERE task IS NOT NULL",
        "owed": "SELECT task, op FROM outbox WHERE state = 'owed'",
        "seen": "SELECT 0, source, id, done FROM seen",
    }

    def __init__(self, db):
        self.rows = {table: set(db.query(sql)) for table, sql in self.PROMISED.items()}
        self.turns = set(db.query("SELECT n, turn FROM tasks WHERE state IN ('ready', 'running')"))
        self.counts = set(db.query("SELECT source, state, reason, tasks FROM counts WHERE tasks > 0"))
        self.last = max(row[1] for row in self.rows["events"])
        self.generation = int((db.query("SELECT value FROM meta WHERE key = 'generation'") or [[1]])[0][0])

    def tasks_after(self, seq):
        return {row[0] for row in self.rows["events"] if row[1] > seq}

    def differences(self, now, without):
        """`without`: tasks of which there is no promise."""
        for table, rows in self.rows.items():
            rows = {row for row in rows if row[0] not in without}
            found = {row for row in now.rows[table] if row[0] not in without}
            yield from (f"{table}: lost: {row}" for row in sorted(rows - found, key=str)[:3])
            if table != "owed":
                yield from (f"{table}: made up: {row}" for row in sorted(found - rows, key=str)[:3])
        if not without:
            yield from (f"counts: not alike: {row}" for row in self.counts ^ now.counts)
            yield from (f"turns: not alike: {row}" for row in self.turns ^ now.turns)


class Writers:
    """Four writers at full speed, each started again when it has ended."""

    def __init__(self, drilled):
        self.drilled, self.running, self.new = drilled, {}, 0
        self.exits, self.told = collections.Counter(), {}  # by writer and exit code: what it said last
        self.loops = {"exec-1": lambda: ("cb-exec", "-q", "--json"), "exec-2": lambda: ("cb-exec", "-q", "--json", "--source", "input"),
                      "poll": self.batch, "hand": self.hand}

    def batch(self):
        """Tasks that are known, and one that is not."""
        drilled = self.drilled
        first = drilled.dice.randrange(max(1, drilled.tasks - 20))
        self.new += 1
        drilled.put("batch.jsonl", "".join(json.dumps(task(n)) + "\n" for n in range(first, first + 20)) +
                    json.dumps({"id": f"new-{drilled.started}", "title": "New", "kind": "plain"}) + "\n")
        return "cb-poll", "-q", "--json", "--input", "batch.jsonl"

    def hand(self):
        n, dice = self.drilled.dice.randrange(self.drilled.tasks), self.drilled.dice
        action = "retry" if task(n)["kind"] == "fail" else dice.choice(["hold", "hold", "release", "release", "cancel"])
        if dice.random() < 0.2:
            return "cb-task", "-q", "--json", "add", "By hand", "--kind", "plain", "--after", f"input:t{n}"
        return "cb-task", "-q", "--json", action, f"input:t{n}"

    def reap(self):
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.exits[name, process.returncode] += 1
                self.told[name, process.returncode] = process.communicate()[1]
                del self.running[name]

    def until(self, is_enough, patience=300):
        """Keeps all of them running until then."""
        end = time.monotonic() + patience
        while not is_enough():
            assert time.monotonic() < end, f"the writers do not get there: {dict(self.exits)}"
            self.reap()
            for name, make_call in self.loops.items():
                if name not in self.running:
                    self.running[name] = self.drilled.start(*make_call())
            time.sleep(0.005)

    def stop(self):
        """All come to an end but one, which dies at its work."""
        alive = self.running.pop("exec-1", None) or self.drilled.start(*self.loops["exec-1"]())
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            process.wait(timeout=60)
        self.reap()
        end = time.monotonic() + 2
        while alive.poll() is None and time.monotonic() < end and not self.drilled.is_one_running():
            time.sleep(0.002)
        alive.kill()
        self.running["exec-1"] = alive
        alive.wait()
        self.reap()

    def unexpected(self, good=(*BUSY, -signal.SIGKILL, -signal.SIGTERM)):
        return [f"{name} ended with {code}: {self.told[name, code].strip()}" for name, code in self.exits if code not in good]
