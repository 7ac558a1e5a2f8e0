"""Workspace, spaces, folders, lists: reading. `archived=true` selects only what is archived."""
from . import find


def user(app, request):
    return {"user": app.shapes.me(request.token.user)}


def teams(app, request):
    return {"teams": [app.shapes.team()]}


def spaces(app, request, team):
    find.team(app, request, team)
    archived = request.flag("archived")
    return {"spaces": [app.shapes.space(one) for one in app.world.spaces.values()
                       if request.token.sees_space(one) and one.archived == archived]}


def space(app, request, id):
    return app.shapes.space(find.space(app, request, id))


def folders(app, request, space):
    archived = request.flag("archived")
    return {"folders": [app.shapes.folder(one, request.token) for one in find.space(app, request, space).folders
                        if one.archived == archived]}


def folder(app, request, id):
    return app.shapes.folder(find.folder(app, request, id), request.token)


def _lists(app, request, lists):
    archived = request.flag("archived")
    return {"lists": [app.shapes.list_of_folder(one) for one in lists if not one.deleted and one.archived == archived]}


def folder_lists(app, request, folder):
    return _lists(app, request, find.folder(app, request, folder).lists)


def space_lists(app, request, space):
    return _lists(app, request, find.space(app, request, space).lists)


def list_(app, request, id):
    return app.shapes.list(find.list_(app, request, id))


def shared(app, request, team):
    find.team(app, request, team)
    lists = [one for one in app.world.lists.values() if one.id in request.token.lists and not one.deleted]
    return {"shared": {"tasks": [], "lists": [app.shapes.list_of_folder(one) for one in lists], "folders": []}}


def task_types(app, request, team):
    find.team(app, request, team)
    return {"custom_items": [one for one in app.world.task_types if one["id"] > 1]}


def members(app, request, list_):
    find.list_(app, request, list_)
    return {"members": [app.shapes.member(one) for one in app.world.users.values()]}


def tags(app, request, space):
    return {"tags": list(find.space(app, request, space).tags.values())}


def team_fields(app, request, team):
    find.team(app, request, team)
    return {"fields": app.world.fields}


def space_fields(app, request, space):
    return {"fields": find.space(app, request, space).fields}


def folder_fields(app, request, folder):
    return {"fields": find.folder(app, request, folder).fields}


def list_fields(app, request, list_):
    return {"fields": app.world.fields_of(find.list_(app, request, list_))}
