"""Attacks: guessing what is there. What one may not see answers as what does not exist, at every door."""

import json
import re

import pytest
from helpers import world
from helpers.portal import Portal
from helpers.stage import MISSING, nothing_leaks, refused

HIDDEN = ("theirs", "sealed")
OWN = "phanhoi_app.custody.api"
# door → the values with which it asks for one complaint
DOORS = {
    "frappe.client.get": lambda n: {"doctype": "Complaint", "name": n},
    "frappe.client.get ": lambda n: {"doctype": "Complaint", "filters": {"name": n}},
    "frappe.client.get_value": lambda n: {"doctype": "Complaint", "fieldname": "title", "filters": n},
    "frappe.client.set_value": lambda n: {
        "doctype": "Complaint",
        "name": n,
        "fieldname": "answer_text",
        "value": "x",
    },
    "frappe.client.delete": lambda n: {"doctype": "Complaint", "name": n},
    "frappe.client.is_document_amended": lambda n: {"doctype": "Complaint", "docname": n},
    "frappe.client.attach_file": lambda n: {
        "filename": "a.txt",
        "filedata": "x",
        "doctype": "Complaint",
        "docname": n,
        "is_private": 1,
    },
    "frappe.client.bulk_update": lambda n: {
        "docs": json.dumps([{"doctype": "Complaint", "docname": n, "answer_text": "x"}])
    },
    "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs": lambda n: {
        "doctype": "Complaint",
        "docnames": json.dumps([n]),
        "action": "update",
        "data": '{"answer_text": "x"}',
    },
    "frappe.desk.form.load.getdoc": lambda n: {"doctype": "Complaint", "name": n},
    "frappe.desk.form.load.get_docinfo": lambda n: {"doctype": "Complaint", "name": n},
    "frappe.desk.form.utils.get_next": lambda n: {
        "doctype": "Complaint",
        "value": n,
        "prev": 0,
        "sort_field": "due_on",
    },
    "frappe.desk.form.utils.add_comment": lambda n: {
        "reference_doctype": "Complaint",
        "reference_name": n,
        "content": "x",
        "comment_email": "a@test.example",
        "comment_by": "a",
    },
    "frappe.desk.form.document_follow.get_follow_users": lambda n: {"doctype": "Complaint", "doc_name": n},
    "frappe.desk.form.document_follow.follow_document": lambda n: {
        "doctype": "Complaint",
        "doc_name": n,
        "user": world.OFFICER,
    },
    "frappe.desk.form.assign_to.add": lambda n: {
        "doctype": "Complaint",
        "name": n,
        "assign_to": json.dumps([world.OFFICER]),
    },
    "frappe.desk.form.assign_to.add_multiple": lambda n: {
        "doctype": "Complaint",
        "name": json.dumps([n]),
        "assign_to": json.dumps([world.OFFICER]),
    },
    "frappe.desk.like.toggle_like": lambda n: {"doctype": "Complaint", "name": n, "add": "Yes"},
    "frappe.desk.link_preview.get_preview_data": lambda n: {"doctype": "Complaint", "docname": n},
    "frappe.desk.doctype.tag.tag.add_tag": lambda n: {"tag": "x", "dt": "Complaint", "dn": n},
    "frappe.desk.search.get_link_title": lambda n: {"doctype": "Complaint", "docname": n},
    "frappe.model.workflow.get_transitions": lambda n: {
        "doc": json.dumps({"doctype": "Complaint", "name": n})
    },
    "frappe.model.workflow.apply_workflow": lambda n: {
        "doc": json.dumps({"doctype": "Complaint", "name": n}),
        "action": "Take",
    },
    "frappe.model.rename_doc.update_document_title": lambda n: {
        "doctype": "Complaint",
        "docname": n,
        "title": "x",
    },
    "frappe.client.rename_doc": lambda n: {"doctype": "Complaint", "old_name": n, "new_name": "X"},
    "frappe.share.add": lambda n: {"doctype": "Complaint", "name": n, "user": world.OFFICER, "read": 1},
    "frappe.share.set_permission": lambda n: {
        "doctype": "Complaint",
        "name": n,
        "user": world.OFFICER,
        "permission_to": "read",
    },
    "frappe.core.doctype.communication.email.make": lambda n: {
        "doctype": "Complaint",
        "name": n,
        "content": "x",
        "subject": "x",
        "recipients": "a@test.example",
    },
    "frappe.www.printview.get_html_and_style": lambda n: {"doc": "Complaint", "name": n},
    "frappe.www.printview.get_rendered_raw_commands": lambda n: {"doc": "Complaint", "name": n},
    "frappe.utils.print_format.download_pdf": lambda n: {"doctype": "Complaint", "name": n},
    "frappe.utils.print_format.download_multi_pdf": lambda n: {
        "doctype": "Complaint",
        "name": json.dumps([n]),
    },
    "frappe.realtime.can_subscribe_doc": lambda n: {"doctype": "Complaint", "docname": n},
    "frappe.social.doctype.energy_point_log.energy_point_log.get_reviews": lambda n: {
        "doctype": "Complaint",
        "docname": n,
    },
    "frappe.templates.includes.comments.comments.add_comment": lambda n: {
        "comment": "x",
        "comment_email": "",
        "comment_by": "x",
        "reference_doctype": "Complaint",
        "reference_name": n,
        "route": "",
    },
    "frappe.templates.includes.likes.likes.like": lambda n: {
        "reference_doctype": "Complaint",
        "reference_name": n,
        "like": "true",
    },
    "frappe.website.doctype.web_form.web_form.get_form_data": lambda n: {
        "doctype": "Complaint",
        "docname": n,
        "web_form_name": "gui-phan-anh",
    },
    "run_doc_method": lambda n: {"dt": "Complaint", "dn": n, "method": "get_title"},
    f"{OWN}.act": lambda n: {"complaint": n, "verb": "take"},
    f"{OWN}.publication_proposal": lambda n: {"complaint": n},
    f"{OWN}.publish": lambda n: {
        "complaint": n,
        "public_title": "x",
        "public_content": "x",
        "public_answer": "x",
    },
    f"{OWN}.withhold": lambda n: {"complaint": n, "reason": "không cần"},
    "phanhoi_app.access.identity.open_identity": lambda n: {"complaint": n, "reason": "Tôi tò mò"},
    "phanhoi_app.access.identity.correct": lambda n: {
        "complaint": n,
        "reason": "Tôi tò mò",
        "citizen_name": "x",
    },
}
REST = {
    "GET": None,
    "PUT": {"answer_text": "x"},
    "DELETE": None,
}


