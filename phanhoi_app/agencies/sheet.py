"""Reads a list of people from a spreadsheet (.xlsx, .csv) that an agency sent, and says in words what cannot be read.

Values only: a formula is refused and never computed. What the reader is handed is small by its limits, whatever
the file claims of itself.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from itertools import islice

from frappe import _

from phanhoi_app.agencies.errors import PeopleRefused
from phanhoi_app.rules import people_words, text

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024  # of a workbook's parts, as they say and as they turn out
MOST_ROWS = 2000
MOST_COLUMNS = 40
LONGEST_CELL = 500  # characters
HEADING_WITHIN = 15  # rows: letters carry a title and a stamp above the table
NEEDED = {"full_name": "Full name", "email": "E-mail"}
DELIMITERS = (",", ";", "\t")
ZIP_MAGIC, OLD_EXCEL_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
FORMULA_STARTS = ("=", "@", "+", "-")


@dataclass
class SheetRow:
    """A person's row: `number` as the spreadsheet counts, `values` by column name, `problems` {column: sentence}."""

    number: int
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


def read(file_name: str, content: bytes) -> list[SheetRow]:
    """The people of the sheet, empty rows left out. Raises PeopleRefused with the remedy."""
    if len(content) > MOST_BYTES:
        raise PeopleRefused(
            _("The file is larger than {0} MB: send the list alone.").format(MOST_BYTES >> 20)
        )
    if not content.strip():
        raise PeopleRefused(_("The file is empty."))
    if content.startswith(OLD_EXCEL_MAGIC) or file_name.lower().endswith(".xls"):
        raise PeopleRefused(_("This is an old Excel file (.xls): save it as .xlsx and try again."))
    rows = _workbook(content) if content.startswith(ZIP_MAGIC) else _csv(content)
    return _people(rows)


def _people(rows) -> list[SheetRow]:
    places, people = None, []
    for number, cells in rows:
        if places is None:
            found = people_words.columns_of(cells)
            if set(NEEDED) <= set(found):
                places = found
            elif number >= HEADING_WITHIN:
                break
            continue
        if not any(cells):
            continue
        if len(people) == MOST_ROWS:
            raise PeopleRefused(
                _("The list has more than {0} people: divide it into several.").format(MOST_ROWS)
            )
        people.append(_person(number, cells, places))
    if places is None:
        raise PeopleRefused(
            _("The list lacks a row of headings with the columns “Full name” and “E-mail”: add it on top.")
        )
    if not people:
        raise PeopleRefused(_("The list has headings, but nobody below them."))
    return people


def _person(number: int, cells: list[str], places: dict[str, int]) -> SheetRow:
    row = SheetRow(number, {})
    for column in people_words.COLUMNS:
        place = places.get(column)
        value = cells[place] if place is not None and place < len(cells) else ""
        if len(value) > LONGEST_CELL:
            row.problems[column] = _("The cell is too long.")
            value = value[:50]
        # A telephone number may begin with +; nothing else of a person does.
        elif value.startswith(FORMULA_STARTS) and not (
            column == "phone" and value.startswith("+") and value[1:2].isdigit()
        ):
            row.problems[column] = _("The cell holds a formula: type the value itself.")
        row.values[column] = value
    return row


def _csv(content: bytes):
    """Rows of text; the delimiter is the one that gives the headings."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            plain = content.decode("utf-16")
        else:
            plain = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PeopleRefused(
            _("The file cannot be read: save the list as .xlsx, or as “CSV UTF-8”, and try again.")
        ) from error
    if "\0" in plain:
        raise PeopleRefused(_("The file is neither a workbook (.xlsx) nor a CSV file."))
    delimiter = max(DELIMITERS, key=lambda each: _headings_found(plain, each))
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [_clean(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise PeopleRefused(
            _("Row {0} of the file cannot be read: look for a quotation mark that is not closed.").format(
                reader.line_num
            )
        ) from error


def _headings_found(plain: str, delimiter: str) -> int:
    first = csv.reader(plain.splitlines()[:HEADING_WITHIN], delimiter=delimiter)
    try:
        return max((len(people_words.columns_of(cells)) for cells in first), default=0)
    except csv.Error:
        return 0


def _workbook(content: bytes):
    """Rows of the first sheet as text."""
    from openpyxl import load_workbook  # here: it takes a tenth of a second to load

    _refuse_bomb(content)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size need not be so
        # Empty rows count towards what is looked at: a sheet may claim a million of them.
        last = HEADING_WITHIN + 2 * MOST_ROWS + 1
        for number, cells in enumerate(islice(sheet.iter_rows(max_col=MOST_COLUMNS), last), start=1):
            if number == last:
                raise PeopleRefused(
                    _("The list has more than {0} people: divide it into several.").format(MOST_ROWS)
                )
            yield number, [_cell(cell) for cell in cells]
    except PeopleRefused:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part made it stumble over
        raise PeopleRefused(
            _("The workbook is damaged or protected by a password: save it anew as .xlsx and try again.")
        ) from error


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise PeopleRefused(
            _("The workbook is damaged or protected by a password: save it anew as .xlsx and try again.")
        ) from error
    if unpacked > MOST_UNPACKED:
        raise PeopleRefused(_("The workbook is too large when unpacked: send the list alone."))


def _cell(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return "=" + str(value).lstrip("=")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a telephone number that the spreadsheet took for an amount
    return _clean(str(value))


def _clean(cell: str) -> str:
    return " ".join(text.clean_typed(cell).split())
