"""An agency's people: lists that are looked at and confirmed, roles that follow duties, a trace of each change."""

import csv
import io

import pytest
from helpers.people import acting, forget
from helpers.people_lists import person, sent, workbook

from phanhoi_app.agencies import api, roster
from phanhoi_app.agencies.errors import AlreadyChanged, NotThere
from phanhoi_app.custody import phases

NEW = "moi.1@list.example"


@pytest.fixture(autouse=True)
def fresh(site, province):
    """What a request remembers, and what caches keep of users, does not outlive a test."""
    site.local.request_cache.clear()
    yield
    site.db.rollback()
    forget(site)


@pytest.fixture
def take_in(site, province):
    """``take_in(user, agency, rows)`` uploads and confirms a list as that user; (shown, done) come back."""

    def do(user, agency, rows, channel="E-mail"):
        with acting(site, user):
            shown = api.look_at_sheet(agency, "ds.xlsx", sent(workbook(rows)), channel)
            return shown, api.confirm(shown["name"])

    return do


def roles_of(site, user) -> set[str]:
    return set(site.get_all("Has Role", filters={"parent": user, "parenttype": "User"}, pluck="role"))


def member(site, agency, user):
    return site.db.get_value(
        "Agency Member", {"parent": agency, "user": user}, ["duty", "phone"], as_dict=True
    )


def invitations_of(site, user) -> list:
    """The messages, with what is sent to whom in place of what may be read of it."""
    messages = site.get_all(
        "Message",
        filters={"recipient_user": user, "event": "invited"},
        fields=["name", "channel", "status", "text as shown"],
    )
    for message in messages:
        message.update(site.db.get_value("Letter", message.name, ["recipient", "text"], as_dict=True))
    return messages


def test_a_leader_takes_in_a_list(site, province, take_in):
    rows = [
        person(1, phone="0987654321"),
        person(2, duty="Lãnh đạo"),
        person(3, email=province.OFFICER, duty="Người xem"),
        person(4, email=province.SECOND_OFFICER),
        person(5, email=province.OTHER_OFFICER),
        person(6, email="khong phai thu"),
        person(7, phone="0237 3852 246"),
        person(8, duty="Trưởng phòng"),
        person(9, email="moi.1@list.example"),
    ]
    shown, done = take_in(province.LEADER, province.ROADS, rows)
    found = {line["row"]: (line["outcome"], line["column"]) for line in shown["lines"]}
    assert found == {
        2: ("new", ""),
        3: ("new", ""),
        4: ("changed", ""),
        5: ("unchanged", ""),
        6: ("added", ""),
        7: ("error", "email"),
        8: ("error", "phone"),
        9: ("error", "duty"),
        10: ("error", "email"),
    }
    assert all(line["sentence"] for line in shown["lines"] if line["outcome"] != "unchanged")
    assert "Sở Y tế Thử" in shown["lines"][4]["sentence"], "whoever adds an account sees whose it is"
    assert done["status"] == "Finished"
    assert "2 tài khoản mới" in done["outcome"]
    assert member(site, province.ROADS, NEW) == {"duty": "Officer", "phone": "0987654321"}
    assert member(site, province.ROADS, province.OFFICER).duty == "Viewer"
    assert roles_of(site, NEW) == {"Phanhoi Officer"}
    assert roles_of(site, "moi.2@list.example") == {"Phanhoi Leader"}
    user = site.get_doc("User", NEW)
    assert (user.user_type, user.mobile_no, user.full_name) == ("System User", "0987654321", "Cán Bộ Số 1")


def test_new_accounts_are_invited_once_and_the_message_holds_no_password(site, province, take_in):
    shown, _ = take_in(province.LEADER, province.ROADS, [person(1), person(2, email=province.OTHER_OFFICER)])
    with acting(site, province.LEADER):
        assert api.confirm(shown["name"])["status"] == "Finished", "pressed twice"
    take_in(province.LEADER, province.ROADS, [person(1)])
    messages = invitations_of(site, NEW)
    assert [(m.channel, m.recipient, m.status) for m in messages] == [("E-mail", NEW, "Queued")]
    assert "/loi-moi/" in messages[0].text
    assert "/loi-moi/" not in messages[0].shown, "the link is not kept where messages are read"
    assert invitations_of(site, province.OTHER_OFFICER) == [], "who has an account needs no invitation"
    assert not site.db.sql("select 1 from `__Auth` where name = %s", NEW), (
        "nobody knows a password of the account"
    )


