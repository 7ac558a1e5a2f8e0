"""Finds what a path names, or answers as ClickUp does: 401 OAUTH_027 for what is not there and for what may not be seen."""
from .errors import coded, deleted, not_authorized


def team(app, request, id):
    if id != app.world.workspace["id"]:
        raise not_authorized()


def space(app, request, id):
    space = app.world.spaces.get(id)
    if space is None or not request.token.sees_space(space):
        raise not_authorized()
    return space


def folder(app, request, id):
    if not id.isdigit():
        raise coded(400, "Folder ID invalid", "INPUT_011")
    folder = app.world.folders.get(id)
    if folder is None or not request.token.sees_space(folder.space):
        raise not_authorized()
    return folder


def list_(app, request, id):
    if not id.isdigit():
        raise coded(400, "List ID invalid", "INPUT_003")
    list_ = app.world.lists.get(id)
    if list_ is None or not request.token.sees_list(list_):
        raise not_authorized()
    return list_


def task(app, request, id):
    """By id, or with custom_task_ids=true&team_id=… by custom id."""
    if request.flag("custom_task_ids"):
        if request.text("team_id") != app.world.workspace["id"]:
            raise coded(400, "Team id required") if app.world.switches["missing_team_400"] else not_authorized()
        id = app.world.custom_ids.get(id, id)
    task = app.world.tasks.get(id)
    if task is None or not request.token.sees_list(task.list):
        raise not_authorized()
    if task.deleted:
        raise deleted()
    return task
