"""The operator's page: take a call, see what came earlier, write the complaint down, read its number aloud."""

import json

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_to_date, cint

from phanhoi_app.access import roles, scope
from phanhoi_app.access.identity import FROM_EVERYBODY, SHORTEST_REASON
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.hotline import calls, handover, signals, who
from phanhoi_app.hotline.errors import HotlineRefused, NotThere, TakenAlready
from phanhoi_app.intake import receive
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.rules import codes, harmless, phone, text
from phanhoi_app.rules.errors import RuleError

SHOWN = 10  # earlier complaints of a caller
ALIKE_DAYS, ALIKE = 30, 4  # complaints of the same field and area that are shown beside a new one
LOOKED_UP_AN_HOUR = 120  # numbers that one operator types: more than anybody takes calls
TITLE = 90  # letters of a title that is made from the content
SHOWN_FIELDS = ("name", "title", "workflow_state", "received_at", "due_on", "clock_state", "field", "agency")


def take(name: str) -> dict:
    """Take a waiting (or missed) call, or open one's own again; see `opened`.

    Raises TakenAlready (409) when it is somebody else's.
    """
    _check_ready()
    call = _locked(name)
    user = frappe.session.user
    if call.operator and call.operator != user:
        raise TakenAlready(_("{0} has taken this call already.").format(_full_name(call.operator)))
    if not call.operator:
        call.update({"operator": user, "state": calls.ENDED if call.ended_at else calls.TALKING})
        frappe.db.set_value("Call Log", name, {"operator": user, "state": call.state})
        signals.queue_changed()
    return opened(call)


def give_back(name: str) -> None:
    """Let another operator take a call that was taken by mistake."""
    who.check_operator()
    call = _mine(name)
    if call.filed:
        raise HotlineRefused(_("A complaint has been filed from this call: it stays yours."))
    state = calls.MISSED if call.ended_at else calls.WAITING
    frappe.db.set_value("Call Log", name, {"operator": None, "answered_at": None, "state": state})
    signals.queue_changed()


def begin(typed: str = "") -> dict:
    """A call that no switchboard told of: the operator types the number that the caller shows or says, or none.

    Each look-up is a Call Log of the operator's. Raises InvalidSubmission (422) for what is no number.
    """
    _check_ready()
    number = text.clean_typed(str(typed or ""))
    if number:
        try:
            number = phone.normalise(number)
        except RuleError as error:
            raise InvalidSubmission({"number": error.sentence(_)}) from error
        _check_looked_up()
    return opened(calls.of(calls.begin_by_hand(number, frappe.session.user)))


def opened(call) -> dict:
    """What the page shows of a call of the user's: masked number, state, what was filed in it, what came earlier."""
    number = calls.number_of(call.name)
    filed = calls.complaints_of(call.call_id) if call.filed else []
    return {
        "call": call.name,
        "state": call.state,
        "masked": call.caller_masked or "",
        "began": str(call.started_at),
        "has_number": _is_reachable(number),
        "nth": cint(call.filed) + 1,
        "filed": shown(filed),
        "earlier": earlier(number, without=filed),
    }


def earlier(number: str, without: list[str] | None = None) -> list[dict]:
    """Complaints in which the citizen gave this number, newest first; at most `SHOWN`.

    Only what the user may see, and never what is sealed, a denunciation, or from whom wished to be known to nobody:
    who those came from is opened one at a time, with a reason.
    """
    try:
        number = phone.normalise(number)
    except RuleError:
        return []
    complaint, citizen = DocType("Complaint"), DocType("Complainant")
    query = (
        _query()
        .join(citizen)
        .on(citizen.name == complaint.name)
        .where(citizen.citizen_phone == number)
        .where(complaint.sealed == 0)
        .where(complaint.kind != "Denunciation")
        .where(complaint.identity_wish != FROM_EVERYBODY)
    )
    if without:
        query = query.where(complaint.name.notin(without))
    return _in_words(query.limit(SHOWN).run(as_dict=True))


def alike(field: str, area: str) -> list[dict]:
    """The newest complaints about the same in the same place, among those the user may see and that are not sealed."""
    who.check_operator()
    if not field or not area:
        return []
    complaint = DocType("Complaint")
    query = _query().where((complaint.area == area) & (complaint.field == field) & (complaint.sealed == 0))
    query = query.where(complaint.received_at >= add_to_date(now(), days=-ALIKE_DAYS))
    return _in_words(query.limit(ALIKE).run(as_dict=True))