def without(answer, name: str) -> str:
    """An answer but for the number asked for, and for ids that are new with each call."""
    return re.sub(r"0x[0-9a-f]+", "", str(answer)).replace(name, "…")


@pytest.mark.parametrize("user", [world.OFFICER, "stranger@test.example", "Guest"])
@pytest.mark.parametrize("door", DOORS)
def test_somebody_guesses_the_numbers_of_complaints_through_a_method(stage, door, user):
    """Same status, same words: nobody learns whether there is such a complaint."""
    knocks, values = stage.door(user), DOORS[door]
    nothing = knocks.method(door.strip(), **values(MISSING))
    assert nothing[0] != 500, nothing
    for which in HIDDEN:
        name = getattr(stage, which)
        answer = knocks.method(door.strip(), **values(name))
        assert without(answer, name) == without(nothing, MISSING), which


@pytest.mark.parametrize("user", [world.OFFICER, "stranger@test.example", "Guest"])
@pytest.mark.parametrize("http", REST)
def test_somebody_guesses_numbers_through_rest(stage, http, user):
    knocks = stage.door(user)
    nothing = knocks.rest(http, f"/api/resource/Complaint/{MISSING}", REST[http])
    assert nothing[0] in (403, 404)
    for which in HIDDEN:
        name = getattr(stage, which)
        answer = knocks.rest(http, f"/api/resource/Complaint/{name}", REST[http])
        assert without(answer, name) == without(nothing, MISSING), which


@pytest.mark.parametrize("user", [world.OFFICER, world.SUPERVISOR, "Guest"])
def test_a_printed_page_is_asked_for_by_its_address(stage, user):
    said = {
        name: without(stage.door(user).page("/printview", doctype="Complaint", name=name), name)
        for name in (MISSING, stage.sealed)
    }
    assert "404" in said[MISSING]
    assert said[MISSING] == said[stage.sealed]


def test_codes_of_the_tracking_page_are_tried_out(stage):
    """A guessed code and a mistyped one open nothing, and after some tries the address waits."""
    portal = Portal(stage.frappe)
    right = stage.code(stage.mine)
    wrong = [right[:-1] + ("2" if right[-1] != "2" else "3"), right[::-1], right[:6] + "%", "' or 1=1 -- "]
    for code in wrong:
        answer = portal.get(f"/tra-cuu/{code}")
        assert answer.status_code in (404, 429), code
        assert stage.mine not in answer.get_data(as_text=True)
    seen = [portal.get(f"/tra-cuu/AAAAAAAAAAA{n:02d}").status_code for n in range(40)]
    assert seen[-1] == 429


