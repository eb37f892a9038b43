"""Says "look again" to the pages that are open. No signal bears data: each page asks for what its user may see."""

import frappe
from frappe.realtime import get_doctype_room

QUEUE = "phanhoi_queue"  # to all who may read calls
CALL = "phanhoi_call"  # to the one whose telephone rings


def queue_changed() -> None:
    """Once this transaction has committed, let those who watch the queue look again."""
    frappe.publish_realtime(QUEUE, {}, room=get_doctype_room("Call Log"), after_commit=True)


def call_for(user: str) -> None:
    """Once this transaction has committed, let this person know that a call is waiting for her."""
    frappe.publish_realtime(CALL, {}, user=user, after_commit=True)
