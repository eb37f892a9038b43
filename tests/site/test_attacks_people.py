"""Attacks: who is who: identities, accounts, roles, settings, logs, prints, letters."""

import json

import pytest
from helpers import world
from helpers.people import acting
from helpers.portal import Portal
from helpers.stage import INSPECTOR, MAIL, NAME, PHONE, nothing_leaks, refused

from phanhoi_app.history import read

OPEN = "phanhoi_app.access.identity.open_identity"
WHY = "Cần gọi hỏi địa điểm"


@pytest.mark.parametrize(
    ("user", "which"),
    [
        ("viewer.roads@test.example", "mine"),
        (world.OTHER_OFFICER, "left"),  # held it before
        (world.SUPERVISOR, "mine"),
        (world.ADMINISTRATOR, "mine"),
        ("system@test.example", "mine"),
        ("stranger@test.example", "mine"),
        ("Guest", "mine"),
        (world.OFFICER, "hers"),
        (world.LEADER, "hers"),  # hidden from the agency: from its leader as well
        (world.OFFICER, "sealed"),
        (world.LEADER, "sealed"),
        (world.COORDINATOR, "sealed"),
        ("coordinator.roads@test.example", "sealed"),
    ],
)
def test_somebody_opens_an_identity_that_is_not_his_to_open(stage, user, which):
    before = stage.fingerprint()
    for reason in (WHY, "", None):
        answer = stage.door(user).method(OPEN, complaint=getattr(stage, which), reason=reason)
        assert refused(answer)
        nothing_leaks(stage, answer)
    assert stage.fingerprint() == before


@pytest.mark.parametrize("reason", ["", "   ", "x", "....", "\u200b\u200b\u200b\u200b\u200b\u200b", None])
def test_an_identity_is_opened_without_a_reason(stage, reason):
    answer = stage.door(world.OFFICER).method(OPEN, complaint=stage.mine, reason=reason)
    assert refused(answer)
    nothing_leaks(stage, answer)


def test_a_denouncer_is_looked_up_by_those_without_the_duty(stage):
    stage.frappe.db.set_value("Complaint", stage.mine, "kind", "Denunciation", update_modified=False)
    for user in (world.OFFICER, world.COORDINATOR, world.SUPERVISOR, world.ADMINISTRATOR):
        answer = stage.door(user).method(OPEN, complaint=stage.mine, reason=WHY)
        assert refused(answer), user
        nothing_leaks(stage, answer)
    opened = stage.door(world.LEADER).method(OPEN, complaint=stage.mine, reason=WHY)
    assert opened[0] == 200 and opened[1]["message"]["citizen_phone"] == PHONE


def test_somebody_opens_many_identities(stage):
    """Each is a line of the history, with name and reason, that supervisors see and nobody takes away."""
    for name in (stage.mine, stage.left):
        assert stage.door(world.OFFICER).method(OPEN, complaint=name, reason=WHY)[0] == 200
    with acting(stage.frappe, world.SUPERVISOR):
        rows = stage.frappe.get_list(
            "Complaint Event",
            {"kind": "identity_opened", "actor": world.OFFICER, "complaint": ("in", stage.all)},
            ["complaint", "reason", "actor_name"],
        )
    assert {row.complaint for row in rows} == {stage.mine, stage.left}
    assert {(row.reason, row.actor_name) for row in rows} == {(WHY, "Trần Văn Đường")}
    assert read.last_event(stage.mine).kind == "identity_opened"


def test_an_officer_finds_the_citizen_beside_the_complaint(stage):
    """In its form, its print, its titles, its letters, through the citizen's own account."""
    for user in (world.OFFICER, world.COORDINATOR, world.SUPERVISOR):
        door = stage.door(user)
        answers = [
            door.method("frappe.desk.form.load.getdoc", doctype="Complaint", name=stage.mine),
            door.method("frappe.desk.form.load.getdoctype", doctype="Complaint"),
            door.method("frappe.www.printview.get_html_and_style", doc="Complaint", name=stage.mine),
            door.method("frappe.client.get", doctype="Complaint", name=stage.mine),
            door.method("frappe.desk.link_preview.get_preview_data", doctype="Complaint", docname=stage.mine),
            door.method("frappe.desk.form.linked_with.get", doctype="User", docname="sender@test.example"),
            door.method("frappe.desk.form.linked_with.get", doctype="Complaint", docname=stage.mine),
            door.rest("GET", "/api/resource/Message", fields='["*"]', limit_page_length=0),
        ]
        nothing_leaks(stage, answers)


