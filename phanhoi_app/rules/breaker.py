"""A provider that is down: after how many failures it is left alone, and for how long.

While the breaker is open messages wait, without using up their attempts. When the pause is over one message tries
(half-open): if it goes through the breaker closes, if not the next pause is twice as long.
"""

from datetime import datetime, timedelta

CLOSED, OPEN, HALF_OPEN = "Closed", "Open", "Half-open"
LONGEST_PAUSE = 15 * 60  # seconds


def state(open_until: datetime | None, now: datetime) -> str:
    """The breaker's state; `open_until` is None while it is closed."""
    if open_until is None:
        return CLOSED
    return OPEN if now < open_until else HALF_OPEN


def opens(failures: int, limit: int) -> bool:
    """Whether so many failures in a row open it; a `limit` of 0 never does."""
    return 0 < limit <= failures


def until(now: datetime, openings: int, seconds: int) -> datetime:
    """When the pause ends that follows the `openings`-th failure in a row to come back (1 is the first)."""
    pause = min(max(seconds, 1) * 2 ** min(max(openings - 1, 0), 20), LONGEST_PAUSE)
    return now + timedelta(seconds=pause)
