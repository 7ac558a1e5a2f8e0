"""Uploading one file to a task."""
from . import find
from .errors import coded, html
from .worldfile import made_id


class Attachment:
    def __init__(self, number, part, user, date):
        self.title = (part.filename or "file").replace("\\", "/").rpartition("/")[2]
        self.extension = self.title.rpartition(".")[2] if "." in self.title else ""
        self.id = made_id("attachment", number) + ("." + self.extension if self.extension else "")
        self.mimetype, self.size, self.sha256, self.kept = part.mimetype, part.size, part.sha256, part.kept
        self.user, self.date = user, date


def post(app, request, task):
    world, task = app.world, find.task(app, request, task)
    files = [part for part in request.parts or [] if part.is_attachment()]
    if not files:
        raise coded(400, "Attachment format invalid", "ATTCH_045")
    if files[0].size > world.switches["attachment_limit"]:
        raise html(413, "Request Entity Too Large") if world.switches["attachment_over"] == 413 else coded(
            400, "Storage limit reached", "GBUSED_005")
    attachment = Attachment(world.next_number(), files[0], request.token.user["id"], world.clock.now_ms())
    task.attachments.append(attachment)
    if world.switches["attachment_bumps"]:
        world.changed(task)
    world.ledger.add("attachment", task, request.token.name, id=attachment.id, title=attachment.title, size=attachment.size,
                     sha256=attachment.sha256)
    return app.shapes.uploaded(attachment)
