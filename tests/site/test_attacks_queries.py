"""Attacks: asking the database for what the answer may not hold: filters, joins, order, functions, reports, exports."""

import json

import pytest
from helpers import world
from helpers.stage import PHONE, nothing_leaks, refused

READERS = (world.OFFICER, world.COORDINATOR, world.SUPERVISOR, world.ADMINISTRATOR)
# What names the citizen's table or a hidden column, as filter, as field, as order.
HIDDEN = (
    "citizen_phone",
    "Complainant.citizen_phone",
    "`tabComplainant`.citizen_phone",
    "`tabComplainant`.`citizen_phone`",
    "tabComplainant.citizen_phone",
    "citizen_user.full_name",
    "citizen_user.mobile_no",
    "merged_into.citizen_phone",
    "officer.api_key",
    "officer.reset_password_key",
    "agency.members",
    "(select citizen_phone from tabComplainant limit 1)",
    "(select citizen_phone from `tabComplainant` limit 1) as title",
    "load_file('/etc/passwd')",
    "sleep(0)",
    "sleep/**/(0)",
    "title/**/union/**/select/**/citizen_phone/**/from/**/tabComplainant",
    "title, (select/**/citizen_phone/**/from/**/tabComplainant/**/limit/**/1)",
    "if(1=1, name, title)",
    "extractvalue(1, concat(0x7e, (select citizen_phone from tabComplainant limit 1)))",
    "name` from `tabComplainant` -- ",
    "*, citizen_phone",
    "global.version",
    "@@version",
    "group_concat(search_text)",
    "max((select citizen_phone from tabComplainant limit 1))",
)
LISTS = ("frappe.client.get_list", "frappe.desk.reportview.get", "frappe.desk.reportview.get_list")


def whole(stage, answers) -> bool:
    """The database is not a crash away: no answer is an SQL error, and none holds a secret or a hidden complaint."""
    for _status, said in answers:
        assert "error in your SQL" not in str(said), said
        assert stage.sealed not in str(said)
        assert "root:" not in str(said)
    return nothing_leaks(stage, answers)


@pytest.mark.parametrize("door", LISTS)
def test_an_officer_filters_the_list_by_a_phone_number(stage, door):
    """Whatever he calls the column, a right number and a wrong one give the same list."""
    for user in READERS:
        knocks = stage.door(user)
        for column in HIDDEN:
            said = []
            for number in (PHONE, "0999999999"):
                said.append(
                    knocks.method(
                        door,
                        doctype="Complaint",
                        fields='["name"]',
                        filters=json.dumps([["Complaint", column, "=", number]]),
                        limit_page_length=0,
                    )
                )
            assert str(said[0]).replace(PHONE, "") == str(said[1]).replace("0999999999", ""), column
            whole(stage, said)


@pytest.mark.parametrize(
    "filters",
    [
        [["Complainant", "citizen_phone", "=", PHONE]],
        [["Complainant", "citizen_phone", "like", "09%"]],
        [["Letter", "recipient", "=", PHONE]],
        [["Letter", "text", "like", "%0912%"]],
        [["User", "mobile_no", "like", "%"]],
        {"name": ["in", ["x') or 1=1 -- "]]},
        {"name": ["= '' or 1=1 or name =", "x"]},
        {"name) or (1": ["=", "1"]},
        [["Complaint", "1=1) or (name", "like", "%"]],
        [["Complaint", "name", "=", "x' or '1'='1"]],
    ],
    ids=str,
)
def test_an_officer_joins_the_citizens_table_in_a_filter(stage, filters):
    for user in READERS:
        answers = [
            stage.door(user).method(door, doctype="Complaint", fields='["name"]', filters=json.dumps(filters))
            for door in (*LISTS, "frappe.client.get_count", "frappe.desk.reportview.get_count")
        ]
        whole(stage, answers)
        for status, said in answers:
            assert status != 200 or not said["message"], said


@pytest.mark.parametrize("door", LISTS)
def test_an_officer_sorts_and_groups_by_what_is_hidden(stage, door):
    for user in (world.OFFICER, world.COORDINATOR):
        knocks = stage.door(user)
        answers = [
            knocks.method(door, doctype="Complaint", fields='["name"]', limit_page_length=0, **{by: column})
            for column in HIDDEN
            for by in ("order_by", "group_by")
        ]
        whole(stage, answers)


