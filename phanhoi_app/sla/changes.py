"""A calendar has changed: the due times follow in the background, in parts, by several workers, after any crash.
A step of reminding has changed: so do the times of the next steps.

Each part keeps the last complaint that it is done with, written in the transaction that moves the due times. So
whoever takes a part up goes on exactly there, and nothing moves twice. Changes are carried out in the order in which
they were saved, because the later one begins where the earlier one ends.
"""

import random
import time
from typing import NamedTuple

import frappe
from frappe import _
from frappe.translate import get_user_lang
from frappe.utils import get_datetime, now_datetime, time_diff_in_seconds

from phanhoi_app.history import locks
from phanhoi_app.history import rows as table_rows
from phanhoi_app.rules import traces
from phanhoi_app.sla import calendars, next_steps, recompute
from phanhoi_app.sla.recompute import Change

DOCTYPE, PART = "Calendar Change", "Calendar Change Part"
EVENT = "calendar_change"  # of realtime, in the document's room
WORKERS = 2
PART_SIZE = 5_000  # complaints
BATCH = 1_000  # complaints moved in one transaction
TIMEOUT = 6 * 3600  # seconds
SILENT_AFTER = 120  # seconds without a sign of life after which nobody works on it any more
ATTEMPTS = 20  # at a batch whose complaints others hold
GIVEN_TO = {"": "", recompute.SETTINGS: "Settings", recompute.STEPS: "Steps"}
SHOWN = 20  # complaints named in the outcome that could not be counted


def note(document, before) -> str | None:
    """Have the due times follow a calendar that was saved; the name of the change, or None if nothing counts otherwise.

    `before` is the document as it was.
    """
    old, new = calendars.snapshot(before), calendars.snapshot(document)
    if old == new:
        return None
    return write(Change("", document.name, now_datetime(), old, new), reason(document, before))


def agency_changed(agency, method: str | None = None) -> str | None:
    """Have the due times follow an agency that has another calendar, by itself or by its place in the tree (document
    hook: on_update). A reorganisation moves the complaints of its units itself."""
    before = agency.get_doc_before_save()
    if before is None or agency.flags.reorganisation:
        return None
    if change := given(agency.name, *(calendar_of(each) for each in (before, agency))):
        return write(
            change, _("{0}: working calendar {1}").format(agency.agency_name, _named(change.calendar))
        )
    return None


def settings_changed(settings, method: str | None = None) -> str | None:
    """The same for the settings' calendar, which agencies have that name none (document hook: on_update)."""
    before = settings.get_doc_before_save()
    if before is None or frappe.flags.in_install:  # what is installed has no deadlines yet
        return None
    if change := given(recompute.SETTINGS, before.working_calendar, settings.working_calendar):
        return write(change, _("The settings: working calendar {0}").format(_named(change.calendar)))
    return None


def given(agency: str, old: str | None, new: str | None) -> Change | None:
    """The change that an agency (or SETTINGS) has the second calendar instead of the first, None: round the clock."""
    before, after = calendars.snapshot_of(old), calendars.snapshot_of(new)
    return Change("", new or None, now_datetime(), before, after, agency) if before != after else None


def calendar_of(agency) -> str | None:
    """Which calendar an agency has whose document says this; others are asked as they are."""
    return agency.working_calendar or calendars.holding(agency.parent_agency).calendar


def _named(calendar: str | None) -> str:
    return f"“{calendar}”" if calendar else _("round the clock")


def write(change: Change, why: str) -> str:
    """Write down that due times, or the next steps, are to follow a change, and have workers do it; its name."""
    document = frappe.new_doc(DOCTYPE)
    given_to = GIVEN_TO.get(change.given_to, "Agency")
    document.update(
        {
            "calendar": change.calendar,
            "given_to": given_to,
            "agency": change.given_to if given_to == "Agency" else None,
            "reason": why,
            "saved_on": change.saved_on,
            "hours_before": change.before,
            "hours_after": change.after,
        }
    )
    document.flags.by_calendar = True
    # Whoever may save the agency, the settings or a step has what follows from it written down too.
    document.flags.ignore_permissions = bool(given_to)
    document.insert()
    queue()
    return document.name


def reason(document, before) -> str:
    """Why due times move, as the history keeps it: the calendar, the days that changed, the legal documents."""
    changed = [
        row
        for table in ("days_off", "working_days")
        for mine, others in ((document, before), (before, document))
        for row in _without(mine.get(table), others.get(table))
    ]
    days = sorted({frappe.utils.getdate(row.day) for row in changed})
    parts = [document.name]
    if days:
        words = ", ".join(day.strftime("%d/%m/%Y") for day in days[:5])
        parts.append(words + (" …" if len(days) > 5 else ""))
    papers = {row.legal_document for row in changed if row.legal_document}
    if document.legal_document and (not papers or document.legal_document != before.legal_document):
        papers.add(document.legal_document)
    return "; ".join([*parts, *sorted(papers)])


