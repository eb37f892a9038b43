"""What the desk's form of a working calendar asks: the year as it is edited, seasons, the draft, the preview.

A form sends its document as it is at the moment, saved or not; nothing here saves but the draft.
"""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import cint, format_date, getdate

from phanhoi_app.rules import seasons
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.working_time import FIRST_YEAR, LAST_YEAR, Calendar
from phanhoi_app.sla import calendars, preview, year_draft
from phanhoi_app.sla.calendars import DRAFT, WEEKDAYS


@frappe.whitelist(methods=["POST"])
def year(doc: str | dict, year: int) -> dict:
    """A year of the form's calendar, day by day.

    {"days": {"2026-01-02": {hours: "07:30–11:30, 13:30–17:00" or "", kind: work · free · off · part · made_up, marks:
    [{table, kind, draft, name, paper, words}]}}, "gaps": [sentence], "seasons": [sentence], "drafts": number,
    "problem": sentence or None}. `free` is a day without hours of its own, such as a Sunday.
    """
    document = _of_form(doc, "read")
    chosen = _year(year)
    problem, calendar = None, None
    try:
        calendar = Calendar.from_dict(calendars.as_data(document))
    except (RuleError, ValueError, TypeError) as error:
        problem = (
            error.sentence(_)
            if isinstance(error, RuleError)
            else _("Some row of the lists is not filled in.")
        )
    marks = _marks(document, chosen)
    days = {}
    first = date(chosen, 1, 1)
    for day in (first + timedelta(days=n) for n in range((date(chosen + 1, 1, 1) - first).days)):
        hours = _hours(calendar.intervals(day)) if calendar else ""
        own = marks.get(day, [])
        counted = next((mark["kind"] for mark in own if not mark["draft"]), None)
        days[str(day)] = {"hours": hours, "kind": counted or ("work" if hours else "free"), "marks": own}
    rows = [] if document.round_the_clock or problem else calendars.as_data(document)["shifts"]
    return {
        "days": days,
        "gaps": [_gap(gap) for gap in seasons.gaps(rows, first, date(chosen, 12, 31))],
        "seasons": _seasons(rows, chosen),
        "drafts": sum(mark["draft"] for own in marks.values() for mark in own),
        "problem": problem,
    }


@frappe.whitelist(methods=["POST"])
def lay_season(
    doc: str | dict, weekdays: str | list, hours: str, first: str | None = None, last: str | None = None
) -> list:
    """The form's shifts with a season laid over them. Raises frappe.ValidationError in words."""
    document = _of_form(doc, "write")
    chosen = [WEEKDAYS.index(day) for day in frappe.parse_json(weekdays) if day in WEEKDAYS]
    if not chosen:
        frappe.throw(_("Choose at least one weekday."))
    with _in_words():
        rows = calendars.as_data(document)["shifts"]
        laid = seasons.lay_over(
            rows,
            chosen,
            seasons.read_hours(hours),
            getdate(first) if first else None,
            getdate(last) if last else None,
        )
    return _shift_rows(laid)


@frappe.whitelist(methods=["POST"])
def copy_seasons(doc: str | dict, year: int) -> list:
    """The form's shifts with the seasons of a year copied to the next. Raises frappe.ValidationError in words."""
    document = _of_form(doc, "write")
    with _in_words():
        return _shift_rows(seasons.copied(calendars.as_data(document)["shifts"], _year(year)))


@frappe.whitelist(methods=["POST"])
def draft(calendar: str, year: int) -> dict:
    """Write a year's days as drafts and save: {"added", "known"}. Raises DraftRefused, frappe.PermissionError."""
    document = frappe.get_doc("Working Calendar", calendar)
    document.check_permission("write")
    return year_draft.write(document, cint(year))


@frappe.whitelist(methods=["POST"])
def preview_change(doc: str | dict) -> dict:
    """What saving the form would do to open deadlines, see `sla.preview.of`. Raises frappe.ValidationError in words."""
    document = _of_form(doc, "write")
    document.validate()
    return preview.of(document)


@frappe.whitelist(methods=["POST"])
def preview_agency(agency: str, calendar: str | None = None, parent: str | None = None) -> dict:
    """What giving an agency another calendar or place in the tree would do to open deadlines, as `preview_change`."""
    frappe.get_doc("Agency", agency).check_permission("write")
    return preview.of_agency(agency, calendar or None, parent or None)


@frappe.whitelist(methods=["POST"])
def preview_settings(calendar: str | None = None) -> dict:
    """What giving the settings another calendar would do to open deadlines, as `preview_change`."""
    frappe.get_single("Phanhoi Settings").check_permission("write")
    return preview.of_settings(calendar or None)


