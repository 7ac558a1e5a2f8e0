"""What the tests share that drop files into a watched directory: files that tell who they are and whether they are whole, cb's configuration
for them, and programs that are started again when they were killed."""
import collections, json, os, signal, sqlite3, subprocess, zlib

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("CB_BIN", os.path.join(TOP, "build", "default", "bin"))
COMMAND = os.environ.get("CB_FILE_COMMAND", os.path.join(os.path.dirname(BIN), "tests", "crash", "cb-file-command"))
CHECKER = os.environ.get("CB_CHECKER", os.path.join(os.path.dirname(BIN), "tests", "crash", "cb-crash-checker"))


def content(id, lines, fails=False):
    """As content.h makes it: whoever reads it knows whether anything is missing."""
    text = (id + (" fail\n" if fails else "\n") + "".join(f"line {n} of {id}\n" for n in range(lines))).encode()
    return text + b"sum %08x\n" % zlib.crc32(text)


def id_of(path):
    """Who the file is; None unless it is whole."""
    with open(path, "rb") as file:
        text = file.read()
    whole = len(text) > 13 and text[-13:] == b"sum %08x\n" % zlib.crc32(text[:-13])
    return text.split(b"\n", 1)[0].split(b" ")[0].decode() if whole else None


class Cb:
    """cb with a store, a watch `inbox` and a command of its own in `place`."""

    def __init__(self, place, **watch):
        self.place, self.inbox = place, os.path.join(place, "inbox")
        self.state, self.ledger = os.path.join(place, "state"), os.path.join(place, "ledger")
        os.mkdir(self.inbox)
        self.environment = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], CB_STATE=self.state,
                                CB_CONFIG=os.path.join(place, "config.json"), CB_TEST_LEDGER=self.ledger)
        with open(self.environment["CB_CONFIG"], "w") as file:
            json.dump({"watches": {"inbox": dict({"dir": "inbox", "kind": "file", "recursive": True}, **watch)},
                       "handlers": {"all": {"run": [COMMAND, "{file}"], "attempts": 50, "permanent": [65],
                                            "backoff": {"first": "10ms", "factor": 1, "max": "10ms"}}}}, file)
        self.log = open(os.path.join(place, "log"), "ab")

    def start(self, *argv):
        return subprocess.Popen(argv, env=self.environment, cwd=self.place, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def run(self, *argv):
        return self.start(*argv).wait(timeout=600)

    def query(self, sql):
        db = sqlite3.connect(f"file:{self.state}/state.db?mode=ro", uri=True)
        db.text_factory = bytes
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def said(self):
        """The ledger's lines, as words."""
        if not os.path.exists(self.ledger):
            return []
        with open(self.ledger) as file:
            return [line.split() for line in file]

    def lying(self):
        """Who lies where: a Counter of all whole files under the watched directory, and the paths of all others."""
        whole, others = collections.Counter(), []
        for directory, _, names in os.walk(os.fsencode(self.inbox)):
            for name in names:
                path = os.path.join(directory, name)
                id = id_of(path)
                whole[id] += 1
                if id is None:
                    others.append(path)
        return whole, others

    def check(self):
        """What the crash checker has to say."""
        done = subprocess.run([CHECKER, "--settled", self.state, "-", self.ledger], stdout=subprocess.PIPE, text=True, check=False)
        return [] if done.returncode == 0 else done.stdout.splitlines()


class Crew:
    """Programs, each started again when it has ended."""

    def __init__(self, cb, loops):
        self.cb, self.loops, self.running, self.exits, self.kills = cb, loops, {}, collections.Counter(), 0

    def keep_running(self):
        for name, argv in self.loops.items():
            process = self.running.get(name)
            if process and process.poll() is None:
                continue
            if process:
                self.exits[argv[0], process.returncode] += 1
            self.running[name] = self.cb.start(*argv)

    def kill_one(self, dice):
        alive = [process for process in self.running.values() if process.poll() is None]
        if alive:
            dice.choice(alive).send_signal(signal.SIGKILL)
            self.kills += 1

    def stop(self):
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(timeout=60)

    def unexpected(self):
        """Exits that nobody asked for: neither killed nor busy."""
        return [f"{name} ended with {code}, {times} times" for (name, code), times in self.exits.items()
                if code not in (0, 1, 75, -signal.SIGKILL)]