FORMATS = ("{{ doc.identity.citizen_phone }}", "{{ frappe.get_all('Complainant', fields=['*']) }}")


@pytest.mark.parametrize("html", FORMATS)
def test_an_officer_prints_with_a_format_of_his_own(stage, html):
    """He cannot store one; sent along with a forged copy it is not taken either."""
    for user in (world.OFFICER, world.COORDINATOR):
        door = stage.door(user)
        copy = {"doctype": "Complaint", "name": stage.mine, "__islocal": 1, "title": html, "content": html}
        answers = [
            door.method(
                "frappe.printing.page.print_format_builder.print_format_builder.create_custom_format",
                doctype="Complaint",
                name="Của tôi",
                based_on="Standard",
            ),
            door.method(
                "frappe.www.printview.get_html_and_style",
                doc=json.dumps(copy),
                print_format=html,
                settings=json.dumps({"html": html}),
            ),
            door.method(
                "frappe.www.printview.get_html_and_style",
                doc=json.dumps({**copy, "name": stage.sealed}),
            ),
            door.method(
                "frappe.www.printview.get_html_and_style",
                doc=json.dumps({**copy, "doctype": "Print Format", "html": html}),
            ),
            door.method("frappe.utils.print_format.report_to_pdf", html=html),
            door.method(
                "frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview",
                reference_dt="Complaint",
                reference_doc=stage.mine,
                message=html,
                subject=html,
            ),
            door.method(
                "frappe.email.doctype.email_template.email_template.get_email_template",
                template_name="x",
                doc="{}",
            ),
        ]
        assert refused(answers[0])
        nothing_leaks(stage, [str(answer) for answer in answers])


def test_a_document_is_mailed_out(stage):
    """With its print, to whomever; a hidden one never, and none by those without the right to mail."""
    make = "frappe.core.doctype.communication.email.make"
    values = {
        "doctype": "Complaint",
        "content": "x",
        "subject": "x",
        "recipients": "out@test.example",
        "send_email": 1,
        "print_html": "<b>x</b>",
        "print_format": "Standard",
    }
    queued = stage.frappe.db.count("Email Queue")
    for user in (world.OFFICER, world.LEADER, "stranger@test.example", "Guest"):
        assert refused(stage.door(user).method(make, name=stage.mine, **values)), user
    for user in (world.COORDINATOR, world.ADMINISTRATOR, world.OFFICER):
        assert refused(stage.door(user).method(make, name=stage.sealed, **values)), user
    assert stage.frappe.db.count("Email Queue") == queued


def test_the_mail_to_a_citizen_is_read_in_the_queue(stage, monkeypatch):
    from frappe.email.doctype.email_account.email_account import EmailAccount

    from phanhoi_app.channels import email

    frappe = stage.frappe
    letter = frappe.get_all("Letter", ["name"], limit=1)
    frappe.set_user("Administrator")
    account = frappe.get_doc(
        {
            "doctype": "Email Account",
            "email_id": "out@test.example",
            "email_account_name": "Ra",
            "enable_outgoing": 1,
            "default_outgoing": 1,
            "smtp_server": "localhost",
            "no_smtp_authentication": 1,
        }
    )
    account.name = "Ra"
    monkeypatch.setattr(EmailAccount, "find_outgoing", classmethod(lambda cls, **_which: account))
    email.send(MAIL, "x", f"Mã {stage.code(stage.mine)}", letter=letter[0].name)
    queued = frappe.get_all("Email Queue", {"reference_name": letter[0].name}, pluck="name")
    assert queued
    for user in (world.OFFICER, world.ADMINISTRATOR, "system@test.example"):
        door = stage.door(user)
        answers = [
            door.rest("GET", "/api/resource/Email Queue", fields='["*"]', limit_page_length=0),
            door.rest("GET", f"/api/resource/Email Queue/{queued[0]}"),
        ]
        nothing_leaks(stage, answers)


