"""Reads units from a CSV file: which column is which, and row by row what cannot be read."""

from pathlib import Path

from frappe import _

from phanhoi_app.agencies.units.unit import LONGEST, Unit, code_problem, type_of
from phanhoi_app.intake import check
from phanhoi_app.intake.importer import table
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.rules import moments, text

# What a column may be called, as a search key.
COLUMNS = {
    "code": ("code", "ma", "ma don vi", "ma don vi hanh chinh", "ma dvhc"),
    "name": ("name", "ten", "ten don vi", "ten don vi hanh chinh"),
    "type": ("type", "loai", "cap", "loai don vi"),
    "parent": ("parent", "parent code", "ma cap tren", "ma don vi cap tren", "cap tren"),
    "valid_from": ("valid from", "hieu luc tu", "tu ngay"),
    "valid_to": ("valid to", "hieu luc den", "den ngay"),
    "successors": ("successors", "successor", "don vi ke thua", "ke thua", "ma don vi moi"),
    "legal_document": ("legal document", "van ban", "can cu phap ly"),
    "latitude": ("latitude", "lat", "vi do"),
    "longitude": ("longitude", "lon", "lng", "kinh do"),
}
NEEDED = ("code", "name")
MOST_ROWS = 50_000


def read(path: Path) -> list[Unit]:
    """All units of the file, each with its problems. Raises ImportRefused when it is no such table."""
    opened, columns = _open(path)
    units = []
    for row in opened.rows():
        if len(units) >= MOST_ROWS:
            raise ImportRefused(_("The file has more than {0} rows: please divide it.").format(MOST_ROWS))
        if row.problem:
            units.append(Unit(row.number, "", problems=[row.problem]))
            continue
        cells = {name: text.clean_typed(row.cells[place]) for name, place in columns.items()}
        units.append(_unit(row.number, cells))
    if not units:
        raise ImportRefused(_("The file {0} holds no units.").format(path.name))
    return units


def _open(path: Path) -> tuple[table.Table, dict[str, int]]:
    best, found = None, {}
    for delimiter in table.DELIMITERS:
        opened = table.open_table(path, set(), delimiter)
        columns = _columns(opened.header)
        if len(columns) > len(found):
            best, found = opened, columns
    if missing := [name for name in NEEDED if name not in found]:
        raise ImportRefused(
            _("The file lacks the column “{0}”. Its first row must name the columns: {1}.").format(
                missing[0], ", ".join(COLUMNS)
            )
        )
    return best, found


def _columns(header: tuple[str, ...]) -> dict[str, int]:
    keys = [text.search_key(name) for name in header]
    places = {}
    for name, called in COLUMNS.items():
        hits = [place for place, key in enumerate(keys) if key in called]
        if len(hits) > 1:
            raise ImportRefused(_("Two columns of the file are called “{0}”.").format(header[hits[1]]))
        if hits:
            places[name] = hits[0]
    return places


def _unit(number: int, cells: dict[str, str]) -> Unit:
    unit = Unit(number, cells["code"])
    _take_name_and_type(unit, cells)
    if problem := code_problem(unit.code, unit.values.get("area_type")):
        unit.problems.append(problem)
    if "parent" in cells:
        unit.values["parent_area"] = cells["parent"] or None
    for name in ("valid_from", "valid_to"):
        if name in cells:
            unit.values[name] = _day(unit, cells[name])
    _check_days(unit)
    _take_successors(unit, cells)
    _take_place(unit, cells)
    return unit


def _take_name_and_type(unit: Unit, cells: dict[str, str]) -> None:
    name = " ".join(cells["name"].split())
    if not name:
        unit.problems.append(_("The name is missing."))
    elif len(name) > LONGEST:
        unit.problems.append(_("The name is longer than {0} characters.").format(LONGEST))
    unit.values["area_name"] = name
    kind = type_of(cells.get("type", ""), name, bool(cells.get("parent")))
    if kind:
        unit.values["area_type"] = kind
    elif name:
        unit.problems.append(
            _(
                "The type “{0}” is not known: write Tỉnh, Thành phố, Phường, Xã, Đặc khu, Huyện or Khác."
            ).format(cells.get("type", "")[:40])
        )


def _day(unit: Unit, written: str):
    day = moments.read_day(written) if written else None
    if written and not day:
        unit.problems.append(
            _("The date “{0}” cannot be read: write it as day/month/year.").format(written[:40])
        )
    return day


def _check_days(unit: Unit) -> None:
    begins, ends = unit.values.get("valid_from"), unit.values.get("valid_to")
    if begins and ends and ends < begins:
        unit.problems.append(
            _("“{0}” lies before “{1}”: please correct one of them.").format(_("Valid To"), _("Valid From"))
        )


def _take_successors(unit: Unit, cells: dict[str, str]) -> None:
    if "successors" not in cells:
        return
    codes = [code.strip() for code in cells["successors"].split(";") if code.strip()]
    unit.successors = tuple(dict.fromkeys(codes))
    unit.legal_document = cells.get("legal_document", "")[:LONGEST]
    if unit.code in unit.successors:
        unit.problems.append(_("A unit cannot be its own successor."))
    if codes and "valid_to" in cells and not unit.values.get("valid_to"):
        unit.problems.append(
            _("The unit has successors but no last day: please fill in the column valid_to.")
        )


def _take_place(unit: Unit, cells: dict[str, str]) -> None:
    if "latitude" not in cells or "longitude" not in cells:
        return
    try:
        place = check.position(cells["latitude"], cells["longitude"])
    except ValueError:
        unit.problems.append(
            _("The position “{0}, {1}” is not readable: write latitude and longitude in degrees.").format(
                cells["latitude"][:20], cells["longitude"][:20]
            )
        )
        return
    unit.values["latitude"], unit.values["longitude"] = place or (0.0, 0.0)
