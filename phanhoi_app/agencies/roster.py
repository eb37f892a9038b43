"""A list of people is taken in: looked at, confirmed, and carried out in one transaction, once."""

import csv
import io
import json
from collections import defaultdict
from dataclasses import asdict

import frappe
from frappe import _
from frappe.translate import get_user_lang
from frappe.utils import add_to_date, get_datetime

from phanhoi_app.agencies import accounts, invitations, plan, powers, saving, sheet
from phanhoi_app.agencies.errors import AlreadyChanged, NotThere, PeopleRefused
from phanhoi_app.history import locks, rows
from phanhoi_app.history.now import now
from phanhoi_app.rules import traces

CHANNELS = ("E-mail", "SMS")
AT_ONCE = 20  # rows that are carried out while the person waits; more are a worker's
EVENT = "roster_progress"  # of realtime, to the user who asked
TIMEOUT = 7200  # seconds: 2,000 new accounts on a busy machine
KEPT_DAYS = 30


def look_at(agency: str, people: list[sheet.SheetRow], channel: str, file_name: str) -> dict:
    """Keep the list as a draft and return what it would change: {name, counts, lines}. Raises PeopleRefused."""
    powers.check(agency)
    if channel not in CHANNELS:
        raise PeopleRefused(_("Invitation by: choose e-mail or SMS."))
    lines = plan.make(agency, people, channel)
    moment = now()
    name = frappe.generate_hash(length=12)
    row = {
        "name": name,
        "owner": frappe.session.user,
        "modified_by": frappe.session.user,
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
        "agency": agency,
        "file_name": file_name[:140],
        "channel": channel,
        "status": "Draft",
        "digest": plan.digest(lines),
        "people": json.dumps([asdict(each) for each in people], ensure_ascii=False),
        "plan": json.dumps([asdict(line) for line in lines], ensure_ascii=False),
    }
    rows.insert("Roster", [row])
    return {"name": name, **_shown(lines)}


def confirm(name: str) -> dict:
    """Carry the list out as it was shown: at once when it is short, by a worker otherwise; returns `state`.

    Pressed twice it does nothing twice. Raises AlreadyChanged (409) when the plan is not any more what was shown.
    """
    if _is_taken(_own(name)):
        return state(name)
    doc = _own(name, lock=True)
    if _is_taken(doc):
        return state(name)
    lines = _planned_anew(doc)
    if plan.digest(lines) != doc.digest:
        raise AlreadyChanged(_meanwhile())
    todo = [line for line in lines if line.outcome not in (plan.ERROR, plan.UNCHANGED)]
    if len(todo) <= AT_ONCE:
        _carry_out(doc, lines)
    else:
        _set(name, status="Waiting", asked_on=now(), outcome=None)
        frappe.enqueue(
            "phanhoi_app.agencies.roster.execute",
            queue="long",
            timeout=TIMEOUT,
            enqueue_after_commit=True,
            job_id=f"roster-{name}",
            name=name,
        )
    return state(name)


def execute(name: str) -> None:
    """Carry a waiting list out (background job): all of it, or nothing. A second job finds it done."""
    frappe.local.lang = get_user_lang()
    try:
        doc = frappe.get_doc("Roster", name, for_update=True)
        if doc.status != "Waiting":
            return
        lines = _planned_anew(doc)
        if plan.digest(lines) != doc.digest:
            raise AlreadyChanged(_meanwhile())
        _carry_out(doc, lines)
        frappe.db.commit()
    except PeopleRefused as error:
        frappe.db.rollback()
        _set(name, status="Failed", outcome=str(error), finished_on=now())
        frappe.db.commit()
    except Exception as error:
        frappe.db.rollback()
        frappe.log_error(title=f"Roster {name}", message=traces.without_values(error))
        said = _("The list was not taken in. The administrator finds the reason in the error log.")
        _set(name, status="Failed", outcome=said, finished_on=now())
        frappe.db.commit()
        raise
    finally:
        _tell({"name": name, "ended": 1})


def state(name: str) -> dict:
    """{name, status, outcome} of a list of one's own."""
    doc = _own(name)
    return {"name": name, "status": doc.status, "outcome": doc.outcome or ""}


