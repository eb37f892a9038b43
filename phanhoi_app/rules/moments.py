"""Dates and times as people here write them: the day first (31/12/2026 17:30), or as machines do (2026-12-31T17:30).

A general parser reads 03/02/2026 as the second of March; here it is the third of February.
"""

import re
from datetime import date, datetime

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ ,T]+(\d{1,2})[:hg](\d{2})?)?")
_MACHINE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")


def read_moment(typed: str) -> datetime | None:
    """The moment that was written (midnight when no time was), or None when it is none."""
    typed = typed.strip()
    if match := _DAY_FIRST.fullmatch(typed):
        day, month, year, hour, minute = (int(part or 0) for part in match.groups())
        second = 0
    elif match := _MACHINE.fullmatch(typed):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    else:
        return None
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def read_day(typed: str) -> date | None:
    """The day that was written, or None when it is none."""
    moment = read_moment(typed)
    return moment.date() if moment else None