@pytest.mark.parametrize("door", LISTS)
def test_an_officer_asks_for_fields_that_are_functions_and_subselects(stage, door):
    for user in (world.OFFICER, world.COORDINATOR):
        knocks = stage.door(user)
        answers = [
            knocks.method(door, doctype="Complaint", fields=json.dumps(["name", column]), limit_page_length=0)
            for column in HIDDEN
        ]
        answers.append(knocks.method(door, doctype="Complaint", fields='["*"]', limit_page_length=0))
        whole(stage, answers)


def test_an_officer_asks_for_a_colleague_s_keys_through_a_link(stage):
    """ "officer.reset_password_key" beside each complaint would hand over the account."""
    frappe = stage.frappe
    secrets = {"reset_password_key": "khoa-dat-lai", "mobile_no": "0987000111", "api_key": "khoa-api"}
    frappe.db.set_value("User", world.OFFICER, secrets)
    for user in (world.SECOND_OFFICER, world.COORDINATOR, world.ADMINISTRATOR):
        door = stage.door(user)
        answers = []
        for column in secrets:
            for named in (f"officer.{column}", f"`officer`.`{column}`", f"officer.{column} as title"):
                columns = json.dumps(["name", named])
                answers += [door.method(path, doctype="Complaint", fields=columns) for path in LISTS]
                answers.append(door.rest("GET", "/api/resource/Complaint", fields=columns))
                answers.append(
                    door.method(
                        "frappe.client.get_value", doctype="Complaint", fieldname=named, filters=stage.mine
                    )
                )
                answers.append(
                    door.method(
                        "frappe.client.get_list", doctype="ToDo", fields=columns.replace("officer", "owner")
                    )
                )
                answers.append(
                    door.method(
                        "frappe.client.get_list",
                        doctype="ToDo",
                        fields=columns.replace("officer", "allocated_to"),
                    )
                )
        assert not any(secret in str(answers) for secret in secrets.values()), user
    named = stage.door(world.SECOND_OFFICER).method(
        "frappe.client.get_list",
        doctype="Complaint",
        fields='["name", "agency.agency_name", "officer.full_name"]',
    )
    assert named[0] == 200, "what the desk's lists show beside a link stays readable"


def test_rest_is_asked_for_all_columns_and_joined_tables(stage):
    for user in READERS:
        door = stage.door(user)
        answers = [
            door.rest("GET", "/api/resource/Complaint", fields=json.dumps([column]), limit_page_length=0)
            for column in ("*", *HIDDEN)
        ]
        answers += [
            door.rest("GET", f"/api/resource/{doctype}", fields='["*"]', limit_page_length=0)
            for doctype in ("Complainant", "Letter", "Message", "Complaint Event", "Custody", "Version")
        ]
        answers.append(door.rest("GET", f"/api/resource/Complaint/{stage.mine}"))
        whole(stage, answers)


def test_a_report_is_built_with_columns_of_the_citizen_and_saved(stage):
    """Report builder: columns by name, of joined tables, saved and run again by others."""
    for user in (world.OFFICER, world.COORDINATOR):
        door = stage.door(user)
        built = json.dumps(
            {
                "fields": [
                    ["citizen_phone", "Complaint"],
                    ["citizen_phone", "Complainant"],
                    ["name", "Complaint"],
                ],
                "filters": [["Complainant", "citizen_phone", "like", "09%"]],
                "order_by": "`tabComplainant`.`citizen_phone` desc",
            }
        )
        answers = [
            door.method(
                "frappe.desk.reportview.save_report",
                name="Báo cáo thử",
                doctype="Complaint",
                report_settings=built,
            ),
            door.method("frappe.desk.query_report.run", report_name="Báo cáo thử"),
            door.method(
                "frappe.desk.query_report.get_data_for_custom_field",
                doctype="Complainant",
                field="citizen_phone",
                names=json.dumps([stage.mine]),
            ),
            door.method(
                "frappe.desk.reportview.export_query",
                doctype="Complaint",
                file_format_type="CSV",
                title="x",
                fields=json.dumps(["name", "citizen_phone", "`tabComplainant`.`citizen_phone`"]),
            ),
        ]
        whole(stage, answers)


def test_an_officer_exports_the_list(stage):
    """Officers and leaders have no right to export; those who have it get what they see, no more."""
    for user in (world.OFFICER, world.LEADER):
        for path, values in EXPORTS.items():
            assert refused(stage.door(user).method(path, **values)), path
    for user in (world.COORDINATOR, world.SUPERVISOR, world.ADMINISTRATOR, "system@test.example"):
        for path, values in EXPORTS.items():
            status, said = stage.door(user).method(path, **values)
            content = said.get("filecontent") or said.get("result") or said if status == 200 else said
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
            assert stage.sealed not in text, (user, path)
            nothing_leaks(stage, text)