def rejected(name: str) -> str:
    """The rows with errors as CSV: number, column and remedy, then the row as it was; for a spreadsheet."""
    doc = _own(name)
    people = {each["number"]: each["values"] for each in json.loads(doc.people)}
    out = io.StringIO()
    writer = csv.writer(out)
    headings = (_("Full name"), _("E-mail"), _("Mobile number"), _("Duty"), _("Agency code"))
    writer.writerow([*headings, _("Row"), _("Column"), _("What to do")])
    for line in json.loads(doc.plan):
        if line["outcome"] == plan.ERROR:
            typed = people.get(line["row"], {})
            cells = [typed.get(column, "") for column in ("full_name", "email", "phone", "duty", "agency")]
            cells += [line["row"], label(line["column"]), line["sentence"]]
            writer.writerow([_inert(cell) for cell in cells])
    return out.getvalue()


def label(column: str) -> str:
    """What a column is called."""
    return {
        "full_name": _("Full name"),
        "email": _("E-mail"),
        "phone": _("Mobile number"),
        "duty": _("Duty"),
        "agency": _("Agency code"),
    }.get(column, "")


def forget_old() -> None:
    """Delete lists that are a month old (daily): they hold people's numbers, and what was done has its own trace."""
    frappe.db.delete("Roster", {"creation": ("<", add_to_date(now(), days=-KEPT_DAYS))})


def _carry_out(doc, lines: list[plan.Line]) -> None:
    """All that the lines ask for, in the caller's transaction."""
    todo = [line for line in lines if line.outcome not in (plan.ERROR, plan.UNCHANGED)]
    by_agency, new = defaultdict(list), defaultdict(list)
    for line in todo:
        by_agency[line.agency].append(line)
        if line.outcome == plan.NEW:
            new[line.email].append(line)
    for number, same in enumerate(new.values(), start=1):
        first = same[0]
        try:
            accounts.create(first.email, first.full_name, first.phone, [line.duty for line in same])
        except Exception as error:
            if not (isinstance(error, frappe.DuplicateEntryError) or locks.lost_to_another(error)):
                raise
            raise AlreadyChanged(
                _("Other accounts are being written at this moment. Try again in a minute.")
            ) from error
        if number % 25 == 0:
            _tell({"name": doc.name, "done": number, "total": len(new)})
    # In one order: two lists at once wait for each other and do not lock each other out.
    for name in sorted(by_agency):
        _set_members(saving.lock(name), by_agency[name])
    for email, same in new.items():
        invitations.invite(email, same[0].agency, doc.channel)
    outcome = _(
        "{0} new accounts, {1} added, {2} changed, {3} unchanged, {4} rows with errors left out."
    ).format(*plan.counts(lines).values())
    _set(doc.name, status="Finished", outcome=outcome, finished_on=now())


def _set_members(agency, lines: list[plan.Line]) -> None:
    known = {member.user: member for member in agency.members}
    for line in lines:
        member = known.get(line.email) or agency.append("members", {"user": line.email})
        member.duty = line.duty
        member.phone = line.phone or member.phone
    saving.save(agency)


def _meanwhile() -> str:
    return _("Something has changed since the preview: look at it again, then confirm.")


def _is_taken(doc) -> bool:
    """Whether it was carried out, or waits for a worker who may still be alive."""
    return doc.status == "Finished" or (
        doc.status == "Waiting" and get_datetime(doc.asked_on) > add_to_date(now(), seconds=-TIMEOUT)
    )


def _planned_anew(doc) -> list[plan.Line]:
    powers.check(doc.agency)
    people = [sheet.SheetRow(**each) for each in json.loads(doc.people)]
    return plan.make(doc.agency, people, doc.channel)


def _own(name: str, lock: bool = False):
    owner = frappe.db.get_value("Roster", name, "owner", for_update=lock)
    if owner != frappe.session.user:
        raise NotThere(_("There is no such list: upload it again."))
    return frappe.get_doc("Roster", name)


def _shown(lines: list[plan.Line]) -> dict:
    return {
        "counts": plan.counts(lines),
        "lines": [asdict(line) | {"column_label": label(line.column)} for line in lines],
    }


def _set(name: str, **values) -> None:
    frappe.db.set_value("Roster", name, values, update_modified=False)


def _tell(values: dict) -> None:
    frappe.publish_realtime(EVENT, values, user=frappe.session.user)


def _inert(cell) -> str:
    """A cell that a spreadsheet shows and does not compute."""
    cell = str(cell)
    return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r") else cell
