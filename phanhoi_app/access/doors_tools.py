"""More of the framework's doors that ask too little, led through ours as those of `doors`: maps, trees, columns that
are added to reports, reports that are made in the background, contacts."""

import re
from typing import Any

import frappe

from phanhoi_app.access import columns
from phanhoi_app.access.permissions import GUARDED

MOST_ON_A_MAP = 5_000


@frappe.whitelist()
def get_coords(doctype: str, filters: Any, type: str):
    """What lies where; the framework's own takes all there is. Of ours the newest, and only what the user sees."""
    from frappe.geo import utils

    if doctype not in GUARDED:
        return utils.get_coords(doctype, filters, type)
    rows = frappe.get_list(
        doctype,
        filters=frappe.parse_json(filters or "[]"),
        fields=["name", "latitude", "longitude"],
        limit_page_length=MOST_ON_A_MAP,
    )
    return utils.convert_to_geojson("coordinates", [row for row in rows if row.latitude or row.longitude])


@frappe.whitelist()
def get_custom_column(doctype: str, field: str, names: Any = None) -> dict:
    """{name: value} of a column that is added to a report, for the documents that the user sees; the framework's own
    gives that of all."""
    columns.check_readable(doctype, field)
    filters = {"name": ("in", frappe.parse_json(names))} if names else {}
    rows = frappe.get_list(
        doctype, filters=filters, fields=["name", field], as_list=True, limit_page_length=0
    )
    return dict(rows)


@frappe.whitelist()
def get_all_nodes(doctype: str, label: str, parent: str, tree_method: str, **filters: Any):
    """A whole tree, by a method that gives children; the framework's own calls any method by its first name."""
    from frappe.desk import treeview

    if doctype in GUARDED or not re.search(r"children|nodes", tree_method.rpartition(".")[2]):
        raise frappe.PermissionError
    for key in ("cmd", "data"):
        filters.pop(key, None)
    return treeview.get_all_nodes(doctype, label, parent, tree_method, **filters)


@frappe.whitelist(methods=["POST"])
def make_prepared_report(report_name: str, filters: Any = None):
    """Have a report made in the background by one who may run it; the framework's own asks nothing."""
    from frappe.core.doctype.prepared_report import prepared_report

    report = frappe.get_doc("Report", report_name)
    if not report.is_permitted() or not frappe.has_permission(report.ref_doctype, "report"):
        raise frappe.PermissionError
    return prepared_report.make_prepared_report(report_name, filters)


@frappe.whitelist(methods=["POST"])
def delete_prepared_reports(reports: Any):
    """Throw prepared reports away that one may delete, or made oneself; the framework's own takes anybody's."""
    from frappe.core.doctype.prepared_report import prepared_report

    for row in frappe.parse_json(reports):
        report = frappe.get_doc("Prepared Report", row["name"])
        if report.owner != frappe.session.user:
            report.check_permission("delete")
    return prepared_report.delete_prepared_reports(reports)


@frappe.whitelist()
def get_contact_details(contact: str):
    """Name, e-mail and telephones of a contact that the user reads; the framework makes one for each account."""
    from frappe.contacts.doctype.contact import contact as contacts

    _see_contact(contact)
    return contacts.get_contact_details(contact)


@frappe.whitelist()
def get_contact_number(contact_name: str, ref_doctype: str, ref_name: str):
    """The telephone of a contact that the user reads."""
    from frappe.core.doctype.sms_settings import sms_settings

    _see_contact(contact_name)
    return sms_settings.get_contact_number(contact_name, ref_doctype, ref_name)


@frappe.whitelist()
def get_user_info_for_viewers(users: Any):
    """Names beside e-mail addresses, of the accounts that the user may choose: not of citizens."""
    from frappe.desk.form import load

    listed = frappe.get_list(
        "User", {"name": ("in", frappe.parse_json(users) or [""])}, pluck="name", limit=0
    )
    return load.get_user_info_for_viewers(frappe.as_json(listed))


def _see_contact(name: str) -> None:
    """Say the same of a contact that is not there and of one that is not the user's to read."""
    if not frappe.has_permission("Contact") or not frappe.get_list("Contact", {"name": str(name)}, limit=1):
        raise frappe.PermissionError
