"""The clock of a complaint: started when it comes in, paused while the citizen is asked, stopped by the answer.

Hangs on the change of phase alone (document hooks in hooks.py); whoever changes the phase knows nothing of it.
"""

from frappe.utils import get_datetime

from phanhoi_app.custody.phases import ANSWERED, ENDED
from phanhoi_app.history.now import now
from phanhoi_app.sla import calendars, policies

RUNNING, PAUSED, STOPPED = "Running", "Paused", "Stopped"


def start(complaint, method: str | None = None) -> None:
    """Set the due time of a new complaint (document hook: before_insert). An import brings its own."""
    if complaint.flags.imported:
        return
    _restart(complaint, get_datetime(complaint.received_at))


def follow(complaint, method: str | None = None) -> None:
    """Pause, resume, stop or restart the clock when phase, field or severity have changed (hook: validate)."""
    before = complaint.get_doc_before_save()
    if before is None:
        return
    if before.phase != complaint.phase:
        _follow_phase(complaint, before)
    elif complaint.clock_state == RUNNING and (before.field, before.severity) != (
        complaint.field,
        complaint.severity,
    ):
        _correct(complaint, before)


def _follow_phase(complaint, before) -> None:
    wanted = state_in(complaint.phase)
    if wanted == before.clock_state:
        return
    moment = now()
    if before.clock_state == STOPPED and before.phase != "merged":  # reopened: a new answer gets a new term
        _restart(complaint, moment)
        return
    if before.clock_state == PAUSED:
        complaint.due_on = resumed_due(complaint, moment)
        complaint.paused_on = None
    if wanted == PAUSED:
        complaint.paused_on = moment
    complaint.clock_state = wanted


def state_in(phase: str) -> str:
    """What a clock does in a phase."""
    if phase == "waiting":
        return PAUSED
    return STOPPED if phase in ANSWERED + ENDED else RUNNING


def resumed_due(complaint, now):
    """The due time moved by the working time that the pause took: a pause costs the handler nothing."""
    if not (complaint.due_on and complaint.paused_on):
        return complaint.due_on
    due, paused = get_datetime(complaint.due_on), get_datetime(complaint.paused_on)
    if paused >= due:  # already late when it was paused: it stays late by as much
        return due
    calendar = calendars.for_agency(complaint.agency)
    # In whole minutes: a pause of seconds at the end of a day must not carry the deadline into the next.
    return calendar.add(due, calendar.elapsed(paused, now))


def due_under(complaint, old: str | None, new: str | None):
    """The due time of a complaint when the calendar of its clock changes, from the one named `old` to `new`.

    By the term itself where that is what it was due by; where pauses or a reopening moved it, what working time is
    left stays the same. Unchanged when it is over, or does not depend on a calendar.
    """
    if old == new or not complaint.due_on or complaint.clock_state not in (RUNNING, PAUSED):
        return complaint.due_on
    due, received = get_datetime(complaint.due_on), get_datetime(complaint.received_at)
    was, by = calendars.load(old), calendars.load(new)
    term_before, _policy = policies.due_on(complaint, received, was)
    term_now, _policy = policies.due_on(complaint, received, by)
    if term_before == term_now or due in (term_before, term_now):
        return term_now if due == term_before else due
    begin = get_datetime(complaint.paused_on) if complaint.clock_state == PAUSED else now()
    return by.add(begin, was.elapsed(begin, due)) if begin < due else due


def _correct(complaint, before) -> None:
    """Another field or severity may have another term; it counts from the receipt, pauses kept."""
    old, _policy = policies.due_on(before, get_datetime(complaint.received_at))
    new, complaint.deadline_policy = policies.due_on(complaint, get_datetime(complaint.received_at))
    if not (old and new and complaint.due_on):
        complaint.due_on = new
        return
    calendar = calendars.for_agency(complaint.agency)
    paused = calendar.elapsed(old, get_datetime(complaint.due_on))
    complaint.due_on = calendar.add(new, paused) if paused else new


def _restart(complaint, moment) -> None:
    complaint.due_on, complaint.deadline_policy = policies.due_on(complaint, moment)
    complaint.clock_state = RUNNING if complaint.due_on else None
    complaint.paused_on = None
