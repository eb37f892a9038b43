"""The clocks of a complaint: rows of Complaint Clock, and on the complaint itself the one that the citizen sees.

They follow from the events alone (`sla.told`). Document hooks tell of what is about to be written into the history;
reorganisations, changed calendars and imports come with many at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import frappe
from frappe.utils import get_datetime, now_datetime

from phanhoi_app.history import record
from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import now
from phanhoi_app.rules import clocks as rules
from phanhoi_app.rules.clock_events import State
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.sla import policies, steps, told

DOCTYPE = "Complaint Clock"
RUNNING, PAUSED, STOPPED, VOID = "Running", "Paused", "Stopped", "Void"
STATES = {rules.RUNNING: RUNNING, rules.PAUSED: PAUSED, rules.STOPPED: STOPPED}
# What follows from the events, of a clock's row and of a complaint's.
COUNTED = (
    *("clock", "cycle", "state", "agency", "policy_row", "deadline_policy", "began", "started_on", "due_on"),
    *(
        "original_due_on",
        "stopped_on",
        "paused_on",
        "pause_reason",
        "pause_ground",
        "used_minutes",
        "term_minutes",
    ),
)
# Of these, what depends on policy and calendar besides the events.
TIMED = (
    *("agency", "policy_row", "deadline_policy", "started_on", "due_on"),
    *("original_due_on", "used_minutes", "term_minutes"),
)
MOMENTS = ("began", "started_on", "due_on", "original_due_on", "stopped_on", "paused_on")
MIRRORED = ("due_on", "original_due_on", "clock_state", "paused_on", "deadline_policy")


class Counted(NamedTuple):
    """What the events of one complaint come to: `rows` of its clocks, `mirror` of the one that the citizen sees."""

    rows: list[dict]
    mirror: dict


class Move(NamedTuple):
    """A complaint whose answer is due at another time than before; either may be None."""

    complaint: str
    old: datetime | None
    new: datetime | None


def start(complaint, method: str | None = None) -> None:
    """Set the due time of a new complaint (document hook: before_insert). An import brings its own."""
    if complaint.flags.imported:
        return
    received = told.Happened(now(), "received", record.received_changes(complaint))
    story = told.Story("", get_datetime(complaint.received_at), complaint.channel, (received,))
    _show(complaint, count(story, policies.current(), ladder=steps.ladder([])))


def follow(complaint, method: str | None = None) -> None:
    """Set the due time as it will be after what is about to happen (document hook: validate)."""
    before = complaint.get_doc_before_save()
    if before is None:
        return
    event = complaint.flags.event
    changes = record.difference(before, complaint)
    if not event and changes.keys().isdisjoint(told.HEARD):
        return
    # The history and the clocks are to say the same second.
    event = complaint.flags.event = event or record.Event("edited")
    event.at = get_datetime(event.at or now()).replace(microsecond=0)
    story = told.read([complaint], lock=True)[0].and_then(
        told.Happened(
            event.at, event.kind, changes | event.extra, event.reason or "", event.public_note or ""
        )
    )
    counted = count(story, policies.current(), ladder=steps.ladder([complaint.name]))
    _show(complaint, keep_what_is_over(counted, rows_of([complaint.name])[complaint.name]))


def store(complaint, method: str | None = None) -> None:
    """Write the clocks that `start` or `follow` has counted (document hooks, after the history)."""
    counted = complaint.flags.pop("counted", None)
    if counted:
        write([(complaint.name, counted)])


def imported(stories: Sequence[tuple[object, list[dict]]]) -> None:
    """Write the clocks of cases from elsewhere: [(complaint, its events as rows)] (hook: complaints_imported)."""
    held, ladder = policies.current(), steps.ladder([])
    written = []
    for complaint, events in stories:
        happened = tuple(
            told.Happened(event["at"], event["kind"], frappe.parse_json(event["changes"])) for event in events
        )
        story = told.Story(complaint.name, complaint.received_at, complaint.channel, happened)
        written.append((complaint.name, count(story, held, ladder.calendar_of, ladder)))
    write(written)


def recount(
    names: list[str], event: record.Event | None = None, failed: dict[str, str] | None = None
) -> list[Move]:
    """Count the clocks of these complaints anew from their events, write what differs, return what has moved.

    For what happens to many at once: call it after their events are written. With `event` each that moves gets one
    that tells of it; with `failed` those that cannot be counted are left as they are, and noted there with the reason.
    The rows are locked until the end of the transaction; does not commit. Raises rules.errors.RuleError.
    """
    if not names:
        return []
    complaints = table_rows.read(
        "Complaint",
        ("name", "channel", "clock_state", "deadline_policy"),
        ("received_at", "due_on", "original_due_on", "paused_on"),
        "where name in %s order by name for update",
        (names,),
    )
    ladder = steps.ladder([row.name for row in complaints])
    held, calendar_of = policies.current(), ladder.calendar_of
    moves, written, shown, there = [], [], [], rows_of(names)
    for complaint, story in zip(complaints, told.read(complaints, lock=True), strict=True):
        try:
            counted = keep_what_is_over(count(story, held, calendar_of, ladder), there[complaint.name])
        except RuleError as error:
            if failed is None:
                raise
            failed[complaint.name] = error.sentence(frappe._)
            continue
        written.append((complaint.name, counted))
        if any(complaint[name] != counted.mirror[name] for name in MIRRORED):
            shown.append((complaint.name, counted.mirror))
        if complaint.due_on != counted.mirror["due_on"]:
            moves.append(Move(complaint.name, complaint.due_on, counted.mirror["due_on"]))
    write(written, there)
    _mirror_many(shown)
    if event:
        record.append_to_many([(move.complaint, event, told_as(move)) for move in moves])
    return moves


def count(
    story: told.Story,
    held: policies.Held,
    calendar_of: rules.CalendarOf = told.calendar_of,
    ladder: steps.Ladder | None = None,
) -> Counted:
    """What the events of a complaint come to; writes nothing. Raises rules.errors.RuleError.

    Without a `ladder` the times of the next steps are left out: for those who ask for due times alone.
    """
    state, held = told.follow(story, held)
    rows = []
    for run in state.runs:
        clock = _read(run, held, calendar_of)
        following = ladder.next_on(story, state, clock) if ladder else None
        rows.append(_row(clock, held) | {"next_event_on": following, "step_error": None})
    return Counted(rows, _mirror(rows))


def open_clocks(state: State, held: policies.Held, calendar_of: rules.CalendarOf) -> list[rules.Clock]:
    """The clocks that have not stopped. Raises rules.errors.RuleError."""
    return [_read(run, held, calendar_of) for run in state.runs if run.stopped is None]


def row_name(complaint: str, clock: str, cycle: int) -> str:
    """The name of the row of a clock."""
    return f"{complaint}-{clock}-{cycle}"


def rows_of(names: list[str]) -> dict[str, dict[tuple, dict]]:
    """{complaint: {(clock, cycle): its row as it is written}}, `modified` among its columns."""
    found: dict[str, dict[tuple, dict]] = {name: {} for name in names}
    if not names:
        return found
    columns = ["complaint", "step_error", *(column for column in COUNTED if column not in MOMENTS)]
    moments = (*MOMENTS, "next_event_on", "modified")
    for row in table_rows.read(DOCTYPE, columns, moments, "where complaint in %s", (names,)):
        found[row.complaint][(row.clock, row.cycle)] = row
    return found


def keep_what_is_over(counted: Counted, there: dict[tuple, dict]) -> Counted:
    """A clock that has stopped stays as it was counted then: a later policy or calendar changes no verdict."""
    rows = []
    for row in counted.rows:
        old = there.get((row["clock"], row["cycle"]))
        over = row["state"] in (STOPPED, VOID) and old and old.state in (STOPPED, VOID)
        if over and old.stopped_on == row["stopped_on"]:
            row = row | {name: old[name] for name in TIMED}
        rows.append(row)
    return Counted(rows, _mirror(rows))


def _mirror_many(shown: list[tuple[str, dict]]) -> None:
    """Write what complaints show of their clocks, all by one statement."""
    if not shown:
        return
    # The document's time of change moves too: a form that was opened before must be loaded anew.
    values = [(name, *(mirror[column] for column in MIRRORED)) for name, mirror in shown]
    first = ", ".join(f"%s as `{column}`" for column in ("name", *MIRRORED))
    others = f" union all select {', '.join(['%s'] * (len(MIRRORED) + 1))}" * (len(values) - 1)
    columns = ", ".join(f"c.`{column}` = v.`{column}`" for column in MIRRORED)
    frappe.db.sql(
        f"""update `tabComplaint` c join (select {first}{others}) v on v.name = c.name
        set {columns}, c.modified = %s""",  # noqa: S608 - our own column names
        [each for row in values for each in row] + [now_datetime()],
    )


def _mirror(rows: list[dict]) -> dict:
    shown = next((row for row in reversed(rows) if row["clock"] == "resolve"), None)
    if shown is None or shown["state"] == VOID:
        return dict.fromkeys(MIRRORED)
    return {name: shown.get(name) for name in MIRRORED} | {"clock_state": shown["state"]}


def write(counted: Iterable[tuple[str, Counted]], there: dict[str, dict[tuple, dict]] | None = None) -> None:
    """Write the rows of complaints, those that are there and those that are new by one statement.

    With `there` (see `rows_of`) rows that nothing comes to any more (a changed policy) are taken away, and what is over
    is not written once more.
    """
    rows, gone = [], []
    for name, each in counted:
        known = there[name] if there else {}
        keys = {(row["clock"], row["cycle"]) for row in each.rows}
        gone += [row_name(name, *key) for key in known if key not in keys]
        for row in each.rows:
            old = known.get((row["clock"], row["cycle"]))
            over = row["state"] in (STOPPED, VOID)
            if not (
                over and old and all((old[column] or None) == (row[column] or None) for column in COUNTED)
            ):
                rows.append(row | {"name": row_name(name, row["clock"], row["cycle"]), "complaint": name})
    if gone:
        frappe.db.delete(DOCTYPE, {"name": ("in", gone)})
    if not rows:
        return
    moment = now_datetime()
    owned = {"owner": "Administrator", "modified_by": "Administrator", "creation": moment, "modified": moment}
    rows = [{**row, **owned, "docstatus": 0, "idx": 0} for row in rows]
    table_rows.insert(DOCTYPE, rows, replacing=(*COUNTED[2:], "next_event_on", "step_error", "modified"))


def _read(run: rules.Run, held: policies.Held, calendar_of: rules.CalendarOf) -> rules.Clock:
    # What a running clock has used grows by itself: kept is what it had used when something last happened to it.
    moments = [
        run.began,
        *(pause.until or pause.since for pause in run.pauses),
        *(each.at for each in run.granted),
    ]
    clock = rules.read(State(runs=(run,)), held.policy, calendar_of, run.stopped or max(moments))[0]
    if clock.row != policies.IMPORTED or held.brought > clock.began:
        return clock
    # Late when it came in; no term is that short.
    return replace(clock, due_on=held.brought, original_due_on=held.brought)


def _row(clock: rules.Clock, held: policies.Held) -> dict:
    pause = clock.pauses[-1] if clock.state == rules.PAUSED else None
    source = held.source(clock.row)
    return {
        "clock": clock.clock,
        "cycle": clock.cycle,
        "state": VOID if clock.verdict == rules.VOID else STATES[clock.state],
        "agency": clock.agency,
        "policy_row": clock.row,
        "deadline_policy": source.document if source else None,
        "began": clock.began,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "original_due_on": clock.original_due_on,
        "stopped_on": clock.stopped_on,
        "paused_on": pause.since if pause else None,
        "pause_reason": pause.reason if pause else None,
        "pause_ground": pause.ground if pause else None,
        "used_minutes": clock.used_minutes,
        "term_minutes": clock.term_minutes,
    }


def _show(complaint, counted: Counted) -> None:
    complaint.update(counted.mirror)
    complaint.flags.counted = counted


def told_as(move: Move) -> dict:
    """What the event of a move tells, in the form of the history's other changes."""
    return {"due_on": [_said(move.old), _said(move.new)]}


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat(sep=" ", timespec="seconds") if moment else None
