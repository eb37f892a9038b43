"""Checks the history of one complaint or of all: reads the chains in batches, names each break in words."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import frappe
from frappe import _

from phanhoi_app.history import triggers
from phanhoi_app.history.record import SIGNED
from phanhoi_app.rules import chain

BATCH = 1000  # complaints; some thousand events: a few megabytes
KEPT = 1000  # breaks kept in words; all are counted
ORPHAN = "orphan"  # events of a complaint that is not there
PLACES = {name: place for place, name in enumerate(SIGNED)}
COLUMNS = ("name", "previous_hash", "hash")


@dataclass(frozen=True)
class Found:
    """A break: the complaint's number and what is wrong with which of its events (`chain.Break`, or `ORPHAN`)."""

    complaint: str
    sequence: int
    reason: str
    count: int = 1


@dataclass
class Report:
    """How far a check is, and what it found: `breaks` are the first thousand, `broken` counts them all."""

    total: int = 0  # complaints to check
    complaints: int = 0
    events: int = 0
    broken: int = 0
    breaks: list[Found] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / max(time.monotonic() - self.begun, 1e-6)

    def add(self, breaks: list[Found]) -> None:
        """Note breaks."""
        self.broken += len(breaks)
        self.breaks += breaks[: KEPT - len(self.breaks)]


def everything(since: datetime | None = None, tell: Callable[[Report], bool] = lambda report: True) -> Report:
    """Check all complaints, or those in whose history something was written at or after `since` (local time).

    `tell` is told after each batch and says whether to go on. Each batch reads a state of its own: the caller's
    transaction is ended (committed) between two.
    """
    report = Report(total=_count(since))
    last = ""
    while rows := _batch(last, since):
        names = [row[0] for row in rows]
        # Without `since` all events between two names are read, so that those of a lost complaint show too.
        events = _events(names) if since else _events_between(last, names[-1])
        _check(report, rows, events)
        last = names[-1]
        frappe.db.commit()
        if not tell(report):
            return report
    if not since:
        _check(report, [], _events_between(last, None))
        frappe.db.commit()
    tell(report)
    return report


def one(complaint: str) -> Report:
    """Check one complaint. Raises frappe.DoesNotExistError when neither it nor an event of it is there."""
    rows = frappe.db.sql("select name, event_count, last_hash from `tabComplaint` where name = %s", complaint)
    events = _events([complaint])
    if not rows and not events:
        raise frappe.DoesNotExistError(_("Complaint {0} does not exist.").format(complaint))
    report = Report(total=1)
    _check(report, rows, events)
    return report


def one_in_words(complaint: str) -> dict:
    """For the form: {whole, words: [sentence], locked}."""
    report = one(complaint)
    if not report.broken:
        words = [_("History intact: {0} events.").format(report.events)]
    else:
        words = [in_words(found) for found in report.breaks]
    warning = triggers.warning()
    return {
        "whole": not report.broken,
        "words": [*words, *([warning] if warning else [])],
        "locked": not warning,
    }


def in_words(found: Found) -> str:
    """A break as a sentence that names complaint, event and what is wrong."""
    name, number, last = found.complaint, found.sequence, found.sequence + found.count - 1
    if found.reason == ORPHAN:
        return _("{0}: the complaint is gone, {1} events of it are still there.").format(name, found.count)
    if found.reason == chain.MISSING and found.count > 1:
        return _("{0}: events {1} to {2} are missing.").format(name, number, last)
    if found.reason == chain.ADDED and found.count > 1:
        return _("{0}: events {1} to {2} were added past the application.").format(name, number, last)
    sentences = {
        chain.TAMPERED: _("{0}: event {1} was changed after it was written."),
        chain.MISSING: _("{0}: event {1} is missing."),
        chain.UNLINKED: _("{0}: event {1} does not follow from the one before it: one of them was replaced."),
        chain.REORDERED: _("{0}: event {1} stands in the wrong place."),
        chain.DUPLICATE: _("{0}: event {1} is there twice."),
        chain.ADDED: _("{0}: event {1} was added past the application."),
    }
    return sentences[found.reason].format(name, number)


