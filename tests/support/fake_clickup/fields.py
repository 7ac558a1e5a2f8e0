"""Custom fields: what may be written, how it is kept, how it is read, and the filter's operators.

Kept: a drop_down's option id; lists of ids for labels, users and tasks; milliseconds for a date; else the value as it is read.
"""
from . import clock
from .errors import coded

TEXTS = ("url", "email", "phone", "text", "short_text")
COMPUTED = ("automatic_progress", "formula", "votes", "signature", "attachment")
ABSENT = object()


def bad(text):
    return coded(400, text, "FIELD_011")


def options_of(field):
    return field["type_config"].get("options", [])


def stored(field, value, old, world, user, options=None):
    """What is kept for `value` as a client writes it. Throws ApiError for what ClickUp refuses."""
    kind = field["type"]
    if kind in TEXTS:
        return _text(value)
    if kind in ("number", "currency", "emoji"):
        return _number(field, value)
    if kind == "date":
        return _date(value, user, options or {})
    if kind == "checkbox":
        return _checkbox(value)
    if kind == "drop_down":
        return _option(field, value)
    if kind == "labels":
        return _labels(field, value)
    if kind in ("users", "tasks", "list_relationship"):
        return _added(value, old or [], world.users if kind == "users" else world.tasks)
    if kind == "manual_progress":
        return _progress(field, value)
    if kind in COMPUTED:
        raise coded(400, f"Fields of type {kind} cannot be set")
    return value  # location, button and whatever comes


def _text(value):
    if not isinstance(value, str):
        raise bad("Value must be a string")
    return value


def _number(field, value):
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise bad("Value must be a number")
    try:
        number = float(value)
    except ValueError:
        raise bad("Value must be a number") from None
    if field["type"] == "emoji" and not 0 <= number <= field["type_config"].get("count", 5):
        raise bad("Value must be between 0 and the field's count")
    return int(number) if number == int(number) else number


def _date(value, user, options):
    if isinstance(value, bool) or not isinstance(value, (int, float)) and not (isinstance(value, str) and value.isdigit()):
        raise bad("Value must be a date in milliseconds")
    return int(value) if options.get("time") else clock.date_only(int(value), user["timezone"])


def _checkbox(value):
    if not isinstance(value, bool) and value not in ("true", "false"):
        raise bad("Value must be a boolean")
    return str(value).lower()


def _option(field, value):
    for option in options_of(field):
        if value == option["id"] or (not isinstance(value, bool) and value == option["orderindex"]):
            return option["id"]
    raise bad("Value must be an option index or uuid")


def _labels(field, value):
    known = {option["id"] for option in options_of(field)}
    if not isinstance(value, list) or any(id not in known for id in value):
        raise bad("Value must be an array of label uuids")
    return list(dict.fromkeys(value))


def _added(value, old, known):
    """{"add": [id], "rem": [id]}. Anything else is taken and stores nothing."""
    if not isinstance(value, dict):
        return old
    add = [id for id in value.get("add") or [] if isinstance(id, (int, str)) and id in known and id not in old]
    return [id for id in old if id not in (value.get("rem") or [])] + add


def _progress(field, value):
    if not isinstance(value, dict) or isinstance(value.get("current"),
                                                 bool) or not isinstance(value.get("current"), (int, float)):
        raise bad("Value must hold a current number")
    config = field["type_config"]
    low, high = config.get("start", 0), config.get("end", 100)
    return {"percent_completed": (value["current"] - low) / ((high - low) or 1), "current": str(value["current"])}


def shown(field, value, world, shapes):
    """What a task shows for a kept value; ABSENT when a task has no such key then."""
    kind, switches = field["type"], world.switches
    if kind == "drop_down":
        if switches["dropdown_uuid"]:
            return value
        return next((option["orderindex"] for option in options_of(field) if option["id"] == value), ABSENT)
    if kind in ("date", "number"):
        return str(value)
    if kind == "checkbox" and switches["checkbox_bool"]:
        return value == "true"
    if kind == "users":
        return [shapes.short_user(world.users[id]) for id in value]
    if kind in ("tasks", "list_relationship"):
        return [shapes.related(world.tasks[id]) for id in value]
    return value


def matches(field, value, operator, wanted):
    """One condition of the custom_fields filter on a kept value (None: unset)."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    if operator == "IS NULL":
        return value is None or value == []
    if operator == "IS NOT NULL":
        return value is not None and value != []
    if operator in ("ANY", "ALL", "NOT ANY", "NOT ALL"):
        asked = [_comparable(field, one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        has = [one in values for one in asked]
        result = any(has) if operator.endswith("ANY") else all(has)
        return result != operator.startswith("NOT")
    if value is None:
        return operator in ("!=", "!==")
    if operator == "RANGE":
        low, high = wanted if isinstance(wanted, list) else (wanted.get("low_value"), wanted.get("high_value"))
        return float(low) <= float(value) <= float(high)
    if operator in ("<", "<=", ">", ">="):
        left, right = float(value), float(wanted)
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
    return _equal(field, value, operator, wanted)


def _equal(field, value, operator, wanted):
    wanted = _comparable(field, wanted)
    if operator in ("=", "!=") and field["type"] in TEXTS:
        return (str(wanted).casefold() in value.casefold()) == (operator == "=")
    same = str(value).casefold() == str(wanted).casefold()
    return same == (operator in ("=", "=="))


def _comparable(field, wanted):
    if field["type"] == "drop_down" and isinstance(wanted, int):
        return next((option["id"] for option in options_of(field) if option["orderindex"] == wanted), None)
    return wanted
