"""When a schedule ticks next, for the cron lines that ours have: a minute and an hour, every day or on one weekday."""

import re
from datetime import datetime, timedelta

_OURS = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6])")
_DAYS_AHEAD = 8


def next_tick(cron: str, now: datetime) -> datetime | None:
    """The next time after now, in the zone that both are of; None for a line of another form."""
    line = _OURS.fullmatch(" ".join(cron.split()))
    if line is None or int(line[1]) > 59 or int(line[2]) > 23:
        return None
    today = now.replace(hour=int(line[2]), minute=int(line[1]), second=0, microsecond=0)
    ticks = (today + timedelta(days=days) for days in range(_DAYS_AHEAD))
    # Cron counts from Sunday.
    return next(tick for tick in ticks if tick > now and line[3] in ("*", str(tick.isoweekday() % 7)))