def summary(report: Report) -> list[str]:
    """The end of a check in a few sentences."""
    counted = f"{report.events:,}".replace(",", "."), f"{report.complaints:,}".replace(",", ".")
    if not report.broken:
        words = [_("History intact: {0} events of {1} complaints.").format(*counted)]
    else:
        words = [_("{0} events of {1} complaints checked, {2} breaks found.").format(*counted, report.broken)]
    if warning := triggers.warning():
        words.append(warning)
    return words


def _check(report: Report, complaints: list[tuple], events: Iterator[tuple]) -> None:
    """Check some complaints (name, event_count, last_hash), with their events by complaint and sequence."""
    by_complaint = {name: list(rows) for name, rows in groupby(events, key=lambda row: row[0])}
    breaks: list[Found] = []
    for name, count, head in complaints:
        rows = by_complaint.pop(name, [])
        report.events += len(rows)
        # A complaint begins with an event, whatever its anchor says.
        found = chain.verify([_link(row) for row in rows], head or None, max(count or 0, 1))
        moved = {row[1] for row in rows if row[-3] != f"{name}-{row[1]:04d}"}
        found += [chain.Break(sequence, chain.TAMPERED) for sequence in moved]
        breaks += [Found(name, *each) for each in sorted(set(found))]
    for name, rows in by_complaint.items():
        report.events += len(rows)
        breaks.append(Found(name, rows[0][1], ORPHAN, len(rows)))
    report.complaints += len(complaints)
    report.add(breaks)


def _link(row: tuple) -> dict:
    """A row of the table as `chain.verify` wants it, its content as `record.signed_part` would give it."""
    event = {
        name: value if name == "sequence" else "" if value is None else value
        for name, value in zip(SIGNED, row, strict=False)
    }
    at = row[PLACES["at"]]
    event["at"] = at.isoformat(timespec="seconds") if at else ""
    return {"event": event, "sequence": row[1], "previous_hash": row[-2], "hash": row[-1]}


# A complaint in whose history something was written since. Both columns, because versions of the framework index
# one or the other.
WRITTEN_SINCE = """(c.modified >= %(since)s or exists (
    select 1 from `tabComplaint Event` e
    where e.complaint = c.name and e.creation >= %(since)s and e.modified >= %(since)s))"""


def _count(since: datetime | None) -> int:
    condition = WRITTEN_SINCE if since else "1 = 1"
    query = f"select count(*) from `tabComplaint` c where {condition}"  # noqa: S608 - our own words
    return frappe.db.sql(query, {"since": since})[0][0]


def _batch(after: str, since: datetime | None) -> list[tuple]:
    condition = WRITTEN_SINCE if since else "1 = 1"
    query = f"""select c.name, c.event_count, c.last_hash from `tabComplaint` c
        where c.name > %(after)s and {condition} order by c.name limit {BATCH}"""  # noqa: S608 - our own words
    return frappe.db.sql(query, {"after": after, "since": since})


def _select(condition: str, values: dict) -> list[tuple]:
    columns = ", ".join(f"`{column}`" for column in (*SIGNED, *COLUMNS))
    query = f"""select {columns} from `tabComplaint Event` force index (complaint_sequence)
        where {condition} order by complaint, sequence"""  # noqa: S608 - our own words
    return frappe.db.sql(query, values)


def _events(complaints: list[str]) -> list[tuple]:
    return _select("complaint in %(names)s", {"names": complaints})


def _events_between(after: str, last: str | None) -> list[tuple]:
    condition = "complaint > %(after)s" + (" and complaint <= %(last)s" if last else "")
    return _select(condition, {"after": after, "last": last})
