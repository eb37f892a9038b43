"""Where a complaint should go: a suggestion that a coordinator decides on."""

import frappe


def suggested_agency(complaint) -> str | None:
    """The agency that answers for the complaint's area, or its field's default; None when neither is known."""
    field = frappe.get_cached_doc("Field", complaint.field)
    if field.route_by_area and complaint.area:
        agencies = frappe.get_all(
            "Agency",
            filters={"area": complaint.area, "valid_to": ("is", "not set")},
            fields=["name", "agency_type"],
            order_by="lft asc",
        )
        if agencies:
            # A one-stop centre has the same area as its commune, which stands above it and is the one to act.
            return min(agencies, key=lambda row: row.agency_type != "Commune").name
    while field and not field.default_agency and field.parent_field:
        field = frappe.get_cached_doc("Field", field.parent_field)
    return field.default_agency or None
