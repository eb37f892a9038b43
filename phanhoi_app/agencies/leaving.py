"""Somebody leaves an agency: his open complaints go to colleagues one by one, then his membership ends.

Each complaint is a transaction of its own under its own lock, so that a crash loses nothing and a second run finds
done what was done; the Departure says how far it is. Nothing else of the person changes: what he contributed
and what he handles in other agencies stays.
"""

import json
from datetime import timedelta

import frappe
from frappe import _
from frappe.sessions import clear_sessions
from frappe.translate import get_user_lang

from phanhoi_app.access import scope
from phanhoi_app.agencies import accounts, powers, saving
from phanhoi_app.agencies.errors import NotThere, NotYours, PeopleRefused
from phanhoi_app.custody import handover, phases
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.rules import text

DOCTYPE = "Departure"
EVENT = "departure"  # of realtime, to the user who asked
RUNNING = ("Waiting", "Handing over")
AT_ONCE = 10  # complaints that are handed over while the person waits; more are a worker's
SILENT_MINUTES = 5
TIMEOUT = 3600
SHORTEST_REASON = 5
TRIES = 5  # of a complaint that somebody else holds


def preview(agency: str, user: str) -> dict:
    """What the leaving of a member would mean, for whoever manages the agency.

    {user, full_name, complaints: [{name, title, due_on, phase}], colleagues: [{user, full_name, duty}], last (agency of
    his), may_disable}. Raises NotThere, NotYours.
    """
    member = _checked(agency, user)
    visible = _open(
        agency, user, scope.complaint_criterion(frappe.session.user), ("title", "due_on", "phase")
    )
    last = not _other_agencies(agency, user)
    return {
        "user": user,
        "full_name": member.full_name,
        "complaints": [{**row, "due_on": str(row.due_on or "")} for row in visible],
        "colleagues": colleagues(agency, user),
        "last": last,
        "may_disable": last and not _keeps_account(agency, user),
    }


def colleagues(agency: str, leaving: str) -> list[dict]:
    """[{user, full_name, duty}] of those who may take over: enabled officers and leaders of the agency."""
    members = frappe.get_all(
        "Agency Member",
        filters={"parent": agency, "parenttype": "Agency", "duty": ("in", ("Officer", "Leader"))},
        fields=["user", "duty"],
        order_by="idx asc",
    )
    names = {
        row.name: row.full_name
        for row in frappe.get_all(
            "User",
            filters={"name": ("in", [member.user for member in members]), "enabled": 1},
            fields=["name", "full_name"],
        )
    }
    gone = running(agency)
    return [
        {"user": member.user, "full_name": names[member.user], "duty": member.duty}
        for member in members
        if member.user in names and member.user != leaving and member.user not in gone
    ]


def start(
    agency: str,
    user: str,
    reason: str,
    successor: str | None = None,
    choices: dict[str, str] | None = None,
    disable: bool = False,
) -> dict:
    """Let a member leave; returns `state`. What leaves already goes on as it was asked for.

    `successor` gets all open complaints, nobody when empty; `choices` {complaint: user or ""} differ from it.
    Raises NotThere, NotYours, PeopleRefused.
    """
    _checked(agency, user)
    reason = text.clean_typed(str(reason or ""))
    if len(reason) < SHORTEST_REASON:
        raise PeopleRefused(
            _("Reason is missing: say in a few words why, for example “moved to another office”.")
        )
    able = {each["user"] for each in colleagues(agency, user)}
    choices = {str(key): str(value or "") for key, value in (choices or {}).items()}
    for each in {successor or "", *choices.values()} - {""}:
        if each not in able:
            raise PeopleRefused(
                _("{0} cannot take complaints over: choose an officer or leader of the agency.").format(each)
            )
    if disable and (_other_agencies(agency, user) or _keeps_account(agency, user)):
        raise PeopleRefused(
            _("The account has duties elsewhere: it cannot be disabled here. Leave the box empty.")
        )
    visible = {row.name for row in _open(agency, user, scope.complaint_criterion(frappe.session.user))}
    # One person leaves an agency once at a time: the lock on his row of members is where two who press meet.
    frappe.db.sql(
        """select name from `tabAgency Member`
        where parent = %s and parenttype = 'Agency' and user = %s for update""",
        (agency, user),
    )
    if name := running(agency, locking=True).get(user):
        return state(name)
    name = _write(agency, user, reason, successor, choices, disable, len(visible))
    if len(visible) > AT_ONCE:
        _enqueue(name)
    else:
        frappe.db.commit()  # from here on a crash is taken up again by `resume`
        execute(name)
    return state(name)


