"""A step of reminding has changed: the times of the next steps follow, in the background as with a changed calendar."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from phanhoi_app.sla import changes, recompute


def note(step) -> str | None:
    """Have the times of the next steps follow a step (an Escalation Step) that was changed; the name of the change, or
    None if no clock runs."""
    if frappe.flags.in_patch:
        return None  # it carries out by itself what it changes
    running = "select name from `tabComplaint Clock` where state in ('Running', 'Paused') limit 1"
    if not frappe.db.sql(running):
        return None
    # What has not begun will go by this step too. Locked: so that it does not begin before this is committed.
    waiting = frappe.db.sql_list(
        "select name from `tabCalendar Change` where status = 'Waiting' and given_to = 'Steps' for update"
    )
    if waiting:
        return waiting[0]
    change = recompute.Change("", None, now_datetime(), "", "", recompute.STEPS)
    return changes.write(change, _("Step of reminding and escalating: {0}").format(step.step_code))