@frappe.whitelist()
def holding(agency: str) -> dict:
    """{"calendar", "agency", "agency_name"}: which calendar an agency has and from whom, see `calendars.holding`."""
    frappe.get_doc("Agency", agency).check_permission("read")
    found = calendars.holding(agency)
    title = found.agency and frappe.get_cached_value("Agency", found.agency, "agency_name")
    return {"calendar": found.calendar, "agency": found.agency, "agency_name": title}


class _in_words:
    """Says what the rules refuse in the user's language."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, RuleError):
            frappe.throw(error.sentence(_))


def _of_form(doc: str | dict, right: str):
    """The document that the form sent; the right is asked of the saved one, or of its kind when it is new."""
    values = frappe.parse_json(doc)
    if not isinstance(values, dict) or values.get("doctype") != "Working Calendar":
        frappe.throw(_("Send a working calendar."))
    if not values.get("__islocal"):
        frappe.get_doc("Working Calendar", values.get("name")).check_permission(right)
    else:
        frappe.has_permission("Working Calendar", "create", throw=True)
    return frappe.get_doc(values)


def _year(year: int) -> int:
    if not FIRST_YEAR <= cint(year) < LAST_YEAR:
        frappe.throw(_("Choose a year from {0} to {1}.").format(FIRST_YEAR, LAST_YEAR - 1))
    return cint(year)


def _marks(document, year: int) -> dict[date, list[dict]]:
    found: dict[date, list[dict]] = {}
    for table in () if document.round_the_clock else ("days_off", "working_days"):
        for row in document.get(table):
            if not row.day or (day := getdate(row.day)).year != year:
                continue
            kind = (
                "made_up" if table == "working_days" else "part" if row.part == "Part of the day" else "off"
            )
            found.setdefault(day, []).append(
                {
                    "table": table,
                    "kind": kind,
                    "draft": row.status == DRAFT,
                    "name": row.description or "",
                    "paper": row.legal_document or "",
                    "words": _words(row, kind),
                }
            )
    return found


def _words(row, kind: str) -> str:
    if kind == "made_up":
        return _("make-up working day, worked as {0}").format(_(row.as_weekday or ""))
    if kind == "part":
        span = "–".join(calendars.clock(value) or "…" for value in (row.start_time, row.end_time))
        return _("off from {0}").format(span)
    return _("day off")


def _hours(intervals: list) -> str:
    return ", ".join(f"{start:%H:%M}–{_end(start, end)}" for start, end in intervals)


def _end(start, end) -> str:
    return "24:00" if end.date() > start.date() else f"{end:%H:%M}"


def _gap(gap: seasons.Gap) -> str:
    return _("{0} has no hours from {1} to {2}.").format(
        _(WEEKDAYS[gap.weekday]), format_date(gap.first, "dd/MM/yyyy"), format_date(gap.last, "dd/MM/yyyy")
    )


def _seasons(rows: list[dict], year: int) -> list[str]:
    """Which hours hold when in that year: a sentence for each stretch of time and each set of weekdays."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    hours: dict[tuple, dict[int, list[str]]] = {}
    for row in seasons.in_order(rows):
        since, until = row["valid_from"] or date.min, row["valid_to"] or date.max
        if since <= last and until >= first:
            spans = hours.setdefault((since, until), {})
            spans.setdefault(row["weekday"], []).append(f"{row['start']}–{row['end']}")
    said = []
    for (since, until), by_day in hours.items():
        same: dict[str, list[int]] = {}
        for day, spans in by_day.items():
            same.setdefault(", ".join(spans), []).append(day)
        when = _when(since, until)
        for spans, days in same.items():
            said.append(f"{when}{_days(days)}: {spans}")
    return said


def _when(since: date, until: date) -> str:
    shown = lambda day: format_date(day, "dd/MM/yyyy")  # noqa: E731
    if since == date.min and until == date.max:
        return ""
    if since == date.min:
        return _("until {0}").format(shown(until)) + ", "
    return (
        _("from {0}").format(shown(since)) if until == date.max else f"{shown(since)}–{shown(until)}"
    ) + ", "


def _days(days: list[int]) -> str:
    days = sorted(days)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{_(WEEKDAYS[days[0]])}–{_(WEEKDAYS[days[-1]])}"
    return ", ".join(_(WEEKDAYS[day]) for day in days)


def _shift_rows(rows: list[dict]) -> list[dict]:
    """As the form's table takes them."""
    return [
        {
            "weekday": WEEKDAYS[row["weekday"]],
            "start_time": f"{row['start']}:00",
            "end_time": f"{row['end']}:00",
            "valid_from": row["valid_from"] and str(row["valid_from"]),
            "valid_to": row["valid_to"] and str(row["valid_to"]),
        }
        for row in rows
    ]
