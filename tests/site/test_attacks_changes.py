"""Attacks: changing what is not one's own to change: fields, states, numbers, settings, roles, the past."""

import json

import pytest
from helpers import world
from helpers.stage import refused

PAST_VERBS = {
    "agency": world.HEALTH,
    "officer": world.SECOND_OFFICER,
    "due_on": "2099-01-01 00:00:00",
    "phase": "answered",
    "workflow_state": "Answered",
    "sealed": 1,
    "clock_state": "Stopped",
    "citizen_user": world.OFFICER,
    "citizen_phone": "0900000000",
    "citizen_masked": "x",
    "title": "khác",
    "content": "khác",
    "publication": "Published",
    "received_at": "2020-01-01 00:00:00",
    "satisfaction": "satisfied",
    "reopened_count": 9,
    "merged_into": "x",
    "event_count": 0,
    "last_hash": "0" * 64,
    "severity": "Urgent",
    "kind": "Denunciation",
}
HANDLERS = (world.OFFICER, world.LEADER, world.SUPERVISOR, world.OTHER_OFFICER)


def ways(stage, user, name, field, value):
    """Each way to write one field of one complaint: (what it is called, answer)."""
    door = stage.door(user)
    copy = stage.frappe.get_doc("Complaint", name).as_dict(no_default_fields=False)
    copy = {key: value for key, value in copy.items() if key not in ("event_count", "last_hash")}
    forged = json.dumps({**copy, field: value}, default=str)
    yield "REST", door.rest("PUT", f"/api/resource/Complaint/{name}", {field: value})
    yield (
        "set_value",
        door.method("frappe.client.set_value", doctype="Complaint", name=name, fieldname=field, value=value),
    )
    yield (
        "set_value of a dict",
        door.method(
            "frappe.client.set_value", doctype="Complaint", name=name, fieldname=json.dumps({field: value})
        ),
    )
    yield "save", door.method("frappe.client.save", doc=forged)
    yield "savedocs", door.method("frappe.desk.form.save.savedocs", doc=forged, action="Save")
    yield (
        "savedocs with flags",
        door.method(
            "frappe.desk.form.save.savedocs",
            doc=json.dumps(
                {**json.loads(forged), "flags": {"by_verb": True, "ignore_permissions": True}, "__islocal": 0}
            ),
            action="Save",
        ),
    )


@pytest.mark.parametrize("field", PAST_VERBS)
def test_a_hidden_field_is_posted_with_the_form(stage, field):
    """By REST, by the form's own saving with forged flags, by the list's bulk edit: refused, and in words."""
    name, value = stage.mine, PAST_VERBS[field]
    for user in HANDLERS:
        before = stage.value(name, field)
        for way, answer in ways(stage, user, name, field, value):
            assert stage.value(name, field) == before, (way, user)
            if user in (world.OFFICER, world.LEADER) and field not in ("event_count", "last_hash"):
                assert refused(answer), (way, answer)
                assert len(str(answer[1]).split(": ", 1)[-1]) > 15 or answer[0] == 403, (way, answer)
        bulk = stage.door(user)
        bulk.method(
            "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
            doctype="Complaint",
            docnames=json.dumps([name]),
            action="update",
            data=json.dumps({field: value}),
        )
        bulk.method(
            "frappe.client.bulk_update",
            docs=json.dumps([{"doctype": "Complaint", "docname": name, field: value}]),
        )
        assert stage.value(name, field) == before, user


def test_an_officer_writes_another_s_answer(stage):
    """The one who took it writes it; neither a colleague, nor another agency, nor who reads all."""
    for user in (world.SECOND_OFFICER, world.OTHER_OFFICER, world.SUPERVISOR, "viewer.roads@test.example"):
        for way, answer in ways(stage, user, stage.mine, "answer_text", "giả mạo"):
            assert refused(answer), (way, user)
        assert not stage.value(stage.mine, "answer_text")
    own = stage.door(world.OFFICER).rest(
        "PUT", f"/api/resource/Complaint/{stage.mine}", {"answer_text": "Đã vá."}
    )
    assert own[0] == 200


