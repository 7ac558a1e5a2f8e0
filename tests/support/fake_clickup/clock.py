"""The one clock of the fake: the machine's, shifted by what a test asked for. Milliseconds since 1970, UTC."""
import datetime
import time
import zoneinfo

DAY_BEGINS = datetime.timedelta(hours=4)  # where ClickUp puts a date without a time


class Clock:
    def __init__(self):
        self.shift_ms = 0

    def now_ms(self):
        return time.time_ns() // 1_000_000 + self.shift_ms

    def advance(self, ms):
        self.shift_ms += ms


def zone(name):
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return datetime.timezone.utc


def date_only(ms, zone_name):
    """04:00 of the day on which `ms` falls in that zone."""
    where = zone(zone_name)
    day = datetime.datetime.fromtimestamp(ms / 1000, where)
    at_four = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + DAY_BEGINS
    return int(at_four.replace(tzinfo=where).timestamp() * 1000)
