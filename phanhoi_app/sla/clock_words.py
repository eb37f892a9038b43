"""The clocks of a complaint in words: for officers on the form, and for the citizen on the tracking page."""

from fractions import Fraction

import frappe
from frappe import _

from phanhoi_app.history.now import now
from phanhoi_app.rules import clocks as rules
from phanhoi_app.rules import deadlines
from phanhoi_app.rules.policy import RESOLVE, Row
from phanhoi_app.sla import policies, told


def for_form(complaint) -> dict:
    """{clocks: [...], waited, shares: [...]}: every clock, and how long the citizen waited for whom.

    A clock: {clock, cycle, label, state, verdict, due_on, original_due_on, stopped_on, agency, why, ground, pauses,
    extensions}; a pause {since, until, reason, ground}; an extension {at, new_due, reason, ground}; `waited`, and of
    each share {agency, days, paused}, are texts.
    """
    story = told.read([complaint])[0]
    state, held = told.follow(story, policies.current())
    moment = now()
    clocks = rules.read(state, held.policy, told.calendar_of, moment)
    return {
        "clocks": [_clock(clock, held) for clock in clocks],
        "waited": days(rules.waited_days(state, moment)),
        "shares": [
            {
                "agency": agency_name(share.agency),
                "days": days(share.elapsed_days),
                "working_days": days(share.days),
                "paused": days(share.paused_days) if share.paused_days else "",
            }
            for share in rules.holder_times(state, told.calendar_of, moment)
        ],
    }


def for_citizen(complaint) -> dict | None:
    """The clock that the citizen waits for, as `for_form` tells it; None when there is none."""
    state, held = told.follow(told.read([complaint])[0], policies.current())
    clock = rules.current(rules.read(state, held.policy, told.calendar_of, now()), RESOLVE)
    return _clock(clock, held) if clock and clock.verdict != rules.VOID else None


def _clock(clock: rules.Clock, held: policies.Held) -> dict:
    source = held.source(clock.row)
    return {
        "clock": clock.clock,
        "cycle": clock.cycle,
        "label": policies.clock_label(clock.clock),
        "state": clock.state,
        "verdict": clock.verdict,
        "due_on": clock.due_on,
        "original_due_on": clock.original_due_on,
        "stopped_on": clock.stopped_on,
        "agency": agency_name(clock.agency),
        "why": term(held.policy.row(clock.row)),
        "ground": source.ground if source else "",
        "pauses": [pause._asdict() for pause in clock.pauses],
        "extensions": [
            {"at": each.at, "new_due": each.new_due, "reason": each.reason, "ground": each.ground}
            for each in clock.granted
        ],
    }


def term(row: Row) -> str:
    """How long the term of a row is and from when it counts, as one phrase."""
    if row.name == policies.IMPORTED:
        return _("The due time came with the case from another system.")
    lengths = {
        deadlines.MINUTE: _("{0} minutes"),
        deadlines.HOUR: _("{0} hours"),
        deadlines.WORKING_HOUR: _("{0} working hours"),
        deadlines.WORKING_DAY: _("{0} working days"),
        deadlines.CALENDAR_DAY: _("{0} calendar days"),
    }
    starts = {
        deadlines.AT_ONCE: _("counted at once"),
        deadlines.NEXT_WORKING_MOMENT: _("counted from the next working moment"),
        deadlines.NEXT_WORKING_DAY: _("counted from the next working day"),
    }
    return f"{lengths[row.unit].format(number(row.amount))}, {starts[row.start_rule]}"


def number(amount) -> str:
    """An amount as people write it: "17", "0,5" in Vietnamese and "0.5" in English."""
    shown = f"{float(Fraction(amount)):.2f}".rstrip("0").rstrip(".")
    return shown if frappe.local.lang == "en" else shown.replace(".", ",")


def days(amount) -> str:
    """Days to one place, cut off: nobody waited longer than that."""
    shown = number(Fraction(int(Fraction(amount) * 10), 10))
    return _("{0} day").format(shown) if shown == "1" else _("{0} days").format(shown)


def agency_name(agency: str | None) -> str:
    return (frappe.get_cached_value("Agency", agency, "agency_name") or agency) if agency else ""
