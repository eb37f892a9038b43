"""The first sheet of an XLSX workbook as CSV text, so that the importer reads it like any other table."""

import csv
import io
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

from frappe import _

from phanhoi_app.intake.importer.errors import ImportRefused

MAGIC = b"PK"
MOST_ROWS = 200_000


def as_csv(path: Path) -> io.StringIO:
    """The sheet's cells as text, dates as 2026-12-31 17:00:00, whole numbers without a point. Raises ImportRefused."""
    from openpyxl import load_workbook  # a tenth of a second, and most files are CSV
    from openpyxl.utils.exceptions import InvalidFileException

    out = io.StringIO()
    writer = csv.writer(out)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        width = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > MOST_ROWS:
                raise ImportRefused(_("The sheet has more than {0} rows: save it as CSV.").format(MOST_ROWS))
            row = [_told(cell) for cell in cells]
            if number == 1:
                while row and not row[-1]:
                    row.pop()
                width = len(row)
            writer.writerow([*row[:width], *[""] * (width - len(row))])
        book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, EOFError) as error:
        raise ImportRefused(
            _("The file {0} is not a workbook that can be read.").format(path.name)
        ) from error
    out.seek(0)
    return out


def _told(cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
