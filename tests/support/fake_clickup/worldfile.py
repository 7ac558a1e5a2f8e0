"""Reads a world from JSON. The same shape of a task serves POST /_fake/tasks and POST /_fake/task/ID.

WORLD  {"workspace": {"id", "name"}, "users": [USER], "tokens": {TEXT: TOKEN}, "task_types": [{"id": 1300, "name": "Bug"}],
        "fields": [FIELD], "spaces": [SPACE], "tasks": [TASK]}
USER   {"id": 4411723, "username", "email", "timezone", "role"}
TOKEN  {"user": 4411723, "name": "owner", "spaces": [ids it sees; absent: all], "lists": [ids shared with it]}
SPACE  {"id", "name", "archived", "private", "statuses": [STATUS], "fields": [FIELD], "folders": [FOLDER], "lists": [LIST]}
FOLDER {"id", "name", "archived", "statuses": [STATUS; absent: the space's], "fields": [FIELD], "lists": [LIST]}
LIST   {"id", "name", "archived", "statuses": [STATUS; absent: the folder's], "fields": [FIELD]}
STATUS "in progress" or {"status", "type", "color"}. Without types the first is open, the last closed, "done" done, others custom.
FIELD  {"id", "name", "type", "type_config", "options": ["minor", "major"]}
TASK   {"id", "custom_id", "custom_item_id", "name", "description", "status", "list": its id, "locations": [list ids], "parent",
        "tags": ["x"], "priority": 1..4, "assignees": [user ids], "watchers": [user ids], "creator": user id,
        "due_date": ms, "start_date": ms, "time_estimate", "points", "archived", "deleted",
        "date_created": ms, "date_updated": ms,
        "fields": {name or id: a value as it is written; options also by name; of users and tasks the ids; null clears},
        "depends_on": [task ids], "comments": [{"text", "user", "date"}]}
Everything may be left out; what is missing is made up, ids too. Tasks come in the file's order: parents and blockers first.
"""
import json
import uuid

from . import edits
from .world import Folder, List, Space, Task, Token

OWNER = {"id": 4411723, "username": "Ola Nordin", "email": "ola@acme.example", "role": 1}
TOKEN_TEXT = "pk_4411723_FAKE"
STATUSES = ["to do", "ready", "in progress", "in review", "done", "closed"]
BORN_WITH = {"id", "custom_id", "list", "creator", "date_created"}
COLORS = {"open": "#d3d3d3", "custom": "#4194f6", "done": "#6bc950", "closed": "#008844"}


def load_file(world, path):
    with open(path, encoding="utf-8") as file:
        load(world, json.load(file))


def load(world, data):
    world.workspace.update(data.get("workspace", {}))
    for one in data.get("users") or [OWNER]:
        add_user(world, one)
    for text, one in (data.get("tokens") or {TOKEN_TEXT: {"name": "owner"}}).items():
        add_token(world, text, one)
    standard = [{"id": 0, "name": "Task", "name_plural": "Tasks"}, {"id": 1, "name": "Milestone", "name_plural": "Milestones"}]
    for one in standard + data.get("task_types", []):
        world.task_types.append({"name_plural": one["name"] + "s", "description": "", **one})
    for field in data.get("fields", []):
        add_field(world, field, world.fields)
    for one in data.get("spaces", []):
        _add_space(world, one)
    for one in data.get("tasks", []):
        add_task(world, one)


def add_user(world, one):
    name = one.get("username", f"User {one['id']}")
    world.users[one["id"]] = {"username": name, "email": f"user{one['id']}@acme.example", "color": "#7b68ee", "role": 3,
                              "initials": "".join(word[0] for word in (name or "?").split())[:2], "timezone": "Europe/Berlin",
                              **one}


def add_token(world, text, one):
    user = world.users[one.get("user", next(iter(world.users)))]
    world.tokens[text] = Token(text, user, one.get("name", f"user {user['id']}"), one.get("spaces"), one.get("lists", ()))


