"""A year's days off as drafts: from the PyPI package `holidays` (MIT, an optional extra) and from what we know besides.

The package computes; it misses swaps that the Government announces late, and cannot know which days of Tết it will
choose. So everything is a draft, which does not count until an administrator has confirmed it.
"""

import json
import re
from datetime import date
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import getdate

from phanhoi_app.sla.calendars import DRAFT, WEEKDAYS

KNOWN = Path(__file__).parent.parent / "defaults" / "known_days.json"
INSTALL = 'bench pip install -e "apps/phanhoi_app[calendar]"'
FIRST_YEAR, LAST_YEAR = 2007, 2100  # for earlier years the package knows other rules
_SWAPPED = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")


class DraftRefused(frappe.ValidationError):
    """No draft can be made: the sentence says why and what to do."""


def is_there() -> bool:
    """Whether the package is installed; cheap."""
    from importlib.util import find_spec

    return find_spec("holidays") is not None


def days(year: int) -> dict[str, list[dict]]:
    """{"days_off": [{day, description}], "working_days": [{day, as_weekday, description}]} in order of the days.

    Raises DraftRefused.
    """
    try:
        import holidays
    except ImportError as error:
        raise DraftRefused(
            _(
                "The package holidays is not installed. Ask the operator for “{0}” (Python 3.11 or newer)."
            ).format(INSTALL)
        ) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DraftRefused(_("Choose a year from {0} to {1}.").format(FIRST_YEAR, LAST_YEAR))
    off, worked = {}, {}
    found = holidays.country_holidays("VN", years=year, language="vi")
    for day, name in found.items():
        off[day] = name
        if match := _SWAPPED.search(name):
            made_up = date(*map(int, reversed(match.groups())))
            off[day] = f"Nghỉ hoán đổi, làm bù {made_up:%d/%m}"
            worked[made_up] = (day.weekday(), f"Làm bù cho {day:%d/%m}")
    for day in found.weekend_workdays:
        worked.setdefault(day, (4, "Làm bù"))
    known = json.loads(KNOWN.read_text(encoding="utf-8")).get(str(year), {})
    for row in known.get("days_off", ()):
        off[getdate(row["day"])] = row["description"] + (" (dự kiến)" if row.get("provisional") else "")
    for row in known.get("working_days", ()):
        worked[getdate(row["day"])] = (WEEKDAYS.index(row["as_weekday"]), row["description"])
    return {
        "days_off": [
            {"day": day, "description": name} for day, name in sorted(off.items()) if day.year == year
        ],
        "working_days": [
            {"day": day, "as_weekday": WEEKDAYS[weekday], "description": name}
            for day, (weekday, name) in sorted(worked.items())
            if day.year == year
        ],
    }


def write(calendar, year: int) -> dict:
    """Add a year's days to a Working Calendar document as drafts and save it; days that it has already stay.

    {"added": number, "known": number of days that were there}. Raises DraftRefused and what saving raises.
    """
    if calendar.round_the_clock:
        raise DraftRefused(_("“{0}” counts round the clock: it has no days off.").format(calendar.name))
    found = days(year)
    there = {getdate(row.day) for row in [*calendar.days_off, *calendar.working_days]}
    added = 0
    for table, rows in found.items():
        for row in rows:
            if row["day"] not in there:
                calendar.append(table, {**row, "status": DRAFT})
                added += 1
    for table in found:
        in_order(calendar, table)
    if added:
        calendar.save()
    return {"added": added, "known": sum(map(len, found.values())) - added}


def in_order(calendar, table: str) -> None:
    """Sort a table of days by day."""
    rows = sorted(calendar.get(table), key=lambda row: getdate(row.day))
    for number, row in enumerate(rows, 1):
        row.idx = number
    calendar.set(table, rows)
