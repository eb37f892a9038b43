"""What an installed app needs to work: roles, custom fields, a workflow, lists to choose from, sequences.

Every verb may run again: after_install and after_migrate call the same ones. What exists is left alone, so
that an administrator's changes survive each upgrade; `uninstall.py` mirrors it.
"""

import json
from pathlib import Path

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.utils.fixtures import sync_fixtures

from phanhoi_app.history import triggers
from phanhoi_app.intake import numbers
from phanhoi_app.portal import request_size
from phanhoi_app.workflows import loader

DEFAULTS = Path(__file__).parent / "defaults"
# In the order in which they may name each other; the key tells whether a row is there already.
LISTS = (
    ("Working Calendar", "calendar_name"),
    ("Deadline Policy", "policy_name"),
    ("Refusal Reason", "reason_code"),
    ("Rating Scale", "scale_name"),
    ("Message Template", None),
    ("Reply Template", "title"),
    ("Escalation Step", "step_code"),
)
# The board's columns and their colours, as the list shows the phases.
BOARD = {
    "new": "Red",
    "screening": "Orange",
    "waiting": "Gray",
    "assigned": "Blue",
    "processing": "Light Blue",
    "approval": "Yellow",
}
BRAND = "Phản hồi"
LOGO = "/assets/phanhoi_app/images/logo.svg"
# Settings that are filled in when they are empty.
SETTINGS = {
    "working_calendar": "Giờ hành chính",
    "deadline_policy": "Thời hạn chung",
    "rating_scale": "Ba mức",
}


def after_install() -> None:
    sync_fixtures("phanhoi_app")  # roles and custom fields: the workflow below needs them
    set_up()


def after_migrate() -> None:
    set_up()


def set_up() -> None:
    """Make whatever is missing."""
    make_lists()
    fill_settings()
    set_up_hotline()
    if not frappe.db.exists("Workflow", {"document_type": "Complaint", "is_active": 1}):
        loader.load("standard")
    lay_out_list()
    make_board()
    find_actions_in_words()
    show_the_brand()
    numbers.ensure_sequences()
    request_size.allow()
    lock_the_history()


def lock_the_history() -> None:
    """Have the database refuse changes of the history; without the right to do so, say so and go on."""
    if not triggers.ensure():
        print(triggers.warning())
        frappe.log_error(title="The history has no lock in the database", message=triggers.warning())


def lay_out_list() -> None:
    """Give the list of complaints the columns that the work needs; an administrator's own choice stays."""
    if frappe.db.exists("List View Settings", "Complaint"):
        return
    columns = ("title", "status_field", "due_on", "agency", "name")
    meta = frappe.get_meta("Complaint")
    labels = {"status_field": "Status", "name": "ID"}
    fields = [{"label": labels.get(c) or meta.get_label(c), "fieldname": c} for c in columns]
    settings = frappe.get_doc(
        {"doctype": "List View Settings", "fields": json.dumps(fields), "total_fields": str(len(columns))}
    )
    settings.name = "Complaint"
    settings.insert(set_name="Complaint")


def make_board() -> None:
    """A board of open complaints by phase, where there is no board of complaints yet."""
    if frappe.db.exists("Kanban Board", {"reference_doctype": "Complaint"}):
        return
    columns = [{"column_name": phase, "indicator": colour} for phase, colour in BOARD.items()]
    frappe.get_doc(
        {
            "doctype": "Kanban Board",
            "kanban_board_name": "Phản ánh đang mở",
            "reference_doctype": "Complaint",
            "field_name": "phase",
            "columns": [{**column, "status": "Active"} for column in columns],
            "filters": json.dumps([["Complaint", "phase", "in", list(BOARD)]]),
            "fields": json.dumps(["name", "due_on", "agency"]),
        }
    ).insert()


def find_actions_in_words() -> None:
    """Have choices show and find a workflow action by its translation, as the framework does it for states."""
    setter = {"doc_type": "Workflow Action Master", "property": "translated_doctype"}
    if not frappe.db.exists("Property Setter", setter):
        make_property_setter(setter["doc_type"], None, setter["property"], 1, "Check", for_doctype=True)


def show_the_brand() -> None:
    """Call the site by the app's name where it still bears the framework's (log-in page, browser tabs, mails)."""
    for doctype in ("System Settings", "Website Settings"):
        if frappe.db.get_single_value(doctype, "app_name") in (None, "", "Frappe"):
            frappe.db.set_single_value(doctype, "app_name", BRAND)
    if not frappe.db.get_single_value("Website Settings", "app_logo"):
        frappe.db.set_single_value("Website Settings", "app_logo", LOGO)


def make_lists() -> None:
    """Insert the shipped rows that are not there."""
    for doctype, key in LISTS:
        path = DEFAULTS / f"{frappe.scrub(doctype)}.json"
        for row in json.loads(path.read_text(encoding="utf-8")):
            name = row[key] if key else "{event} {audience} {channel} {language}".format(**row)
            if not frappe.db.exists(doctype, name):
                frappe.get_doc({"doctype": doctype, **row}).insert()


def set_up_hotline() -> None:
    """Words that tell of an emergency, and who is on duty on the workspace; an administrator's own stay."""
    settings = frappe.get_single("Hotline Settings")
    if not settings.emergency_words:
        settings.extend("emergency_words", shipped("Emergency Word"))
        settings.save()
    if frappe.db.table_exists("Custom HTML Block"):
        for row in shipped("Custom HTML Block"):
            if not frappe.db.exists("Custom HTML Block", row["name"]):
                frappe.get_doc({"doctype": "Custom HTML Block", **row}).insert()


def shipped(doctype: str) -> list[dict]:
    return json.loads((DEFAULTS / f"{frappe.scrub(doctype)}.json").read_text(encoding="utf-8"))


def fill_settings() -> None:
    """Point empty settings at the shipped rows, where those have not been removed."""
    settings = frappe.get_single("Phanhoi Settings")
    meta = settings.meta
    for field, value in SETTINGS.items():
        if not settings.get(field) and frappe.db.exists(meta.get_field(field).options, value):
            settings.set(field, value)
    _fill_message_settings(settings)
    settings.denouncer_identity_duty = settings.denouncer_identity_duty or "Leader"
    if not settings.field_guards:
        rows = json.loads((DEFAULTS / "field_guard.json").read_text(encoding="utf-8"))
        settings.extend("field_guards", rows)
    settings.save()


def _fill_message_settings(settings) -> None:
    """Give numbers that were never set their usual value, and the tables their usual rows."""
    there = frappe.db.get_singles_dict(settings.doctype)
    for df in settings.meta.fields:
        if df.fieldtype in ("Int", "Check", "Time") and df.default and df.fieldname not in there:
            settings.set(df.fieldname, df.default)
    for table in ("message_chains", "message_limits"):
        if not settings.get(table):
            settings.extend(table, json.loads((DEFAULTS / f"{table}.json").read_text(encoding="utf-8")))
