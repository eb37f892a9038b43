"""Locks a complaint's row, and saves what a verb has made of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _

from phanhoi_app.custody.errors import Conflict
from phanhoi_app.history import locks


def lock(name: str, *others: str | None):
    """The complaint, its row locked until the end of the transaction, after those it hangs together with.

    A part's whole is locked before it, several in the order of their numbers: whoever needs the same rows
    takes them in the same order. Raises frappe.DoesNotExistError; Conflict when another holds the row longer than
    the database waits, or changed it after this transaction first read.
    """
    with in_words(name):
        whole = frappe.db.get_value("Complaint", name, "part_of")
        for each in sorted({whole, *others} - {None, "", name}, key=_order):
            if _order(each) < _order(name):
                _lock_row(each)
        try:
            document = frappe.get_doc("Complaint", name, for_update=True)
        except frappe.DoesNotExistError:
            frappe.clear_last_message()
            raise missing() from None
        for each in sorted(set(others) - {None, "", name}, key=_order):
            _lock_row(each)
        return document


def missing() -> frappe.DoesNotExistError:
    """What is said of a complaint that is not there, and of one that the user does not see."""
    return frappe.DoesNotExistError(_("There is no such complaint."))


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Turn the database's refusal to wait any longer into the sentence that the second of two people reads."""
    try:
        yield
    except Exception as error:
        if not locks.lost_to_another(error):
            raise
        raise Conflict(
            _("Somebody else is working on complaint {0} at this moment. Try again in a few seconds.").format(
                name
            )
        ) from error


def save(doc, event):
    """Save a complaint that a verb has changed, with the event that tells of it."""
    doc.flags.event = event
    doc.flags.done = event  # for those who tell people of it; the history takes its own away
    doc.flags.told_citizen = event.public_note
    doc.flags.by_verb = True
    # The verb has checked who may do this; what a verb sets, no role may set by hand.
    doc.flags.ignore_permissions = True
    doc.save()
    doc.flags.done = None
    doc.flags.by_verb = False
    doc.flags.ignore_permissions = False
    return doc


def _order(name: str) -> tuple[int, str]:
    return len(name), name  # numbers of six digits before those of seven


def _lock_row(name: str) -> None:
    frappe.db.sql("select name from `tabComplaint` where name = %s for update", name)