def again(name: str) -> dict:
    """Take up a departure whose worker died; returns `state`."""
    doc = _readable(name)
    if doc.status != "Finished":
        frappe.db.set_value(DOCTYPE, name, {"status": "Waiting", "progress_on": now()})
        _enqueue(name)
    return state(name)


def state(name: str) -> dict:
    """{name, status, total, done, unassigned, outcome, account_disabled}, for those who manage the agency."""
    doc = _readable(name)
    fields = ("name", "status", "total", "done", "unassigned", "outcome", "account_disabled")
    return {field: doc.get(field) for field in fields}


def resume() -> None:
    """Take up what a dead worker left (every ten minutes)."""
    silent = now() - timedelta(minutes=SILENT_MINUTES)
    for name in frappe.get_all(
        DOCTYPE, filters={"status": ("in", RUNNING), "progress_on": ("<", silent)}, pluck="name"
    ):
        owner = frappe.db.get_value(DOCTYPE, name, "owner")
        before = frappe.session.user
        frappe.set_user(owner)  # whose events and messages these are
        try:
            _enqueue(name)
        finally:
            frappe.set_user(before)


def running(agency: str, locking: bool = False) -> dict[str, str]:
    """{user: name} of the departures from an agency that have not ended."""
    query = "select user, name from `tabDeparture` where agency = %s and status in %s"
    return dict(frappe.db.sql(query + (" for update" if locking else ""), (agency, RUNNING)))


def execute(name: str) -> None:
    """Hand over, then end the membership (background job). May run again, or twice at once."""
    doc = frappe.get_doc(DOCTYPE, name)
    if doc.status == "Finished":
        return
    before = frappe.local.lang
    frappe.local.lang = get_user_lang()
    try:
        _hand_all_over(doc)
        _end_membership(doc)
        _hand_all_over(doc)  # what he took in hand until that moment
        _finish(doc, _lock_out(doc))
    except Exception as error:
        frappe.db.rollback()
        frappe.log_error(title=f"Departure {name}")
        known = isinstance(error, frappe.ValidationError)
        said = str(error) if known else _("It stopped on the way. What was handed over stays handed over.")
        _set(name, status="Failed", outcome=said, progress_on=now())
        frappe.db.commit()
        if not known:
            raise
    finally:
        frappe.local.lang = before
        _tell(name)


def _hand_all_over(doc) -> None:
    choices = frappe.parse_json(doc.choices) or {}
    able = {each["user"] for each in colleagues(doc.agency, doc.user)}
    seen = {row.name for row in _open(doc.agency, doc.user, scope.complaint_criterion(doc.owner))}
    for row in _open(doc.agency, doc.user):
        wanted = choices.get(row.name, doc.successor or "")
        # Of what is sealed from the one who asked, nothing is told by his choosing who gets it.
        successor = wanted if wanted in able and row.name in seen else None
        done, officer = _hand_one_over(row.name, doc, successor)
        counted = int(done and row.name in seen)
        frappe.db.sql(
            """update `tabDeparture` set done = done + %s, unassigned = unassigned + %s, status = 'Handing over',
            progress_on = %s where name = %s""",
            (counted, counted * int(not officer), now(), doc.name),
        )
        frappe.db.commit()
        _tell(doc.name)


def _hand_one_over(complaint: str, doc, successor: str | None) -> tuple[bool, str | None]:
    for attempt in range(1, TRIES + 1):
        try:
            return handover.hand_over(complaint, doc.agency, doc.user, successor, doc.reason)
        except frappe.ValidationError:
            frappe.db.rollback()
            if attempt == TRIES:
                raise


def _end_membership(doc) -> None:
    frappe.db.commit()  # a fresh view: the lock compares with it
    agency = saving.lock(doc.agency)
    agency.set("members", [member for member in agency.members if member.user != doc.user])
    saving.save(agency)
    frappe.db.commit()
    frappe.local.request_cache.clear()  # of what was known about who is a member
    if not _other_agencies(doc.agency, doc.user):
        clear_sessions(user=doc.user, force=True)


def _lock_out(doc) -> str:
    """Disable the account where that was asked for; why it could not be done, as a sentence."""
    if not doc.disable_account or _other_agencies(doc.agency, doc.user):
        return ""
    try:
        accounts.lock_out(doc.user)
    except frappe.ValidationError as error:  # complaints that he has outside of the agency, say
        frappe.db.rollback()
        frappe.clear_messages()
        return str(error)
    return ""


