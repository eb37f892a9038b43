"""What a leader, an officer and an outsider try with an agency's people, and are refused in words."""

import pytest
from helpers.people import acting, forget
from helpers.people_lists import person, sent, workbook

from phanhoi_app.agencies import api, sheet
from phanhoi_app.agencies.errors import NotThere, NotYours, PeopleRefused

SYSTEM = "system@test.example"


@pytest.fixture(autouse=True)
def fresh(site, province):
    site.local.request_cache.clear()
    yield
    site.db.rollback()
    forget(site)


def look(site, user, agency, *rows):
    with acting(site, user):
        return api.look_at_sheet(agency, "ds.xlsx", sent(workbook(list(rows))))


def refusal(site, user, led, /, **values) -> tuple[str, str]:
    """(column, sentence) of the error that one row comes to."""
    line = look(site, user, led, person(1, **values))["lines"][0]
    assert line["outcome"] == "error", line
    return line["column"], line["sentence"]


DOORS = {
    "people": lambda p, a: api.people(a),
    "look_at_sheet": lambda p, a: api.look_at_sheet(a, "ds.xlsx", sent(workbook([person(1)]))),
    "look_at_person": lambda p, a: api.look_at_person(a, "A", "a@x.example", "Leader"),
    "invite_again": lambda p, a: api.invite_again(a, p.SECOND_OFFICER),
    "leaving_preview": lambda p, a: api.leaving_preview(a, p.SECOND_OFFICER),
    "leave": lambda p, a: api.leave(a, p.SECOND_OFFICER, "chuyển công tác"),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["OFFICER", "COORDINATOR", "SUPERVISOR", "OTHER_OFFICER"])
def test_who_leads_nothing_gets_through_no_door(site, province, door, who):
    with acting(site, getattr(province, who)), pytest.raises(NotYours) as refused:
        DOORS[door](province, province.ROADS)
    assert refused.value.http_status_code == 403
    assert site.local.response.get("docs") == []


@pytest.mark.parametrize("door", DOORS)
def test_a_leader_gets_through_no_door_beside_or_above(site, province, door):
    for agency in (province.HEALTH, "T-PROVINCE"):
        with acting(site, province.LEADER), pytest.raises(NotYours):
            DOORS[door](province, agency)
    with acting(site, province.LEADER), pytest.raises(NotThere):
        DOORS[door](province, "no such agency")


def test_the_role_without_the_duty_leads_nothing(site, province):
    user = site.get_doc("User", province.OTHER_OFFICER)
    user.append("roles", {"role": "Phanhoi Leader"})
    user.save()
    with acting(site, province.OTHER_OFFICER):
        assert api.agencies() == []
        with pytest.raises(NotYours):
            api.people(province.HEALTH)


def test_a_leader_above_manages_those_below(site, province):
    agency = site.get_doc("Agency", "T-PROVINCE")
    agency.append("members", {"user": province.OTHER_OFFICER, "duty": "Leader"})
    agency.save()
    site.local.request_cache.clear()
    with acting(site, province.OTHER_OFFICER):
        assert {row["name"] for row in api.agencies()} >= {"T-PROVINCE", province.ROADS, province.HEALTH}
        assert api.people(province.ROADS)["agency"] == province.ROADS
    _column, sentence = refusal(site, province.OTHER_OFFICER, province.ROADS, email=province.OTHER_OFFICER)
    assert "chính ông/bà" in sentence, "not even below himself"
    with acting(site, province.LEADER):
        assert {row["name"] for row in api.agencies()} == {province.ROADS}


def test_a_forged_column_leads_nowhere_else(site, province):
    line = refusal(site, province.LEADER, province.ROADS, agency=province.HEALTH)
    assert line == refusal(site, province.LEADER, province.ROADS, agency=province.HEALTH)
    assert line[0] == "agency"
    unknown = refusal(site, province.LEADER, province.ROADS, agency="T-NOTHING")
    assert unknown[1].replace("T-NOTHING", province.HEALTH) == line[1], "what exists is not told"


@pytest.mark.parametrize("duty", ["Điều phối viên", "Coordinator", "ĐIỀU PHỐI"])
def test_a_leader_makes_no_coordinators(site, province, duty):
    column, sentence = refusal(site, province.LEADER, province.ROADS, duty=duty)
    assert column == "duty"
    assert "quản trị viên" in sentence
    shown = look(site, province.ADMINISTRATOR, province.ROADS, person(1, duty=duty))
    assert shown["lines"][0]["outcome"] == "new"


