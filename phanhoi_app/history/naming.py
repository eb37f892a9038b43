"""What agencies and areas were called at a time: a renamed one keeps its old names with their dates."""

import frappe
from frappe.utils import getdate

TITLES = {"Agency": "agency_name", "Area": "area_name"}


def name_at(doctype: str, name: str | None, moment=None) -> str:
    """The name that an Agency or Area had on the day of `moment`; its present one without a moment.

    Empty when there is none of this key.
    """
    if not name or not frappe.db.exists(doctype, name, cache=True):
        return ""
    document = frappe.get_cached_doc(doctype, name)
    return of_its_time(document.get(TITLES[doctype]), document.get("earlier_names"), moment)


def of_its_time(present: str | None, earlier, moment) -> str:
    """`present`, or the one of the `earlier` rows (earlier_name, valid_from, valid_to) in whose days `moment` lies."""
    if moment:
        day = getdate(moment)
        for row in sorted(earlier or (), key=lambda row: getdate(row.valid_to)):
            if day <= getdate(row.valid_to):
                return row.earlier_name
    return present or ""


def earlier_names(doctype: str, names: list[str]) -> dict[str, list]:
    """{name: earlier names' rows} of those that have any, by one query: for lists."""
    found: dict[str, list] = {}
    if names:
        rows = frappe.get_all(
            "Earlier Name",
            filters={"parenttype": doctype, "parent": ("in", names)},
            fields=["parent", "earlier_name", "valid_from", "valid_to"],
        )
        for row in rows:
            found.setdefault(row.parent, []).append(row)
    return found
