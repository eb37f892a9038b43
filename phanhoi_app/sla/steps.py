"""The steps of reminding and escalating that a clock waits for."""

from phanhoi_app.rules import escalation
from phanhoi_app.rules.clocks import Clock
from phanhoi_app.sla import told


def enabled() -> tuple[escalation.Step, ...]:
    """The steps that are in force. There are none as long as no province has any."""
    return ()


def done(complaint: str) -> set[escalation.Key]:
    """Those that have been given for a complaint."""
    return set()


def next_event_on(complaint: str, clock: Clock):
    """When the next step of this clock comes due (it may be past), or None."""
    steps = [step for step in enabled() if step.clock == clock.clock]
    return escalation.next_event_on(clock, steps, done(complaint), told.calendar_of) if steps else None