def test_a_failed_message_leaves_number_and_words_in_the_error_log(stage, monkeypatch):
    """The framework's own log of an error holds the values of variables."""
    from phanhoi_app.messaging import delivery

    frappe = stage.frappe
    name = frappe.db.get_value("Message", {"complaint": stage.mine, "channel": "SMS", "event": "received"})

    def breaks(message, account):
        raise ValueError(f"{message.recipient}: {message.text}")

    monkeypatch.setattr(delivery, "_hand_over", breaks)
    settings = frappe.get_single("Phanhoi Settings")
    monkeypatch.setattr(type(settings), "demo", 0, raising=False)
    assert name
    frappe.db.sql(
        "update tabMessage set status = 'Sending', claimed_by = 'test', any_hour = 1 where name = %s", name
    )
    delivery.send("test", [name])
    logs = frappe.get_all("Error Log", {"method": f"Message {name}"}, ["*"])
    assert logs
    nothing_leaks(stage, logs)
    nothing_leaks(stage, frappe.get_all("Message", {"name": name}, ["*"]))


@pytest.mark.parametrize(
    "user", [world.OFFICER, world.COORDINATOR, world.ADMINISTRATOR, "stranger@test.example"]
)
def test_somebody_reads_other_people_s_accounts_and_the_logs(stage, user):
    frappe = stage.frappe
    frappe.db.set_value(
        "User",
        world.LEADER,
        {"mobile_no": "0987000222", "api_key": "khoa-bi-mat", "reset_password_key": "khoa-dat-lai"},
    )
    door = stage.door(user)
    answers = []
    for doctype in (
        "User",
        "Contact",
        "Contact Phone",
        "Has Role",
        "Error Log",
        "Access Log",
        "Activity Log",
        "Email Queue",
        "Email Queue Recipient",
        "Deleted Document",
        "Version",
        "RQ Job",
        "Console Log",
        "Integration Request",
        "Error Snapshot",
        "Token Cache",
        "OAuth Bearer Token",
        "Web Page View",
    ):
        answers.append(door.rest("GET", f"/api/resource/{doctype}", fields='["*"]', limit_page_length=0))
        answers.append(door.method("frappe.client.get_list", doctype=doctype, fields='["*"]', parent="User"))
    answers += [
        door.rest("GET", f"/api/resource/User/{world.LEADER}"),
        door.method("frappe.client.get", doctype="User", name=world.LEADER),
        door.method(
            "frappe.client.get_password",
            doctype="Channel Account",
            name=frappe.db.get_value("Channel Account", {}) or "x",
            fieldname="twilio_auth_token",
        ),
        door.method("frappe.core.doctype.user.user.get_roles", uid=world.LEADER),
        door.method("frappe.core.doctype.user.user.generate_keys", user=world.LEADER),
        door.method(
            "frappe.core.doctype.user.user.user_query",
            doctype="User",
            txt="",
            searchfield="mobile_no",
            start=0,
            page_len=999,
            filters="{}",
        ),
        door.method("frappe.desk.search.search_link", doctype="User", txt="%", searchfield="mobile_no"),
        door.method("frappe.contacts.doctype.contact.contact.get_contact_details", contact=world.LEADER),
        door.method(
            "frappe.core.doctype.sms_settings.sms_settings.get_contact_number",
            contact_name=world.LEADER,
            ref_doctype="User",
            ref_name=world.LEADER,
        ),
        door.method("frappe.utils.backups.fetch_latest_backups"),
        door.method("frappe.recorder.get"),
    ]
    said = str(answers)
    assert "0987000222" not in said and "khoa-bi-mat" not in said and "khoa-dat-lai" not in said
    oracle = [
        door.method(
            path, doctype="User", txt=text, searchfield="reset_password_key", fields='["name"]', **filters
        )
        for text in ("khoa", "xxxx")
        for path, filters in (
            ("frappe.desk.search.search_link", {}),
            (
                "frappe.client.get_list",
                {"filters": json.dumps([["User", "reset_password_key", "like", f"{text}%"]])},
            ),
        )
    ]
    assert all(refused(answer) for answer in oracle), oracle
    chosen = door.method(
        "frappe.client.get_list", doctype="User", fields='["name", "full_name", "user_image"]'
    )
    assert chosen[0] == 200, "choosing a person goes on"
    nothing_leaks(stage, said)


