"""The citizen is asked how the answer was: some days after it, and once more."""

from datetime import timedelta

import frappe

from phanhoi_app.history.now import now
from phanhoi_app.messaging import notices, policy

BATCH = 200
MISSED = timedelta(days=3)  # a job that did not run for so long still asks for what came due meanwhile


def ask() -> int:
    """Queue the questions that are due today and commit them in parts (hook: daily, in the morning); how many.

    An answer is asked about twice at most, whatever happens: the message's key holds the answer's day and the turn.
    """
    if policy.settings().demo:
        return 0
    first, second = policy.number("rating_days"), policy.number("rating_again_days")
    asked = _ask(first, 1) if first else 0
    if first and second > first:
        asked += _ask(second, 2)
    return asked


def _ask(days: int, turn: int) -> int:
    until = now() - timedelta(days=days)
    rows = frappe.db.sql(
        """select name, answered_on from `tabComplaint`
        where publication in ('Undecided', 'Published', 'Withheld') and answered_on > %s and answered_on <= %s
        and phase in ('answered', 'closed') and ifnull(satisfaction, '') = '' and ifnull(part_of, '') = ''
        and channel != 'Import'""",
        (until - MISSED, until),
    )
    asked = 0
    for place, (name, answered_on) in enumerate(rows, start=1):
        complaint = frappe.get_doc("Complaint", name)
        before = frappe.db.count("Message", {"complaint": name, "event": "rating_asked"})
        notices.tell_citizen(complaint, "rating_asked", f"{answered_on:%Y-%m-%d}:{turn}")
        asked += frappe.db.count("Message", {"complaint": name, "event": "rating_asked"}) > before
        if place % BATCH == 0:
            frappe.db.commit()
    frappe.db.commit()
    return asked