def test_a_leader_does_not_touch_himself(site, province):
    for duty in ("Lãnh đạo", "Cán bộ xử lý", "Người xem"):
        _column, sentence = refusal(site, province.LEADER, province.ROADS, email=province.LEADER, duty=duty)
        assert "chính ông/bà" in sentence
    with acting(site, province.LEADER), pytest.raises(NotYours):
        api.leave(province.ROADS, province.LEADER, "chuyển công tác")


@pytest.mark.parametrize("who", [SYSTEM, "ADMINISTRATOR", "SUPERVISOR", "Administrator"])
def test_accounts_above_agencies_are_left_alone(site, province, who):
    user = getattr(province, who, who)
    if "@" in user:
        refusal(site, province.LEADER, province.ROADS, email=user)
        agency = site.get_doc("Agency", province.ROADS)
        agency.append("members", {"user": user, "duty": "Officer"})
        agency.save()
        refusal(site, province.LEADER, province.ROADS, email=user, duty="Người xem")
        with acting(site, province.LEADER), pytest.raises(NotYours):
            api.leave(province.ROADS, user, "chuyển công tác", disable=1)
    else:
        refusal(site, province.LEADER, province.ROADS, email=user)


def test_the_plan_is_made_again_when_it_is_confirmed(site, province):
    """A draft of one's own, kept until one leads no more, does nothing."""
    shown = look(site, province.LEADER, province.ROADS, person(1))
    agency = site.get_doc("Agency", province.ROADS)
    agency.set("members", [row for row in agency.members if row.user != province.LEADER])
    agency.save()
    site.local.request_cache.clear()
    with acting(site, province.LEADER), pytest.raises(NotYours):
        api.confirm(shown["name"])


def test_nobody_confirms_anothers_list(site, province):
    shown = look(site, province.LEADER, province.ROADS, person(1))
    for user in (province.OFFICER, province.ADMINISTRATOR):
        with acting(site, user), pytest.raises(NotThere):
            api.confirm(shown["name"])


def test_a_leader_writes_no_agency_past_the_page(site, province):
    with acting(site, province.LEADER):
        agency = site.get_doc("Agency", province.ROADS)
        agency.append("members", {"user": province.OTHER_OFFICER, "duty": "Coordinator"})
        with pytest.raises(site.PermissionError):
            agency.save()
        for doctype in ("Agency Member", "Member Change", "Roster", "Departure", "Invitation"):
            with pytest.raises(site.PermissionError):
                site.get_doc({"doctype": doctype, "agency": province.ROADS}).insert()
        with pytest.raises(site.PermissionError):
            site.get_doc("User", province.OFFICER).add_roles("System Manager")


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", 'A"><script>alert(1)</script>', "Nguyễn&nbsp;A"]
)
def test_a_name_with_markup_is_refused(site, province, name):
    assert refusal(site, province.LEADER, province.ROADS, name=name)[0] == "full_name"


def test_huge_files_are_refused_before_they_are_read(site, province):
    with acting(site, province.LEADER):
        with pytest.raises(PeopleRefused, match="2 MB"):
            api.look_at_sheet(province.ROADS, "ds.csv", "A" * (sheet.MOST_BYTES * 2))
        with pytest.raises(PeopleRefused, match="trọn vẹn"):
            api.look_at_sheet(province.ROADS, "ds.csv", "not base64 !")


def test_an_unused_account_is_never_invited_to_a_number_given_later(site, province):
    """Otherwise who adds it to an agency with a number of his own gets into it."""
    shown = look(site, province.ADMINISTRATOR, province.HEALTH, person(1, phone="0987654321"))
    with acting(site, province.ADMINISTRATOR):
        api.confirm(shown["name"])
    thief = look(site, province.LEADER, province.ROADS, person(1, phone="0911111111"))
    assert thief["lines"][0]["outcome"] == "added"
    with acting(site, province.LEADER):
        api.confirm(thief["name"])
        site.db.sql("update `tabInvitation` set creation = '2020-01-01'")
        api.invite_again(province.ROADS, "moi.1@list.example", "SMS")
    messages = site.get_all(
        "Message", filters={"recipient_user": "moi.1@list.example", "channel": "SMS"}, pluck="name"
    )
    sent_to = site.get_all("Letter", filters={"name": ("in", messages)}, pluck="recipient")
    assert set(sent_to) == {"0987654321"}


def test_an_account_that_was_disabled_is_an_administrators_to_enable(site, province):
    site.db.set_value("User", province.OTHER_OFFICER, "enabled", 0)
    _column, sentence = refusal(site, province.LEADER, province.ROADS, email=province.OTHER_OFFICER)
    assert "khóa" in sentence
