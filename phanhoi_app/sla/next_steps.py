"""Looks at complaints for steps that have come due, and keeps on each clock when the next one will.

Of a complaint that cannot be counted (a calendar without hours, a rule that is gone) the reason stays on its clocks,
and it is looked at again later: it never holds up the others.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import frappe

from phanhoi_app.history.now import now
from phanhoi_app.rules import escalation
from phanhoi_app.rules.clock_events import State
from phanhoi_app.rules.clocks import Clock
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.sla import clocks, policies, steps, told

AGAIN_AFTER = timedelta(hours=1)
LOCKED_COLUMNS = "name, received_at, channel, agency, officer, severity, phase"


class Look(NamedTuple):
    """What there is to do on a complaint: a row of `LOCKED_COLUMNS`, its clocks that run, the steps that are due."""

    complaint: dict
    story: told.Story
    state: State
    clocks: list[Clock]
    due: list[escalation.Given]


def look(
    complaints: Sequence, ladder: steps.Ladder, moment: datetime, held: policies.Held | None = None
) -> tuple[list[Look], dict[str, str]]:
    """(what there is to do, {complaint: why it cannot be counted}) of complaints whose rows the caller has locked."""
    held = held or policies.current()
    found, failed = [], {}
    for complaint, story in zip(complaints, told.read(complaints), strict=True):
        try:
            state, held_here = told.follow(story, held)
            running = clocks.open_clocks(state, held_here, ladder.calendar_of)
            due = [one for clock in running for one in ladder.due(story, state, clock, moment)]
        except RuleError as error:
            failed[complaint.name] = error.sentence(frappe._)
        except Exception as error:  # one that nobody foresaw must not hold up the others either
            frappe.log_error(title=f"Complaint {complaint.name}: steps", message=repr(error)[:2000])
            failed[complaint.name] = type(error).__name__
        else:
            found.append(Look(complaint, story, state, running, sorted(due, key=lambda one: one.at)))
    return found, failed


def write(looks: Iterable[Look], ladder: steps.Ladder) -> None:
    """Write on the clocks of these complaints when the next step comes due, by what `ladder` says is given; one
    statement."""
    looks = list(looks)
    if not looks:
        return
    values = [
        (clocks.row_name(each.complaint.name, clock.clock, clock.cycle), following)
        for each in looks
        for clock in each.clocks
        if (following := ladder.next_on(each.story, each.state, clock))
    ]
    rows = "union all select %s, %s " * len(values)
    # By the complaints' own rows: reading the table through, as the database would for that many, it would wait for
    # rows that another sweep holds, and that one for ours.
    frappe.db.sql(
        f"""update `tabComplaint Clock` k force index (complaint_clock_cycle)
        left join (select '' as name, null as following {rows}) v on v.name = k.name
        set k.next_event_on = v.following, k.step_error = null
        where k.complaint in %s and (k.next_event_on is not null or v.name is not null)""",  # noqa: S608 - our own words
        [each for row in values for each in row] + [[each.complaint.name for each in looks]],
    )


def note(failed: dict[str, str], moment: datetime) -> None:
    """Keep on the clocks of these complaints why no step could be given, and have them looked at again later."""
    reasons: dict[str, list[str]] = {}
    for complaint, reason in failed.items():
        reasons.setdefault(reason, []).append(complaint)
    for reason, complaints in reasons.items():
        frappe.db.sql(
            """update `tabComplaint Clock` force index (complaint_clock_cycle)
            set next_event_on = %s, step_error = %s
            where complaint in %s and (next_event_on <= %s or (next_event_on is null and state = 'Running'))""",
            (moment + AGAIN_AFTER, reason, complaints, moment),
        )


def settle(names: list[str], failed: dict[str, str] | None = None) -> int:
    """Find out anew when the next step of these complaints comes due; returns of how many. Does not commit.

    Their rows are locked to the end of the transaction. With `failed` those that cannot be counted are told.
    """
    if not names:
        return 0
    complaints = frappe.db.sql(
        f"select {LOCKED_COLUMNS} from `tabComplaint` where name in %s order by name for update",  # noqa: S608
        (names,),
        as_dict=True,
    )
    moment = now()
    ladder = steps.ladder([row.name for row in complaints])
    looks, not_counted = look(complaints, ladder, moment)
    write(looks, ladder)
    note(not_counted, moment)
    if failed is not None:
        failed.update(not_counted)
    return len(looks)
