"""Takes away what `install.py` and use have put outside of the app's own DocTypes.

All of it happens after the framework has removed the app: its `uninstall-app --dry-run` calls these hooks as well,
and before the removal nothing tells the one from the other.
"""

import json
from pathlib import Path

import frappe

from phanhoi_app import install

MODULE = "Phanhoi App"
DOCTYPES = Path(__file__).parent / "phanhoi_app" / "doctype"
# Where the framework keeps rows about a document, by the column that names its DocType.
TRACES = {
    "Comment": "reference_doctype",
    "Communication": "reference_doctype",
    "Version": "ref_doctype",
    "ToDo": "reference_type",
    "Notification Log": "document_type",
    "DocShare": "share_doctype",
    "View Log": "reference_doctype",
    "Document Follow": "ref_doctype",
    "Tag Link": "document_type",
    "List View Settings": "name",
    "Kanban Board": "reference_doctype",
    "Deleted Document": "deleted_doctype",
}


def after_uninstall() -> None:
    """Remove workflow, sequences, settings, files, traces and the brand. Roles stay: users may still have them."""
    if frappe.db.exists("Module Def", MODULE):
        return  # a dry run: everything is still there, and stays
    remove_workflow()
    remove_files()
    remove_traces()
    take_back_the_brand()
    frappe.db.commit()
    drop_sequences()
    frappe.clear_cache()


def own_doctypes() -> list[str]:
    """Names of the app's DocTypes, from its files: the database has forgotten them by now."""
    return [
        json.loads(path.read_text(encoding="utf-8"))["name"]
        for folder in sorted(DOCTYPES.iterdir())
        if (path := folder / f"{folder.name}.json").exists()
    ]


def remove_workflow() -> None:
    """The workflows of complaints, and the two columns that gave states and actions their meaning."""
    for name in frappe.get_all("Workflow", filters={"document_type": "Complaint"}, pluck="name"):
        frappe.delete_doc("Workflow", name, force=True)
    for name in ("Workflow State-phase", "Workflow Action Master-verb"):
        frappe.delete_doc_if_exists("Custom Field", name)
    frappe.db.delete(
        "Property Setter", {"doc_type": "Workflow Action Master", "property": "translated_doctype"}
    )


def remove_files(which: dict | None = None) -> None:
    """Photos and answers' files, on the disk too, unless a row that stays has the same file.

    `which` are filters on File; all files of our DocTypes unless given.
    """
    which = which or {"attached_to_doctype": ["in", own_doctypes()]}
    urls = set(frappe.get_all("File", filters=which, pluck="file_url"))
    frappe.db.delete("File", which)
    kept = (
        set(frappe.get_all("File", filters={"file_url": ["in", list(urls)]}, pluck="file_url"))
        if urls
        else ()
    )
    for url in urls.difference(kept):
        if url and url.startswith(("/private/files/", "/files/")):
            folder = "" if url.startswith("/private/") else "public"
            Path(frappe.get_site_path(folder, url.lstrip("/"))).unlink(missing_ok=True)


def remove_traces() -> None:
    """Comments, versions, shares … of what is gone, its settings, and jobs that would fail each minute."""
    ours = own_doctypes()
    for doctype, column in TRACES.items():
        if frappe.db.table_exists(doctype) and frappe.db.has_column(doctype, column):
            frappe.db.delete(doctype, {column: ["in", ours]})
    frappe.db.delete("Scheduled Job Type", {"method": ["like", "phanhoi\\_app.%"]})
    # Left behind, they would name agencies and calendars that a new installation does not have.
    frappe.db.delete("Singles", {"doctype": ["in", ["Phanhoi Settings", "Hotline Settings"]]})
    if frappe.db.table_exists("Custom HTML Block"):
        for row in install.shipped("Custom HTML Block"):
            frappe.db.delete("Custom HTML Block", {"name": row["name"]})


def take_back_the_brand() -> None:
    """The site's name and logo, where they are still the app's."""
    for doctype in ("System Settings", "Website Settings"):
        if frappe.db.get_single_value(doctype, "app_name") == install.BRAND:
            frappe.db.set_single_value(doctype, "app_name", "Frappe")
    if frappe.db.get_single_value("Website Settings", "app_logo") == install.LOGO:
        frappe.db.set_single_value("Website Settings", "app_logo", "")


def drop_sequences() -> None:
    """The sequences that complaint numbers came from."""
    rows = frappe.db.sql(
        """select table_name from information_schema.tables
        where table_schema = database() and table_type = 'SEQUENCE' and table_name like 'phanhoi\\_complaint\\_%'"""
    )
    for (name,) in rows:
        frappe.db.sql_ddl(f"drop sequence if exists `{name}`")
