"""Tasks: listing, reading, creating, changing, deleting, and their tags, dependencies and second lists."""
from . import edits, fields, find
from .errors import coded, not_authorized
from .world import Task


def of_list(app, request, list_):
    return app.listings.page(request, find.list_(app, request, list_))


def of_team(app, request, team):
    find.team(app, request, team)
    return app.listings.page(request)


def get(app, request, id):
    return _whole(app, request, find.task(app, request, id))


def _whole(app, request, task):
    shape = app.shapes.task(task, request.flag("include_markdown_description"))
    shape["attachments"] = [app.shapes.attachment(one, task) for one in task.attachments]
    if request.flag("include_subtasks"):
        children = [one for one in app.world.tasks.values() if one.parent == task.id and not one.deleted]
        shape["subtasks"] = [app.shapes.task(one) for one in children]
    return shape


def put(app, request, id):
    task, world, by = find.task(app, request, id), app.world, request.token.name
    before = task.status["status"]
    done = edits.put(world, task, request.json, request.token.user)
    world.changed(task)
    if request.json.get("status") is not None:
        world.ledger.add("status", task, by, **{"from": before, "to": task.status["status"]})
    if done:
        world.ledger.add("update", task, by, changes=done)
    return _whole(app, request, task)


def post(app, request, list_):
    list_, world, body = find.list_(app, request, list_), app.world, request.json
    user, now = request.token.user, app.world.clock.now_ms()
    name = edits.checked_name(body)
    task = Task(id=world.new_task_id(), list=list_, name=name, creator=user["id"], date_created=now, date_updated=now,
                orderindex=f"{40394600 + world.next_number()}.00000000000000000000000000000000")
    task.set_status(list_.statuses[0], now)
    edits.create(world, task, body, user)
    world.add_task(task)
    world.ledger.add("create", task, request.token.name, name=name, list=list_.id, status=task.status["status"])
    return _whole(app, request, task)


def delete(app, request, id):
    task = find.task(app, request, id)
    task.deleted = True
    app.world.changed(task)
    app.world.ledger.add("delete", task, request.token.name)
    return None


def set_field(app, request, id, field_id):
    task, world = find.task(app, request, id), app.world
    field = _field(world, task, field_id)
    if "value" not in request.json:
        raise coded(400, "Value required")
    old = task.values.get(field["id"])
    value = fields.stored(field, request.json["value"], old, world, request.token.user, request.json.get("value_options"))
    task.values[field["id"]] = value
    world.changed(task)
    world.ledger.add("field", task, request.token.name, field=field["id"], name=field["name"], value=value)
    return {}


def clear_field(app, request, id, field_id):
    task, world = find.task(app, request, id), app.world
    field = _field(world, task, field_id)
    task.values.pop(field["id"], None)
    world.changed(task)
    world.ledger.add("field", task, request.token.name, field=field["id"], name=field["name"], value=None)
    return {}


def _field(world, task, id):
    field = next((one for one in world.fields_of(task.list) if one["id"] == id), None)
    if field is None:
        raise not_authorized()
    return field


def add_tag(app, request, id, name):
    return _tag(app, request, id, name, True)


def remove_tag(app, request, id, name):
    return _tag(app, request, id, name, False)


def _tag(app, request, id, name, added):
    task, world = find.task(app, request, id), app.world
    name = name.lower()
    if added:
        world.tag(task.list.space, name)
    if (name in task.tags) != added:
        task.tags = task.tags + [name] if added else [one for one in task.tags if one != name]
        world.changed(task)
    world.ledger.add("tag", task, request.token.name, name=name, added=added)
    return {}


def add_dependency(app, request, id):
    waiting, blocker = _ends(app, request, id, request.json.get("depends_on"), request.json.get("dependency_of"))
    edits.depend(app.world, waiting, blocker, request.token.user)
    return _dependency_changed(app, request, waiting, blocker, True)


def remove_dependency(app, request, id):
    waiting, blocker = _ends(app, request, id, request.text("depends_on"), request.text("dependency_of"))
    edits.undepend(waiting, blocker)
    return _dependency_changed(app, request, waiting, blocker, False)


def _ends(app, request, id, depends_on, dependency_of):
    task, other = find.task(app, request, id), depends_on or dependency_of
    if not other:
        raise coded(400, "depends_on or dependency_of required")
    other = find.task(app, request, other)
    return (task, other) if depends_on else (other, task)


def _dependency_changed(app, request, waiting, blocker, added):
    for task in (waiting, blocker):
        app.world.changed(task)
    app.world.ledger.add("dependency", waiting, request.token.name, depends_on=blocker.id, added=added)
    return {}


def add_location(app, request, list_, id):
    list_, task = find.list_(app, request, list_), find.task(app, request, id)
    if list_.id not in task.locations:
        task.locations = task.locations + [list_.id]
        app.world.changed(task)
    return {}


def remove_location(app, request, list_, id):
    list_, task = find.list_(app, request, list_), find.task(app, request, id)
    if list_.id in task.locations:
        task.locations = [one for one in task.locations if one != list_.id]
        app.world.changed(task)
    return {}
