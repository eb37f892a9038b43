"""Attacks: what people write beside a complaint, whom they call to it, and what is sent to whoever listens."""

import json

import pytest
from helpers import world
from helpers.people import acting
from helpers.stage import INSPECTOR, nothing_leaks, refused


def mention(user: str) -> str:
    return f'<p><span class="mention" data-id="{user}" data-value="x">@x</span> xem giúp</p>'


def insert(stage, user, doctype, /, **values):
    return stage.door(user).rest("POST", f"/api/resource/{doctype}", values)


def test_a_stranger_is_called_to_a_sealed_complaint_by_a_mention(stage):
    for called in (world.OFFICER, world.COORDINATOR, "sender@test.example"):
        about = {"reference_doctype": "Complaint", "reference_name": stage.sealed}
        door = stage.door(INSPECTOR)
        answers = [
            door.method(
                "frappe.desk.form.utils.add_comment",
                content=mention(called),
                comment_email=INSPECTOR,
                comment_by="x",
                **about,
            ),
            insert(stage, INSPECTOR, "Comment", comment_type="Comment", content=mention(called), **about),
        ]
        assert all(refused(answer) for answer in answers), answers
        assert not stage.frappe.db.exists(
            "Notification Log", {"document_name": stage.sealed, "for_user": called}
        )


def test_somebody_comments_under_another_s_name(stage):
    """And later changes who is said to have written it."""
    officer = stage.door(world.OFFICER)
    values = {"comment_email": world.LEADER, "comment_by": "Nguyễn Thị Lãnh Đạo"}
    about = {"reference_doctype": "Complaint", "reference_name": stage.mine, "content": "Tôi đồng ý"}
    officer.method("frappe.desk.form.utils.add_comment", **about, **values)
    insert(stage, world.OFFICER, "Comment", comment_type="Comment", owner=world.LEADER, **about, **values)
    officer.method(
        "frappe.templates.includes.comments.comments.add_comment",
        comment="Tôi đồng ý",
        route="",
        **{key: about[key] for key in ("reference_doctype", "reference_name")},
        **values,
    )
    rows = stage.frappe.get_all(
        "Comment",
        {"reference_name": stage.mine, "comment_type": "Comment"},
        ["name", "owner", "comment_email", "comment_by"],
    )
    assert rows
    for row in rows:
        assert (row.owner, row.comment_email, row.comment_by) == (
            world.OFFICER,
            world.OFFICER,
            "Trần Văn Đường",
        )
        officer.rest("PUT", f"/api/resource/Comment/{row.name}", {**values, "owner": world.LEADER})
        after = stage.frappe.db.get_value("Comment", row.name, ["owner", "comment_email"])
        assert after == (world.OFFICER, world.OFFICER)


@pytest.mark.parametrize("kind", ["Info", "Workflow", "Assigned", "Edit", "Shared", "Attachment", "Deleted"])
def test_somebody_forges_the_framework_s_own_remarks(stage, kind):
    """ "Approved by the leader" is a remark that only the framework writes."""
    about = {"reference_doctype": "Complaint", "content": "Đã duyệt", "comment_type": kind}
    for name in (stage.mine, stage.sealed):
        assert refused(insert(stage, world.OFFICER, "Comment", reference_name=name, **about)), name


@pytest.mark.parametrize(
    "user", [world.OFFICER, world.OTHER_OFFICER, world.SUPERVISOR, "stranger@test.example"]
)
def test_somebody_assigns_a_hidden_complaint_to_himself(stage, user):
    """By the assign button, by a to-do through REST, by a to-do of another document that is moved."""
    about = {"reference_type": "Complaint", "reference_name": stage.sealed}
    before = stage.frappe.db.count("ToDo")
    door = stage.door(user)
    answers = [
        door.method(
            "frappe.desk.form.assign_to.add",
            doctype="Complaint",
            name=stage.sealed,
            assign_to=json.dumps([user]),
        ),
        door.method(
            "frappe.desk.form.assign_to.add_multiple",
            doctype="Complaint",
            name=json.dumps([stage.sealed]),
            assign_to=json.dumps([user]),
        ),
        insert(stage, user, "ToDo", description="x", allocated_to=user, **about),
        door.method(
            "frappe.client.insert_many", docs=json.dumps([{"doctype": "ToDo", "description": "x", **about}])
        ),
    ]
    assert all(refused(answer) for answer in answers), answers
    assert stage.frappe.db.count("ToDo") == before
    own = insert(stage, user, "ToDo", description="của tôi", allocated_to=user)
    if own[0] == 200:
        name = own[1]["message"]["data"]["name"]
        assert refused(door.rest("PUT", f"/api/resource/ToDo/{name}", about))
    with acting(stage.frappe, user):
        assert not stage.frappe.has_permission("Complaint", "read", stage.sealed)