@pytest.mark.parametrize(
    "user", [world.OFFICER, world.COORDINATOR, world.ADMINISTRATOR, "system@test.example"]
)
def test_a_complaint_is_made_or_overwritten_as_if_it_were_new(stage, user):
    """`__islocal`, an own name, owner, dates, agency and state in what the browser sends."""
    door = stage.door(user)
    forged = {
        "doctype": "Complaint",
        "__islocal": 1,
        "name": stage.sealed,
        "title": "Ổ gà giả",
        "content": "Nội dung đủ dài để nhận đơn này.",
        "field": world.POTHOLES,
        "kind": "Feedback",
        "channel": "Counter",
        "agency": world.HEALTH,
        "officer": world.OTHER_OFFICER,
        "phase": "answered",
        "workflow_state": "Answered",
        "due_on": "2099-01-01 00:00:00",
        "received_at": "2001-01-01 00:00:00",
        "owner": world.LEADER,
        "creation": "2001-01-01 00:00:00",
        "docstatus": 1,
        "amended_from": stage.sealed,
        "publication": "Published",
        "event_count": 99,
        "flags": {"by_verb": 1, "ignore_permissions": 1},
        "severity": "Normal",
        "identity_wish": "Public",
    }
    count, before = stage.frappe.db.count("Complaint"), stage.fingerprint()
    for path, values in (
        ("frappe.client.insert", {"doc": json.dumps(forged)}),
        ("frappe.client.insert_many", {"docs": json.dumps([forged])}),
        ("frappe.desk.form.save.savedocs", {"doc": json.dumps(forged), "action": "Save"}),
        ("frappe.desk.form.save.savedocs", {"doc": json.dumps(forged), "action": "Submit"}),
    ):
        door.method(path, **values)
    door.rest("POST", "/api/resource/Complaint", forged)
    made = stage.frappe.get_all("Complaint", {"title": "Ổ gà giả"}, ["*"])
    if user == world.OFFICER:
        assert stage.frappe.db.count("Complaint") == count
    for row in made:
        assert row.name not in stage.all
        assert (row.phase, row.officer, row.publication) == ("new", None, "Undecided"), row
        assert row.agency != world.HEALTH
        assert row.owner == user and row.docstatus == 0
        assert row.due_on.year < 2050 and row.received_at.year > 2020
        assert row.event_count == 1
        assert stage.frappe.db.count("Custody", {"complaint": row.name, "part": "Holder"}) == 1
    assert stage.fingerprint() == before


def test_somebody_saves_a_hidden_complaint_as_his_own(stage):
    """A copy with the right name and forged contents: what is believed is the database's row."""
    for user in (world.OFFICER, world.COORDINATOR, "stranger@test.example"):
        before = stage.fingerprint()
        for local in (0, 1):
            forged = json.dumps(
                {
                    "doctype": "Complaint",
                    "name": stage.sealed,
                    "__islocal": local,
                    "owner": user,
                    "sealed": 0,
                    "agency": world.ROADS,
                    "answer_text": "x",
                    "modified": str(stage.value(stage.sealed, "modified")),
                }
            )
            door = stage.door(user)
            answers = [
                door.method("frappe.client.save", doc=forged),
                door.method("frappe.desk.form.save.savedocs", doc=forged, action="Save"),
                door.method("frappe.desk.form.save.cancel", doctype="Complaint", name=stage.sealed),
                door.method("run_doc_method", docs=forged, method="get_title"),
                door.method("frappe.model.workflow.get_transitions", doc=forged),
                door.method("frappe.client.submit", doc=forged),
            ]
            for answer in answers[:3]:
                assert refused(answer) or local, answer
            assert stage.value(stage.sealed, "title") not in str(answers)
        assert stage.fingerprint() == before


@pytest.mark.parametrize("merge", [0, 1])
@pytest.mark.parametrize(
    "user", [world.OFFICER, world.COORDINATOR, world.ADMINISTRATOR, "system@test.example"]
)
def test_a_complaint_is_renamed_or_merged_away(stage, user, merge):
    before, door, name = stage.fingerprint(), stage.door(user), stage.mine
    answers = [
        door.method(
            "frappe.client.rename_doc", doctype="Complaint", old_name=name, new_name=stage.left, merge=merge
        ),
        door.method("frappe.rename_doc", doctype="Complaint", old=name, new=stage.left, merge=merge, force=1),
        door.method(
            "frappe.model.rename_doc.update_document_title",
            doctype="Complaint",
            docname=name,
            name=stage.left,
            merge=merge,
        ),
        door.method(
            "frappe.model.rename_doc.update_document_title", doctype="Complaint", docname=name, title="khác"
        ),
        door.method(
            "run_doc_method", dt="Complaint", dn=name, method="rename", args=json.dumps({"name": "X"})
        ),
    ]
    assert all(refused(answer) for answer in answers), answers
    for doctype, row in (("Complaint Event", f"{name}-0001"), ("Complainant", name)):
        assert refused(
            door.method("frappe.client.rename_doc", doctype=doctype, old_name=row, new_name="X", merge=merge)
        )
    assert stage.fingerprint() == before


@pytest.mark.parametrize(
    "user", [world.OFFICER, world.COORDINATOR, world.ADMINISTRATOR, "system@test.example"]
)
def test_a_complaint_or_its_history_is_deleted_and_restored_otherwise(stage, user):
    before, door = stage.fingerprint(), stage.door(user)
    event = f"{stage.mine}-0001"
    message = stage.frappe.db.get_value("Message", {"complaint": stage.mine})
    custody = stage.frappe.db.get_value("Custody", {"complaint": stage.mine})
    for doctype, name in (
        ("Complaint", stage.mine),
        ("Complaint Event", event),
        ("Message", message),
        ("Custody", custody),
        ("Complainant", stage.mine),
        ("Letter", message),
    ):
        answers = [
            door.method("frappe.client.delete", doctype=doctype, name=name),
            door.rest("DELETE", f"/api/resource/{doctype}/{name}"),
            door.rest("PUT", f"/api/resource/{doctype}/{name}", {"owner": user, "reason": "x", "text": "x"})
            if doctype != "Complaint"
            else (403, "x"),
        ]
        assert all(refused(answer) for answer in answers), (doctype, answers)
        door.method("frappe.desk.reportview.delete_items", doctype=doctype, items=json.dumps([name]))
        assert stage.frappe.db.exists(doctype, name)
    if user != "system@test.example":
        assert refused(door.method("frappe.core.doctype.deleted_document.deleted_document.restore", name="x"))
    assert stage.fingerprint() == before


