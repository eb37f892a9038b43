"""Effects of a step that change the complaint itself: a raised severity, a hand-over to the agency above."""

import frappe
from frappe import _

from phanhoi_app.custody import handover, perform
from phanhoi_app.custody.phases import OPEN
from phanhoi_app.custody.verb import agency_name
from phanhoi_app.history import record
from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import now
from phanhoi_app.rules.escalation import HAND_OVER, RAISE_SEVERITY, Given
from phanhoi_app.sla import given, next_steps, steps

# A complex case is not the lower for it: its longer term is there for a reason.
RAISED = {"Normal": "Urgent"}


def carry_out(name: str) -> int:
    """Give all that is due on one complaint, under its lock; returns how many steps. Does not commit.

    Raises custody.errors.Conflict when somebody else has it, frappe.ValidationError when it cannot be counted.
    """
    complaint = perform.lock(name)
    moment = now()
    ladder = steps.ladder([name])
    looks, failed = next_steps.look([complaint], ladder, moment)
    if failed:
        raise frappe.ValidationError(failed[name])
    due = looks[0].due
    # Before the complaint is saved: its clocks are counted with these as given.
    table_rows.insert(steps.GIVEN, given.rows(looks[0], ladder, moment))
    plain = [one for one in due if one.step.effect not in _EFFECTS]
    if plain:
        record.append(name, given.event(plain, moment))
    for one in due:
        if one.step.effect in _EFFECTS:
            result = _EFFECTS[one.step.effect](complaint, one, given.event([one], moment, one.step.effect))
            row = f"{name}-{one.key.clock}-{one.key.cycle}-{one.key.step}"
            frappe.db.set_value(steps.GIVEN, row, "result", result, update_modified=False)
    next_steps.settle([name])
    return len(due)


def _raise_severity(complaint, one: Given, event: record.Event) -> str:
    event.kind = "severity_raised"
    to = RAISED.get(complaint.severity)
    if not to or complaint.phase not in OPEN:
        record.append(complaint.name, given.event([one], event.at))
        return _("The severity stays as it is: {0}.").format(_(complaint.severity or ""))
    said = f"{_(complaint.severity)} → {_(to)}"
    complaint.severity = to
    perform.save(complaint, event)
    return said


def _hand_over(complaint, one: Given, event: record.Event) -> str:
    event.kind = "escalated"
    to = handover.above(complaint)
    if not to:
        record.append(complaint.name, given.event([one], event.at))
        return _("It stays where it is: no agency above takes it.")
    handover.hand_up(complaint, to, event)
    return _("Handed to {0}.").format(agency_name(to))


_EFFECTS = {RAISE_SEVERITY: _raise_severity, HAND_OVER: _hand_over}
