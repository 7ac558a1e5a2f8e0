"""What lies under /_fake: for tests, without token, rate limit or fault. Requests and answers are JSON.

GET  /_fake/stats       requests, bytes_out, connections, rate_limited (429s), most_in_window, most_in_any_span, routes, statuses,
                        faults, cpu_ms
POST /_fake/stats       sets them, and the log of requests, to nothing
GET  /_fake/world       {"tasks": [{id, name, status, list, …, fields, comments, attachments}]}, deleted ones too
GET  /_fake/task/ID     one of them
GET  /_fake/ledger      [what was applied]; see ledger
GET  /_fake/requests    [{time, method, path, status, fault, bytes}]; status 0: the client saw none
GET  /_fake/attachment/ID  the content, up to 1 MiB
POST /_fake/task/ID     a person's edit: TASK of worldfile, and "list": ID to move, "delete": true
POST /_fake/tasks       new tasks: one TASK or an array; answers {"ids": […]}
POST /_fake/list/ID     {"name", "archived", "statuses": [STATUS], "delete": true}; tasks keep a status of the same name
POST /_fake/field/ID    {"name", "options": [names in their new order; new ones are added], "delete": true}
POST /_fake/tokens      {TEXT: TOKEN or null}; null revokes
POST /_fake/faults      [rules], all anew; see faults
POST /_fake/switches    {name: value}; see switches
POST /_fake/clock       {"advance_ms": N}
POST /_fake/freeze      {"on": true}: listings show this moment until {"on": false}; GET /task/ID stays fresh
Mistakes: 400 and {"err": what}.
"""
from . import edits, worldfile
from .app import Response
from .faults import BadFault
from .errors import ApiError
from .switches import UnknownSwitch, converted


def answer(app, method, path, body):
    """The Response to a request under /_fake."""
    words = path.partition("?")[0].strip("/").split("/")[1:]
    known = ROUTES.get((method, words[0] if words else "", len(words)))
    if not known:
        return Response(404, {"err": f"no {method} {path}"})
    with app.lock:
        try:
            result = known(app, *words[1:], *([body] if method == "POST" else []))
        except (BadFault, UnknownSwitch, ValueError, KeyError, TypeError, AttributeError, ApiError) as error:
            return Response(400, {"err": f"{type(error).__name__}: {error}"})
        return result if isinstance(result, Response) else Response(200, result)


def _shown(app, task):
    names = {field["id"]: field["name"] for field in app.world.fields_of(task.list)}
    return {"id": task.id, "custom_id": task.custom_id, "name": task.name, "status": task.status["status"], "list": task.list.id,
            "space": task.list.space.id, "parent": task.parent, "archived": task.archived, "deleted": task.deleted,
            "tags": task.tags, "date_created": task.date_created, "date_updated": task.date_updated,
            "fields": {names.get(id, id): value for id, value in task.values.items()},
            "comments": [{"id": str(one.id), "text": one.text, "user": one.user, "date": one.date} for one in task.comments],
            "attachments": [{"id": one.id, "title": one.title, "size": one.size, "sha256": one.sha256, "mimetype": one.mimetype,
                             "user": one.user, "date": one.date} for one in task.attachments]}


def _world(app):
    return {"tasks": [_shown(app, task) for task in app.world.tasks.values()]}


def _task(app, id):
    return _shown(app, app.world.tasks[id])


def _edit(app, id, body):
    world, task = app.world, app.world.tasks[id]
    before = task.status["status"]
    edits.person(world, task, body)
    world.changed(task)
    task.date_updated = body.get("date_updated", task.date_updated)
    if task.status["status"] != before:
        world.ledger.add("status", task, "person", **{"from": before, "to": task.status["status"]})
    if rest := {key: value for key, value in body.items() if key != "status"}:
        world.ledger.add("update", task, "person", changes=rest)
    return _shown(app, task)


def _new_tasks(app, body):
    made = [worldfile.add_task(app.world, one) for one in (body if isinstance(body, list) else [body])]
    for task in made:
        app.world.ledger.add("create", task, "person", name=task.name, list=task.list.id, status=task.status["status"])
    return {"ids": [task.id for task in made]}


def _edit_list(app, id, body):
    list_ = app.world.lists[id]
    list_.name, list_.archived = body.get("name", list_.name), body.get("archived", list_.archived)
    list_.deleted = body.get("delete", list_.deleted)
    if "statuses" in body:
        list_.own_statuses = worldfile.statuses(body["statuses"], "sc" + id)
        for task in app.world.tasks.values():
            if task.list is list_:
                task.status = list_.status_named(task.status["status"]) or list_.statuses[0]
    app.world.revision += 1
    return {}


def _edit_field(app, id, body):
    world, field = app.world, app.world.field_by_id[id]
    if body.get("delete"):
        for owner in (world, *world.spaces.values(), *world.folders.values()):
            owner.fields[:] = [one for one in owner.fields if one["id"] != id]
        for list_ in world.lists.values():
            list_.own_fields[:] = [one for one in list_.own_fields if one["id"] != id]
    field["name"] = body.get("name", field["name"])
    if "options" in body:
        field["type_config"]["options"] = worldfile.options(field, body["options"])
    world.revision += 1
    return {}


def _tokens(app, body):
    for text, one in body.items():
        app.world.tokens.pop(text, None)
        if one is not None:
            worldfile.add_token(app.world, text, one)
    app.world.revision += 1
    return {}


def _switches(app, body):
    app.world.switches.update({name: converted(name, value) for name, value in body.items()})
    return app.world.switches


def _attachment(app, id):
    found = [one for task in app.world.tasks.values() for one in task.attachments if one.id == id]
    response = Response(200, None, [("Content-Type", "application/octet-stream")])
    response.body = found[0].kept if found else b""
    return response if found else Response(404, {"err": f"no attachment {id}"})


ROUTES = {
    ("GET", "stats", 1): lambda app: app.stats(),
    ("POST", "stats", 1): lambda app, body: app.reset_stats() or {},
    ("GET", "world", 1): _world,
    ("GET", "task", 2): _task,
    ("GET", "ledger", 1): lambda app: app.world.ledger.entries,
    ("GET", "requests", 1): lambda app: list(app.log),
    ("GET", "attachment", 2): _attachment,
    ("POST", "task", 2): _edit,
    ("POST", "tasks", 1): _new_tasks,
    ("POST", "list", 2): _edit_list,
    ("POST", "field", 2): _edit_field,
    ("POST", "tokens", 1): _tokens,
    ("POST", "faults", 1): lambda app, body: app.faults.replace(body) or {},
    ("POST", "switches", 1): _switches,
    ("POST", "freeze", 1): lambda app, body: app.listings.freeze(body["on"]) or {},
    ("POST", "clock", 1): lambda app, body: app.world.clock.advance(body["advance_ms"]) or {"now_ms": app.world.clock.now_ms()},
}
