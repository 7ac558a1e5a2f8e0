"""Webhooks: kept, never called."""
from . import find
from .errors import coded, not_authorized
from .worldfile import made_id

PLACES = ("task_id", "list_id", "folder_id", "space_id")


def post(app, request, team):
    find.team(app, request, team)
    world, body = app.world, request.json
    if not isinstance(body.get("endpoint"), str) or not body.get("events"):
        raise coded(400, "endpoint and events required")
    wanted = {"endpoint": body["endpoint"], "events": body["events"], **{place: body.get(place) for place in PLACES}}
    if any(all(one[key] == value for key, value in wanted.items()) for one in world.webhooks.values()):
        raise coded(400, "Webhook configuration already exists", "OAUTH_009")
    number = world.next_number()
    webhook = {"id": made_id("webhook", number), "userid": request.token.user["id"], "team_id": int(team), **wanted,
               "client_id": None,
               "health": {"status": "active", "fail_count": 0}, "secret": made_id("secret", number).replace("-", "").upper()}
    world.webhooks[webhook["id"]] = webhook
    return {"id": webhook["id"], "webhook": webhook}


def listed(app, request, team):
    find.team(app, request, team)
    return {"webhooks": [one for one in app.world.webhooks.values() if one["userid"] == request.token.user["id"]]}


def _find(app, request, id):
    webhook = app.world.webhooks.get(id)
    if webhook is None or webhook["userid"] != request.token.user["id"]:
        raise not_authorized()
    return webhook


def put(app, request, id):
    webhook = _find(app, request, id)
    webhook.update({key: request.json[key] for key in ("endpoint", "events") if key in request.json})
    if request.json.get("status") == "active":
        webhook["health"] = {"status": "active", "fail_count": 0}
    return {"id": id, "webhook": webhook}


def delete(app, request, id):
    _find(app, request, id)
    del app.world.webhooks[id]
    return {}
