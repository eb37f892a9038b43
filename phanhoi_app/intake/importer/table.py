"""Reads a CSV file (plain or .gz, UTF-8) or a sheet, row by row, and says in words what cannot be read."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from frappe import _

from phanhoi_app.intake.importer import sheets
from phanhoi_app.intake.importer.errors import ImportRefused

GZIP_MAGIC = b"\x1f\x8b"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1_000_000  # characters; more than that is a quotation mark that nobody closed

csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True)
class Row:
    """A row of the file. `number` counts rows as a spreadsheet does, the header being 1; `problem` is a sentence
    when the row cannot be read, and `cells` is what there is of it."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A CSV file with its header and delimiter."""

    path: Path
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """All rows after the header; empty lines are left out, but counted."""
        with _opened(self.path) as stream:
            reader = csv.reader(stream, delimiter=self.delimiter)
            next(reader)
            number, line = 1, reader.line_num
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield Row(number, (), _swallowed(line + 1, reader.line_num))
                    line = reader.line_num
                    continue
                line = reader.line_num
                if any(cell.strip() for cell in cells):
                    yield Row(number, tuple(cells), self._problem(cells))

    def as_dict(self, row: Row) -> dict[str, str]:
        """The row's cells by column name."""
        return dict(zip(self.header, row.cells, strict=False))

    def _problem(self, cells: list[str]) -> str:
        if len(cells) == len(self.header):
            return ""
        return _("The row has {0} cells, the header has {1}: look for a missing quotation mark.").format(
            len(cells), len(self.header)
        )


def open_table(path: Path, wanted: set[str], delimiter: str = "") -> Table:
    """The file as a table that has the `wanted` columns; finds the delimiter when none is given.

    Raises ImportRefused.
    """
    with _opened(path) as stream:
        first = stream.readline()
    if not first.strip():
        raise ImportRefused(_("The file {0} is empty.").format(path.name))
    best: tuple[str, ...] = ()
    for each in (delimiter,) if delimiter else DELIMITERS:
        header = tuple(name.strip() for name in next(csv.reader([first], delimiter=each)))
        if wanted <= set(header):
            twice = sorted({name for name in wanted if header.count(name) > 1})
            if twice:
                raise ImportRefused(_("Two columns of the file are called “{0}”.").format(twice[0]))
            return Table(path, each, header)
        best = max(best, header, key=lambda names: len(wanted & set(names)))
    missing = sorted(wanted - set(best))
    raise ImportRefused(
        _("The file lacks columns that the map names: {0}. It has: {1}.").format(
            ", ".join(missing), ", ".join(best)[:500]
        )
    )


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOBase]:
    """The file's text. Errors of file, compression and encoding become ImportRefused while it is read."""
    try:
        with path.open("rb") as raw:
            start = raw.read(2)
            raw.seek(0)
            if start in UTF16_MARKS:
                raise _not_utf8(path)
            if start == sheets.MAGIC:
                yield sheets.as_csv(path)
                return
            plain = gzip.GzipFile(fileobj=raw) if start == GZIP_MAGIC else raw
            with io.TextIOWrapper(plain, encoding="utf-8-sig", newline="") as stream:
                yield stream
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportRefused(
            _("The compressed file {0} is damaged or incomplete. Please fetch it again.").format(path.name)
        ) from error
    except OSError as error:
        raise ImportRefused(
            _("The file {0} cannot be read: {1}.").format(path, error.strerror or str(error))
        ) from error


def _not_utf8(path: Path) -> ImportRefused:
    return ImportRefused(
        _("The file {0} is not written in UTF-8. Save it as “CSV UTF-8” and try again.").format(path.name)
    )


def _swallowed(first: int, last: int) -> str:
    return _("The lines {0} to {1} cannot be read: a quotation mark is not closed.").format(first, last)