def save(values: dict, call: str | None, nth: int, token: str) -> dict:
    """File what was told; {complaint, code, title, due_on, sms, again} to be read aloud.

    `values`: title (made from the content when empty), content, kind, field, area, address, severity, occurred_at,
    citizen_name, citizen_phone, citizen_email, identity_wish, same_number (the number that called is the citizen's).
    `nth`: which complaint of the call it is; `token` tells one filling-in from another where there is no call.
    The same call and nth (or token) file one complaint. Raises InvalidSubmission (422), TakenAlready (409).
    """
    who.check_operator()
    told = _mine(call) if call else None
    if not 1 <= nth <= calls.MOST_OF_A_CALL:
        raise HotlineRefused(_("One call holds {0} complaints at most.").format(calls.MOST_OF_A_CALL))
    if not told and not token:
        raise HotlineRefused(_("Open the page anew, then save again."))
    values = {key: value for key, value in values.items() if isinstance(value, str | int | float)}
    if told and cint(values.get("same_number")) and not values.get("citizen_phone"):
        values["citizen_phone"] = calls.number_of(told.name)
    titled = bool(values.get("title"))
    values["title"] = values.get("title") or title_from(str(values.get("content") or ""))
    severity = values.get("severity") or "Normal"
    if severity not in frappe.get_meta("Complaint").get_field("severity").options.split("\n"):
        raise InvalidSubmission({"severity": _("Please choose how urgent it is.")})
    key = calls.key_of(told.call_id, nth) if told else f"form:{frappe.session.user}:{token[:64]}"
    try:
        complaint = receive.receive(
            values, channel="Phone", idempotency_key=key, by_clerk=True, severity=severity
        )
    except InvalidSubmission as error:
        if not titled and "content" in error.errors:
            error.errors.pop("title", None)  # it would have been made from the content
        raise
    again = not complaint.flags.checked
    if told and not again:
        frappe.db.set_value("Call Log", told.name, "filed", cint(told.filed) + 1)
    return {
        "complaint": complaint.name,
        "code": codes.grouped(complaint.tracking_code),
        "title": complaint.title,
        "due_on": str(complaint.due_on or ""),
        "sms": bool(complaint.identity.citizen_phone),
        "again": again,
    }


def title_from(content: str) -> str:
    """The first sentence of what was told, cut at a word: typing a title takes a caller's time."""
    content = text.clean_typed(content)
    first = content.split("\n")[0]
    for end in (". ", "; ", "? ", "! "):
        first = first.split(end)[0]
    first = first if len(first) >= 5 else content.replace("\n", " ")
    if len(first) <= TITLE:
        return first.rstrip(" .;")
    return f"{first[:TITLE].rpartition(' ')[0] or first[:TITLE]}…"


def open_kept(name: str, what: str, reason: str) -> dict:
    """The caller's number or the recording's address, after noting in the call who asked and why.

    `what`: "Number" or "Recording". For the desk and administrators. Raises HotlineRefused (422) without a reason.
    """
    user = frappe.session.user
    if not scope.is_root(user) and roles.CORRECTS.isdisjoint(frappe.get_roles(user)):
        who.check_operator()
    call = _locked(name)
    reason = text.clean_typed(str(reason or ""))
    if len(reason) < SHORTEST_REASON:
        raise HotlineRefused(_("Reason is missing: say in a few words why you need it."))
    column = {"Number": "number", "Recording": "recording_url"}.get(what)
    kept = frappe.db.get_value("Caller", call.name, column) if column else None
    if not kept:
        raise NotThere(_("This call has none."))
    moment = now()
    opening = {"user": user, "opened_on": moment, "what": what, "reason": harmless.text(reason[:500])}
    row = {"name": frappe.generate_hash(length=20), "owner": user, "modified_by": user, "creation": moment}
    belongs = {"parent": call.name, "parenttype": "Call Log", "parentfield": "openings", "docstatus": 0}
    count = frappe.db.count("Call Opening", {"parent": call.name})
    rows.insert("Call Opening", [{**row, "modified": moment, "idx": count + 1, **belongs, **opening}])
    return {"value": kept}


def _check_ready() -> None:
    who.check_operator()
    handover.check_read()


def _check_looked_up() -> None:
    since = add_to_date(now(), hours=-1)
    mine = {"operator": frappe.session.user, "source": calls.BY_HAND, "started_at": (">=", since)}
    if frappe.db.count("Call Log", mine) >= LOOKED_UP_AN_HOUR:
        raise HotlineRefused(
            _("You have looked up {0} numbers within an hour: please wait a little.").format(
                LOOKED_UP_AN_HOUR
            )
        )


def _locked(name: str):
    call = calls.of(str(name or ""), lock=True)
    if not call:
        raise NotThere(_("There is no such call."))
    return call


def _mine(name: str):
    call = _locked(name)
    if call.operator != frappe.session.user:
        holder = _full_name(call.operator) if call.operator else _("nobody")
        raise TakenAlready(_("This call is not yours (it is with {0}): take it first.").format(holder))
    return call


def _is_reachable(number: str) -> bool:
    try:
        return bool(phone.normalise(number))
    except RuleError:
        return False


def _query():
    """Complaints that the user may see, newest first."""
    complaint = DocType("Complaint")
    query = frappe.qb.from_(complaint).select(*(complaint[field] for field in SHOWN_FIELDS))
    criterion = scope.complaint_criterion(frappe.session.user)
    if criterion is not None:
        query = query.where(criterion)
    return query.orderby(complaint.received_at, order=frappe.qb.desc)


def shown(names: list[str]) -> list[dict]:
    """Those of the complaints that the user may see."""
    if not names:
        return []
    return _in_words(_query().where(DocType("Complaint").name.isin(names)).run(as_dict=True))


def _in_words(found) -> list[dict]:
    return [
        {
            **row,
            "workflow_state": _(row.workflow_state),
            "field": frappe.get_cached_value("Field", row.field, "field_name") or "",
            "agency": (frappe.get_cached_value("Agency", row.agency, "agency_name") or "")
            if row.agency
            else "",
        }
        for row in found
    ]


def _full_name(user: str) -> str:
    return frappe.get_cached_value("User", user, "full_name") or user


def read_values(values) -> dict:
    """The values of a request as a dict. Raises HotlineRefused (422)."""
    try:
        found = json.loads(values) if isinstance(values, str) else values
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise HotlineRefused(_("What was sent cannot be read: open the page anew."))
    return found