@pytest.mark.parametrize(
    "typed", ["%", "_", "PA-", "Ổ gà", "", "%' or '1'='1", "0912345678", "Nguyễn Văn An"]
)
@pytest.mark.parametrize("door", ["search_link", "search_widget"])
def test_an_officer_enumerates_complaints_in_a_link_field(stage, door, typed):
    answer = stage.door(world.OFFICER).method(
        f"frappe.desk.search.{door}",
        doctype="Complaint",
        txt=typed,
        page_length=10000,
        ignore_user_permissions=1,
        reference_doctype="Complaint",
    )
    assert stage.theirs not in str(answer) and stage.sealed not in str(answer)
    nothing_leaks(stage, answer)
    if typed in ("0912345678", "Nguyễn Văn An"):
        assert stage.mine not in str(answer)


@pytest.mark.parametrize("doctype", ["Complainant", "Letter"])
def test_a_link_field_is_pointed_at_the_citizens(stage, doctype):
    for user in (world.OFFICER, world.COORDINATOR, world.ADMINISTRATOR, "system@test.example"):
        door = stage.door(user)
        answers = [
            door.method(
                "frappe.desk.search.search_link", doctype=doctype, txt="%", ignore_user_permissions=1
            ),
            door.method("frappe.client.validate_link", doctype=doctype, docname=stage.mine, fields='["*"]'),
            door.method("frappe.desk.search.get_link_title", doctype=doctype, docname=stage.mine),
            door.method("frappe.client.get_list", doctype=doctype, fields='["*"]'),
            door.method("frappe.client.get", doctype=doctype, name=stage.mine),
            door.rest("GET", f"/api/resource/{doctype}/{stage.mine}"),
        ]
        nothing_leaks(stage, answers)


COUNTS = {
    "frappe.client.get_count": lambda f: {"doctype": "Complaint", "filters": {"name": f}},
    "frappe.desk.reportview.get_count": lambda f: {
        "doctype": "Complaint",
        "filters": [["Complaint", "name", "=", f]],
        "fields": ["name"],
        "distinct": "false",
    },
    "frappe.desk.reportview.get_stats": lambda f: {
        "stats": ["_user_tags"],
        "doctype": "Complaint",
        "filters": [["Complaint", "name", "=", f]],
    },
    "frappe.desk.reportview.get_sidebar_stats": lambda f: {
        "stats": ["_user_tags"],
        "doctype": "Complaint",
        "filters": [["Complaint", "name", "=", f]],
    },
    "frappe.desk.listview.get_group_by_count": lambda f: {
        "doctype": "Complaint",
        "current_filters": json.dumps([["Complaint", "name", "=", f]]),
        "field": "agency",
    },
    "frappe.desk.doctype.number_card.number_card.get_result": lambda f: {
        "doc": {"document_type": "Complaint", "function": "Count", "filters_json": "[]"},
        "filters": [["Complaint", "name", "=", f]],
    },
    "frappe.desk.reportview.get_filter_dashboard_data": lambda f: {
        "stats": json.dumps([{"name": "agency", "type": "Link", "label": "x"}]),
        "doctype": "Complaint",
        "filters": [["Complaint", "name", "=", f]],
    },
}


@pytest.mark.parametrize("door", COUNTS)
def test_hidden_complaints_are_counted_through_a_number(stage, door):
    """By an officer of another agency, and a sealed one by those who read all the rest."""
    for user in (world.OFFICER, world.COORDINATOR, world.SUPERVISOR, world.ADMINISTRATOR):
        knocks = stage.door(user)
        nothing = knocks.method(door, **COUNTS[door](MISSING))
        hidden = [stage.sealed] + ([stage.theirs] if user == world.OFFICER else [])
        for name in hidden:
            assert without(knocks.method(door, **COUNTS[door](name)), name) == without(nothing, MISSING), user


def test_the_workflow_builder_counts_states_past_the_scope(stage):
    """It counts for each state of the list, without asking whose complaints they are."""
    said = {}
    for user in (world.OTHER_OFFICER, world.SUPERVISOR):
        _, answer = stage.door(user).method(
            "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
            doctype="Complaint",
            workflow_state_field="workflow_state",
            states="[]",
        )
        said[user] = sum(row["count"] for row in answer["message"])
        stage.frappe.set_user(user)
        assert said[user] == len(stage.frappe.get_list("Complaint", pluck="name", limit=0)), user


