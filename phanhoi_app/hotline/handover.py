"""The note at the end of a shift, which whoever comes next reads before the first call."""

import frappe
from frappe import _
from frappe.utils import add_to_date, cint

from phanhoi_app.access import scope
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.hotline import shifts, who
from phanhoi_app.hotline.errors import HotlineRefused, NotThere, TakenAlready
from phanhoi_app.rules import harmless, redaction, text

SHORTEST, LONGEST = 5, 2000
KEPT_HOURS = 36  # for which a note waits to be read: over a night and a day
SOON_MINUTES = 30  # before a shift in which its notes are offered already


def write(shift: str, note: str) -> str:
    """Leave the note of one's own shift; a second one is put below the first. Returns the name of the Duty Handover."""
    row = frappe.db.get_value(
        "Duty Shift", shift, ("name", "agency", "user", "starts_at", "ends_at"), as_dict=True, for_update=True
    )
    if not row:
        raise NotThere(_("There is no such shift."))
    user = frappe.session.user
    if row.user != user:
        raise TakenAlready(_("This is the shift of somebody else: who was on duty writes the note."))
    if not row.starts_at <= now() <= add_to_date(row.ends_at, hours=shifts.LATE_HOURS):
        raise HotlineRefused(
            _("A note is written during the shift or within {0} hours after it.").format(shifts.LATE_HOURS)
        )
    note = text.clean_typed(str(note or ""))
    if len(note) < SHORTEST:
        raise HotlineRefused(
            _("The note is missing: write what the next shift must know, or “nothing to report”.")
        )
    # Whoever reads the note may not know the citizens of whom it tells.
    note = harmless.text(redaction.redact(note, []))
    before = frappe.db.get_value("Duty Handover", {"shift": shift}, ("name", "note"), as_dict=True)
    whole = f"{before.note}\n{note}" if before else note
    if len(whole) > LONGEST:
        raise HotlineRefused(_("The note is too long: at most {0} characters.").format(LONGEST))
    moment = now()
    if before:
        # Who has read the first part has not read this one.
        frappe.db.delete("Duty Reading", {"parent": before.name})
        frappe.db.set_value("Duty Handover", before.name, {"note": whole, "written_on": moment})
        return before.name
    name = frappe.generate_hash(length=20)
    rows.insert(
        "Duty Handover",
        [
            {
                **_row(name, user, moment),
                "shift": shift,
                "agency": row.agency,
                "written_by": user,
                "written_on": moment,
                "note": whole,
            }
        ],
    )
    return name


def unread(user: str | None = None) -> list[dict]:
    """The notes that the user has to read, oldest first: those of the agencies where a shift of the user's runs or is
    about to. [{name, note, written_on, by}]"""
    user = user or frappe.session.user
    agencies = shifts.agencies_of_shifts(user, soon=SOON_MINUTES)
    if not agencies:
        return []
    return frappe.db.sql(
        """select h.name, h.note, h.written_on, u.full_name as `by`
        from `tabDuty Handover` h join tabUser u on u.name = h.written_by
        where h.agency in %s and h.written_on >= %s and h.written_by != %s and not exists (
            select 1 from `tabDuty Reading` r where r.parent = h.name and r.user = %s)
        order by h.written_on""",
        (agencies, add_to_date(now(), hours=-KEPT_HOURS), user, user),
        as_dict=True,
    )


def read(name: str) -> None:
    """Note that the user has read it."""
    user = frappe.session.user
    document = frappe.db.get_value("Duty Handover", name, ("name", "agency"), as_dict=True)
    if not document or not (who.is_operator(user) or document.agency in scope.agencies_of(user)):
        raise NotThere(_("There is no such note."))
    moment = now()
    row = _row(frappe.generate_hash(f"{name}:{user}", 20), user, moment)
    if frappe.db.exists("Duty Reading", {"parent": name, "user": user}):
        return
    belongs = {"parent": name, "parenttype": "Duty Handover", "parentfield": "readers"}
    rows.insert("Duty Reading", [{**row, **belongs, "user": user, "read_on": moment}])


def check_read() -> None:
    """Raise HotlineRefused while a note waits to be read, unless the settings do without."""
    if cint(frappe.get_cached_doc("Hotline Settings").read_before_calls) and unread():
        raise HotlineRefused(_("Read the hand-over note of the last shift first."))


def _row(name: str, user: str, moment) -> dict:
    return {
        "name": name,
        "owner": user,
        "modified_by": user,
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 1,
    }
