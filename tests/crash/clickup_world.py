"""What the ClickUp storm and the ClickUp sweep share: the fake, cb's configuration for it, and a command whose end is in its task's name."""
import json, os, subprocess, tempfile, time, urllib.request

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("CB_BIN", os.path.join(TOP, "build", "default", "bin"))
TOKEN = "pk_4411723_FAKE"
STATUSES = {"ready": ["ready"], "running": "in progress", "succeeded": "in review", "failed": "to do"}
REPORT = "report.txt"
# A name that ends in 4 fails for good, one that ends in 1 fails once, every other makes a report.
COMMAND = r"""#!/bin/sh
echo "begin $CB_TASK $CB_RUN" >>"$LEDGER"
sleep 0.05
case $1 in
  *4) echo "end $CB_TASK $CB_RUN" >>"$LEDGER"; echo "no such client: $1" >&2; exit 65 ;;
  *1) [ -e once ] || { : >once; echo "end $CB_TASK $CB_RUN" >>"$LEDGER"; exit 1; } ;;
esac
echo "report on $1" >"$CB_ARTIFACTS/report.txt"
echo "end $CB_TASK $CB_RUN" >>"$LEDGER"
"""


def expected(name):
    """The status, the attachments and the number of comments of a task that cb has dealt with."""
    if name.endswith("4"):
        return STATUSES["failed"], [], 1
    return STATUSES["succeeded"], [REPORT], 0


class Fake:
    """The fake ClickUp, in a process of its own."""

    def __init__(self, place, make, *options):
        ready = os.path.join(place, "ready")
        self.process = subprocess.Popen(
            [os.path.join(TOP, "tests/support/fake-clickup"), "--make", make, "--ready", ready, "--for", "3600", *options],
            stdout=subprocess.DEVNULL)
        for _ in range(600):
            if os.path.exists(ready):
                break
            time.sleep(0.05)
        with open(ready) as file:
            self.url = file.read().strip()

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + "/_fake/" + path, data), timeout=60) as answer:
            return json.load(answer)

    def tasks(self):
        return {task["id"]: task for task in self.ask("world")["tasks"]}

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Cb:
    """cb with a store, a configuration and a command of its own in `place`."""

    def __init__(self, place, url, timeout):
        self.place = place
        self.state, self.ledger = os.path.join(place, "state"), os.path.join(place, "ledger")
        self.environment = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], CB_STATE=self.state,
                                CB_CONFIG=os.path.join(place, "config.json"), LEDGER=self.ledger)
        with open(os.path.join(place, "token"), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(TOKEN + "\n")
        with open(os.path.join(place, "work"), "w") as file:
            file.write(COMMAND)
        with open(self.environment["CB_CONFIG"], "w") as file:
            json.dump({"sources": {"board": {"upstream": "clickup", "deadline": "20s", "statuses": STATUSES, "options": {
                "workspace": "9014123456", "space": "90140000011", "token_file": "token", "base_url": url + "/api/v2",
                "timeout": timeout}}},
                "handlers": {"all": {"run": ["sh", os.path.join(place, "work"), "{title}"], "artifacts": ["*"], "attempts": 50,
                                     "timeout": "1m", "backoff": {"first": "200ms", "factor": 1, "max": "1s"}}}}, file)
        self.log = open(os.path.join(place, "log"), "a")

    def start(self, *argv):
        return subprocess.Popen(argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def run(self, *argv):
        return self.start(*argv).wait(timeout=600)

    def records(self, *argv):
        out = subprocess.run([*argv, "--json"], env=self.environment, stdout=subprocess.PIPE, text=True, check=False).stdout
        return [json.loads(line) for line in out.splitlines()]

    def said(self):
        """The ledger's lines (word, task, run)."""
        if not os.path.exists(self.ledger):
            return []
        with open(self.ledger) as file:
            return [tuple(line.split()) for line in file]

    def holds_token(self):
        """The files under the place, but for the token's own, that hold the token."""
        found = subprocess.run(["grep", "-rlaF", TOKEN, self.place], stdout=subprocess.PIPE, text=True).stdout.split()
        return [path for path in found if path != os.path.join(self.place, "token")]


def wrong_tasks(before, after):
    """One line for each task at the fake that is not as it should be."""
    for id, task in after.items():
        was = before.get(id)
        written = (task["status"], [one["title"] for one in task["attachments"]], len(task["comments"]))
        if was and was["status"] in STATUSES["ready"]:
            if written != expected(task["name"]):
                yield f"{id} ({task['name']}): {written}, not {expected(task['name'])}"
            elif written[2] and not any(run in task["comments"][0]["text"] for run in task["runs"]):
                yield f"{id}: the comment names no run of it: {task['comments'][0]['text']}"
        elif was and written[1:] != ([one["title"] for one in was["attachments"]], len(was["comments"])):
            yield f"{id} ({task['name']}): written to, and was never ready"


def overlapping(said):
    """One line for each run that began while another of its task had begun and later ended."""
    ended, live = {run for word, _, run in said if word == "end"}, {}
    for word, task, run in said:
        if run not in ended:
            continue  # killed in between: when, only the store knows
        if word == "end":
            live.pop(task, None)
        elif live.setdefault(task, run) != run:
            yield f"{task}: {run} began while {live[task]} had not ended"


def judge(before, after, cb):
    """What is wrong, a line each."""
    said = cb.said()
    for task in after.values():
        task["runs"] = {run for _, name, run in said if name == "board:" + task["id"]}
    return [*wrong_tasks(before, after), *overlapping(said), *(f"the token is in {path}" for path in cb.holds_token())]
