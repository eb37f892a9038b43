"""Hours by season: typed, laid over those that held before, copied to another year, looked through for gaps.

Rows are those of `working_time.Calendar.from_dict`'s `shifts`: {weekday, start, end, valid_from, valid_to}, weekday
Monday 0 … Sunday 6, times "HH:MM", dates or None where it holds for ever. What comes in is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from phanhoi_app.rules.calendar_data import CalendarError

Row = dict[str, Any]
_SPAN = re.compile(r"(\d{1,2})(?:[:hg.](\d{2}))?\s*h?\s*[-–—]\s*(\d{1,2})(?:[:hg.](\d{2}))?\s*h?")
_ONE_DAY = timedelta(days=1)


class Gap(NamedTuple):
    """A weekday without hours from `first` to `last`, both included, though it has hours before or after."""

    weekday: int
    first: date
    last: date


def read_hours(typed: str) -> list[tuple[str, str]]:
    """[("07:00", "11:30"), ("13:30", "17:00")] of "7h-11h30, 13:30–17:00". Raises `CalendarError`."""
    spans = []
    for part in re.split(r"[,;\n]+", typed or ""):
        if not part.strip():
            continue
        match = _SPAN.fullmatch(part.strip().lower())
        if not match:
            raise CalendarError(
                "{hours} are not hours of work; write them like 07:00–11:30.", hours=part.strip()
            )
        first_hour, first_minute, last_hour, last_minute = (int(number or 0) for number in match.groups())
        start, end = (first_hour, first_minute), (last_hour, last_minute)
        if first_minute > 59 or last_minute > 59 or end > (24, 0) or end <= start:
            raise CalendarError(
                "{hours} are not hours of work; write them like 07:00–11:30.", hours=part.strip()
            )
        spans.append((f"{first_hour:02}:{first_minute:02}", f"{last_hour:02}:{last_minute:02}"))
    if not spans:
        raise CalendarError("Give the hours of work, like 07:00–11:30, 13:30–17:00.")
    spans.sort()
    for (_start, end), (start, _end) in pairwise(spans):
        if start < end:
            raise CalendarError("The hours {one} and {other} overlap.", one=f"…–{end}", other=f"{start}–…")
    return spans


def lay_over(
    rows: Iterable[Mapping[str, Any]],
    weekdays: Sequence[int],
    hours: Sequence[tuple[str, str]],
    first: date | None,
    last: date | None,
) -> list[Row]:
    """The rows with `hours` on these weekdays from `first` to `last`; what held then gives way.

    Without `first` or `last` the new hours hold from ever or for ever. Raises `CalendarError`.
    """
    if first and last and last < first:
        raise CalendarError("The season ends ({last}) before it begins ({first}).", first=first, last=last)
    kept: list[Row] = []
    for row in rows:
        if row["weekday"] not in weekdays or not _meet(row, first, last):
            kept.append(dict(row))
            continue
        if first and (row["valid_from"] is None or row["valid_from"] < first):
            kept.append({**row, "valid_to": first - _ONE_DAY})
        if last and (row["valid_to"] is None or row["valid_to"] > last):
            kept.append({**row, "valid_from": last + _ONE_DAY})
    new = [
        {"weekday": day, "start": start, "end": end, "valid_from": first, "valid_to": last}
        for day in weekdays
        for start, end in hours
    ]
    return in_order([*kept, *new])


def copied(rows: Iterable[Mapping[str, Any]], year: int) -> list[Row]:
    """The rows with the seasons that begin in `year` once more, a year later.

    Hours without an end give way to them, as in `lay_over`; a season with both its dates that is there already stays.
    Raises `CalendarError` when no season begins in that year.
    """
    found = [dict(row) for row in rows]
    seasons: dict[tuple[date, date, int], list[tuple[str, str]]] = {}
    for row in found:
        if row["valid_from"] and row["valid_to"] and row["valid_from"].year == year:
            key = (_next_year(row["valid_from"]), _next_year(row["valid_to"]), row["weekday"])
            seasons.setdefault(key, []).append((row["start"], row["end"]))
    if not seasons:
        raise CalendarError("No season with both its dates begins in {year}.", year=str(year))
    for (first, last, weekday), hours in seasons.items():
        there = [row for row in found if row["weekday"] == weekday and _meet(row, first, last)]
        planned = any(row["valid_from"] and row["valid_to"] for row in there)
        same = sorted((row["start"], row["end"]) for row in there if _covers(row, first, last)) == sorted(
            hours
        )
        if not planned and not same:
            found = lay_over(found, [weekday], hours, first, last)
    return in_order(found)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By season, then weekday, then hour: as a person would write them down."""
    return sorted(
        rows,
        key=lambda row: (
            row["valid_from"] or date.min,
            row["valid_to"] or date.max,
            row["weekday"],
            str(row["start"]).zfill(8),
        ),
    )


def gaps(rows: Iterable[Mapping[str, Any]], first: date, last: date) -> list[Gap]:
    """Times from `first` to `last` in which a weekday has no hours although it has some at another time.

    A weekday that never has hours (Saturday) is no gap.
    """
    found: list[Gap] = []
    by_day = lambda row: row["weekday"]  # noqa: E731
    for weekday, own in groupby(sorted(rows, key=by_day), by_day):
        spans = sorted((row["valid_from"] or date.min, row["valid_to"] or date.max) for row in own)
        free = first
        for start, end in spans:
            if start > last:
                break
            if start > free:
                found.append(Gap(weekday, free, start - _ONE_DAY))
            if end >= free:
                free = end + _ONE_DAY if end < date.max else date.max
        if free <= last:
            found.append(Gap(weekday, free, last))
    # A gap that holds no such weekday (a season that begins on a Monday after a weekend) is none.
    return [gap for gap in found if _holds(gap)]


def _holds(gap: Gap) -> bool:
    ahead = (gap.weekday - gap.first.weekday()) % 7
    return gap.first + timedelta(days=ahead) <= gap.last


def _meet(row: Mapping[str, Any], first: date | None, last: date | None) -> bool:
    starts_in_time = row["valid_from"] is None or last is None or row["valid_from"] <= last
    ends_in_time = row["valid_to"] is None or first is None or row["valid_to"] >= first
    return starts_in_time and ends_in_time


def _covers(row: Mapping[str, Any], first: date, last: date) -> bool:
    begun = row["valid_from"] is None or row["valid_from"] <= first
    return begun and (row["valid_to"] is None or row["valid_to"] >= last)


def _next_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 2, 28)
