"""When a message may go out: quiet hours, how many a person gets in an hour, pauses between attempts."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

HOUR = timedelta(hours=1)


def quiet_until(now: datetime, begin: time | None, end: time | None) -> datetime | None:
    """The moment at which the quiet hours end that `now` lies in; None outside of them.

    They may cross midnight ("22:00" to "06:00"); without a begin or an end, or with the same for both, there are none.
    """
    if begin is None or end is None or begin == end:
        return None
    clock = now.time()
    if begin < end:
        inside, days = begin <= clock < end, 0
    else:
        inside, days = clock >= begin or clock < end, int(clock >= begin)
    return datetime.combine(now.date() + timedelta(days=days), end) if inside else None


def free_from(now: datetime, sent: Sequence[datetime], most: int) -> datetime | None:
    """When a person who got messages at these moments may get the next, at most so many in any hour; None: now.

    `most` of 0 sets no limit.
    """
    if most <= 0:
        return None
    recent = sorted(moment for moment in sent if moment > now - HOUR)
    return recent[-most] + HOUR if len(recent) >= most else None


def pause(attempts: int, seconds: float, jitter: float) -> timedelta:
    """How long to wait after so many attempts: `seconds`, then twice, four times … as long.

    `jitter` is between 0 and 1 and moves it by up to a third: many that failed together do not come back together.
    """
    return timedelta(seconds=seconds * 2 ** max(attempts - 1, 0) * (0.67 + 0.66 * jitter))
