"""The doors of the pages “Hotline” and “Duty Roster”. Each room behind them checks who asks.

A refusal is answered with its status and {"errors": {field: sentence}}, so that the page can say it at the field.
"""

import functools
import json

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.custody import verbs
from phanhoi_app.hotline import calls, desk, handover, queue, shifts, who
from phanhoi_app.hotline.errors import HotlineRefused
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.portal import form
from phanhoi_app.rules import text


def _told(door):
    """Answer a refusal as data; what was begun is taken back."""

    @functools.wraps(door)
    def telling(*args, **kwargs):
        try:
            return door(*args, **kwargs)
        except (HotlineRefused, InvalidSubmission) as error:
            frappe.db.rollback()
            frappe.clear_messages()
            errors = error.errors if isinstance(error, InvalidSubmission) else {"": str(error)}
            frappe.local.response.http_status_code = error.http_status_code
            return {"errors": errors}

    return telling


@frappe.whitelist()
@_told
def start() -> dict:
    """What the operator's page needs once: fields with their scripts, communes, words of emergency, choices."""
    who.check_operator()
    meta = frappe.get_meta("Complaint")
    settings = frappe.get_cached_doc("Hotline Settings")

    def choices(field: str) -> list[dict]:
        return [
            {"value": value, "label": _(value)}
            for value in meta.get_field(field).options.split("\n")
            if value
        ]

    return {
        "fields": _fields(),
        "areas": [
            {"value": row["name"], "label": row["area_name"], "words": row["words"]} for row in form.areas()
        ],
        "emergency": [
            {
                "words": [each.strip() for each in row.words.split(",") if each.strip()],
                "sentence": row.sentence,
            }
            for row in settings.emergency_words
        ],
        "severities": choices("severity"),
        "kinds": choices("kind"),
        "wishes": choices("identity_wish"),
        "wish": frappe.get_cached_doc("Phanhoi Settings").identity_wish_default or "Hidden from the public",
        **_shift_state(),
    }


@frappe.whitelist()
@_told
def waiting() -> dict:
    """The live queue; see `queue.waiting`. With it, the user's shift and the notes to be read."""
    return queue.waiting() | _shift_state()


@frappe.whitelist(methods=["POST"])
@_told
def take(call: str) -> dict:
    """Take a call; see `desk.take`."""
    return desk.take(call)


@frappe.whitelist(methods=["POST"])
@_told
def give_back(call: str) -> None:
    """Give a call back; see `desk.give_back`."""
    desk.give_back(call)


@frappe.whitelist(methods=["POST"])
@_told
def begin(number: str = "") -> dict:
    """Begin a call by its number; see `desk.begin`."""
    return desk.begin(number)


@frappe.whitelist(methods=["POST"])
@_told
def save(values: str | dict, call: str | None = None, nth: int | str = 1, token: str = "") -> dict:
    """File the complaint; see `desk.save`."""
    return desk.save(desk.read_values(values), call or None, cint(nth), token)


@frappe.whitelist()
@_told
def alike(field: str, area: str) -> list[dict]:
    """Complaints that are like the one being told; see `desk.alike`."""
    return desk.alike(field, area)


@frappe.whitelist(methods=["POST"])
@_told
def open_kept(call: str, what: str, reason: str = "") -> dict:
    """The caller's number or the recording; see `desk.open_kept`."""
    return desk.open_kept(call, what, reason)


@frappe.whitelist(methods=["POST"])
@_told
def hand_over(shift: str, note: str) -> str:
    """Leave the note of the shift; see `handover.write`."""
    return handover.write(shift, note)


@frappe.whitelist(methods=["POST"])
@_told
def note_read(name: str) -> list[dict]:
    """Confirm a hand-over note; returns those that are left."""
    handover.read(name)
    return handover.unread()


@frappe.whitelist()
@_told
def rosters() -> dict:
    """{rosters, centre}: the agencies whose roster can be looked at; see `shifts.rosters`."""
    who.check_reader()
    return {"rosters": shifts.rosters(), "centre": verbs.screening_agency()}


@frappe.whitelist()
@_told
def week(agency: str, first: str) -> dict:
    """A week of a roster; see `shifts.week`."""
    who.check_reader()
    return shifts.week(agency, shifts.read_day(first))


@frappe.whitelist()
@_told
def year(agency: str, year: int | str) -> dict:
    """A year of a roster; see `shifts.year`."""
    who.check_reader()
    if not 1970 <= cint(year) <= 2100:
        raise HotlineRefused(_("The day is not readable."))
    return shifts.year(agency, cint(year))


@frappe.whitelist()
@_told
def people(agency: str) -> list[dict]:
    """Who can be on duty there; see `shifts.people`."""
    who.check_planner(agency)
    return shifts.people(agency)


@frappe.whitelist(methods=["POST"])
@_told
def plan(
    agency: str,
    users: str | list,
    first: str,
    last: str,
    hours: str,
    at_once: int | str = 1,
    write: int | str = 0,
) -> dict:
    """Preview or make the shifts of a plan; see `shifts.plan`."""
    users = json.loads(users) if isinstance(users, str) else users
    if not isinstance(users, list):
        raise HotlineRefused(_("Choose at least one person."))
    days = shifts.read_day(first), shifts.read_day(last)
    return shifts.plan(agency, [str(user) for user in users], *days, hours, cint(at_once), bool(cint(write)))


@frappe.whitelist()
@_told
def on_duty_now() -> list[dict]:
    """Who is on duty now, everywhere; for the workspace."""
    who.check_reader()
    keys = ("person", "agency_name", "ends_at")
    return [{key: str(row[key]) for key in keys} for row in shifts.on_duty()]


@frappe.whitelist()
@_told
def complaints_of(call: str) -> list[dict]:
    """The complaints filed in a call, those that the user may see."""
    if not frappe.has_permission("Call Log", "read"):
        who.check_operator()
    told = calls.of(call)
    return desk.shown(calls.complaints_of(told.call_id)) if told else []


def _shift_state() -> dict:
    """{shift, unread}: the user's own shift and the hand-over notes that wait to be read."""
    return {"shift": shifts.own_now(frappe.session.user), "unread": handover.unread()}


def _fields() -> list[dict]:
    """The fields to choose from, as the page searches them."""
    rows = frappe.get_all(
        "Field",
        filters={"enabled": 1},
        fields=[
            "name",
            "field_name",
            "parent_field",
            "is_group",
            "keywords",
            "urgent",
            "route_by_area",
            "emergency_sentence",
            "hotline_script",
        ],
        order_by="sort_order asc, lft asc",
    )
    known = {row.name: row for row in rows}
    questions: dict[str, list[str]] = {}
    asked = frappe.get_all(
        "Field Question",
        filters={"parenttype": "Field", "parent": ("in", [row.name for row in rows])},
        fields=["parent", "label"],
        order_by="idx asc",
    )
    for row in asked:
        questions.setdefault(row.parent, []).append(row.label)
    found = []
    for row in rows:
        if row.is_group:
            continue
        group = known.get(row.parent_field)
        lines = [line.strip() for line in (row.hotline_script or "").splitlines() if line.strip()]
        found.append(
            {
                "value": row.name,
                "label": row.field_name,
                "note": group.field_name if group else "",
                "words": text.search_key(
                    " ".join(filter(None, (row.field_name, group and group.field_name, row.keywords)))
                ),
                "urgent": cint(row.urgent or (group and group.urgent)),
                "by_area": cint(row.route_by_area),
                "emergency": row.emergency_sentence or (group and group.emergency_sentence) or "",
                "script": lines or questions.get(row.name, []),
            }
        )
    return found
