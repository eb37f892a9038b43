"""Asking for more time and deciding on it: within what the policy allows, one event each, the citizen told why."""

from datetime import datetime
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import get_datetime

from phanhoi_app.access import scope
from phanhoi_app.custody import perform, transitions
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.custody.phases import OPEN
from phanhoi_app.history import record
from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import now
from phanhoi_app.messaging import notices
from phanhoi_app.rules import clocks as rules
from phanhoi_app.rules import extensions, text
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.policy import ABOVE, HOLD, LEADER, RESOLVE, Row
from phanhoi_app.sla import calendars, policies, told

DOCTYPE = "Extension Request"
ASKED, GRANTED, REFUSED = "Asked", "Granted", "Refused"
ASKERS = frozenset({"Officer", "Leader"})
MAX_REASON = 2000
SHOWN = (
    *("name", "clock", "reason", "legal_ground", "agency", "approver"),
    *("due_on", "new_due_on", "asked_by", "asked_on"),
)


class Standing(NamedTuple):
    """The clock that would be extended, the row that says how far, the calendar it counts on; all clocks."""

    clock: rules.Clock
    row: Row
    calendar: object
    all: list[rules.Clock]


def preview(name: str) -> dict:
    """What the policy allows now: {due_on, latest, times, granted, approver, refused: a sentence or ""}.

    `latest` is None where only the number is limited. Raises frappe.DoesNotExistError.
    """
    complaint = frappe.get_doc("Complaint", name)
    complaint.check_permission("read")
    said = {"due_on": None, "latest": None, "times": 0, "granted": 0, "approver": "", "refused": ""}
    try:
        standing = _standing(complaint)
        said |= {"due_on": standing.clock.due_on, "granted": len(standing.clock.granted)}
        said["latest"] = extensions.latest_due(standing.clock, standing.row, standing.calendar)
        rule = standing.row.extension
        said |= {"times": rule.max_times, "approver": _approver(standing.row)}
        _refuse_asker(complaint)
        _refuse_open_request(name)
        latest = said["latest"] or datetime.max
        extensions.check_request(*standing[:3], asked_at=now(), new_due=latest, reason="-")
    except RuleError as error:
        said["refused"] = error.sentence(_)
    except frappe.ValidationError as error:
        said["refused"] = str(error)
    return said


def ask(name: str, new_due_on, reason: str, ground: str = "", seen_modified=None) -> str:
    """Ask for more time for a complaint as its officer, or as officer or leader of its holder; returns the request.

    Raises custody.errors: Conflict, NotAllowed, MissingInput.
    """
    complaint = _locked(name, seen_modified)
    _refuse_asker(complaint)
    _refuse_open_request(name, lock=True)
    reason = _typed(reason, "reason", _("Reason"))
    new_due = _moment(new_due_on)
    standing = _standing(complaint)
    moment = now().replace(microsecond=0)
    with _in_words():
        extensions.check_request(*standing[:3], asked_at=moment, new_due=new_due, reason=reason)
    request = {
        "name": frappe.generate_hash(length=12),
        "complaint": name,
        "clock": standing.clock.clock,
        "status": ASKED,
        "agency": complaint.agency,
        "approver": _approver(standing.row),
        "due_on": standing.clock.due_on,
        "new_due_on": new_due,
        "reason": reason,
        "legal_ground": text.clean_typed(ground or "")[:140],
        "asked_by": frappe.session.user,
        "asked_on": moment,
    }
    _insert(request)
    event = record.Event("extension_requested", reason=reason, at=moment)
    event.extra = {"request": request["name"], "new_due": str(new_due)}
    perform.save(complaint, event)
    notices.tell_members(complaint, event.kind, request["name"], _deciders(complaint, standing.row), reason)
    return request["name"]


def grant(request: str, told_citizen: str = "") -> None:
    """Grant an extension as leader of the holder or from above; the clocks follow and the citizen is told why.

    `told_citizen`: the reason in words for the citizen; empty: as it was asked. Raises as `ask`.
    """
    complaint, asked = _open_request(request)
    by = _as_what(complaint, asked)
    standing = _standing(complaint)
    with _in_words():
        extensions.check_grant(
            *standing[:3], asked_at=asked.asked_on, new_due=get_datetime(asked.new_due_on), by=by
        )
    note = text.clean_typed(told_citizen or "")[:MAX_REASON] or asked.reason
    # The holder's own clock does not run out before the one that was extended.
    moved = [asked.clock]
    hold = rules.current(standing.all, HOLD)
    if hold and hold.state != rules.STOPPED and hold.due_on < asked.new_due_on:
        moved.append(HOLD)
    extra = {
        "request": request,
        "extensions": [{"clock": code, "new_due": str(asked.new_due_on)} for code in moved],
        **({"ground": asked.legal_ground} if asked.legal_ground else {}),
    }
    event = record.Event("extension_granted", public_note=note, extra=extra)
    _decide(request, GRANTED, note)
    perform.save(complaint, event)
    notices.tell_citizen(complaint, "extended", request, note)
    notices.tell_members(complaint, event.kind, request, [asked.asked_by], note)


def refuse(request: str, reason: str) -> None:
    """Refuse an extension; who asked is told why. Raises as `ask`."""
    complaint, asked = _open_request(request)
    _as_what(complaint, asked)
    reason = _typed(reason, "reason", _("Reason"))
    event = record.Event("extension_refused", reason=reason, extra={"request": request})
    _decide(request, REFUSED, reason)
    perform.save(complaint, event)
    notices.tell_members(complaint, event.kind, request, [asked.asked_by], reason)


