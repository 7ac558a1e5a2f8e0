"""The quirks nobody is sure of, or that differ between accounts. `--switch NAME[=VALUE]`, or POST /_fake/switches."""

DEFAULTS = {
    # Listing.
    "page_size": 100,                 # fewer on a page than ClickUp's 100, with last_page false
    "team_last_page": True,           # 0: GET /team/ID/task answers without last_page
    "date_updated_inclusive": False,  # date_updated_gt also matches an equal date
    "unknown_filter_id_empty": False,  # an unknown id in space_ids[] …: matches nothing instead of 401 OAUTH_027
    # Writing.
    "strict_status_case": False,      # a status in other letters is unknown
    "comment_bumps": False,           # a new comment changes date_updated
    "attachment_bumps": False,        # a new attachment does
    "missing_team_400": False,        # custom_task_ids without team_id: 400 instead of 401
    # Comments.
    "comment_id_string": False,       # POST answers with the id as a string
    "comment_boundary_repeated": False,  # start and start_id repeat the last comment of the page before
    "backticks_mangled": False,       # `code` loses its backticks
    # Fields.
    "dropdown_uuid": False,           # a drop_down's value is read as the option's id, not its index
    "checkbox_bool": False,           # a checkbox's value is read as a bool
    # Attachments.
    "attachment_limit": 1 << 30,      # bytes
    "attachment_over": 413,           # 413 (HTML) or 400 (GBUSED_005) for a bigger one
    # Errors and headers.
    "unknown_route_json": False,      # an unknown path: APP_001 instead of HTML
    "accept_bearer_pk": False,        # "Bearer pk_…" is accepted
    "lowercase_headers": False,       # as HTTP/2 delivers them
    # The rate limiter.
    "rate_limit": 100,                # requests in a window
    "rate_window_ms": 60_000,
    "no_reset_header": False,         # no X-RateLimit-Reset anywhere
    "rate_headers_only_429": False,   # no X-RateLimit-* on successes
    "reset_in_ms": False,             # X-RateLimit-Reset in milliseconds
    "retry_after": False,             # 429 carries Retry-After
    "rate_400": False,                # APP_002 with status 400
}


class UnknownSwitch(ValueError):
    pass


def converted(name, value):
    """The value as the switch's type; takes JSON values and text."""
    if name not in DEFAULTS:
        raise UnknownSwitch(f"unknown switch {name}")
    if isinstance(DEFAULTS[name], bool):
        if str(value).lower() not in ("0", "1", "true", "false"):
            raise UnknownSwitch(f"switch {name}: {value!r} is neither 0 nor 1")
        return str(value).lower() in ("1", "true")
    try:
        return int(value)
    except (TypeError, ValueError):
        raise UnknownSwitch(f"switch {name}: {value!r} is not a number") from None


def parsed(texts):
    """The switches of a command line's NAME or NAME=VALUE."""
    switches = dict(DEFAULTS)
    for text in texts:
        name, equals, value = text.partition("=")
        switches[name] = converted(name, value if equals else "1")
    return switches
