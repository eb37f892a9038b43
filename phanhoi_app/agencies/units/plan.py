"""What a source would change: compared with the areas that are there, in words, without writing anything."""

import hashlib
import json
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import flt, getdate

from phanhoi_app.agencies.units.unit import GROUPS, Unit

LABELS = {
    "area_name": "Name",
    "area_type": "Type",
    "parent_area": "Parent Area",
    "is_group": "Group",
    "valid_from": "Valid From",
    "valid_to": "Valid To",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "successors": "Successors",
}


@dataclass
class Change:
    """What happens to one area. `kind` is new, changed or ended; `details` are sentences for people."""

    kind: str
    code: str
    name: str
    values: dict = field(default_factory=dict)
    successors: list[dict] | None = None
    details: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """The changes in an order in which a parent stands before its children; `errors` are (row, sentence)."""

    changes: list[Change]
    unchanged: int
    errors: list[tuple[int, str]]

    def fingerprint(self) -> str:
        """Tells whether two plans would do the same."""
        told = [(c.kind, c.code, c.values, c.successors) for c in self.changes]
        return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """How many areas are new, changed, ended and unchanged."""
        kinds = [change.kind for change in self.changes]
        return {kind: kinds.count(kind) for kind in ("new", "changed", "ended")} | {
            "unchanged": self.unchanged
        }


def make(units: list[Unit]) -> Plan:
    """Compare the units with the areas of the site."""
    there = _existing()
    errors = _errors(units, there)
    if errors:
        return Plan([], 0, errors)
    told = {unit.code: unit for unit in units}
    _mark_groups(told, there)
    changes = [_change(unit, there.get(unit.code)) for unit in _parents_first(told)]
    changes += _become_groups(told, there)
    kept = [change for change in changes if change]
    return Plan(kept, sum(change is None for change in changes), [])


def _existing() -> dict[str, dict]:
    fields = ["name", *(name for name in LABELS if name != "successors")]
    there = {
        row.name: row | {"successors": []}
        for row in frappe.get_all("Area", fields=fields, limit_page_length=0)
    }
    rows = frappe.get_all(
        "Area Successor",
        filters={"parenttype": "Area"},
        fields=["parent", "area", "date", "legal_document", "note"],
        order_by="idx asc",
        limit_page_length=0,
    )
    for row in rows:
        if row.parent in there:
            there[row.parent]["successors"].append(row)
    return there


# errors


def _errors(units: list[Unit], there: dict) -> list[tuple[int, str]]:
    errors = [(unit.row, problem) for unit in units for problem in unit.problems]
    first: dict[str, Unit] = {}
    # The database takes codes that differ in case only for one.
    known = {code.casefold(): code for code in there}
    for unit in units:
        key = unit.code.casefold()
        if not key:
            continue
        if key in first:
            errors.append(
                (unit.row, _("The code {0} stands in row {1} already.").format(unit.code, first[key].row))
            )
        elif known.get(key, unit.code) != unit.code:
            errors.append(
                (
                    unit.row,
                    _("The code {0} is written {1} here: please write it so.").format(unit.code, known[key]),
                )
            )
        first.setdefault(key, unit)
    codes = {unit.code for unit in units} | set(there)
    for unit in units:
        errors += [(unit.row, sentence) for sentence in _dangling(unit, codes)]
    errors += _circles(units, there)
    return sorted(errors)


def _dangling(unit: Unit, codes: set[str]) -> list[str]:
    found = []
    parent = unit.values.get("parent_area")
    if parent and parent not in codes:
        found.append(_("The parent {0} is neither in the file nor known here.").format(parent[:40]))
    for code in unit.successors or ():
        if code not in codes:
            found.append(_("The successor {0} is neither in the file nor known here.").format(code[:40]))
    return found


def _circles(units: list[Unit], there: dict) -> list[tuple[int, str]]:
    """Units that would stand below themselves."""
    above = {code: row["parent_area"] for code, row in there.items()}
    above |= {unit.code: unit.values["parent_area"] for unit in units if "parent_area" in unit.values}
    found = []
    for unit in units:
        seen, code = set(), unit.code
        while code and code not in seen:
            seen.add(code)
            code = above.get(code)
        if code and code == unit.code:
            found.append((unit.row, _("The unit {0} would stand below itself: see its parent.").format(code)))
    return found