def _without(rows, others) -> list:
    """The days that are not among the others in just this way."""
    what = ("day", "part", "start_time", "end_time", "as_weekday", "status", "description")
    told = lambda row: tuple(str(row.get(field)) for field in what)  # noqa: E731
    known = {told(row) for row in others}
    return [row for row in rows if told(row) not in known]


def unfinished() -> list[Change]:
    """The changes that are not carried out yet, oldest first."""
    rows = frappe.db.sql(
        """select name, calendar, saved_on, hours_before, hours_after,
            case given_to when 'Settings' then %s when 'Steps' then %s when 'Agency' then ifnull(agency, '') else '' end
        from `tabCalendar Change` where status != 'Done' order by saved_on, name""",
        (recompute.SETTINGS, recompute.STEPS),
    )
    return [Change(name, calendar, get_datetime(saved), *others) for name, calendar, saved, *others in rows]


def queue() -> None:
    """Have workers carry out what is not done yet, once the transaction has committed."""
    for _worker in range(WORKERS):
        frappe.enqueue(
            "phanhoi_app.sla.changes.execute", queue="long", timeout=TIMEOUT, enqueue_after_commit=True
        )


def wake() -> None:
    """Go on with a change on which nobody works any more (every minute)."""
    waiting = frappe.get_all(
        DOCTYPE, filters={"status": ["in", ["Waiting", "Running"]]}, fields=["progress_on"]
    )
    if any(time_diff_in_seconds(now_datetime(), row.progress_on) > SILENT_AFTER for row in waiting):
        queue()


def execute() -> None:
    """Carry out all changes in their order (background job); several may do so at once."""
    me = frappe.session.user
    try:
        while changes := unfinished():
            change = changes[0]
            frappe.db.commit()
            # Who acts is whoever changed the calendar, also when a later job goes on with it.
            frappe.set_user(frappe.db.get_value(DOCTYPE, change.name, "owner"))
            frappe.local.lang = get_user_lang()
            if not _begin(change) or not _carry_out(change.name):
                return  # it has failed, or others are at its last parts
    finally:
        frappe.set_user(me)


def try_again(name: str) -> None:
    """Let a change that was broken off go on where it stopped."""
    parts = frappe.db.count(PART, {"parent": name})
    values = {"status": "Running" if parts else "Waiting", "outcome": None, "progress_on": now_datetime()}
    frappe.db.set_value(DOCTYPE, name, values, update_modified=False)
    queue()


def _begin(change: Change) -> bool:
    """Cut the work into parts, if nobody has; whether there is work to do on this change."""
    status = frappe.db.sql("select status from `tabCalendar Change` where name = %s for update", change.name)[
        0
    ][0]
    if status == "Waiting":
        concerned = recompute.affected(change)
        names = recompute.names(concerned) if concerned else []
        now = now_datetime()
        ends = names[PART_SIZE - 1 :: PART_SIZE]
        if names and (not ends or ends[-1] != names[-1]):
            ends.append(names[-1])
        starts = ["", *ends][: len(ends)]
        table_rows.insert(
            PART,
            [_part(change.name, n, *span, now) for n, span in enumerate(zip(starts, ends, strict=True), 1)],
        )
        values = {"status": "Running", "started_on": now, "progress_on": now, "total_complaints": len(names)}
        frappe.db.set_value(DOCTYPE, change.name, values, update_modified=False)
    frappe.db.commit()
    return status in ("Waiting", "Running")


def _part(change: str, number: int, after: str, until: str, now) -> dict:
    return {
        "name": f"{change}-{number:04d}",
        "parent": change,
        "parenttype": DOCTYPE,
        "parentfield": "parts",
        "idx": number,
        "last_name": after,
        "until_name": until,
        "done": 0,
        "complaints": 0,
        "moved": 0,
        "skipped": 0,
        "said": "",
        "creation": now,
        "modified": now,
        "owner": "Administrator",
        "modified_by": "Administrator",
        "docstatus": 0,
    }


def _carry_out(name: str) -> bool:
    """Work on the parts until none is left that nobody works on; whether the change is finished by that."""
    watch = _Watch(name)
    try:
        while undone := _undone(name):
            random.shuffle(undone)
            worked = [_work_on(part, name, watch) for part in undone]
            if not any(worked):
                return False
        return watch.end()
    except Exception as error:
        frappe.db.rollback()
        frappe.log_error(title=f"{DOCTYPE} {name}", message=traces.without_values(error))
        words = _("The work was broken off. The administrator finds the reason in the error log.")
        watch.fail(words)
        raise


def _undone(name: str) -> list[str]:
    found = frappe.db.sql_list(
        "select name from `tabCalendar Change Part` where parent = %s and done = 0", name
    )
    frappe.db.commit()
    return found


