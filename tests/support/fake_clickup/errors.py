"""ClickUp's errors: {"err": text, "ECODE": code}, or a gateway's HTML."""


class ApiError(Exception):
    """Ends a request. `body` is a JSON value, or HTML when it is text."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body


def coded(status, err, ecode=None):
    return ApiError(status, {"err": err, "ECODE": ecode} if ecode else {"err": err})


def html(status, title):
    return ApiError(status, f"<html>\n<head><title>{status} {title}</title></head>\n<body>\n"
                            f"<center><h1>{status} {title}</h1></center>\n</body>\n</html>\n")


def not_authorized():
    """The answer to an id that does not exist, and to one this token may not see."""
    return coded(401, "Team not authorized", "OAUTH_027")


def deleted():
    return coded(404, "Task not found, deleted", "ITEM_013")


def status_not_found():
    return coded(400, "Status not found", "CRTSK_001")


def rate_limited(status=429):
    return coded(status, "Rate limit reached", "APP_002")


def no_route(switches):
    return coded(404, "Route not found", "APP_001") if switches["unknown_route_json"] else html(404, "Not Found")