# changes


def _parents_first(told: dict[str, Unit]) -> list[Unit]:
    done: dict[str, Unit] = {}
    for unit in told.values():
        line = []
        while unit and unit.code not in done:
            line.append(unit)
            unit = told.get(unit.values.get("parent_area"))
        done |= {each.code: each for each in reversed(line)}
    return list(done.values())


def _mark_groups(told: dict[str, Unit], there: dict) -> None:
    parents = {unit.values.get("parent_area") for unit in told.values()}
    for code, unit in told.items():
        if code in parents or (code not in there and unit.values.get("area_type") in GROUPS):
            unit.values["is_group"] = 1


def _become_groups(told: dict[str, Unit], there: dict) -> list[Change]:
    """Areas that are not in the source and get their first children by it."""
    parents = dict.fromkeys(unit.values.get("parent_area") for unit in told.values())
    return [
        _change(Unit(0, code, {"is_group": 1}), there[code])
        for code in parents
        if code and code not in told and not there[code]["is_group"]
    ]


def _change(unit: Unit, before: dict | None) -> Change | None:
    """What the unit changes; None when nothing."""
    name = unit.name or (before or {}).get("area_name", "")
    successors = _successors(unit, before)
    if before is None:
        values = {field: value for field, value in unit.values.items() if value not in (None, "")}
        return Change("new", unit.code, name, values, successors or None, _facts(values, successors))
    values, details = {}, []
    for field_name, value in unit.values.items():
        old = before.get(field_name)
        if not _same(old, value):
            values[field_name] = value
            details.append(f"{_(LABELS[field_name])}: {_shown(old)} → {_shown(value)}")
    if successors is not None and _told(successors) != _told(before["successors"]):
        old = _shown("; ".join(row["area"] for row in before["successors"]))
        new = _shown("; ".join(row["area"] for row in successors))
        details.append(f"{_('Successors')}: {old} → {new}")
    else:
        successors = None
    if not values and successors is None:
        return None
    ended = values.get("valid_to") and not before.get("valid_to")
    return Change("ended" if ended else "changed", unit.code, name, values, successors, details)


def _facts(values: dict, successors: list[dict] | None) -> list[str]:
    """What a new area is, beside its name."""
    told = [(field, values[field]) for field in ("area_type", "parent_area", "valid_to") if field in values]
    if successors:
        told.append(("successors", "; ".join(row["area"] for row in successors)))
    return [f"{_(LABELS[field])}: {_shown(value)}" for field, value in told]


def _successors(unit: Unit, before: dict | None) -> list[dict] | None:
    """Rows of the successors' table; what is known of a successor already (date, document, note) stays."""
    if unit.successors is None:
        return None
    known = {row["area"]: row for row in (before or {}).get("successors", ())}
    ends = unit.values.get("valid_to") or (before or {}).get("valid_to")
    rows = []
    for code in unit.successors:
        row = known.get(code) or {}
        since = row.get("date") or (frappe.utils.add_days(getdate(ends), 1) if ends else None)
        document = unit.legal_document or row.get("legal_document") or ""
        rows.append({"area": code, "date": since, "legal_document": document, "note": row.get("note")})
    return rows


def _told(rows: list[dict]) -> list[tuple]:
    return [(row["area"], row.get("legal_document") or "") for row in rows]


def _same(old, new) -> bool:
    if isinstance(new, float):
        return flt(old, 6) == flt(new, 6)
    return (old or None) == (new or None)


def _shown(value) -> str:
    """A value as people read it."""
    if hasattr(value, "strftime"):
        return value.strftime("%d/%m/%Y")
    if value in (None, "", 0):
        return _("(empty)")
    if value == 1:  # the group's check; a degree is a float with a fraction
        return _("Yes")
    return _(value) if isinstance(value, str) else str(value)
