"""A step that was given, as it is kept (DocType Escalation) and as the history tells it."""

from collections.abc import Sequence
from datetime import datetime

import frappe

from phanhoi_app.history import record
from phanhoi_app.rules import escalation
from phanhoi_app.sla import next_steps, steps

# What the history calls it; the last effect that is among those given at a moment decides.
KINDS = {escalation.NOTIFY: "reminded", escalation.ASK_EXPLANATION: "explanation_asked"}


def rows(look: next_steps.Look, ladder: steps.Ladder, moment: datetime) -> list[dict]:
    """The rows of the steps that are due on a complaint; writes nothing."""
    owned = {"owner": frappe.session.user, "modified_by": frappe.session.user}
    return [
        {
            "name": f"{look.complaint.name}-{one.key.clock}-{one.key.cycle}-{one.key.step}",
            **owned,
            "creation": moment,
            "modified": moment,
            "docstatus": 0,
            "idx": 0,
            "complaint": look.complaint.name,
            **one.key._asdict(),
            "said": steps.said(one),
            "at": one.at,
            "given_on": moment,
            "effect": ladder.worded[one.step.code].effect,
            "agency": look.complaint.agency,
            "officer": look.complaint.officer,
            "targets": " ".join(one.step.targets),
            "channels": ",".join(ladder.worded[one.step.code].channels),
            "told": int(not one.step.targets),
            "told_to": 0,
        }
        for one in look.due
    ]


def event(due: Sequence[escalation.Given], moment: datetime, kind: str = "") -> record.Event:
    """What the history tells of steps that were given together."""
    effects = {one.step.effect for one in due}
    kind = (
        kind
        or KINDS[escalation.ASK_EXPLANATION if escalation.ASK_EXPLANATION in effects else escalation.NOTIFY]
    )
    keys = [[*one.key, one.at.isoformat(sep=" ", timespec="seconds")] for one in due]
    words = dict.fromkeys(steps.said(one) for one in due)
    return record.Event(kind, reason="; ".join(words), at=moment, extra={"steps": keys})
