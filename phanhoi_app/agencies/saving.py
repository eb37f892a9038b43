"""Locks and saves an agency whose members change: the one place that does, for lists, single people and leaving."""

import frappe
from frappe import _

from phanhoi_app.agencies.errors import AlreadyChanged
from phanhoi_app.history import locks


def lock(agency: str):
    """The agency's document, its row locked until the end of the transaction.

    Raises AlreadyChanged when its members are not those that this transaction sees: it began before somebody
    else's ended, and saving would undo what he did.
    """
    rows = """select name, user, duty, ifnull(phone, '') from `tabAgency Member`
        where parent = %s and parenttype = 'Agency' order by name"""
    try:
        doc = frappe.get_doc("Agency", agency, for_update=True)
        now = frappe.db.sql(f"{rows} for update", agency)
    except Exception as error:
        if not locks.lost_to_another(error):
            raise
        raise AlreadyChanged(_somebody_else(agency)) from error
    if now != frappe.db.sql(rows, agency):  # without a lock: as they were when the transaction began
        raise AlreadyChanged(_somebody_else(agency))
    return doc


def save(agency) -> None:
    """Save an agency whose members were changed: its leaders may change these and nothing else of it, so the
    permission on the document does not say. The caller has checked who asks, and holds the lock."""
    agency.flags.ignore_permissions = True
    agency.save()
    agency.flags.ignore_permissions = False


def _somebody_else(agency: str) -> str:
    return _(
        "Somebody else is changing the people of {0} at this moment. Try again in a few seconds."
    ).format(frappe.get_cached_value("Agency", agency, "agency_name") or agency)