def _add_space(world, one):
    id = one.get("id") or str(90140000500 + world.next_number())
    space = Space(id, one.get("name", id), statuses(one.get("statuses", STATUSES), "p" + id),
                  archived=one.get("archived", False), private=one.get("private", False))
    world.add_space(space)
    for tag in one.get("tags", []):
        world.tag(space, tag)
    for field in one.get("fields", []):
        add_field(world, field, space.fields)
    for folder in one.get("folders", []):
        _add_folder(world, space, folder)
    for list_ in one.get("lists", []):
        hidden = Folder(str(90140000600 + world.next_number()), "hidden", space, hidden=True)
        add_list(world, world.add_folder(hidden), list_)


def _add_folder(world, space, one):
    id = one.get("id") or str(90140000700 + world.next_number())
    own = statuses(one["statuses"], "fc" + id) if one.get("statuses") else None
    folder = world.add_folder(Folder(id, one.get("name", id), space, own, one.get("archived", False)))
    for field in one.get("fields", []):
        add_field(world, field, folder.fields)
    for list_ in one.get("lists", []):
        add_list(world, folder, list_)


def add_list(world, folder, one):
    id = one.get("id") or str(901410005000 + world.next_number())
    own = statuses(one["statuses"], "sc" + id) if one.get("statuses") else None
    list_ = world.add_list(List(id, one.get("name", id), folder, own, archived=one.get("archived", False)))
    for field in one.get("fields", []):
        add_field(world, field, list_.own_fields)
    return list_


def statuses(given, prefix):
    made = []
    for index, one in enumerate(given):
        one = {"status": one} if isinstance(one, str) else one
        kind = one.get("type", _guessed_type(one["status"], index == 0, index == len(given) - 1))
        made.append({"id": f"{prefix}_{index + 1}", "status": one["status"], "orderindex": index,
                     "color": one.get("color", COLORS[kind]), "type": kind})
    return made


def _guessed_type(name, first, last):
    return "open" if first else "closed" if last else "done" if name.lower() == "done" else "custom"


def made_id(kind, *parts):
    """A UUID that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(map(str, (kind, *parts)))))


def add_field(world, one, owner_fields):
    id = one.get("id") or made_id("field", one["name"], len(world.field_by_id))
    field = {"id": id, "name": one["name"], "type": one["type"], "type_config": dict(one.get("type_config", {})),
             "date_created": str(1650312760014 + len(world.field_by_id)), "hide_from_guests": False,
             "required": one.get("required", False)}
    if "options" in one:
        field["type_config"]["options"] = options(field, one["options"])
    world.add_field(field, owner_fields)


def options(field, names):
    """The options of a drop_down or of labels: an option keeps its id wherever it stands."""
    label = "label" if field["type"] == "labels" else "name"
    return [{"id": made_id("option", field["id"], name), label: name, "color": None,
             **({"orderindex": index} if label == "name" else {})} for index, name in enumerate(names)]


def add_task(world, one):
    """A new task of the shape TASK; throws ValueError or ApiError for what it cannot be."""
    list_ = world.lists.get(str(one.get("list") or next(iter(world.lists))))
    if list_ is None or list_.deleted:
        raise ValueError(f"no list {one.get('list')}")
    now = world.clock.now_ms()
    creator = one.get("creator") or next(iter(world.users))
    created = one.get("date_created", now)
    task = Task(id=one.get("id") or world.new_task_id(), list=list_, name=one.get("name", "A task"), creator=creator,
                date_created=created, date_updated=created, custom_id=one.get("custom_id"),
                orderindex=f"{40394600 + world.next_number()}.00000000000000000000000000000000")
    task.set_status(list_.statuses[0], created)
    edits.person(world, task, {key: value for key, value in one.items() if key not in BORN_WITH})
    task.date_updated = one.get("date_updated", created)
    return world.add_task(task)
