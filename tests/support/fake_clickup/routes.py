"""The table of routes: method and path after /api/v2, and who answers."""
from . import attachments, comments, find, hierarchy, tasks, webhooks
from .errors import coded


def _task_comments(app, request, id):
    return comments.page(app, request, find.task(app, request, id))


def _post_comment(app, request, id):
    return comments.post(app, request, find.task(app, request, id))


def _list_comment(app, request, id):
    raise coded(500, "Internal server error", "ERROR_HANDLER")


def _view(app, request, id):
    raise coded(404, "View not found", "ACCESS_118")


def _new_field(app, request, id):
    find.list_(app, request, id)
    raise coded(403, "Custom fields need a better plan", "FIELD_605")


TABLE = """
GET    /user                       user
GET    /team                       teams
GET    /team/*/space               spaces
GET    /team/*/shared              shared
GET    /team/*/custom_item         task_types
GET    /team/*/field               team_fields
GET    /team/*/task                of_team
GET    /team/*/webhook             listed
POST   /team/*/webhook             post_webhook
PUT    /webhook/*                  put_webhook
DELETE /webhook/*                  delete_webhook
GET    /space/*                    space
GET    /space/*/folder             folders
GET    /space/*/list               space_lists
GET    /space/*/tag                tags
GET    /space/*/field              space_fields
GET    /folder/*                   folder
GET    /folder/*/list              folder_lists
GET    /folder/*/field             folder_fields
GET    /list/*                     list_
GET    /list/*/member              members
GET    /list/*/field               list_fields
POST   /list/*/field               new_field
POST   /list/*/comment             list_comment
GET    /list/*/task                of_list
POST   /list/*/task                post
POST   /list/*/task/*              add_location
DELETE /list/*/task/*              remove_location
GET    /task/*                     get
PUT    /task/*                     put
DELETE /task/*                     delete
POST   /task/*/field/*             set_field
DELETE /task/*/field/*             clear_field
POST   /task/*/tag/*               add_tag
DELETE /task/*/tag/*               remove_tag
POST   /task/*/dependency          add_dependency
DELETE /task/*/dependency          remove_dependency
GET    /task/*/comment             task_comments
POST   /task/*/comment             post_comment
POST   /task/*/attachment          attach
PUT    /comment/*                  put_comment
DELETE /comment/*                  delete_comment
GET    /comment/*/reply            replies
POST   /comment/*/reply            reply
GET    /view/*/task                view
"""
ANSWERS = {**vars(hierarchy), **vars(tasks), "task_comments": _task_comments, "post_comment": _post_comment,
           "list_comment": _list_comment, "view": _view, "new_field": _new_field, "attach": attachments.post,
           "put_comment": comments.put, "delete_comment": comments.delete, "replies": comments.replies, "reply": comments.reply,
           "listed": webhooks.listed, "post_webhook": webhooks.post, "put_webhook": webhooks.put,
           "delete_webhook": webhooks.delete}


def _rows():
    for line in TABLE.split("\n"):
        if line:
            method, path, name = line.split()
            yield (method, len(path.split("/")) - 1), path, path.split("/")[1:], ANSWERS[name]


ROUTES = {}
for _key, _path, _pattern, _answer in _rows():
    ROUTES.setdefault(_key, []).append((_path, _pattern, _answer))


def route_of(request):
    """(the route's path with *, who answers, the path's variable parts); None for what ClickUp does not know."""
    for path, pattern, answer in ROUTES.get((request.method, len(request.segments)), ()):
        if all(part in ("*", segment) for part, segment in zip(pattern, request.segments)):
            return path, answer, [segment for part, segment in zip(pattern, request.segments) if part == "*"]
    return None
