"""Working Calendar documents as the pure calendars that the rules count on."""

from functools import lru_cache

import frappe

from phanhoi_app.rules.working_time import Calendar

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def for_agency(agency: str | None) -> Calendar:
    """The calendar of the agency, else of the nearest agency above, else of the settings; else round the clock."""
    return load(name_for(agency))


def name_for(agency: str | None) -> str | None:
    """The name of the calendar that `for_agency` gives; None for round the clock."""
    while agency:
        row = frappe.get_cached_value("Agency", agency, ["working_calendar", "parent_agency"], as_dict=True)
        if not row:
            break
        if row.working_calendar:
            return row.working_calendar
        agency = row.parent_agency
    return frappe.get_cached_doc("Phanhoi Settings").working_calendar or None


def load(name: str | None) -> Calendar:
    """The calendar of this name, built once a process for each time that it was changed; None: round the clock."""
    if not name:
        return _build("", "")
    document = frappe.get_cached_doc("Working Calendar", name)
    return _build(f"{frappe.local.site}:{name}", str(document.modified))


def as_data(document) -> dict:
    """A Working Calendar document in the form that `rules.working_time.Calendar.from_dict` takes."""
    return {
        "round_the_clock": bool(document.round_the_clock),
        "shifts": [
            {
                "weekday": WEEKDAYS.index(row.weekday),
                "start": _clock(row.start_time),
                "end": _clock(row.end_time),
                "valid_from": frappe.utils.getdate(row.valid_from) if row.valid_from else None,
                "valid_to": frappe.utils.getdate(row.valid_to) if row.valid_to else None,
            }
            for row in document.shifts
        ],
        "days_off": [
            {"date": frappe.utils.getdate(row.day)}
            | ({"from": _clock(row.start_time), "to": _clock(row.end_time)} if _half_day(row) else {})
            for row in document.days_off
        ],
        "working_days": [
            {"date": frappe.utils.getdate(row.day), "as_weekday": WEEKDAYS.index(row.as_weekday)}
            for row in document.working_days
        ],
    }


@lru_cache(maxsize=256)
def _build(key: str, modified: str) -> Calendar:
    if not key:
        return Calendar.from_dict({"round_the_clock": True})
    return Calendar.from_dict(as_data(frappe.get_cached_doc("Working Calendar", key.split(":", 1)[1])))


def _half_day(row) -> bool:
    # Not told by the times being empty: the framework fills every new Time with the present one.
    return row.part == "Part of the day"


def _clock(value) -> str:
    """A Time value (timedelta from the database, text from a form) as HH:MM."""
    return frappe.utils.format_time(str(value), "HH:mm")
