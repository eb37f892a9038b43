"""Mails that came back: the message is marked as failed, and goes by another way where there is one."""

import frappe

from phanhoi_app.history.now import now
from phanhoi_app.messaging import outbox, states
from phanhoi_app.rules.message_states import LOST, may_follow

FAILED = "Failed"


def came_back(message: str, reason: str) -> bool:
    """Mark a message as failed with the other server's reason, in the caller's transaction; whether it was news."""
    status = frappe.db.get_value("Message", message, "status", for_update=True)
    if status is None or not may_follow(status, FAILED):
        return False
    note = states.cleaned(reason)
    frappe.db.set_value("Message", message, {"status": FAILED, "status_note": note})
    states.write([(message, FAILED, now(), note)])
    if FAILED in LOST:
        outbox.next_way(message)
    return True
