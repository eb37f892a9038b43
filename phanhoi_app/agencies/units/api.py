"""The desk's way to import units: preview, then take over what was previewed."""

from pathlib import Path

import frappe
from frappe import _

from phanhoi_app.agencies.units import applying, boundaries, package, plan, reading
from phanhoi_app.intake.importer.errors import ImportRefused

MOST_SHOWN = 300  # rows of a preview


@frappe.whitelist()
def sources() -> dict:
    """What units can be imported from: {"package": whether the optional package is installed}."""
    _may_import()
    return {"package": package.is_there()}


@frappe.whitelist(methods=["POST"])
def preview(file_url: str = "", province: str = "", code_property: str = "") -> dict:
    """What an import would do, without doing it; from the uploaded file, or without one from the package.

    {"kind": "units" | "boundaries", "fingerprint", "counts": {new, changed, ended, unchanged, unknown},
    "rows": [{kind, code, name, details}], "more": int, "errors": [{row, text}]}. Raises ImportRefused.
    """
    _may_import()
    path = _path(file_url) if file_url else None
    if path and boundaries.is_geojson(path):
        return of_boundaries(boundaries.make(path, code_property))
    return of_units(plan.make(_units(path, province)))


@frappe.whitelist(methods=["POST"])
def take_over(fingerprint: str, file_url: str = "", province: str = "", code_property: str = "") -> dict:
    """Do what was previewed (its fingerprint), in one transaction; the counts. Raises ImportRefused, PlanChanged."""
    _may_import()
    path = _path(file_url) if file_url else None
    if path and boundaries.is_geojson(path):
        return boundaries.take_over(path, code_property, fingerprint).counts()
    return applying.take_over(_units(path, province), fingerprint).counts()


def _may_import() -> None:
    if not all(frappe.has_permission("Area", right) for right in ("import", "create", "write")):
        raise frappe.PermissionError(_("Only the administrator of complaints may import units."))


def _units(path: Path | None, province: str) -> list:
    return reading.read(path) if path else package.read(province)


def _path(file_url: str) -> Path:
    name = frappe.db.get_value("File", {"file_url": file_url, "owner": frappe.session.user})
    if not name:
        raise ImportRefused(_("The uploaded file is not there any more. Please choose it again."))
    file = frappe.get_doc("File", name)
    file.check_permission("read")
    return Path(file.get_full_path())


def of_units(made: plan.Plan) -> dict:
    """A plan of units as a preview."""
    rows = [
        {"kind": change.kind, "code": change.code, "name": change.name, "details": change.details}
        for change in made.changes
    ]
    return _shown("units", made.fingerprint(), made.counts(), rows, made.errors)


def of_boundaries(made: boundaries.Plan) -> dict:
    """A plan of boundaries as a preview."""
    names = dict(frappe.get_all("Area", fields=["name", "area_name"], as_list=True))
    rows = [
        {"kind": kind, "code": code, "name": names.get(code, ""), "details": []}
        for kind, codes in (("new", made.new), ("changed", made.changed), ("unknown", made.unknown))
        for code in codes
    ]
    return _shown("boundaries", made.fingerprint(), made.counts(), rows, made.errors)


def _shown(kind: str, fingerprint: str, counts: dict, rows: list[dict], errors: list) -> dict:
    return {
        "kind": kind,
        "fingerprint": fingerprint,
        "counts": counts,
        "rows": rows[:MOST_SHOWN],
        "more": max(0, len(rows) - MOST_SHOWN),
        "errors": [{"row": row, "text": text} for row, text in errors[:MOST_SHOWN]],
        "more_errors": max(0, len(errors) - MOST_SHOWN),
    }
