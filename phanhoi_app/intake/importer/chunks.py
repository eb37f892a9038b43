"""One chunk of rows: read, checked and written in one transaction, tried again when another import was quicker."""

from dataclasses import dataclass, field

import frappe
from frappe import _

from phanhoi_app.history import locks
from phanhoi_app.intake import bulk
from phanhoi_app.intake.importer.errors import ImportRefused, RowRejected
from phanhoi_app.intake.importer.mapping import Map
from phanhoi_app.intake.importer.rows import RowReader
from phanhoi_app.intake.importer.table import Row, Table

TRIES = 8


@dataclass(frozen=True)
class Reject:
    """A row that was not taken: its place in the chunk, its number in the file, and why."""

    place: int
    number: int
    reference: str
    code: str
    reason: str


@dataclass
class Result:
    """What became of a chunk."""

    accepted: int = 0
    known: int = 0
    rejects: list[Reject] = field(default_factory=list)


class Worker:
    """Brings in chunks; each process of an import has its own copy."""

    def __init__(self, source: Table, mapping: Map, reader: RowReader, repeated: dict[int, int]):
        self._source = source
        self._map = mapping
        self._reader = reader
        self._repeated = repeated

    def bring_in(self, rows: list[Row]) -> Result:
        """Read, check and insert the rows, and commit. Raises ImportRefused when the database will not have it."""
        result, cases = Result(), []
        for place, row in enumerate(rows):
            cells = self._source.as_dict(row)
            try:
                cases.append(self._case(row, cells))
            except RowRejected as error:
                reference = self._map.reference(cells)
                result.rejects.append(Reject(place, row.number, reference, error.code, str(error)))
        result.accepted, result.known = self._insert(cases)
        return result

    def _case(self, row: Row, cells: dict[str, str]) -> bulk.Case:
        if row.problem:
            raise RowRejected("row_unreadable", row.problem)
        if earlier := self._repeated.get(row.number):
            raise RowRejected("reference_repeated", _("The row {0} has the same reference.").format(earlier))
        return self._reader.case(cells)

    def _insert(self, cases: list[bulk.Case]) -> tuple[int, int]:
        """(inserted, known already)."""
        if not cases:
            return 0, 0
        for _try in range(TRIES):
            try:
                known = bulk.known_references(cases)
                names = bulk.insert([case for case in cases if case.reference not in known])
                frappe.db.commit()
                return len(names), len(cases) - len(names)
            except Exception as error:  # the driver's own class, of which there are several
                frappe.db.rollback()
                if not (locks.lost_to_another(error) or _is_duplicate(error)):
                    raise
        raise ImportRefused(
            _("The database refuses these rows again and again: is another import of the same file running?")
        )


def _is_duplicate(error: Exception) -> bool:
    return bool(error.args) and bool(frappe.db.is_duplicate_entry(error))