@pytest.mark.parametrize(
    "user", [world.OFFICER, world.LEADER, world.COORDINATOR, world.ADMINISTRATOR, "stranger@test.example"]
)
def test_somebody_raises_himself(stage, user):
    """By his own account, by a role profile, by roles of others, by permissions."""
    frappe, door = stage.frappe, stage.door(user)
    before = set(frappe.get_roles(user))
    row = {"role": "System Manager", "parent": user, "parenttype": "User", "parentfield": "roles"}
    account = {"doctype": "User", "name": user, "roles": [{"role": "System Manager"}]}
    for path, values in (
        ("frappe.client.insert", {"doc": json.dumps({"doctype": "Has Role", **row})}),
        (
            "frappe.client.save",
            {"doc": json.dumps({**frappe.get_doc("User", user).as_dict(), **account}, default=str)},
        ),
        (
            "frappe.desk.form.save.savedocs",
            {
                "doc": json.dumps({**frappe.get_doc("User", user).as_dict(), **account}, default=str),
                "action": "Save",
            },
        ),
        (
            "frappe.client.set_value",
            {"doctype": "User", "name": user, "fieldname": "role_profile_name", "value": "x"},
        ),
        (
            "frappe.client.set_value",
            {"doctype": "User", "name": user, "fieldname": "user_type", "value": "System User"},
        ),
        (
            "frappe.desk.page.user_profile.user_profile.update_profile_info",
            {"profile_info": json.dumps(account)},
        ),
        ("run_doc_method", {"dt": "User", "dn": user, "method": "add_roles", "args": '["System Manager"]'}),
        (
            "frappe.core.page.permission_manager.permission_manager.add",
            {"parent": "Complainant", "role": "All", "permlevel": 0},
        ),
        (
            "frappe.core.page.permission_manager.permission_manager.update",
            {"doctype": "Complaint", "role": "All", "permlevel": 1, "ptype": "read", "value": 1},
        ),
        ("frappe.core.doctype.user_permission.user_permission.add_user_permissions", {"data": "{}"}),
        (
            "frappe.desk.doctype.workspace.workspace.save_page",
            {"title": "x", "public": 1, "new_widgets": "{}", "blocks": "[]"},
        ),
    ):
        door.method(path, **values)
    door.rest("PUT", f"/api/resource/User/{user}", {"roles": account["roles"]})
    frappe.clear_cache(user=user)
    assert set(frappe.get_roles(user)) == before
    assert not frappe.db.exists("Custom DocPerm", {"parent": "Complainant"})


SETTINGS = {
    "Agency": (world.ROADS, {"agency_name": "x", "parent_agency": ""}),
    "Area": (world.WARD, {"area_name": "x"}),
    "Field": (world.POTHOLES, {"sealed": 0, "default_agency": world.HEALTH}),
    "Deadline Policy": ("Thời hạn chung", {"disabled": 1}),
    "Working Calendar": ("Giờ hành chính", {"disabled": 1}),
    "Refusal Reason": ("spam", {"label": "x"}),
    "Rating Scale": ("Ba mức", {"disabled": 1}),
    "Message Template": ("received Citizen SMS vi", {"text": "x"}),
    "Phanhoi Settings": ("Phanhoi Settings", {"denouncer_identity_duty": "Viewer"}),
    "Workflow": (None, {"is_active": 0}),
    "Workflow State": ("Answered", {"phase": "new"}),
    "Workflow Action Master": ("Take", {"verb": "approve"}),
    "Web Form": ("gui-phan-anh", {"published": 0}),
    "System Settings": ("System Settings", {"allow_guests_to_upload_files": 1}),
    "Website Settings": ("Website Settings", {"head_html": "<script>alert(1)</script>"}),
    "Role": ("Phanhoi Officer", {"desk_access": 0}),
    "List View Settings": ("Complaint", {"fields": "[]"}),
}


