"""GET /list/ID/task and GET /team/ID/task: filters, order and pages over a set that changes meanwhile.

A result is kept with the world's revision: the pages of one listing cost one sort while nothing changes.
"""
import json

from . import fields
from .errors import coded, not_authorized

ORDERS = {"id": lambda task: task.id, "created": lambda task: (task.date_created, task.id),
          "updated": lambda task: (task.date_updated, task.id), "due_date": lambda task: (task.due_date or 0, task.id)}
DATES = {"due_date": "due_date", "date_created": "date_created", "date_updated": "date_updated", "date_done": "date_done"}
KEPT = 64


class Listings:
    def __init__(self, app):
        self.app, self.kept = app, {}
        self.frozen = None  # the tasks that listings show instead of the world's

    def freeze(self, on):
        """Listings lag behind, as ClickUp's may: from now on they show what is true now. A read by id stays fresh."""
        self.frozen = [task.copy() for task in self.app.world.tasks.values()] if on else None
        self.kept.clear()

    def page(self, request, list_=None):
        world = self.app.world
        tasks = self._result(request, list_)
        size, number = world.switches["page_size"], max(0, request.number("page") or 0)
        shown = tasks[number * size:(number + 1) * size]
        markdown = request.flag("include_markdown_description")
        answer = {"tasks": [self.app.shapes.task(task, markdown) for task in shown]}
        if list_ is not None or world.switches["team_last_page"]:
            answer["last_page"] = (number + 1) * size >= len(tasks)
        return answer

    def _result(self, request, list_):
        world = self.app.world
        query = sorted((name, value) for name, value in request.query if name != "page")
        key = (request.token.text, list_ and list_.id, json.dumps(query), json.dumps(world.switches))
        if key in self.kept and self.kept[key][0] == world.revision:
            return self.kept[key][1]
        shown = filter(_filter(world, request, list_), world.tasks.values() if self.frozen is None else self.frozen)
        tasks = sorted(shown, key=_order(request), reverse=not request.flag("reverse"))
        if len(self.kept) >= KEPT:
            self.kept.clear()
        self.kept[key] = world.revision, tasks
        return tasks


def _order(request):
    name = request.text("order_by") or "created"
    if name not in ORDERS:
        raise coded(500, "Internal server error", "ITEMV2_003")
    return ORDERS[name]


def _filter(world, request, list_):
    """One function that says whether a task belongs to the result: all conditions hold."""
    conditions = _places(world, request, list_) + _hidden(request, list_) + _dates(world, request) + _members(request)
    conditions += _values(world, request)
    return lambda task: all(condition(task) for condition in conditions)


def _places(world, request, list_):
    token = request.token
    if list_ is not None:
        if request.flag("include_timl"):
            return [lambda task: task.list is list_ or list_.id in task.locations]
        return [lambda task: task.list is list_]
    conditions = []
    if token.spaces is not None or any(one.deleted for one in world.lists.values()):
        conditions.append(lambda task: token.sees_list(task.list))
    for name, known, of in (("space_ids[]", world.spaces, lambda task: task.list.space.id),
                            ("project_ids[]", world.folders, lambda task: task.list.folder.id),
                            ("list_ids[]", world.lists, lambda task: task.list.id)):
        if wanted := set(request.all(name)):
            _check_known(world, wanted, known, token)
            conditions.append(lambda task, wanted=wanted, of=of: of(task) in wanted)
    return conditions


def _check_known(world, ids, known, token):
    def visible(one):
        return token.sees_list(one) if known is world.lists else token.sees_space(getattr(one, "space", one))

    if not world.switches["unknown_filter_id_empty"] and any(id not in known or not visible(known[id]) for id in ids):
        raise not_authorized()


def _hidden(request, list_):
    """What ClickUp leaves out unless it is asked for."""
    archived = request.flag("archived")
    conditions = [lambda task: not task.deleted]
    if list_ is not None:
        conditions.append(lambda task: task.archived == archived)
    else:
        conditions.append(lambda task: (task.archived or task.list.is_archived()) == archived)
    parent, statuses = request.text("parent"), {name.casefold() for name in request.all("statuses[]")}
    if parent and list_ is None:
        conditions.append(lambda task: task.parent == parent)
    elif not request.flag("subtasks"):
        conditions.append(lambda task: task.parent is None)
    if statuses:  # a closed status that is named is shown
        conditions.append(lambda task: task.status["status"].casefold() in statuses)
    elif not request.flag("include_closed"):
        conditions.append(lambda task: task.status["type"] != "closed")
    return conditions


def _dates(world, request):
    conditions = []
    for name, attribute in DATES.items():
        above, below = request.number(name + "_gt"), request.number(name + "_lt")
        if above is not None and name == "date_updated" and world.switches["date_updated_inclusive"]:
            above -= 1
        if above is not None:
            conditions.append(lambda task, a=attribute, v=above: (getattr(task, a) or -1) > v)
        if below is not None:
            conditions.append(lambda task, a=attribute, v=below: getattr(task, a) is not None and getattr(task, a) < v)
    return conditions


def _members(request):
    conditions = []
    for name, attribute in (("assignees[]", "assignees"), ("watchers[]", "watchers"), ("tags[]", "tags")):
        if wanted := {value.lower() for value in request.all(name)}:
            conditions.append(lambda task, a=attribute, w=wanted: any(str(one) in w for one in getattr(task, a)))
    if types := set(request.all("custom_items[]")):
        conditions.append(lambda task: str(task.custom_item_id or 0) in types)
    return conditions


def _values(world, request):
    try:
        asked = json.loads(request.text("custom_fields") or "[]")
        one = json.loads(request.text("custom_field") or "[]")
    except ValueError:
        raise coded(400, "Custom fields filter malformed") from None
    conditions = []
    for condition in asked + (one if isinstance(one, list) else [one]):
        field = world.field_by_id.get(condition.get("field_id"))
        if field is None:
            raise coded(400, "Custom field not found")
        operator, wanted = condition.get("operator", "="), condition.get("value")
        conditions.append(lambda task, f=field, o=operator, w=wanted: fields.matches(f, task.values.get(f["id"]), o, w))
    return conditions