def test_an_officer_gives_a_to_do_about_a_complaint_to_somebody_who_may_not_see_it(stage):
    for stranger in (world.OTHER_OFFICER, "stranger@test.example"):
        answers = [
            stage.door(world.OFFICER).method(
                "frappe.desk.form.assign_to.add",
                doctype="Complaint",
                name=stage.mine,
                assign_to=json.dumps([stranger]),
            ),
            insert(
                stage,
                world.OFFICER,
                "ToDo",
                description="x",
                allocated_to=stranger,
                reference_type="Complaint",
                reference_name=stage.mine,
            ),
        ]
        assert all(refused(answer) for answer in answers), answers
        assert not stage.frappe.db.exists("DocShare", {"user": stranger, "share_doctype": "Complaint"})
        assert stranger not in str(stage.value(stage.mine, "_assign"))


@pytest.mark.parametrize("by", [INSPECTOR, world.COORDINATOR, world.ADMINISTRATOR, "system@test.example"])
def test_somebody_shares_a_sealed_complaint(stage, by):
    """The framework's share opens a document past every rule: so complaints have none."""
    for share in (stage.sealed, stage.mine):
        values = {
            "share_doctype": "Complaint",
            "share_name": share,
            "user": world.OTHER_OFFICER,
            "read": 1,
            "write": 1,
        }
        door = stage.door(by)
        answers = [
            insert(stage, by, "DocShare", **values),
            insert(stage, by, "DocShare", **{**values, "user": None, "everyone": 1}),
            door.method(
                "frappe.share.add", doctype="Complaint", name=share, user=world.OTHER_OFFICER, read=1
            ),
            door.method(
                "frappe.share.set_permission",
                doctype="Complaint",
                name=share,
                user=world.OTHER_OFFICER,
                permission_to="read",
                value=1,
            ),
            door.method("frappe.share.add", doctype="Complaint", name=share, user="", everyone=1, read=1),
        ]
        assert all(refused(answer) for answer in answers), answers
    assert not stage.frappe.db.exists("DocShare", {"share_doctype": "Complaint"})
    with acting(stage.frappe, world.OTHER_OFFICER):
        assert not stage.frappe.has_permission("Complaint", "read", stage.mine)


@pytest.mark.parametrize("user", [world.OFFICER, "stranger@test.example"])
def test_somebody_follows_likes_or_tags_a_hidden_complaint(stage, user):
    """Whoever follows gets mails of each change; likes and tags are written into the row."""
    door, name = stage.door(user), stage.sealed
    before = stage.frappe.db.get_value("Complaint", name, ["_liked_by", "_user_tags", "modified"])
    follow = "frappe.desk.form.document_follow"
    answers = [
        door.method(f"{follow}.follow_document", doctype="Complaint", doc_name=name, user=user),
        door.method("frappe.desk.form.utils.follow_document", doctype="Complaint", doc_name=name, user=user),
        door.method(f"{follow}.update_follow", doctype="Complaint", doc_name=name, following=True),
        insert(stage, user, "Document Follow", ref_doctype="Complaint", ref_docname=name, user=user),
        door.method("frappe.desk.like.toggle_like", doctype="Complaint", name=name, add="Yes"),
        door.method(
            "frappe.templates.includes.likes.likes.like",
            reference_doctype="Complaint",
            reference_name=name,
            like="true",
        ),
        door.method("frappe.desk.doctype.tag.tag.add_tag", tag="x", dt="Complaint", dn=name),
        door.method(
            "frappe.desk.doctype.tag.tag.add_tags", tags='["x"]', dt="Complaint", docs=json.dumps([name])
        ),
        insert(stage, user, "Tag Link", document_type="Complaint", document_name=name, tag="x", parent="x"),
        insert(
            stage,
            user,
            "Reminder",
            remind_at="2030-01-01",
            description="x",
            reminder_doctype="Complaint",
            reminder_docname=name,
            user=user,
        ),
        door.method(
            "frappe.automation.doctype.reminder.reminder.create_new_reminder",
            remind_at="2030-01-01",
            description="x",
            reminder_doctype="Complaint",
            reminder_docname=name,
        ),
    ]
    assert all(refused(answer) for answer in answers), answers
    assert stage.frappe.db.get_value("Complaint", name, ["_liked_by", "_user_tags", "modified"]) == before
    assert not stage.frappe.db.exists("Document Follow", {"ref_docname": name})


