"""The live queue: calls that wait, complaints that nobody has screened yet, and who is on duty."""

import frappe
from frappe.query_builder import DocType
from frappe.utils import add_to_date

from phanhoi_app.access import scope
from phanhoi_app.custody import verbs
from phanhoi_app.history.now import now
from phanhoi_app.hotline import calls, shifts, who

RINGS_MINUTES = 30  # a call that waits longer has ended without the switchboard's saying so
MISSED_HOURS = 12  # for which a missed call stands in the queue, to be called back
SHOWN = 15


def waiting() -> dict:
    """{calls, complaints, more, on_duty, moment}: what the page shows and asks for again at each signal.

    Calls: waiting and missed ones that nobody has taken, and the user's own that is under way; `rings` tells those
    whose agent is the user. Complaints: the oldest that wait for screening, in the user's scope.
    """
    who.check_operator()
    complaints = _complaints()
    return {
        "calls": _calls(),
        "complaints": complaints[:SHOWN],
        "more": len(complaints) > SHOWN,
        "on_duty": shifts.on_duty(verbs.screening_agency()),
        "moment": str(now().replace(microsecond=0)),
    }


def _calls() -> list[dict]:
    user, log = frappe.session.user, DocType("Call Log")
    fresh = add_to_date(now(), minutes=-RINGS_MINUTES, as_datetime=True)
    recent = add_to_date(now(), hours=-MISSED_HOURS, as_datetime=True)
    rings = (log.state == calls.WAITING) & (log.started_at >= fresh)
    missed = (log.state == calls.MISSED) & (log.started_at >= recent)
    mine = (log.state == calls.TALKING) & (log.operator == user) & (log.started_at >= recent)
    untaken = log.operator.isnull() | (log.operator == "")
    rows = (
        frappe.qb.from_(log)
        .select(log.name, log.state, log.caller_masked, log.started_at, log.agent, log.operator)
        .where(((rings | missed) & untaken) | mine)
        .where(log.started_at >= recent)
        .orderby(log.started_at)
        .limit(SHOWN * 2)
    ).run(as_dict=True)
    for row in rows:
        row.rings = row.state == calls.WAITING and calls.operator_of(row.agent) == user
        row.mine = row.operator == user
        row.started_at = str(row.started_at)
        for column in ("agent", "operator"):
            row.pop(column)
    # What can still be answered comes before what can only be called back.
    return sorted(rows, key=lambda row: (not row.mine, row.state == calls.MISSED))[:SHOWN]


def _complaints() -> list[dict]:
    complaint = DocType("Complaint")
    query = (
        frappe.qb.from_(complaint)
        .select(
            complaint.name,
            complaint.title,
            complaint.received_at,
            complaint.due_on,
            complaint.clock_state,
            complaint.severity,
            complaint.channel,
        )
        .where(complaint.phase.isin(["new", "screening"]))
        .orderby(complaint.received_at)
        .limit(SHOWN + 1)
    )
    criterion = scope.complaint_criterion(frappe.session.user)
    if criterion is not None:
        query = query.where(criterion)
    return query.run(as_dict=True)
