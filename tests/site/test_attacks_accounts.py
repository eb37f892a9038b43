"""Attacks: the account with which a citizen signed in is as much the citizen as a name is."""

from helpers import world
from helpers.people import acting
from helpers.pictures import jpeg

from phanhoi_app.custody import citizen, perform
from phanhoi_app.intake import photos
from phanhoi_app.patches.v1_2 import citizens_sign_nothing


def test_the_account_of_a_citizen_stands_under_something_that_officials_read(stage):
    """Who is signed in files, and replies; no row, no refusal and no list of accounts names the account."""
    frappe, account = stage.frappe, "sender@test.example"
    frappe.db.set_value("User", account, "full_name", "Trịnh Thị Ký Danh")
    frappe.clear_document_cache("User", account)
    with acting(frappe, world.OFFICER):
        perform.perform_verb(stage.mine, "ask", {"question": "Ở đâu?"})
    with acting(frappe, account):
        citizen.supply(stage.mine, "Trước số 12.")
        photos.attach(stage.mine, [jpeg()])
    for user in (world.OFFICER, world.LEADER, world.COORDINATOR):
        door = stage.door(user)
        every = {"fields": '["*"]', "limit_page_length": 0}
        answers = [
            door.method("frappe.desk.form.load.getdoc", doctype="Complaint", name=stage.mine),
            door.method(
                "phanhoi_app.custody.api.act", complaint=stage.mine, verb="take", modified="2020-01-01"
            ),
            door.method(
                "frappe.client.get_list", doctype="User", limit_page_length=0, fields='["name","full_name"]'
            ),
            *(
                door.rest("GET", f"/api/resource/{doctype}", **every)
                for doctype in ("Complaint", "Complaint Event", "Custody", "Message", "File", "Comment")
            ),
        ]
        assert answers[0][0] == answers[3][0] == 200
        assert account not in str(answers)
        assert "Ký Danh" not in str(answers)
    names = answers[0][1]["docinfo"]["user_info"]
    assert names["Guest"]["fullname"] == "Người dân"  # who wrote it down, in the form's own line


def test_a_citizen_s_telephone_is_asked_for_by_the_name_of_the_contact(stage):
    """The framework keeps a contact beside each account, and asks nobody who wants to know."""
    frappe, number = stage.frappe, "0987999888"
    contact = {"doctype": "Contact", "first_name": "Ký Danh", "user": "sender@test.example"}
    made = frappe.get_doc({**contact, "phone_nos": [{"phone": number, "is_primary_mobile_no": 1}]})
    made.append("links", {"link_doctype": "User", "link_name": "sender@test.example"})
    made.insert(ignore_permissions=True)
    for user in (world.OFFICER, world.COORDINATOR, "stranger@test.example"):
        door = stage.door(user)
        details = "frappe.contacts.doctype.contact.contact.get_contact_details"
        answers = [
            door.method(details, contact=made.name),
            door.method(
                "frappe.core.doctype.sms_settings.sms_settings.get_contact_number",
                contact_name=made.name,
                ref_doctype="User",
                ref_name="sender@test.example",
            ),
            door.method(
                "frappe.desk.form.load.get_user_info_for_viewers",
                users='["sender@test.example", "x@test.example"]',
            ),
        ]
        assert number not in str(answers)
        assert answers[0] == door.method(details, contact="none")
        assert "sender@test.example" not in str(answers[2])


def test_what_was_written_before_names_no_citizen_after_the_upgrade(stage):
    frappe, account = stage.frappe, "sender@test.example"
    frappe.db.set_value(
        "Complaint", stage.mine, {"owner": account, "modified_by": account}, update_modified=False
    )
    citizens_sign_nothing.execute()
    assert frappe.db.get_value("Complaint", stage.mine, ["owner", "modified_by"]) == ("Guest", "Guest")
    assert frappe.db.get_value("Complaint", stage.theirs, "modified_by") == world.COORDINATOR