@pytest.mark.parametrize("doctype", SETTINGS)
def test_an_officer_or_a_leader_changes_how_the_house_works(stage, doctype):
    name, change = SETTINGS[doctype]
    name = name or stage.frappe.db.get_value(doctype, {"document_type": "Complaint"})
    before = stage.frappe.get_doc(doctype, name).as_json()
    for user in (world.OFFICER, world.LEADER, world.SUPERVISOR, world.COORDINATOR):
        door = stage.door(user)
        assert refused(door.rest("PUT", f"/api/resource/{doctype}/{name}", change)), user
        assert refused(door.rest("DELETE", f"/api/resource/{doctype}/{name}")), user
        field, value = next(iter(change.items()))
        assert refused(
            door.method("frappe.client.set_value", doctype=doctype, name=name, fieldname=field, value=value)
        )
    setters = stage.frappe.db.count("Property Setter")
    stage.door(world.OFFICER).method(
        "frappe.desk.doctype.list_view_settings.list_view_settings.save_listview_settings",
        doctype="Complaint",
        listview_settings=json.dumps({"fields": '[{"fieldname": "citizen_phone"}]'}),
        removed_listview_fields='["title"]',
    )
    assert stage.frappe.db.count("Property Setter") == setters
    stage.frappe.clear_document_cache(doctype, name)
    assert stage.frappe.get_doc(doctype, name).as_json() == before


def test_a_leader_makes_himself_leader_above_and_puts_friends_into_other_agencies(stage):
    for agency in (world.ROADS, world.HEALTH, "T-PROVINCE"):
        doc = stage.frappe.get_doc("Agency", agency)
        forged = {**doc.as_dict(), "members": [{"user": world.LEADER, "duty": "Leader"}]}
        door = stage.door(world.LEADER)
        for answer in (
            door.method("frappe.client.save", doc=json.dumps(forged, default=str)),
            door.method(
                "frappe.client.insert",
                doc=json.dumps(
                    {
                        "doctype": "Agency Member",
                        "parent": agency,
                        "parenttype": "Agency",
                        "parentfield": "members",
                        "user": world.LEADER,
                        "duty": "Leader",
                    }
                ),
            ),
            door.method(
                "frappe.utils.nestedset.rebuild_tree", doctype="Agency", parent_field="parent_agency"
            ),
        ):
            assert refused(answer), agency
        assert len(stage.frappe.get_doc("Agency", agency).members) == len(doc.members)


FORGED = {
    "agency": world.HEALTH,
    "due_on": "2099-01-01 00:00:00",
    "phase": "answered",
    "workflow_state": "Answered",
    "severity": "Urgent",
    "citizen_user": world.OFFICER,
    "sealed": "0",
    "officer": world.OFFICER,
    "channel": "Paper",
    "received_at": "2001-01-01",
    "answer_text": "x",
    "owner": world.OFFICER,
    "doctype": "User",
    "name": "PA-2026-777777",
    "flags": "x",
    "tracking_code": "AAAAAAAAAAAAA",
}


def test_the_portal_s_form_is_posted_with_fields_it_does_not_show(stage):
    """And the framework's own way into a web form is closed."""
    frappe = stage.frappe
    for user in ("Guest", "stranger@test.example", world.OFFICER):
        answer = stage.door(user).method(
            "frappe.website.doctype.web_form.web_form.accept",
            web_form="gui-phan-anh",
            data=json.dumps({**world.GOOD, **FORGED, "doctype": "Complaint"}),
        )
        assert refused(answer)
    latest = frappe.get_all("Complaint", pluck="name", order_by="creation desc", limit=1)[0]
    page = Portal(frappe).post("/gui-phan-anh", {**world.GOOD, **FORGED, "title": "Ổ gà mang trường giả"})
    made = frappe.get_all("Complaint", {"title": "Ổ gà mang trường giả"}, ["*"])
    assert page.status_code in (200, 303, 302, 422)
    for row in made:
        assert row.name != "PA-2026-777777" and row.name > latest
        assert (row.phase, row.channel, row.officer, row.answer_text) == ("new", "Web", None, None)
        assert row.due_on is None or row.due_on.year < 2050
        identity = frappe.get_doc("Complainant", row.name)
        assert identity.citizen_user is None and identity.tracking_code != "AAAAAAAAAAAAA"
        assert row.received_at.year > 2020 and row.agency != world.HEALTH


def test_somebody_else_s_part_is_taken_by_name(stage):
    """An officer of the inspectorate stays alone with the sealed complaint: the table's other side."""
    with acting(stage.frappe, INSPECTOR):
        assert stage.frappe.has_permission("Complaint", "read", stage.sealed)
    assert NAME not in str(
        stage.door(INSPECTOR).method("frappe.client.get", doctype="Complaint", name=stage.sealed)
    )
