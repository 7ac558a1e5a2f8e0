"""Everything together, without sockets: what a request does to the world, and what is answered. One lock guards it all."""
import collections
import json
import random
import sys
import threading
import time
import traceback

from . import auth, errors, mutations
from .faults import Faults
from .listing import Listings
from .rate_limit import RateLimit
from .routes import route_of
from .shapes import Shapes

LOGGED = 500_000  # requests that GET /_fake/requests can show


class Response:
    """status, body (bytes) and headers; a body that is text is HTML."""

    def __init__(self, status, body=None, headers=()):
        self.status, self.headers = status, list(headers)
        if body is None:
            self.body = b""
        elif isinstance(body, str):
            self.body = body.encode()
            self.headers.append(("Content-Type", "text/html"))
        else:
            self.body = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
            self.headers.append(("Content-Type", "application/json; charset=utf-8"))


class App:
    def __init__(self, world, seed):
        self.world, self.lock = world, threading.RLock()
        self.shapes, self.listings = Shapes(world), Listings(self)
        self.limiter, self.faults = RateLimit(world.switches, world.clock), Faults(seed)
        self.random = random.Random(f"{seed}/mutations")
        self.log = collections.deque(maxlen=LOGGED)
        self.counts = collections.Counter()  # what stats() shows
        self.routes, self.answers = collections.Counter(), collections.Counter()

    def admit(self, request):
        """The rate limiter's headers, and its refusal or the fault that hits the request."""
        with self.lock:
            allowed, headers = self.limiter.take(request.headers.get("Authorization") or "")
            if not allowed:
                refused = errors.rate_limited(400 if self.world.switches["rate_400"] else 429)
                return headers, Response(refused.status, refused.body), None
            return headers, None, self.faults.chosen(request.method, request.path)

    def answer(self, request):
        """Applies the request."""
        with self.lock:
            try:
                request.token = auth.token_of(self.world, request.headers.get("Authorization"))
                found = route_of(request)
                if not found:
                    raise errors.no_route(self.world.switches)
                if not isinstance(request.json, dict):
                    raise errors.coded(400, "Unexpected token in JSON")
                _, answer, variables = found
                body = answer(self, request, *variables)
                return Response(204 if body is None else 200, body)
            except errors.ApiError as error:
                return Response(error.status, error.body)
            except Exception:  # a request of a shape nobody thought of; the fake's author wants to know
                print(f"fake-clickup: {request.method} {request.path}", file=sys.stderr)
                traceback.print_exc()
                return Response(500, errors.coded(500, "Internal server error", "ERROR_HANDLER").body)

    def mutate(self, what):
        with self.lock:
            mutations.happen(self.world, what, self.random)

    def note(self, request, status, fault, size):
        """What the client was sent: 0 for a status when it saw none."""
        route = route_of(request)
        with self.lock:
            self.counts["requests"] += 1
            self.counts["bytes_out"] += size
            self.routes[f"{request.method} {route[0] if route else request.path}"] += 1
            self.answers[str(status)] += 1
            self.log.append({"time": self.world.clock.now_ms(), "method": request.method, "path": request.target,
                             "status": status,
                             "fault": fault.mode if fault else None, "bytes": size})

    def stats(self):
        return {"requests": self.counts["requests"], "bytes_out": self.counts["bytes_out"],
                "connections": self.counts["connections"],
                "rate_limited": self.limiter.refused, "most_in_window": self.limiter.most_in_window,
                "most_in_any_span": self.limiter.most_in_any_span, "routes": dict(self.routes), "statuses": dict(self.answers),
                "faults": dict(self.faults.counts), "cpu_ms": int(time.process_time() * 1000)}

    def reset_stats(self):
        self.counts.clear()
        self.routes.clear()
        self.answers.clear()
        self.log.clear()
        self.faults.counts.clear()
        self.limiter.refused = self.limiter.most_in_window = self.limiter.most_in_any_span = 0