def test_an_invitation_by_sms_needs_the_number(site, province, take_in):
    shown, _ = take_in(province.LEADER, province.ROADS, [person(1, phone=987654321), person(2)], "SMS")
    assert [line["outcome"] for line in shown["lines"]] == ["new", "error"]
    messages = invitations_of(site, NEW)
    assert [(m.channel, m.recipient) for m in messages] == [("SMS", "0987654321")]
    assert messages[0].text.isascii(), "marks would make it three messages"


def test_no_reader_of_messages_reads_an_invitation(site, province, take_in):
    take_in(province.LEADER, province.ROADS, [person(1)])
    name = site.db.get_value("Message", {"recipient_user": NEW, "event": "invited"})
    for user in (province.LEADER, province.COORDINATOR, province.ADMINISTRATOR, "system@test.example"):
        site.local.request_cache.clear()
        with acting(site, user):
            assert not site.has_permission("Message", "read", name)
            assert site.get_list("Message", filters={"name": name}) == []


def test_what_changed_since_the_preview_is_looked_at_again(site, province):
    with acting(site, province.LEADER):
        shown = api.look_at_sheet(province.ROADS, "ds.xlsx", sent(workbook([person(1), person(2)])))
        other = api.look_at_sheet(province.ROADS, "ds.xlsx", sent(workbook([person(2)])))
        api.confirm(other["name"])
        with pytest.raises(AlreadyChanged):
            api.confirm(shown["name"])
    assert not site.db.exists("User", NEW)


def test_a_list_that_fails_on_the_way_leaves_nothing(site, province, monkeypatch):
    rows = [person(number) for number in range(1, 4)]
    with acting(site, province.LEADER):
        shown = api.look_at_sheet(province.ROADS, "ds.xlsx", sent(workbook(rows)))
    site.db.savepoint("untouched")
    monkeypatch.setattr("phanhoi_app.messaging.templates.find", lambda *_: None)
    with acting(site, province.LEADER), pytest.raises(roster.PeopleRefused, match="mẫu tin nhắn"):
        roster.confirm(shown["name"])
    site.db.rollback(save_point="untouched")
    assert not site.db.exists("User", NEW)
    assert member(site, province.ROADS, NEW) is None


def test_two_thousand_are_looked_at_with_few_questions(site, province):
    many = workbook([person(number, phone=f"09{number:08d}") for number in range(1, 2001)])
    with acting(site, province.LEADER):
        api.look_at_sheet(
            province.ROADS, "ds.xlsx", sent(workbook([person(1)]))
        )  # what the framework reads once
    asked = []
    original = site.db.sql
    site.db.sql = lambda *args, **kwargs: (asked.append(args[0]), original(*args, **kwargs))[1]
    try:
        with acting(site, province.LEADER):
            shown = api.look_at_sheet(province.ROADS, "ds.xlsx", sent(many))
    finally:
        site.db.sql = original
    assert shown["counts"]["new"] == 2000
    assert len(asked) < 30
    with acting(site, province.LEADER):
        assert api.confirm(shown["name"])["status"] == "Waiting", "two thousand are a worker's"


def test_more_are_carried_out_than_the_framework_allows_an_hour(site, province):
    rows = [person(number) for number in range(1, 64)]
    with acting(site, province.LEADER):
        shown = api.look_at_sheet(province.ROADS, "ds.xlsx", sent(workbook(rows)))
        doc = site.get_doc("Roster", shown["name"])
        roster._carry_out(doc, roster._planned_anew(doc))
        assert api.roster_state(shown["name"])["status"] == "Finished"
    assert site.db.count("Agency Member", {"parent": province.ROADS}) == 66
    assert site.db.count("Message", {"event": "invited"}) == 63


