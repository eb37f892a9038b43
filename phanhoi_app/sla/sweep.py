"""The sweep: gives the steps that have come due, each once, whatever happens to the machine meanwhile.

What it costs follows what is due, not what is open. Each batch is one transaction: the steps given (DocType Escalation,
whose key nothing can be written under twice), the events, the time of the next step. Those concerned are told
afterwards, when nothing is due any more (`sla.telling`), so that a standstill of days ends with one message each.

Locks: whoever acts on a complaint locks its row first. The sweep never waits for such a row, and lets go of a batch
that has one in it before it writes: so nobody waits for the sweep with anything in hand that the sweep waits for.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import frappe

from phanhoi_app.custody.errors import Conflict
from phanhoi_app.history import locks, record
from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import now
from phanhoi_app.rules import traces
from phanhoi_app.rules.escalation import HAND_OVER, RAISE_SEVERITY
from phanhoi_app.sla import effects, given, next_steps, steps, telling

BATCH = 500  # clocks
LONGEST = 240  # seconds; the next minute's sweep goes on
HELPERS = 2  # besides the one that finds that much to do
ATTEMPTS = 10  # at a batch of which others take a row at the same moment
OF_THEIR_OWN = frozenset(
    {RAISE_SEVERITY, HAND_OVER}
)  # effects that change the complaint: one transaction each


def run(seconds: float = LONGEST, helps: bool = False) -> int:
    """Give what is due until nothing is (every minute; several may at once). Returns how many steps. Commits.

    `helps`: called to the help of another sweep, calls nobody itself.
    """
    until, done, busy = time.monotonic() + seconds, 0, set()
    with _reading_what_is_committed(), in_the_sites_language():
        while time.monotonic() < until and (batch := _try_batch(busy)) is not None:
            done += batch
            if not helps and batch >= BATCH // 2:
                helps = True
                for _helper in range(HELPERS):
                    frappe.enqueue("phanhoi_app.sla.sweep.run", queue="long", timeout=2 * LONGEST, helps=True)
        telling.tell_all()
    return done


def _try_batch(busy: set[str]) -> int | None:
    """A batch, tried again when another's transaction stood in the way; None when nothing is due."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _batch(busy)
        except Exception as error:
            frappe.db.rollback()
            if attempt == ATTEMPTS or not locks.lost_to_another(error):
                raise
            time.sleep(random.uniform(0.02, 0.2))  # noqa: S311
    return None


def _batch(busy: set[str]) -> int | None:
    moment = now()
    complaints = _claim(moment, busy)
    if not complaints:
        frappe.db.commit()
        return None
    ladder = steps.ladder([row.name for row in complaints])
    looks, failed = next_steps.look(complaints, ladder, moment)
    together, apart = [], []
    for each in looks:
        changes = any(one.step.effect in OF_THEIR_OWN for one in each.due)
        (apart if changes else together).append(each)
    try:
        done = _give(together, ladder, moment)
        next_steps.write(together, ladder)
    except Exception as error:
        if locks.lost_to_another(error):
            raise
        # One of them cannot be written: each by itself, and that one alone is left out.
        frappe.db.rollback()
        done, apart = 0, looks
    next_steps.note(failed, moment)
    frappe.db.commit()
    return done + sum(_alone(each.complaint.name, busy) for each in apart)


def _claim(moment: datetime, busy: set[str]) -> list:
    """Complaints with a step that is due, their clocks and rows locked; none that others have at this moment."""
    while True:
        clocks = frappe.db.sql_list(
            """select complaint from `tabComplaint Clock` where next_event_on <= %s and complaint not in %s
            order by next_event_on limit %s for update skip locked""",
            (moment, [*busy, ""], BATCH),
        )
        names = sorted(set(clocks))
        if not names:
            return []
        found = frappe.db.sql(
            f"""select {next_steps.LOCKED_COLUMNS} from `tabComplaint` where name in %s order by name
            for update skip locked""",  # noqa: S608 - our own columns
            (names,),
            as_dict=True,
        )
        if len(found) == len(names):
            return found
        left = set(names) - {row.name for row in found}
        busy |= left
        frappe.db.commit()
        _forget_what_is_gone(sorted(left))


def _forget_what_is_gone(names: list[str]) -> None:
    there = frappe.db.sql_list("select name from `tabComplaint` where name in %s", (names,))
    if gone := sorted(set(names) - set(there)):
        frappe.db.sql("update `tabComplaint Clock` set next_event_on = null where complaint in %s", (gone,))
        frappe.db.commit()


def _give(looks: list[next_steps.Look], ladder: steps.Ladder, moment: datetime) -> int:
    """Write what is due on complaints that stay as they are but for being told of; returns how many steps."""
    looks = [each for each in looks if each.due]
    rows = [row for each in looks for row in given.rows(each, ladder, moment)]
    table_rows.insert(steps.GIVEN, rows)
    record.append_to_many([(each.complaint.name, given.event(each.due, moment), None) for each in looks])
    for each in looks:
        ladder.and_given(each.complaint.name, [one.key for one in each.due])
    return len(rows)


def _alone(name: str, busy: set[str]) -> int:
    """Give what is due on one complaint in a transaction of its own; what fails is noted on it."""
    try:
        done = effects.carry_out(name)
        frappe.db.commit()
        return done
    except Exception as error:
        frappe.db.rollback()
        busy.add(name)
        if locks.lost_to_another(error) or _waits(error):
            return 0  # somebody has it in hand: the next sweep looks again
        reason = str(error) if isinstance(error, frappe.ValidationError) else type(error).__name__
        frappe.clear_messages()
        frappe.log_error(title=f"Complaint {name}: escalation", message=traces.without_values(error))
        next_steps.note({name: frappe.utils.strip_html(reason)[:500]}, now())
        frappe.db.commit()
        return 0


def _waits(error: Exception) -> bool:
    return isinstance(error, Conflict) and bool(error.__cause__) and locks.lost_to_another(error.__cause__)


@contextmanager
def _reading_what_is_committed() -> Iterator[None]:
    """Each statement sees what is committed, and locks rows without the gaps between them: with the database's usual
    level several sweeps would wait for each other in a circle."""
    frappe.db.commit()
    frappe.db.sql("set session transaction isolation level read committed")
    frappe.db.commit()  # it holds from the next transaction on
    try:
        yield
    finally:
        frappe.db.rollback()
        frappe.db.sql("set session transaction isolation level repeatable read")
        frappe.db.commit()


@contextmanager
def in_the_sites_language() -> Iterator[None]:
    """What is written for everybody to read is written in the language of the site."""
    before = frappe.local.lang
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    try:
        yield
    finally:
        frappe.local.lang = before