def test_the_next_arrow_tells_where_a_hidden_complaint_stands_in_the_order(stage):
    officer = stage.door(world.OFFICER)
    for field in ("due_on", "modified", "agency"):
        asked = {
            name: officer.method(
                "frappe.desk.form.utils.get_next", doctype="Complaint", value=name, prev=0, sort_field=field
            )
            for name in (MISSING, stage.sealed)
        }
        assert without(asked[stage.sealed], stage.sealed) == without(asked[MISSING], MISSING)


@pytest.mark.parametrize("text", ["Ổ gà", "Lê Lai", "0912345678", "Nguyễn Văn An"])
def test_everything_is_searched_from_the_awesome_bar(stage, text):
    for user in (world.OFFICER, "stranger@test.example", "Guest"):
        door = stage.door(user)
        answers = [
            door.method("frappe.utils.global_search.search", text=text, limit=100),
            door.method("frappe.utils.global_search.search", text=text, doctype="Complaint", limit=100),
            door.method("frappe.utils.global_search.web_search", text=text, limit=100),
            door.method("frappe.desk.doctype.tag.tag.get_tags_list_for_awesomebar"),
            door.method("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag="x"),
            door.method("frappe.www.search.get_search_results", text=text, scope="", start=0),
        ]
        assert stage.sealed not in str(answers) and stage.theirs not in str(answers)
        nothing_leaks(stage, answers)


def test_tags_list_hidden_complaints(stage):
    frappe = stage.frappe
    frappe.set_user("Administrator")
    for name in (stage.sealed, stage.mine):
        frappe.get_doc({"doctype": "Tag", "name": "mật"}).insert(ignore_if_duplicate=True)
        frappe.get_doc(
            {"doctype": "Tag Link", "document_type": "Complaint", "document_name": name, "tag": "mật"}
        ).insert(ignore_links=True)
    officer = stage.door(world.OFFICER)
    said = [
        officer.method("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag="mật"),
        officer.method("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="Complaint", tag="mật"),
        officer.rest("GET", "/api/resource/Tag Link", fields='["*"]', limit_page_length=0),
    ]
    assert stage.mine in str(said)
    assert stage.sealed not in str(said)


def test_a_board_of_cards_tells_numbers_and_states_of_hidden_complaints(stage):
    """The framework keeps the cards' order with all names on a board that everybody reads, and asks each card's value
    past permissions."""
    frappe = stage.frappe
    inspector = stage.door("officer.inspect@test.example")
    status, made = inspector.method(
        "frappe.desk.doctype.kanban_board.kanban_board.quick_kanban_board",
        doctype="Complaint",
        board_name="Bảng thử",
        field_name="severity",
    )
    assert status == 200, made
    inspector.method(
        "frappe.desk.doctype.kanban_board.kanban_board.update_order",
        board_name="Bảng thử",
        order=json.dumps({"Normal": [stage.sealed]}),
    )
    officer = stage.door(world.OFFICER)
    assert stage.sealed not in str(officer.rest("GET", "/api/resource/Kanban Board/Bảng thử"))
    asked = {}
    for name in (MISSING, stage.sealed):
        asked[name] = officer.method(
            "frappe.desk.doctype.kanban_board.kanban_board.update_order",
            board_name="Bảng thử",
            order=json.dumps({"Normal": [name]}),
        )
    assert without(asked[stage.sealed], stage.sealed) == without(asked[MISSING], MISSING)
    assert frappe.db.get_value("Complaint", stage.sealed, "severity") == "Normal"


@pytest.mark.parametrize("doctype", ["Complaint", "Complaint Event", "Message", "Complainant"])
def test_the_public_lists_complaints_through_the_websites_lists(stage, doctype):
    for user in ("Guest", "stranger@test.example"):
        door = stage.door(user)
        answers = [
            door.method("frappe.www.list.get", doctype=doctype, txt=""),
            door.method("frappe.www.list.get_list_data", doctype=doctype, limit=100),
            door.method(
                "frappe.website.doctype.web_form.web_form.get_link_options",
                web_form_name="gui-phan-anh",
                doctype=doctype,
            ),
            door.rest("GET", f"/api/resource/{doctype}", fields='["*"]'),
        ]
        assert not any(name in str(answers) for name in stage.all)
        nothing_leaks(stage, answers)
        assert refused(answers[-1])