EXPORTS = {
    "frappe.desk.reportview.export_query": {
        "doctype": "Complaint",
        "file_format_type": "CSV",
        "title": "x",
        "fields": '["name", "title", "content"]',
    },
    "frappe.core.doctype.data_export.exporter.export_data": {
        "doctype": "Complaint",
        "parent_doctype": "Complaint",
        "all_doctypes": "true",
        "with_data": "true",
        "select_columns": '{"Complaint": ["name", "title", "citizen_phone"]}',
        "file_type": "CSV",
    },
}


@pytest.mark.parametrize("doctype", ["Complaint", "Complainant", "Letter", "Message", "Complaint Event"])
def test_the_import_tool_hands_out_a_template_filled_with_data(stage, doctype):
    for user in (world.OFFICER, world.COORDINATOR, world.ADMINISTRATOR, "system@test.example"):
        answer = stage.door(user).method(
            "frappe.core.doctype.data_import.data_import.download_template",
            doctype=doctype,
            export_fields=json.dumps({doctype: ["name"]}),
            export_records="all",
            export_filters="[]",
            file_type="CSV",
        )
        assert stage.sealed not in str(answer), user
        nothing_leaks(stage, str(answer))


SCRIPTS = {
    "Report": {
        "report_name": "Đọc hết",
        "ref_doctype": "Complaint",
        "report_type": "Query Report",
        "is_standard": "No",
        "query": "select citizen_phone from tabComplainant",
    },
    "Report ": {
        "report_name": "Đọc hết",
        "ref_doctype": "Complaint",
        "report_type": "Script Report",
        "is_standard": "No",
        "report_script": "data = frappe.db.sql('select 1')",
    },
    "Server Script": {"script_type": "API", "api_method": "x", "script": "pass"},
    "Client Script": {"dt": "Complaint", "script": "alert(1)", "enabled": 1},
    "Print Format": {
        "name": "Mẫu riêng",
        "doc_type": "Complaint",
        "custom_format": 1,
        "print_format_type": "Jinja",
        "html": "{{ doc.identity.citizen_phone }}",
    },
    "Notification": {
        "name": "Báo",
        "document_type": "Complaint",
        "event": "Save",
        "channel": "Email",
        "message": "{{ doc.identity.citizen_phone }}",
        "subject": "x",
    },
    "Webhook": {
        "webhook_doctype": "Complaint",
        "webhook_docevent": "on_update",
        "request_url": "http://x.example",
    },
    "Email Template": {"name": "T", "subject": "x", "response": "{{ frappe.get_all('Complainant') }}"},
    "Auto Email Report": {
        "report": "ToDo",
        "user": world.OFFICER,
        "email_to": "a@test.example",
        "format": "CSV",
    },
    "Auto Repeat": {"reference_doctype": "Complaint", "reference_document": "x", "frequency": "Daily"},
    "Assignment Rule": {"name": "A", "document_type": "Complaint", "rule": "Round Robin"},
    "Web Page": {"title": "x", "main_section": "{{ frappe.get_all('Complainant') }}", "dynamic_template": 1},
    "Web Template": {"name": "x", "type": "Component", "template": "{{ frappe.get_all('Complainant') }}"},
    "Letter Head": {"letter_head_name": "x", "source": "HTML", "content": "{{ doc.identity.citizen_phone }}"},
    "Web Form": {"title": "x", "doc_type": "Complaint", "module": "Phanhoi App"},
    "Custom Field": {"dt": "Complaint", "fieldname": "x_attack", "label": "x", "fieldtype": "Data"},
    "Property Setter": {
        "doctype_or_field": "DocField",
        "doc_type": "Complaint",
        "field_name": "citizen_phone",
        "property": "permlevel",
        "value": "0",
        "property_type": "Int",
    },
    "Custom DocPerm": {"parent": "Complainant", "role": "Phanhoi Officer", "read": 1},
    "DocType": {"name": "X Attack", "module": "Phanhoi App", "custom": 1},
    "User Permission": {"user": world.OFFICER, "allow": "Agency", "for_value": world.HEALTH},
    "Workflow": {"workflow_name": "x", "document_type": "Complaint", "is_active": 1},
    "Translation": {
        "language": "vi",
        "source_text": "Save",
        "translated_text": "<img src=x onerror=alert(1)>",
    },
}


