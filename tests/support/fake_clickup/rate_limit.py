"""The rate limiter: per token, a fixed window that begins with its first call. Every request counts, refused ones too."""
import collections


class Window:
    def __init__(self, begin):
        self.begin, self.used = begin, 0


class RateLimit:
    def __init__(self, switches, clock):
        self.switches, self.clock = switches, clock
        self.windows = {}              # Authorization -> Window
        self.recent = {}               # Authorization -> times of the last rate_window_ms
        self.most_in_window = 0        # in any of the limiter's own windows
        self.most_in_any_span = 0      # in any stretch of time of that length
        self.refused = 0

    def take(self, who):
        """Counts a request; (allowed, the headers of its response)."""
        now, length = self.clock.now_ms(), self.switches["rate_window_ms"]
        window = self.windows.get(who)
        if window is None or now >= window.begin + length:
            window = self.windows[who] = Window(now)
        window.used += 1
        self.most_in_window = max(self.most_in_window, window.used)
        self._note_span(who, now, length)
        allowed = window.used <= self.switches["rate_limit"]
        self.refused += not allowed
        return allowed, self._headers(window, allowed, now, length)

    def _note_span(self, who, now, length):
        times = self.recent.setdefault(who, collections.deque())
        times.append(now)
        while times[0] <= now - length:
            times.popleft()
        self.most_in_any_span = max(self.most_in_any_span, len(times))

    def _headers(self, window, allowed, now, length):
        limit, end = self.switches["rate_limit"], window.begin + length
        headers = []
        if not allowed or not self.switches["rate_headers_only_429"]:
            headers += [("X-RateLimit-Limit", limit), ("X-RateLimit-Remaining", max(0, limit - window.used))]
            if not self.switches["no_reset_header"]:
                headers.append(("X-RateLimit-Reset", end if self.switches["reset_in_ms"] else -(-end // 1000)))
        if not allowed and self.switches["retry_after"]:
            headers.append(("Retry-After", -(-(end - now) // 1000)))
        return headers