def test_a_restored_deleted_document_carries_forged_contents(stage):
    """Who may write Deleted Documents could invent one: a complaint does not come in that way."""
    frappe = stage.frappe
    frappe.set_user("Administrator")
    row = frappe.get_doc("Complaint", stage.sealed).as_dict()
    forged = frappe.get_doc(
        {
            "doctype": "Deleted Document",
            "deleted_doctype": "Complaint",
            "deleted_name": "PA-2026-888888",
            "data": frappe.as_json(
                {**row, "name": "PA-2026-888888", "phase": "answered", "agency": world.HEALTH}
            ),
        }
    ).insert()
    before, there = stage.fingerprint(), frappe.get_all("Complaint", pluck="name")
    stage.door("system@test.example").method(
        "frappe.core.doctype.deleted_document.deleted_document.restore", name=forged.name, alert="true"
    )
    made = frappe.get_all("Complaint", {"name": ("not in", there)}, ["name", "phase", "agency"])
    assert not any(each.name == "PA-2026-888888" or each.phase == "answered" for each in made)
    assert stage.fingerprint() == before


def test_the_workflow_is_walked_around(stage):
    """Its actions by other roles, on others' complaints, in bulk, by the mail link, by setting the state."""
    before = stage.fingerprint()
    for user, name in (
        (world.OTHER_OFFICER, stage.mine),
        (world.SUPERVISOR, stage.mine),
        ("viewer.roads@test.example", stage.mine),
        (world.OFFICER, stage.sealed),
        (world.COORDINATOR, stage.sealed),
        ("stranger@test.example", stage.mine),
    ):
        door = stage.door(user)
        doc = json.dumps({"doctype": "Complaint", "name": name})
        for action in ("Submit", "Approve", "Take", "Close", "Assign", "Transfer"):
            assert refused(door.method("frappe.model.workflow.apply_workflow", doc=doc, action=action))
            door.method(
                "frappe.model.workflow.bulk_workflow_approval",
                docnames=json.dumps([name]),
                doctype="Complaint",
                action=action,
            )
        for verb in ("take", "submit", "approve", "close", "assign", "supply", "reopen", "rate"):
            assert refused(door.method("phanhoi_app.custody.api.act", complaint=name, verb=verb))
        door.method(
            "frappe.workflow.doctype.workflow_action.workflow_action.apply_action",
            action="Approve",
            current_state="x",
            doctype="Complaint",
            docname=name,
            user=world.LEADER,
            last_modified="x",
        )
    # the officer approves his own work
    assert refused(
        stage.door(world.OFFICER).method("phanhoi_app.custody.api.act", complaint=stage.mine, verb="approve")
    )
    assert refused(
        stage.door(world.OFFICER).method(
            "frappe.model.workflow.apply_workflow",
            doc=json.dumps({"doctype": "Complaint", "name": stage.mine, "phase": "approval"}),
            action="Approve",
        )
    )
    assert stage.fingerprint() == before


CHANGING = (
    "frappe.model.workflow.apply_workflow",
    "frappe.model.workflow.bulk_workflow_approval",
    "phanhoi_app.custody.api.act",
    "phanhoi_app.custody.api.publish",
    "phanhoi_app.custody.api.withhold",
    "phanhoi_app.access.identity.open_identity",
    "phanhoi_app.access.identity.correct",
    "frappe.client.save",
    "frappe.client.insert",
    "frappe.client.set_value",
    "frappe.client.delete",
    "frappe.desk.like.toggle_like",
    "frappe.desk.doctype.tag.tag.add_tag",
    "frappe.desk.form.assign_to.add",
    "frappe.email.relink",
)


@pytest.mark.parametrize("path", CHANGING)
def test_a_link_in_a_mail_changes_something_when_it_is_opened(stage, path):
    """GET is not protected by a token: what changes takes POST only."""
    before = stage.fingerprint()
    values = {
        "complaint": stage.mine,
        "doctype": "Complaint",
        "name": stage.mine,
        "verb": "submit",
        "reason": "Tôi cần biết",
        "doc": json.dumps({"doctype": "Complaint", "name": stage.mine}),
        "action": "Submit",
        "fieldname": "answer_text",
        "value": "x",
    }
    answer = stage.door(world.OFFICER).method(path, http="GET", **values)
    assert refused(answer)
    assert stage.fingerprint() == before
