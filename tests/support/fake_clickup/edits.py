"""Changes of a task: those of PUT /task/ID, of the routes beside it, and those a person makes in the browser."""
from . import clock, fields
from .comments import add_comment
from .errors import coded, status_not_found

PLAIN = ("time_estimate", "points", "custom_item_id")
DATES = ("due_date", "start_date")
BY_PERSON = {*PLAIN, *DATES, "name", "description", "parent", "priority", "assignees", "watchers", "locations", "archived",
             "deleted"}


def put(world, task, body, user):
    """Applies what PUT applies of `body` and ignores the rest; all or nothing. Returns what it set, status apart."""
    status = _checked_status(world, task.list, body)
    done = {key: body[key] for key in PLAIN if key in body}
    if "name" in body:
        done["name"] = checked_name(body)
    text = body.get("markdown_content", body.get("description"))
    if isinstance(text, str) and text:
        done["description"] = "" if text == " " else text
    if "priority" in body:
        done["priority"] = checked_priority(body["priority"])
    for key in DATES:
        if key in body:
            done[key] = checked_date(body, key, user)
    if body.get("parent"):
        done["parent"] = checked_parent(world, body["parent"])
    if isinstance(body.get("archived"), bool):
        done["archived"] = body["archived"]
    for key, known in (("assignees", world.users), ("watchers", world.users), ("group_assignees", None)):
        if isinstance(body.get(key), dict):
            done[key] = _people(getattr(task, key), body[key], known)
    for key, value in done.items():
        setattr(task, key, value)
    if status:
        task.set_status(status, world.clock.now_ms())
    return done


def _checked_status(world, list_, body):
    if body.get("status") is None:
        return None
    status = list_.status_named(body["status"], world.switches["strict_status_case"])
    if not status:
        raise status_not_found()
    return status


def checked_name(body):
    if not isinstance(body.get("name"), str) or not body["name"].strip():
        raise coded(400, "Task name invalid", "INPUT_005")
    return body["name"]


def checked_priority(value):
    if value is not None and (isinstance(value, bool) or value not in (1, 2, 3, 4)):
        raise coded(400, "Priority invalid")
    return value


def checked_date(body, key, user):
    """The date as it is kept: at 04:00 of its day unless the body says that it has a time."""
    value = body[key]
    if value is None:
        return None
    if isinstance(value, bool) or not (isinstance(value, (int, float)) or isinstance(value, str) and value.isdigit()):
        raise coded(400, f"{key} invalid", "INPUT_006")
    return int(value) if body.get(key + "_time") else clock.date_only(int(value), user["timezone"])


def checked_parent(world, id):
    if id not in world.tasks or world.tasks[id].deleted:
        raise coded(400, "Parent not found")
    return id


def _people(now, change, known):
    add = [id for id in change.get("add") or [] if id not in now and (known is None or id in known)]
    return [id for id in now if id not in (change.get("rem") or [])] + add


def create(world, task, body, user):
    """The rest of POST /list/ID/task: its flat lists. Throws before it changes anything."""
    put_body = {key: value for key, value in body.items() if key not in ("assignees", "watchers", "group_assignees")}
    values = {}
    for one in body.get("custom_fields") or []:
        field = next((field for field in world.fields_of(task.list) if field["id"] == one.get("id")), None)
        if field is None:
            raise coded(400, "Custom field not found")
        values[field["id"]] = fields.stored(field, one.get("value"), None, world, user, one.get("value_options"))
    put(world, task, put_body, user)
    task.values = values
    task.assignees = [id for id in body.get("assignees") or [] if id in world.users]
    task.tags = [world.tag(task.list.space, name)["name"] for name in body.get("tags") or []]


def depend(world, task, blocker, user):
    """Makes `task` wait for `blocker`; ClickUp shows the one entry at both."""
    entry = {"task_id": task.id, "depends_on": blocker.id, "type": 1, "date_created": str(world.clock.now_ms()),
             "userid": str(user["id"]), "workspace_id": world.workspace["id"], "chain_id": None}
    for end in (task, blocker):
        if not any(one["task_id"] == task.id and one["depends_on"] == blocker.id for one in end.dependencies):
            end.dependencies.append(entry)


def undepend(task, blocker):
    for end in (task, blocker):
        end.dependencies = [one for one in end.dependencies if (one["task_id"], one["depends_on"]) != (task.id, blocker.id)]


def person(world, task, change):
    """What a person does in the browser, in the shape TASK of worldfile. Throws ValueError for what cannot be."""
    change = dict(change)
    user = world.users[task.creator]
    if "list" in change:
        move(world, task, str(change.pop("list")))
    if "status" in change:
        status = task.list.status_named(change["status"])
        if not status:
            raise ValueError(f"list {task.list.id} has no status {change['status']!r}")
        task.set_status(status, world.clock.now_ms())
        del change["status"]
    for name, value in change.pop("fields", {}).items():
        set_value(world, task, name, value, user)
    for id in change.pop("depends_on", []):
        depend(world, task, world.tasks[id], user)
    for one in change.pop("comments", []):
        add_comment(world, task, one["text"], one.get("user", user["id"]), one.get("date"))
    task.tags = [world.tag(task.list.space, name)["name"] for name in change.pop("tags", task.tags)]
    if change.pop("delete", False):
        task.deleted = True
    change.pop("date_updated", None)
    for key, value in change.items():
        if key not in BY_PERSON:
            raise ValueError(f"a person cannot change {key}")
        setattr(task, key, value)


def move(world, task, list_id):
    """To another list, with the status of the same name there or else the first."""
    if list_id not in world.lists:
        raise ValueError(f"no list {list_id}")
    task.list = world.lists[list_id]
    task.status = task.list.status_named(task.status["status"]) or task.list.statuses[0]


def set_value(world, task, name, value, user):
    """A field by name or id; a drop_down's option and labels by name, too. null clears."""
    field = next((one for one in world.fields_of(task.list) if name in (one["id"], one["name"])), None)
    if field is None:
        raise ValueError(f"list {task.list.id} has no field {name}")
    if value is None:
        task.values.pop(field["id"], None)
        return
    task.values[field["id"]] = fields.stored(field, _as_written(field, value), [], world, user, {"time": True})


def _as_written(field, value):
    ids = {option.get("name", option.get("label")): option["id"] for option in fields.options_of(field)}
    if field["type"] == "labels":
        return [ids.get(one, one) for one in value]
    if field["type"] in ("users", "tasks", "list_relationship"):
        return {"add": value}
    return ids.get(value, value) if isinstance(value, str) else value
