"""Attacks: the framework's tools for maps, calendars, trees, reports, copies and rules, with the roles that ship."""

import json

import pytest
from helpers import world
from helpers.people import acting
from helpers.stage import nothing_leaks, refused

EVERYBODY = (world.OFFICER, world.LEADER, world.COORDINATOR, world.SUPERVISOR, world.ADMINISTRATOR)
PLACED = {"start": "received_at", "end": "received_at", "title": "title", "id": "name"}


def reads(stage, user: str) -> list[str]:
    """The complaints on the stage that the user does not see."""
    with acting(stage.frappe, user):
        seen = stage.frappe.get_list("Complaint", {"name": ("in", stage.all)}, pluck="name")
    return [name for name in stage.all if name not in seen]


LISTS = {
    "a map": (
        "frappe.geo.utils.get_coords",
        {"doctype": "Complaint", "filters": "[]", "type": "coordinates"},
    ),
    "a map of some": (
        "frappe.geo.utils.get_coords",
        {
            "doctype": "Complaint",
            "filters": '[["Complaint", "latitude", "is", "set"]]',
            "type": "coordinates",
        },
    ),
    "a calendar": (
        "frappe.desk.calendar.get_events",
        {"doctype": "Complaint", "start": "2000-01-01", "end": "2099-01-01", "field_map": json.dumps(PLACED)},
    ),
    "a report's own column": (
        "frappe.desk.query_report.get_data_for_custom_field",
        {"doctype": "Complaint", "field": "title"},
    ),
    "another report's column": (
        "frappe.desk.query_report.get_data_for_custom_field",
        {"doctype": "Complaint Event", "field": "complaint"},
    ),
    "a tree": (
        "frappe.desk.treeview.get_all_nodes",
        {
            "doctype": "Complaint",
            "label": "x",
            "parent": "name",
            "tree_method": "frappe.desk.query_report.get_data_for_custom_field",
        },
    ),
}


@pytest.mark.parametrize("tool", LISTS)
def test_a_tool_shows_complaints_that_the_list_does_not(stage, tool):
    path, values = LISTS[tool]
    stage.frappe.db.set_value(
        "Complaint",
        {"name": ("in", stage.all)},
        {"latitude": 19.8, "longitude": 105.7},
        update_modified=False,
    )
    for user in EVERYBODY:
        answer = stage.door(user).method(path, **values)
        assert answer[0] != 500, answer
        found = [name for name in reads(stage, user) if name in str(answer)]
        assert not found, user
        nothing_leaks(stage, str(answer))
    assert refused(stage.door("stranger@test.example").method(path, **values))


@pytest.mark.parametrize(
    "column",
    ["officer.reset_password_key", "agency.name) or (1=1", "(select max(citizen_phone) from tabComplainant)"],
)
def test_a_calendar_is_drawn_by_columns_of_the_attacker(stage, column):
    stage.frappe.db.set_value("User", world.OFFICER, "reset_password_key", "khoa-dat-lai")
    for place in ("start", "title"):
        answer = stage.door(world.LEADER).method(
            "frappe.desk.calendar.get_events",
            doctype="Complaint",
            start="2000-01-01",
            end="2099-01-01",
            field_map=json.dumps({**PLACED, place: column}),
        )
        assert "khoa-dat-lai" not in str(answer)
        assert refused(answer), answer


def test_a_column_of_hidden_complaints_is_added_to_a_report(stage):
    """Its values are fetched past every permission, and stand beside whatever rows name the complaints."""
    run, column = "frappe.desk.query_report.run", {"fieldname": "title-Complaint", "doctype": "Complaint"}
    added = json.dumps([{**column, "link_field": {"fieldname": "name"}}])
    door = stage.door(world.OFFICER)
    for path, values in (
        (run, {"report_name": "ToDo", "custom_columns": added}),
        ("frappe.desk.query_report.get_data_for_custom_report", {"columns": added}),
        (
            "frappe.desk.query_report.save_report",
            {"reference_report": "ToDo", "report_name": "x", "columns": added},
        ),
        ("frappe.desk.query_report.export_query", {"report_name": "ToDo", "custom_columns": added}),
    ):
        assert refused(door.method(path, **values)), path
    keys = json.dumps([{"fieldname": "api_key-User", "doctype": "User", "link_field": {"fieldname": "name"}}])
    assert refused(door.method(run, report_name="ToDo", custom_columns=keys))


def test_a_report_that_one_may_not_run_is_made_in_the_background(stage):
    frappe = stage.frappe
    frappe.set_user("Administrator")
    report = frappe.get_doc(
        {
            "doctype": "Report",
            "report_name": "Của quản trị",
            "ref_doctype": "Complaint",
            "report_type": "Query Report",
            "is_standard": "No",
            "query": "select citizen_phone from tabComplainant",
            "roles": [{"role": "System Manager"}],
        }
    ).insert()
    made = frappe.get_doc({"doctype": "Prepared Report", "report_name": report.name})
    made.name, made.owner = "pr-1", "Administrator"
    made.db_insert()
    for user in (*EVERYBODY, "stranger@test.example"):
        door = stage.door(user)
        path = "frappe.core.doctype.prepared_report.prepared_report"
        assert refused(door.method(f"{path}.make_prepared_report", report_name=report.name)), user
        assert refused(door.method(f"{path}.delete_prepared_reports", reports='[{"name": "pr-1"}]')), user
        assert refused(door.method("frappe.desk.query_report.run", report_name=report.name)), user
    assert frappe.db.exists("Prepared Report", "pr-1")


# Whoever may make one of these sends, copies, renames or reads past the list.
TOOLS = {
    "Data Import": {"reference_doctype": "Complaint", "import_type": "Update Existing Records"},
    "Data Export": {"reference_doctype": "Complaint"},
    "Bulk Update": {"document_type": "Complaint", "field": "answer_text", "update_value": "x"},
    "Document Naming Rule": {"document_type": "Complaint", "prefix": "X", "prefix_digits": 5},
    "Document Naming Settings": {"transaction_type": "Complaint"},
    "Deleted Document": {"deleted_doctype": "Complaint", "data": "{}"},
    "Calendar View": {
        "reference_doctype": "Complaint",
        "subject_field": "title",
        "start_date_field": "due_on",
    },
    "Energy Point Rule": {"rule_name": "x", "reference_doctype": "Complaint"},
    "Newsletter": {"subject": "x", "content_type": "HTML"},
    "Document Share Key": {"reference_doctype": "Complaint"},
    "Milestone Tracker": {"document_type": "Complaint", "track_field": "agency"},
    "Number Card": {"label": "x", "document_type": "Complaint", "function": "Count"},
    "Report": {"report_name": "x", "ref_doctype": "Complaint", "report_type": "Report Builder"},
    "Workspace": {"title": "x", "label": "x", "public": 1},
}


def test_an_officer_is_given_no_tool_that_reaches_past_the_list(stage):
    for user in (world.OFFICER, world.LEADER, world.SUPERVISOR, world.COORDINATOR):
        door = stage.door(user)
        for doctype, values in TOOLS.items():
            assert refused(door.rest("POST", f"/api/resource/{doctype}", values)), (user, doctype)
            insert = json.dumps({"doctype": doctype, **values})
            assert refused(door.method("frappe.client.insert", doc=insert)), (user, doctype)
