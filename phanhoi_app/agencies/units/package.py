"""Units from the PyPI package `vietnamadminunits` (MIT), an optional extra of this app.

Its codes, names and types are taken. Its positions are not: in part they come from a geocoding service, whose
terms do not let them be kept.
"""

from frappe import _

from phanhoi_app.agencies.units.unit import Unit, code_problem, type_of
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.rules import text

COLUMNS = ["provinceCode", "province", "wardCode", "ward", "wardType"]


def is_there() -> bool:
    """Whether the package is installed; cheap."""
    from importlib.util import find_spec

    return find_spec("vietnamadminunits") is not None


def read(province: str = "") -> list[Unit]:
    """The provinces with their communes, or one province of that code. Raises ImportRefused."""
    try:
        from vietnamadminunits.database import get_data
    except ImportError as error:
        raise ImportRefused(
            _("The package vietnamadminunits is not installed. Ask the operator for “{0}”.").format(
                'bench pip install -e "apps/phanhoi_app[units]"'
            )
        ) from error
    rows = get_data(COLUMNS, "admin_units")
    rows = [row for row in rows if not province or row["provinceCode"] == province.strip()]
    if not rows:
        raise ImportRefused(_("The package knows no province of the code “{0}”.").format(province[:40]))
    above = {row["provinceCode"]: row["province"] for row in rows}
    units = [_unit(number, code, name, "Tỉnh", None) for number, (code, name) in enumerate(above.items(), 1)]
    for row in rows:
        units.append(
            _unit(len(units) + 1, row["wardCode"], row["ward"], row["wardType"], row["provinceCode"])
        )
    return units


def _unit(number: int, code: str, name: str, kind: str, parent: str | None) -> Unit:
    area_type = type_of(kind, name, bool(parent)) or "Other"
    unit = Unit(number, code)
    unit.values = {"area_name": text.clean_typed(name), "area_type": area_type, "parent_area": parent}
    if problem := code_problem(code, area_type):
        unit.problems.append(problem)
    return unit
