"""Working Calendar documents as the pure calendars that the rules count on."""

import json
from functools import lru_cache
from typing import NamedTuple

import frappe

from phanhoi_app.rules.working_time import Calendar, CalendarError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DRAFT = "Draft"  # of a day that waits for its confirmation and does not count yet


class Holding(NamedTuple):
    """Which calendar holds for an agency, and from where it comes: an agency's code, or None for the settings.

    Without a calendar (None) every hour counts.
    """

    calendar: str | None
    agency: str | None


def for_agency(agency: str | None) -> Calendar:
    """The calendar of the agency, else of the nearest agency above, else of the settings; else round the clock."""
    return load(name_for(agency))


def name_for(agency: str | None) -> str | None:
    """The name of the calendar that `for_agency` gives; None for round the clock."""
    return holding(agency).calendar


def holding(agency: str | None) -> Holding:
    """Which calendar `for_agency` takes, and from whom."""
    while agency:
        row = frappe.get_cached_value("Agency", agency, ["working_calendar", "parent_agency"], as_dict=True)
        if not row:
            break
        if row.working_calendar:
            return Holding(row.working_calendar, agency)
        agency = row.parent_agency
    return Holding(frappe.get_cached_doc("Phanhoi Settings").working_calendar or None, None)


def names() -> dict[str | None, str | None]:
    """The calendar's name for each agency (None: the province's own clocks), as `name_for` gives it. Two statements."""
    own, parents = {}, {}
    for name, parent, calendar in frappe.get_all(
        "Agency", fields=["name", "parent_agency", "working_calendar"], limit_page_length=0, as_list=True
    ):
        own[name], parents[name] = calendar, parent
    found: dict[str | None, str | None] = {None: holding(None).calendar}
    for name in own:
        above: str | None = name
        while above and not own.get(above):
            above = parents.get(above)
        found[name] = own[above] if above else found[None]
    return found


def through(agency: str | None) -> list[str | None]:
    """The agencies that take their calendar from this one or past it from above, itself first; of None, whose calendar
    is the settings', None and all that name none."""
    below: dict[str | None, list[str]] = {}
    for name, parent, own in frappe.get_all(
        "Agency",
        fields=["name", "parent_agency", "working_calendar"],
        limit_page_length=0,
        as_list=True,
        order_by="lft",
    ):
        if not own:
            below.setdefault(parent or None, []).append(name)
    found = [agency]
    for each in found:
        found += below.get(each, ())
    return found


def load(name: str | None) -> Calendar:
    """The calendar of this name, built once a process for each time that it was changed; None: round the clock."""
    if not name:
        return _build("", "")
    document = frappe.get_cached_doc("Working Calendar", name)
    return _build(f"{frappe.local.site}:{name}", str(document.modified))


def as_data(document) -> dict:
    """A Working Calendar document as `rules.working_time.Calendar.from_dict` takes it, without its drafts."""
    return {
        "round_the_clock": bool(document.round_the_clock),
        "shifts": [
            {
                "weekday": _weekday(row.weekday),
                "start": clock(row.start_time),
                "end": clock(row.end_time),
                "valid_from": frappe.utils.getdate(row.valid_from) if row.valid_from else None,
                "valid_to": frappe.utils.getdate(row.valid_to) if row.valid_to else None,
            }
            for row in document.shifts
        ],
        "days_off": [
            {"date": frappe.utils.getdate(row.day)}
            | ({"from": clock(row.start_time), "to": clock(row.end_time)} if _half_day(row) else {})
            for row in document.days_off
            if row.status != DRAFT
        ],
        "working_days": [
            {"date": frappe.utils.getdate(row.day), "as_weekday": _weekday(row.as_weekday)}
            for row in document.working_days
            if row.status != DRAFT
        ],
    }


def snapshot(document) -> str:
    """What of a Working Calendar document deadlines depend on, as text: equal texts, equal deadlines."""
    return json.dumps(as_data(document), default=str, sort_keys=True)


def snapshot_of(name: str | None) -> str:
    """The same of a calendar by its name; None: round the clock."""
    if not name:
        return json.dumps({"round_the_clock": True})
    return snapshot(frappe.get_cached_doc("Working Calendar", name))


@lru_cache(maxsize=64)
def from_snapshot(text: str) -> Calendar:
    """The calendar as it was when `snapshot` was taken."""
    return Calendar.from_dict(json.loads(text))


@lru_cache(maxsize=256)
def _build(key: str, modified: str) -> Calendar:
    if not key:
        return Calendar.from_dict({"round_the_clock": True})
    return Calendar.from_dict(as_data(frappe.get_cached_doc("Working Calendar", key.split(":", 1)[1])))


def _half_day(row) -> bool:
    # Not told by the times being empty: the framework fills every new Time with the present one.
    return row.part == "Part of the day"


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        raise CalendarError("{weekday} is not a weekday.", weekday=name or "…")
    return WEEKDAYS.index(name)


def clock(value) -> str | None:
    """A Time value (timedelta from the database, text from a form) as HH:MM."""
    return None if value in (None, "") else frappe.utils.format_time(str(value), "HH:mm")
