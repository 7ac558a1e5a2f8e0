"""--make lists=30,tasks=2500,ready=300: a world that is the same every time.

lists=N      every tenth without a folder, the others ten to a folder; every fifth has statuses of its own, with "blocked"
tasks=N      task k lies in list k % lists; `ready` of them, evenly spread, have the status "ready". Of the others most are
             "to do", and one in twenty each "in review", "done" and "closed". Some have a priority, a tag, a due date or an
             assignee.
fields=1     the workspace has a field of every type, and tasks have values
types=1      every tenth task is a Bug (1300)
subtasks=1   every tenth task that is not ready is a subtask of the task before it in its list
deps=1       every tenth ready task waits for the ready task before it
archived=N   the first N tasks that are not ready are archived
comments=N   every task has N comments
"""
from . import worldfile
from .world import base36

BEGIN = 1_763_000_000_000
SPACE, FIRST_FOLDER, FIRST_LIST = 90140000011, 90140000021, 901410000001
NUMBERS = {"lists": 1, "tasks": 0, "ready": 0, "fields": 0, "types": 0, "subtasks": 0, "deps": 0, "archived": 0, "comments": 0}
BLOCKABLE = ["to do", "ready", "blocked", "in progress", "in review", "done", "closed"]
REST = ["to do"] * 17 + ["in review", "done", "closed"]
USERS = [worldfile.OWNER, {"id": 4411724, "username": "Bo Lind", "email": "bo@acme.example"},
         {"id": 4411725, "username": "Eva Ruiz", "email": "eva@acme.example"}]
TYPES = [{"id": 1300, "name": "Bug"}, {"id": 1301, "name": "Build"}]
FIELDS = [
    {"name": "Severity", "type": "drop_down", "options": ["minor", "major", "critical"]},
    {"name": "Areas", "type": "labels", "options": ["io", "cli", "docs"]},
    {"name": "Automate", "type": "checkbox"},
    {"name": "Branch", "type": "short_text"},
    {"name": "Notes", "type": "text"},
    {"name": "Effort", "type": "number"},
    {"name": "Budget", "type": "currency", "type_config": {"precision": 2, "currency_type": "EUR", "default": 0}},
    {"name": "Release day", "type": "date"},
    {"name": "Reviewers", "type": "users", "type_config": {"single_user": False, "include_groups": True}},
    {"name": "Ticket", "type": "url"},
    {"name": "Mail", "type": "email"},
    {"name": "Phone", "type": "phone"},
    {"name": "Rating", "type": "emoji", "type_config": {"count": 5, "code_point": "2b50"}},
    {"name": "Progress", "type": "manual_progress", "type_config": {"start": 0, "end": 100, "current": None}},
    {"name": "Blocks", "type": "tasks", "type_config": {}},
    {"name": "Place", "type": "location"},
    {"name": "Sum", "type": "formula", "type_config": {"formula": "1 + 1"}},
]
VALUES = [("Severity", lambda k: k % 3), ("Areas", lambda k: [["io"], ["io", "cli"], ["docs"]][k % 3]),
          ("Automate", lambda k: k % 2 == 0), ("Branch", lambda k: f"work/{k}"), ("Effort", lambda k: k % 13),
          ("Budget", lambda k: k * 1.5), ("Release day", lambda k: BEGIN + k * 86_400_000),
          ("Reviewers", lambda k: [USERS[k % 3]["id"]]), ("Ticket", lambda k: f"https://acme.example/{k}")]


def numbers(text):
    """The numbers of a --make; throws ValueError."""
    asked = dict(NUMBERS)
    for pair in filter(None, text.split(",")):
        name, _, value = pair.partition("=")
        if name not in asked:
            raise ValueError(f"--make: unknown {name}")
        asked[name] = int(value)
    return asked


def make(world, text):
    asked = numbers(text)
    worldfile.load(world, {"users": USERS, "task_types": TYPES, "fields": FIELDS if asked["fields"] else [],
                           "spaces": [_space(asked)]})
    counts = {"ready": 0, "rest": 0, "last_ready": None}
    for k in range(asked["tasks"]):
        _add_task(world, asked, k, counts)


def _space(asked):
    folders, loose = {}, []
    for n in range(1, asked["lists"] + 1):
        list_ = {"id": str(FIRST_LIST + n - 1), "name": f"List {n}", **({"statuses": BLOCKABLE} if n % 5 == 0 else {})}
        if n % 10 == 0:
            loose.append(list_)
        else:
            folders.setdefault((n - 1) // 10, []).append(list_)
    return {"id": str(SPACE), "name": "Engineering", "statuses": worldfile.STATUSES, "lists": loose,
            "folders": [{"id": str(FIRST_FOLDER + n), "name": f"Folder {n + 1}", "lists": lists} for n, lists in folders.items()]}


def task_id(k):
    return "86c" + base36((400_000_000 + k * 7_919) % 36**6, 6)


def _add_task(world, asked, k, counts):
    ready = (k + 1) * asked["ready"] // asked["tasks"] > k * asked["ready"] // asked["tasks"]
    number = counts["ready" if ready else "rest"]
    counts["ready" if ready else "rest"] += 1
    one = {"id": task_id(k), "name": f"Task {k}", "list": str(FIRST_LIST + k % asked["lists"]), "date_created": BEGIN + k * 1000,
           "date_updated": BEGIN + k * 1000 + 500, "status": "ready" if ready else REST[number % len(REST)],
           "description": f"What task {k} is about.", "priority": [None, 3, 2, None, 4, 1][k % 6],
           "tags": [["release"], [], [], []][k % 4],
           "assignees": [USERS[k % 3]["id"]] if k % 5 == 0 else [],
           "custom_item_id": 1300 if asked["types"] and k % 10 == 4 else 0}
    if k % 7 == 0:
        one["due_date"] = BEGIN + k * 86_400_000 // 100
    if asked["fields"]:
        one["fields"] = {name: value(k) for name, value in VALUES[:1 + k % len(VALUES)]}
    if asked["subtasks"] and not ready and number % 10 == 9 and k >= asked["lists"]:
        one["parent"] = task_id(k - asked["lists"])
    if asked["deps"] and ready and number % 10 == 9:
        one["depends_on"] = [counts["last_ready"]]
    if ready:
        counts["last_ready"] = one["id"]
    one["archived"] = not ready and number < asked["archived"]
    one["comments"] = [{"text": f"Comment {n} on task {k}", "date": BEGIN + k * 1000 + n} for n in range(asked["comments"])]
    worldfile.add_task(world, one)
