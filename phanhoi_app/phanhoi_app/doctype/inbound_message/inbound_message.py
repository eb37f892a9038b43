"""What a provider brought. Thin: written and worked on by `intake/`, tried again by an administrator."""

import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.intake import inbound
from phanhoi_app.intake.mail import work


class InboundMessage(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )


@frappe.whitelist(methods=["POST"])
def try_again(name: str) -> None:
    """Have a message that failed worked on once more. Raises frappe.PermissionError (403) but for administrators."""
    # Whoever sets up the accounts looks after what comes in by them.
    if not frappe.has_permission("Channel Account", "write"):
        raise frappe.PermissionError
    inbound.try_again(name)


@frappe.whitelist(methods=["POST"])
def file_as_it_is(name: str) -> str:
    """Make a complaint of a mail that waits for name or address, without them; returns its status.

    Raises frappe.PermissionError (403) but for administrators.
    """
    if not frappe.has_permission("Channel Account", "write"):
        raise frappe.PermissionError
    return work.file_as_it_is(name)


def on_doctype_update():
    """What waits, and what waits before it of the same person."""
    frappe.db.add_index("Inbound Message", ["status", "next_attempt_on"], "status_next")
    frappe.db.add_index("Inbound Message", ["conversation", "status", "received_on"], "conversation_status")
    frappe.db.add_index("Inbound Message", ["reply_state", "reply_on"], "reply_state_on")
    frappe.db.add_index("Inbound Message", ["received_on"], "received")
