"""Comments of tasks: pages of 25, newest first, found by start and start_id."""
import re

from .errors import coded, not_authorized

PAGE = 25


class Comment:
    def __init__(self, id, task, text, runs, user, date):
        self.id, self.task, self.text, self.runs, self.user, self.date = id, task, text, runs, user, date
        self.resolved, self.assignee, self.replies = False, None, []


def add_comment(world, task, text, user, date=None, runs=None):
    comment = Comment(90150225715000 + world.next_number(), task, text, runs or [{"text": text, "attributes": {}}], user,
                      date or world.clock.now_ms())
    task.comments.append(comment)
    world.comments[str(comment.id)] = comment
    return comment


def _content(world, body):
    """The text and the runs of a comment that is sent; markdown_content is no content."""
    if isinstance(body.get("comment"), list):
        runs = [{"text": str(run.get("text", "")), "attributes": run.get("attributes", {})} for run in body["comment"]]
        return "".join(run["text"] for run in runs), runs
    text = body.get("comment_text")
    if not isinstance(text, str) or not text.strip():
        raise coded(400, "Comment text required")
    if not world.switches["backticks_mangled"]:
        return text, [{"text": text, "attributes": {}}]
    pieces = re.split(r"`+([^`]*)`+", text)
    runs = [{"text": piece, "attributes": {"code": True} if index % 2 else {}} for index, piece in enumerate(pieces) if piece]
    return "".join(pieces), runs


def post(app, request, task):
    world = app.world
    text, runs = _content(world, request.json)
    comment = add_comment(world, task, text, request.token.user["id"], runs=runs)
    assignee = request.json.get("assignee")
    comment.assignee = assignee if assignee in world.users else None
    if world.switches["comment_bumps"]:
        world.changed(task)
    world.ledger.add("comment", task, request.token.name, id=str(comment.id), text=text)
    return _posted(world, comment)


def _posted(world, comment):
    id = str(comment.id) if world.switches["comment_id_string"] else comment.id
    return {"id": id, "hist_id": str(4811203398000000000 + comment.id), "date": comment.date}


def page(app, request, task):
    newest_first = sorted(task.comments, key=lambda one: (one.date, one.id), reverse=True)
    after = _after(app.world, request)
    return {"comments": [app.shapes.comment(one) for one in newest_first if after(one)][:PAGE]}


def _after(world, request):
    """Whether a comment lies after where the last page ended."""
    start, start_id = request.number("start"), request.number("start_id")
    if start is None:
        return lambda comment: True
    if start_id is None:
        return lambda comment: comment.date < start
    repeated = world.switches["comment_boundary_repeated"]
    return lambda comment: (comment.date, comment.id) < (start, start_id) or (repeated and comment.id == start_id)


def find(app, request, id):
    comment = app.world.comments.get(id)
    if comment is None or not request.token.sees_list(comment.task.list):
        raise not_authorized()
    return comment


def put(app, request, id):
    comment = find(app, request, id)
    if "comment_text" in request.json or "comment" in request.json:
        comment.text, comment.runs = _content(app.world, request.json)
    if "resolved" in request.json:
        comment.resolved = bool(request.json["resolved"])
    app.world.ledger.add("edit-comment", comment.task, request.token.name, id=id)
    return {}


def delete(app, request, id):
    comment = find(app, request, id)
    if comment in comment.task.comments:
        comment.task.comments.remove(comment)
    del app.world.comments[id]
    app.world.ledger.add("delete-comment", comment.task, request.token.name, id=id)
    return {}


def replies(app, request, id):
    return {"comments": [app.shapes.comment(one) for one in find(app, request, id).replies]}


def reply(app, request, id):
    parent = find(app, request, id)
    text, runs = _content(app.world, request.json)
    comment = add_comment(app.world, parent.task, text, request.token.user["id"], runs=runs)
    parent.task.comments.remove(comment)  # a thread's replies are not the task's comments
    parent.replies.append(comment)
    app.world.ledger.add("comment", parent.task, request.token.name, id=str(comment.id), text=text, reply_to=id)
    return _posted(app.world, comment)