def test_the_rows_with_errors_come_back_as_a_file_that_computes_nothing(site, province):
    rows = [
        person(1, name='=HYPERLINK("http://x","y")'),
        person(2, duty="@SUM(1)"),
        person(3, phone="+cmd|x"),
    ]
    with acting(site, province.LEADER):
        shown = api.look_at_sheet(province.ROADS, "ds.xlsx", sent(workbook(rows)))
        api.rejected(shown["name"])
    content = site.response["filecontent"].decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content)))
    assert read[0][-1] == "Cách sửa"
    assert len(read) == 4
    assert [cell for row in read for cell in row if cell[:1] in ("=", "+", "-", "@")] == []
    with acting(site, province.OFFICER), pytest.raises(NotThere):
        api.rejected(shown["name"])


def test_roles_follow_duties_and_leave_others_alone(site, province):
    agency = site.get_doc("Agency", province.WARD_OFFICE)
    agency.append("members", {"user": province.SUPERVISOR, "duty": "Leader"})
    agency.append("members", {"user": province.OFFICER, "duty": "Leader"})
    agency.save()
    assert roles_of(site, province.SUPERVISOR) == {"Phanhoi Supervisor", "Phanhoi Leader"}
    assert roles_of(site, province.OFFICER) == {"Phanhoi Officer", "Phanhoi Leader"}
    agency.set("members", [])
    agency.save()
    assert roles_of(site, province.SUPERVISOR) == {"Phanhoi Supervisor"}
    assert roles_of(site, province.OFFICER) == {"Phanhoi Officer"}, "he is an officer elsewhere"


def test_a_role_given_without_a_duty_is_not_taken(site, province):
    agency = site.get_doc("Agency", province.WARD_OFFICE)
    agency.append("members", {"user": province.SECOND_COORDINATOR, "duty": "Officer"})
    agency.save()
    agency.set("members", [])
    agency.save()
    assert roles_of(site, province.SECOND_COORDINATOR) == {"Phanhoi Coordinator"}


def test_each_change_leaves_a_trace_that_cannot_be_changed(site, province, take_in):
    take_in(province.LEADER, province.ROADS, [person(1), person(2, email=province.OFFICER, duty="Lãnh đạo")])
    with acting(site, province.SUPERVISOR):
        traces = site.get_list(
            "Member Change",
            filters={"agency": province.ROADS, "owner": province.LEADER},
            fields=["name", "user", "change", "duty_before", "duty_after"],
        )
    found = {(row.user, row.change, row.duty_before, row.duty_after) for row in traces}
    assert found == {(NEW, "Added", None, "Officer"), (province.OFFICER, "Changed", "Officer", "Leader")}
    doc = site.get_doc("Member Change", traces[0].name)
    with pytest.raises(site.PermissionError):
        doc.save()
    with pytest.raises(site.PermissionError):
        doc.delete()
    with acting(site, province.OFFICER), pytest.raises(site.PermissionError):
        site.get_list("Member Change")


def test_a_number_in_the_agencys_form_is_checked(site, province):
    agency = site.get_doc("Agency", province.ROADS)
    agency.members[0].phone = "84 912 345 678"
    agency.save()
    assert agency.members[0].phone == "0912345678"
    agency.members[0].phone = "mười số"
    with pytest.raises(site.ValidationError, match="Số di động"):
        agency.save()


def test_the_page_shows_a_masked_number_and_what_is_open(site, province, file_one, act):
    mine = {"officer": province.OFFICER, "agency": province.ROADS, "phase": ("in", phases.OPEN)}
    before = site.db.count("Complaint", mine)  # what tests in a browser left
    complaint = file_one()
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    act(province.OFFICER, complaint, "take")
    agency = site.get_doc("Agency", province.ROADS)
    agency.members[0].phone = "0912345678"
    agency.save()
    with acting(site, province.LEADER):
        told = api.people(province.ROADS)
    officer = next(row for row in told["members"] if row["user"] == province.OFFICER)
    assert (officer["phone"], officer["open"], officer["why_not"]) == ("09** *** 678", before + 1, "")
    own = next(row for row in told["members"] if row["user"] == province.LEADER)
    assert own["why_not"]
    assert told["appoints_coordinators"] is False
