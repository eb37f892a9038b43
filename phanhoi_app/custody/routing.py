"""Where a complaint should go: a suggestion that a coordinator decides on."""

import frappe


def suggested_agency(complaint) -> str | None:
    """The agency that answers for the complaint's area, or its field's default; None when neither is known."""
    field = frappe.get_cached_doc("Field", complaint.field)
    if field.route_by_area and complaint.area:
        agency = frappe.db.get_value(
            "Agency", {"area": complaint.area, "valid_to": ("is", "not set")}, "name"
        )
        if agency:
            return agency
    while field and not field.default_agency and field.parent_field:
        field = frappe.get_cached_doc("Field", field.parent_field)
    return field.default_agency or None