def open_request(complaint) -> dict | None:
    """The request that waits for a decision, for the form: its values and whether the user may decide."""
    asked = _asked(complaint.name)
    if not asked:
        return None
    try:
        _as_what(complaint, asked)
    except NotAllowed as refusal:
        return asked | {"may_decide": False, "why_not": str(refusal)}
    return asked | {"may_decide": True, "why_not": ""}


def _standing(complaint) -> Standing:
    state, held = told.follow(told.read([complaint])[0], policies.current())
    clocks = rules.read(state, held.policy, told.calendar_of, now())
    clock = rules.current(clocks, RESOLVE)
    if clock is None or complaint.phase not in OPEN:
        raise Conflict(_("There is no deadline to extend."))
    return Standing(clock, held.policy.row(clock.row), calendars.for_agency(clock.agency), clocks)


def _locked(name: str, seen_modified=None):
    complaint = perform.lock(name)
    if not scope.may_see(name):
        raise frappe.DoesNotExistError(_("There is no such complaint."))
    transitions.refuse_if_changed(complaint, seen_modified)
    return complaint


def _open_request(request: str):
    name = frappe.db.get_value(DOCTYPE, request, "complaint")
    if not name:
        raise frappe.DoesNotExistError(_("There is no such request."))
    complaint = _locked(name)
    asked = _asked(name, lock=True)
    if not asked or asked.name != request:
        raise Conflict(_("This request has been decided already."))
    return complaint, asked


def _asked(complaint: str, lock: bool = False):
    return frappe.db.get_value(
        DOCTYPE, {"complaint": complaint, "status": ASKED}, list(SHOWN), as_dict=True, for_update=lock
    )


def _refuse_asker(complaint) -> None:
    user = frappe.session.user
    if complaint.officer == user or not scope.duties_in(complaint.agency, user).isdisjoint(ASKERS):
        return
    raise NotAllowed(
        _("More time is asked for by an officer or leader of the agency that holds the complaint.")
    )


def _refuse_open_request(name: str, lock: bool = False) -> None:
    if _asked(name, lock=lock):
        raise Conflict(_("More time has been asked for already; the request waits for its decision."))


def _as_what(complaint, asked) -> str:
    """As what the user decides: LEADER or ABOVE. Raises NotAllowed."""
    user = frappe.session.user
    if user == asked.asked_by:
        raise NotAllowed(_("Who asks for more time does not decide on it."))
    if scope.is_root(user):
        return ABOVE
    leads = [row for row in scope.memberships(user) if row.duty == "Leader"]
    place = scope.place(complaint.agency) if complaint.agency else None
    if place and any(row.lft < place.lft and row.rgt > place.rgt for row in leads):
        return ABOVE
    if not any(row.agency == complaint.agency for row in leads):
        raise NotAllowed(
            _("A leader of the agency that holds the complaint, or of one above it, decides on this.")
        )
    if asked.approver == "Agency above":
        raise NotAllowed(_("This extension is decided on by a leader of the agency above."))
    return LEADER


def _deciders(complaint, row: Row) -> list[str]:
    """The leaders who are to decide: the holder's, or those of the nearest agency above that has any."""
    agency = complaint.agency
    if row.extension.approver == ABOVE:
        agency = frappe.get_cached_value("Agency", agency, "parent_agency")
    while agency:
        members = frappe.get_cached_doc("Agency", agency).members
        leaders = [
            each.user for each in members if each.duty == "Leader" and each.user != frappe.session.user
        ]
        if leaders:
            return leaders
        agency = frappe.get_cached_value("Agency", agency, "parent_agency")
    return []


def _approver(row: Row) -> str:
    return next(label for label, code in policies.APPROVERS.items() if code == row.extension.approver)


def _typed(value, name: str, label: str) -> str:
    value = text.clean_typed(str(value or ""))
    if not value:
        raise MissingInput(_("{0} is missing: please fill it in.").format(label), name)
    if len(value) > MAX_REASON:
        raise MissingInput(_("{0} is too long: at most {1} characters.").format(label, MAX_REASON), name)
    return value


def _moment(value) -> datetime:
    try:
        moment = get_datetime(value) if value else None
    except (ValueError, TypeError, OverflowError):
        moment = None
    if moment is None:
        raise MissingInput(
            _("The new due time is missing or cannot be read: choose day and hour."), "new_due_on"
        )
    return moment.replace(microsecond=0, tzinfo=None)


class _in_words:
    """Says what a rule refuses in the user's language, as a refusal of a verb."""

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _trace):
        if isinstance(error, RuleError):
            raise Conflict(error.sentence(_)) from error


def _insert(request: dict) -> None:
    owned = {"owner": frappe.session.user, "modified_by": frappe.session.user}
    times = {"creation": request["asked_on"], "modified": request["asked_on"]}
    table_rows.insert(DOCTYPE, [request | owned | times | {"docstatus": 0, "idx": 0}])


def _decide(request: str, status: str, note: str) -> None:
    decided = {
        "status": status,
        "decided_by": frappe.session.user,
        "decided_on": now(),
        "decision_note": note,
    }
    frappe.db.set_value(DOCTYPE, request, decided)