def test_a_guarded_method_is_called_by_the_name_of_a_module_that_imports_it(stage):
    """Our doors stand under the framework's names; under any other name there is no method."""
    import sys

    from phanhoi_app.access import doors, gate

    officer = stage.door(world.OFFICER)
    officer.method("ping")  # the first request of a process closes them
    assert gate._closed
    originals = {}
    for path, ours in doors.led_through_ours().items():
        if not ours[0].startswith("phanhoi_app."):
            continue  # the framework's own old names
        originals[id(stage.frappe.get_attr(path))] = path
    tried = 0
    for module_name, module in list(sys.modules.items()):
        if not module_name.startswith("frappe."):
            continue
        for attribute, value in list(vars(module).items()):
            alias = f"{module_name}.{attribute}"
            if callable(value) and id(value) in originals and alias not in doors.led_through_ours():
                tried += 1
                assert refused(officer.method(alias, doctype="Complaint", name=stage.sealed)), alias
    assert tried


def test_a_letter_is_taken_off_a_complaint_or_hung_on_one(stage):
    stage.frappe.set_user("Administrator")
    letter = stage.frappe.get_doc(
        {
            "doctype": "Communication",
            "communication_type": "Communication",
            "subject": "x",
            "content": "nội bộ",
            "reference_doctype": "Complaint",
            "reference_name": stage.mine,
        }
    ).insert()
    for user in (world.OFFICER, world.OTHER_OFFICER, "stranger@test.example"):
        for doctype, name in (("ToDo", "x"), ("Complaint", stage.theirs), (None, None)):
            answer = stage.door(user).method(
                "frappe.email.relink", name=letter.name, reference_doctype=doctype, reference_name=name
            )
            assert refused(answer)
    kept = stage.frappe.db.get_value("Communication", letter.name, ["reference_doctype", "reference_name"])
    assert kept == ("Complaint", stage.mine)


@pytest.mark.parametrize("user", [world.OFFICER, world.SUPERVISOR, "stranger@test.example", "Guest"])
def test_somebody_listens_at_the_realtime_rooms(stage, user):
    door = stage.door(user)
    assert refused(
        door.method("frappe.realtime.can_subscribe_doc", doctype="Complaint", docname=stage.sealed)
    )
    for doctype in ("Complainant", "Letter"):
        assert refused(door.method("frappe.realtime.can_subscribe_doctype", doctype=doctype))
    if user in ("stranger@test.example", "Guest"):
        assert refused(door.method("frappe.realtime.can_subscribe_doctype", doctype="Complaint"))


def test_a_former_holder_listens_to_what_comes_later(stage):
    """He still reads the complaint up to the day it left; the room would bring him the notes of after."""
    door = stage.door(world.OTHER_OFFICER)
    assert door.method("frappe.client.get", doctype="Complaint", name=stage.left)[0] == 200
    assert refused(door.method("frappe.realtime.can_subscribe_doc", doctype="Complaint", docname=stage.left))


def test_events_sent_to_all_carry_numbers_or_words(stage, monkeypatch):
    """Everything that is published goes to one user, or to the room of one document, or says nothing."""
    sent = []
    monkeypatch.setattr(
        stage.frappe,
        "publish_realtime",
        lambda event=None, message=None, **where: sent.append((event, message, where)),
    )
    from phanhoi_app.custody import perform

    with acting(stage.frappe, INSPECTOR):
        doc = stage.frappe.get_doc("Complaint", stage.sealed)
        doc.add_comment("Comment", "nội bộ, mật")
        perform.perform_verb(stage.sealed, "submit", {"answer_text": "Đã xử lý."})
        stage.frappe.get_doc(
            {
                "doctype": "ToDo",
                "description": "x",
                "allocated_to": INSPECTOR,
                "reference_type": "Complaint",
                "reference_name": stage.sealed,
            }
        ).insert()
    with acting(stage.frappe, world.OFFICER):
        perform.perform_verb(stage.mine, "submit", {"answer_text": "Đã xử lý."})
    assert any(event == "docinfo_update" for event, *_rest in sent)
    for event, message, where in sent:
        if where.get("user") or where.get("docname"):
            continue
        text = json.dumps([event, message, where], default=str, ensure_ascii=False)
        assert not any(name in text for name in stage.all), text
        assert "mật" not in text


def test_the_citizen_s_data_go_into_a_message_to_the_desk(stage):
    """Bells, messages and events that officials read hold neither number nor code."""
    frappe = stage.frappe
    frappe.set_user("Administrator")
    for doctype, by in (
        ("Message", "complaint"),
        ("Complaint Event", "complaint"),
        ("Notification Log", "document_name"),
        ("Version", "docname"),
        ("Comment", "reference_name"),
        ("Activity Log", "reference_name"),
    ):
        nothing_leaks(stage, frappe.get_all(doctype, {by: ("in", stage.all)}, ["*"]))