@pytest.mark.parametrize("doctype", SCRIPTS)
def test_an_administrator_of_the_app_writes_a_report_or_a_script_that_reads_everything(stage, doctype):
    """Queries, scripts and templates run past every permission: only the site's technical administrator makes them."""
    for user in (world.OFFICER, world.LEADER, world.COORDINATOR, world.ADMINISTRATOR):
        before = stage.frappe.db.count(doctype.strip())
        door = stage.door(user)
        answer = door.rest("POST", f"/api/resource/{doctype.strip()}", SCRIPTS[doctype])
        assert refused(answer), user
        answer = door.method(
            "frappe.client.insert", doc=json.dumps({"doctype": doctype.strip(), **SCRIPTS[doctype]})
        )
        assert refused(answer), user
        assert stage.frappe.db.count(doctype.strip()) == before


def test_server_scripts_are_off_and_the_console_is_for_the_framework_s_administrator(stage):
    assert not stage.frappe.conf.server_script_enabled
    for user in (world.OFFICER, world.ADMINISTRATOR, "system@test.example"):
        answer = stage.door(user).method(
            "frappe.desk.doctype.system_console.system_console.execute_code",
            doc=json.dumps(
                {
                    "doctype": "System Console",
                    "type": "SQL",
                    "console": "select citizen_phone from tabComplainant",
                }
            ),
        )
        assert refused(answer), user
        nothing_leaks(stage, answer)


def test_a_technical_administrator_gives_himself_the_right_to_read_citizens(stage):
    """Rights are not enough: what no role reads has no list and no document for anybody."""
    from frappe.permissions import add_permission

    stage.frappe.set_user("Administrator")
    add_permission("Complainant", "System Manager", 0)
    stage.frappe.clear_cache(doctype="Complainant")
    door = stage.door("system@test.example")
    answers = [
        door.method("frappe.client.get_list", doctype="Complainant", fields='["*"]'),
        door.method("frappe.client.get", doctype="Complainant", name=stage.mine),
        door.method("frappe.client.get_count", doctype="Complainant"),
        door.rest("GET", f"/api/resource/Complainant/{stage.mine}"),
        door.method("frappe.desk.reportview.get", doctype="Complainant", fields='["citizen_phone"]'),
    ]
    nothing_leaks(stage, answers)
    assert not stage.frappe.has_permission("Complainant", "read", stage.mine)


CHART = {
    "doctype": "Dashboard Chart",
    "chart_name": "Theo cơ quan",
    "chart_type": "Group By",
    "document_type": "Complaint",
    "group_by_based_on": "agency",
    "group_by_type": "Count",
    "filters_json": "[]",
    "is_public": 1,
    "type": "Bar",
}


def test_a_chart_is_filled_by_one_and_looked_at_by_another(stage):
    """The framework keeps a chart's answer for all who open it."""
    frappe = stage.frappe
    frappe.set_user("Administrator")
    chart = frappe.get_doc(CHART).insert()
    inspector = stage.door("officer.inspect@test.example")
    path = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
    _, first = inspector.method(path, chart_name=chart.name, refresh=1)
    assert sum(first["message"]["datasets"][0]["values"])
    for user in (world.OTHER_OFFICER, world.SUPERVISOR):
        _, said = stage.door(user).method(path, chart_name=chart.name)
        frappe.set_user(user)
        seen = len(frappe.get_list("Complaint", {"agency": ("is", "set")}, pluck="name", limit=0))
        assert sum(said["message"]["datasets"][0]["values"]) == seen, user


@pytest.mark.parametrize(
    "column", ["citizen_phone", "(select citizen_phone from tabComplainant limit 1)", "x) or (1"]
)
def test_a_number_card_and_a_chart_are_crafted(stage, column):
    """The browser sends the card itself: its function and column are the attacker's."""
    door = stage.door(world.OFFICER)
    card = {
        "document_type": "Complaint",
        "function": "Maximum",
        "aggregate_function_based_on": column,
        "filters_json": "[]",
    }
    answers = [
        door.method(
            "frappe.desk.doctype.number_card.number_card.get_result", doc=json.dumps(card), filters="[]"
        ),
        door.method(
            "frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
            chart=json.dumps({**CHART, "group_by_based_on": column, "name": "x"}),
        ),
        door.method(
            "frappe.utils.goal.get_monthly_goal_graph_data",
            title="x",
            doctype="Agency",
            docname=world.ROADS,
            goal_value_field="x",
            goal_total_field="x",
            goal_history_field="x",
            goal_doctype="Complaint",
            goal_doctype_link="agency",
            goal_field=column,
            date_field="creation",
            filter_str="1=1",
            aggregation="max",
        ),
    ]
    whole(stage, answers)