def _work_on(part: str, name: str, watch: "_Watch") -> bool:
    """Move a part's due times, batch by batch; whether anything was done."""
    worked, plan = False, None
    while True:
        plan = _plan(name, plan)
        if plan is None or not (state := _batch(part, plan)):
            return worked
        worked = True
        watch.save()
        if state == "done":
            return worked


class _Plan(NamedTuple):
    """What the counting depends on; made anew when yet another change was saved."""

    name: str
    changes: list[Change]
    given_to: str
    concerned: recompute.Affected | None
    reason: str


def _plan(name: str, before: _Plan | None) -> _Plan | None:
    """The plan as it is now; None when another worker has finished the change."""
    changes = unfinished()
    change = next((each for each in changes if each.name == name), None)
    if before is None or before.changes != changes:
        before = change and _Plan(
            name,
            changes,
            change.given_to,
            recompute.affected(change),
            frappe.db.get_value(DOCTYPE, name, "reason"),
        )
    frappe.db.commit()
    return before


def _batch(part: str, plan: _Plan) -> str | None:
    """Move the next complaints of a part and commit: "more", "done", or None when another worker has the part."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            state = _move(part, plan)
            frappe.db.commit()
            return state
        except Exception as error:
            frappe.db.rollback()
            if attempt == ATTEMPTS or not locks.lost_to_another(error):
                raise
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311
    return None


def _move(part: str, plan: _Plan) -> str | None:
    found = frappe.db.sql(
        """select last_name, until_name from `tabCalendar Change Part` where name = %s and done = 0
        for update skip locked""",
        part,
    )
    if not found:
        return None
    complaints = recompute.names(plan.concerned, *found[0], BATCH) if plan.concerned else []
    if plan.given_to == recompute.STEPS:
        moves = recompute.Moves([], {})
        next_steps.settle(complaints, moves.failed)
    else:
        moves = recompute.recompute(complaints, plan.reason, plan.name)
    done = len(complaints) < BATCH
    said = "".join(f"{complaint}: {why}\n" for complaint, why in list(moves.failed.items())[:SHOWN])
    frappe.db.sql(
        """update `tabCalendar Change Part` set last_name = %s, done = %s, complaints = complaints + %s,
        moved = moved + %s, skipped = skipped + %s, said = concat(ifnull(said, ''), %s), modified = %s
        where name = %s""",
        (
            found[0][1] if done else complaints[-1],
            int(done),
            len(complaints),
            len(moves.moved),
            len(moves.failed),
            said,
            now_datetime(),
            part,
        ),
    )
    return "done" if done else "more"


class _Watch:
    """Saves the progress about once a second and tells it to whoever looks at the form."""

    def __init__(self, name: str):
        self._name = name
        self._saved = 0.0

    def save(self) -> None:
        if time.monotonic() - self._saved >= 1:
            self._saved = time.monotonic()
            self._set("Running", progress_on=now_datetime(), **self._counters())

    def end(self) -> bool:
        """Close the change, unless another worker has; True."""
        said = frappe.db.sql_list(
            "select said from `tabCalendar Change Part` where parent = %s and said != ''", self._name
        )
        outcome = "\n".join("".join(said).splitlines()[:SHOWN])
        self._set("Done", finished_on=now_datetime(), outcome=outcome or None, **self._counters())
        return True

    def fail(self, words: str) -> None:
        self._set("Failed", outcome=words, **self._counters())

    def _counters(self) -> dict:
        looked_at, moved, skipped = frappe.db.sql(
            """select ifnull(sum(complaints), 0), ifnull(sum(moved), 0), ifnull(sum(skipped), 0)
            from `tabCalendar Change Part` where parent = %s""",
            self._name,
        )[0]
        started = frappe.db.get_value(DOCTYPE, self._name, "started_on")
        seconds = max(time_diff_in_seconds(now_datetime(), started), 1)
        counters = {"complaints": looked_at, "moved": moved, "skipped": skipped}
        return {key: int(value) for key, value in counters.items()} | {
            "complaints_per_second": round(int(looked_at) / seconds)
        }

    def _set(self, status: str, **values) -> None:
        columns = ", ".join(f"`{column}` = %({column})s" for column in values)
        # What is over stays over: the worker that comes last does not turn it back.
        frappe.db.sql(
            f"""update `tabCalendar Change` set status = %(status)s, {columns}
            where name = %(name)s and status = 'Running'""",  # noqa: S608 - our own names
            {"status": status, "name": self._name, **values},
        )
        frappe.db.commit()
        frappe.publish_realtime(
            EVENT,
            {"name": self._name, "status": status, **{k: v for k, v in values.items() if isinstance(v, int)}},
            doctype=DOCTYPE,
            docname=self._name,
        )
