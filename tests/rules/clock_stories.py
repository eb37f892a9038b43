"""Made-up histories of complaints for the clocks' tests: rows, calendars, random events."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from phanhoi_app.rules.clocks import Event, Extension
from phanhoi_app.rules.phases import ALL
from phanhoi_app.rules.policy import CONTINUE, RESTART, ExtensionRule, Policy, Row
from phanhoi_app.rules.working_time import Calendar

MOMENT = datetime.fromisoformat
OFFICE = Calendar.from_dict(
    {
        "shifts": [
            {"weekday": day, "start": start, "end": end}
            for day in range(5)
            for start, end in (("07:30", "11:30"), ("13:00", "17:00"))
        ],
        "days_off": [f"2026-02-{day}" for day in range(16, 21)],
        "working_days": [{"date": "2026-02-28", "as_weekday": 4}],
    }
)
ALWAYS = Calendar.from_dict({"round_the_clock": True})
AGENCIES = ("A", "B", "DUTY")
FIELDS = (("pothole", "roads"), ("roads",), ("waste",))

POLICY = Policy(
    [
        Row("screen", "screen", 8, "working_hour", "at_once"),
        Row("resolve", "resolve", 17, "calendar_day", extension=ExtensionRule(2, 10)),
        Row("resolve roads", "resolve", 5, "working_day", field="roads"),
        Row("resolve urgent", "resolve", 4, "working_hour", "next_working_moment", severity="Urgent"),
        Row("hold", "hold", 2, "working_day", "at_once"),
        Row("hold duty", "hold", 30, "minute", "at_once", agency_type="duty"),
        Row("approve", "approve", 1, "working_day", on_reopen=CONTINUE),
        Row("publish", "publish", 2, "working_day"),
        Row("publish roads", "publish", 24, "hour", "at_once", field="roads"),
        Row("answer to extension", "extension_answer", 1, "working_day"),
        Row("reply", "citizen_reply", 10, "calendar_day"),
        Row("step", "step_1", 0.5, "working_day", "at_once", runs={"assigned"}, stops={"processing", "closed"},
            on_transfer=RESTART, kind="petition"),
    ]
)  # fmt: skip


def calendar_of(agency, moment):
    """The office's calendar for all but the duty centre."""
    return ALWAYS if agency == "DUTY" else OFFICE


def told(*story: tuple, changes=None) -> list[Event]:
    """Events from ("2026-03-02 09:00", kind, phase, agency …)."""
    events = [Event(MOMENT(at), *rest) for at, *rest in story]
    events[0] = events[0]._replace(changes=changes or {"severity": "Normal"})
    return events


@st.composite
def extensions(draw):
    clock = draw(st.sampled_from(["resolve", "hold", "publish"]))
    if draw(st.booleans()):
        minutes = draw(st.integers(0, 40_000))
        return Extension(clock, new_due=MOMENT("2026-02-09 08:00") + timedelta(minutes=minutes))
    unit = draw(st.sampled_from(["working_day", "working_hour", "calendar_day"]))
    return Extension(clock, amount=draw(st.integers(1, 9)), unit=unit)


@st.composite
def events(draw, at):
    """One event at that moment: mostly changes of phase, some of holder, facts, extensions, and some of nothing."""
    what = draw(st.sampled_from(["phase", "phase", "phase", "agency", "facts", "extension", "kind", "both"]))
    event = Event(at, "edited")
    if what in ("phase", "both"):
        event = event._replace(
            kind="moved", phase=draw(st.sampled_from(ALL)), reason=draw(st.sampled_from("xyz"))
        )
    if what in ("agency", "both"):
        agency = draw(st.sampled_from(AGENCIES))
        kind = "duty" if agency == "DUTY" else "office"
        successor = draw(st.integers(0, 9)) == 0
        event = event._replace(
            kind="assign", agency=agency, changes={"agency_type": kind}, succession=successor
        )
    if what == "facts":
        change = draw(
            st.sampled_from(
                [
                    *({"field_line": line} for line in FIELDS),
                    *({"severity": severity} for severity in ("Normal", "Urgent")),
                    *({"kind": kind} for kind in ("report", "petition")),
                ]
            )
        )
        event = event._replace(changes=change)
    if what == "extension":
        event = event._replace(kind="extension_granted", extensions=(draw(extensions()),))
    if what == "kind":
        kinds = ("extension_requested", "extension_refused", "publish", "withhold", "rate")
        event = event._replace(kind=draw(st.sampled_from(kinds)))
    return event


@st.composite
def histories(draw, max_size=200):
    """Events from 9 February 2026 on; now and then the machine's clock jumps back, or two fall together."""
    at = MOMENT("2026-02-09 08:00")
    story = [
        Event(
            at, "received", "new", changes={"field_line": FIELDS[2], "severity": "Normal", "kind": "report"}
        )
    ]
    for seconds in draw(st.lists(st.integers(-600, 20_000), max_size=max_size)):
        at += timedelta(seconds=seconds if seconds % 7 else 0)
        story.append(draw(events(at)))
    return story
