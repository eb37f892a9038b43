"""Runs an import: surveys the file, makes what is missing, and brings the rows in, chunk by chunk.

A chunk is one transaction, and whatever was committed is known by its reference: an import may be stopped, killed
or run twice at once, and run again, without a case coming in twice.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from frappe import _

from phanhoi_app.intake import numbers
from phanhoi_app.intake.importer import chunks, mapping, pool, table
from phanhoi_app.intake.importer.errors import RowRejected
from phanhoi_app.intake.importer.lookups import Lookups
from phanhoi_app.intake.importer.rejects import RejectsFile
from phanhoi_app.intake.importer.rows import FIRST_YEAR, RowReader

CHUNK = 250  # rows: a transaction of about a second


@dataclass
class Progress:
    """How far an import is. `reasons`: {code: [how many rows, the sentence of the first of them]}."""

    total: int = 0
    accepted: int = 0
    known: int = 0
    rejected: int = 0
    reasons: dict[str, list] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    stopped: bool = False

    @property
    def done(self) -> int:
        """Rows dealt with."""
        return self.accepted + self.known + self.rejected

    @property
    def rate(self) -> float:
        """Rows a second, set-up included."""
        return self.done / self.seconds if self.seconds else 0.0

    def add(self, result: chunks.Result) -> None:
        """Count what became of a chunk."""
        self.accepted += result.accepted
        self.known += result.known
        self.rejected += len(result.rejects)
        for reject in result.rejects:
            self.reasons.setdefault(reject.code, [0, reject.reason])[0] += 1


@dataclass
class Survey:
    """What a first reading of the file finds."""

    total: int = 0
    years: set[int] = field(default_factory=set)
    values: dict[str, Counter] = field(default_factory=dict)
    # {row number: number of the row that had its reference before}
    repeated: dict[int, int] = field(default_factory=dict)


def bring_in(
    file: Path,
    map_: mapping.Map,
    rejects: Path,
    *,
    workers: int = 1,
    file_name: str = "",
    tell: Callable[[Progress], bool] = lambda progress: True,
) -> Progress:
    """Import a file as its map says and return what came of it.

    `tell` is called after each chunk and returns whether to go on; `workers` are processes (1: this one).
    Commits. Raises ImportRefused before anything is written, or when the database refuses to go on.
    """
    begun = time.monotonic()
    source = table.open_table(file, map_.columns(), map_.delimiter)
    progress = Progress()
    with RejectsFile(rejects, source.header) as rejects_file:
        lookups = Lookups(map_)
        reader = RowReader(map_, lookups, file_name or file.name)
        found = survey(source, map_, reader)
        progress.total = found.total
        progress.created = lookups.create_missing(found.values)
        for year in sorted(found.years):
            numbers.ensure_sequence(year)
        worker = chunks.Worker(source, map_, reader, found.repeated)
        for rows, result in pool.results(worker, in_chunks(source), workers, lambda: not progress.stopped):
            progress.add(result)
            for reject in result.rejects:
                rejects_file.write(reject.number, reject.reference, reject.reason, rows[reject.place].cells)
            progress.seconds = time.monotonic() - begun
            progress.stopped = not tell(progress) or progress.stopped
    progress.stopped = progress.done < progress.total
    progress.seconds = time.monotonic() - begun
    return progress


def survey(source: table.Table, map_: mapping.Map, reader: RowReader) -> Survey:
    """Read the whole file once: how many rows, which years, which values to look up, which references twice.

    Raises ImportRefused when the file cannot be read to its end.
    """
    found = Survey(values={target: Counter() for target in mapping.LOOKUPS if target in map_.sources})
    first_row: dict[str, int] = {}
    latest = datetime.now().year + 1
    for row in source.rows():
        found.total += 1
        if row.problem:
            continue
        cells = source.as_dict(row)
        reference = map_.reference(cells)
        if first_row.setdefault(reference, row.number) != row.number and reference:
            found.repeated[row.number] = first_row[reference]
        for target, counter in found.values.items():
            counter[map_.read(target, cells)] += 1
        try:
            received = reader.time("received_at", cells)
        except RowRejected:
            continue  # told when its turn comes
        if received and FIRST_YEAR <= received.year <= latest:
            found.years.add(received.year)
    return found


def in_chunks(source: table.Table) -> Iterator[list[table.Row]]:
    """The rows in lists of `CHUNK`."""
    rows: list[table.Row] = []
    for row in source.rows():
        rows.append(row)
        if len(rows) == CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows


def in_words(progress: Progress) -> list[str]:
    """What came of an import, in sentences."""
    lines = [
        _("{0} rows: {1} accepted, {2} there already, {3} rejected.").format(
            progress.total, progress.accepted, progress.known, progress.rejected
        ),
        _("{0} seconds, {1} rows a second.").format(round(progress.seconds, 1), round(progress.rate)),
    ]
    lines += [
        _("{0} records made: {1}").format(_(mapping.LOOKUPS[target]), count)
        for target, count in progress.created.items()
        if count
    ]
    for count, sentence in sorted(progress.reasons.values(), key=lambda reason: -reason[0]):
        lines.append(_("{0} × {1}").format(count, sentence))
    if progress.stopped:
        lines.append(_("Stopped before the end. Run it again to go on: nothing comes in twice."))
    return lines