def _finish(doc, trouble: str) -> None:
    values = frappe.db.get_value(DOCTYPE, doc.name, ["done", "unassigned"], as_dict=True)
    said = [_("{0} open complaints handed over.").format(values.done - values.unassigned)]
    if values.unassigned:
        said.append(_("{0} wait in the agency for somebody to take them.").format(values.unassigned))
    disabled = int(not frappe.db.get_value("User", doc.user, "enabled"))
    if disabled:
        said.append(_("The account is disabled."))
    if trouble:
        said.append(_("The account was not disabled: {0}").format(trouble))
    _set(
        doc.name,
        status="Finished",
        finished_on=now(),
        progress_on=now(),
        account_disabled=disabled,
        outcome=" ".join(said),
    )
    frappe.db.commit()


def _checked(agency: str, user: str):
    """The member (user, duty, full_name), when the session's user may let him leave."""
    row = powers.check(agency)
    member = frappe.db.get_value(
        "Agency Member",
        {"parent": row.name, "parenttype": "Agency", "user": user},
        ["user", "duty"],
        as_dict=True,
    )
    if not member:
        raise NotThere(_("{0} is not a member of “{1}” (any more).").format(user, row.agency_name))
    if why := powers.why_not(user, member.duty, None, powers.roles_of([user])[user]):
        raise NotYours(why)
    member.full_name = frappe.db.get_value("User", user, "full_name") or user
    return member


def _readable(name: str):
    if not frappe.db.exists(DOCTYPE, name):
        raise NotThere(_("There is no such departure."))
    doc = frappe.get_doc(DOCTYPE, name)
    powers.check(doc.agency)
    return doc


def _open(agency: str, user: str, criterion=None, fields: tuple = ()) -> list:
    """The member's open complaints in the agency, the most urgent first; all of them without a criterion."""
    complaint = frappe.qb.DocType("Complaint")
    query = (
        frappe.qb.from_(complaint)
        .select(complaint.name, *(complaint[field] for field in fields))
        .where((complaint.officer == user) & (complaint.agency == agency))
        .where(complaint.phase.isin(phases.OPEN))
        .orderby(complaint.due_on)
    )
    return (query if criterion is None else query.where(criterion)).run(as_dict=True)


def _other_agencies(agency: str, user: str) -> bool:
    return bool(
        frappe.db.exists("Agency Member", {"parenttype": "Agency", "user": user, "parent": ("!=", agency)})
    )


def _keeps_account(agency: str, user: str) -> bool:
    """Whether the account serves for more than this agency, so that who manages its people may not disable it.

    Otherwise a leader would add a coordinator or a citizen to his agency, and let him leave it without an account.
    """
    if user in ("Administrator", frappe.session.user):
        return True
    if "System Manager" in frappe.get_roles():
        return False
    held = powers.roles_of([user])[user]
    if powers.is_administrator():
        return not held.isdisjoint({"System Manager", "Administrator"})
    duty = frappe.db.get_value(
        "Agency Member", {"parent": agency, "parenttype": "Agency", "user": user}, "duty"
    )
    is_citizen = frappe.db.exists("Complainant", {"citizen_user": user})
    return bool(held - {powers.ROLE_OF.get(duty)} or is_citizen)


def _write(agency, user, reason, successor, choices, disable, total) -> str:
    moment, name = now(), frappe.generate_hash(length=12)
    row = {
        "name": name,
        "owner": frappe.session.user,
        "modified_by": frappe.session.user,
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
        "agency": agency,
        "user": user,
        "status": "Waiting",
        "reason": reason,
        "successor": successor or None,
        "choices": json.dumps(choices),
        "disable_account": int(bool(disable)),
        "total": total,
        "done": 0,
        "unassigned": 0,
        "progress_on": moment,
    }
    rows.insert(DOCTYPE, [row])
    return name


def _enqueue(name: str) -> None:
    frappe.enqueue(
        "phanhoi_app.agencies.leaving.execute",
        queue="long",
        timeout=TIMEOUT,
        enqueue_after_commit=True,
        name=name,
    )


def _set(name: str, **values) -> None:
    frappe.db.set_value(DOCTYPE, name, values, update_modified=False)


def _tell(name: str) -> None:
    frappe.publish_realtime(EVENT, {"name": name}, user=frappe.session.user)
