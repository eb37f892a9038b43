"""Handling together: others give their opinion, are informed, or a note is kept; the state stays as it is."""

import datetime

import pytest
from helpers.people import acting

from phanhoi_app.custody import cohandling, panel
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.history import read

SOON = str(datetime.date.today() + datetime.timedelta(days=3))


@pytest.fixture
def at_roads(file_one, act, province):
    complaint = act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)
    return act(province.OFFICER, complaint, "take")


@pytest.fixture
def asked(at_roads, act, province):
    return act(
        province.OFFICER, at_roads, "invite", agency=province.HEALTH, question="Có ngập không?", due_on=SOON
    )


def sees(site, user, doctype, name) -> bool:
    site.local.request_cache.clear()
    with acting(site, user):
        try:
            listed = bool(site.get_list(doctype, filters={"name": name}, pluck="name"))
        except site.PermissionError:
            listed = False
        assert listed is bool(site.has_permission(doctype, "read", name))
        return listed


def test_who_is_asked_reads_and_writes_the_own_opinion_only(site, asked, act, province):
    assert (asked.phase, asked.agency) == ("processing", province.ROADS)
    opinion = site.get_all("Contribution", {"complaint": asked.name}, pluck="name")[0]
    for doctype, name in (("Complaint", asked.name), ("Contribution", opinion)):
        assert sees(site, province.OTHER_OFFICER, doctype, name)
    with acting(site, province.OTHER_OFFICER):
        assert not site.has_permission("Complaint", "write", asked.name)
        with pytest.raises(site.PermissionError):
            site.get_doc("Contribution", opinion).save()
    for verb, inputs in (("answer", {"answer_text": "x"}), ("transfer", {"agency": "T-DUTY", "reason": "x"})):
        with pytest.raises(NotAllowed):
            act(province.OTHER_OFFICER, asked, verb, **inputs)
    act(province.OTHER_OFFICER, asked, "contribute", opinion="Ngập khi mưa lớn.")
    with acting(site, province.OFFICER):
        row = cohandling.contributions(asked.name)[0]
    assert (row.status, row.opinion, row.given_by) == ("Given", "Ngập khi mưa lớn.", province.OTHER_OFFICER)
    assert [event.kind for event in read.events(asked.name)][-2:] == ["invite", "contribute"]
    with pytest.raises(NotAllowed):
        act(province.OTHER_OFFICER, asked, "contribute", opinion="Lần nữa")


def test_a_file_given_with_the_opinion_follows_the_complaint(site, asked, act, province):
    def upload(user, text):
        with acting(site, user):
            values = {"doctype": "File", "file_name": "ban-do.txt", "content": text, "is_private": 1}
            return site.get_doc(values).insert()

    others = upload(province.OFFICER, "của người khác")
    with pytest.raises(MissingInput):  # another's file is not taken
        act(province.OTHER_OFFICER, asked, "contribute", opinion="x", file=others.file_url)
    file = upload(province.OTHER_OFFICER, "Bản đồ ngập")
    act(province.OTHER_OFFICER, asked, "contribute", opinion="Có", file=file.file_url)
    assert sees(site, province.OFFICER, "File", file.name)
    shown = panel.shown(site.get_doc("Complaint", asked.name))["opinions"][0]["files"]
    assert [row.file_url for row in shown] == [file.file_url]
    with pytest.raises(site.PermissionError):
        site.get_doc("File", file.name).delete()


def test_an_agency_is_asked_once_at_a_time(site, asked, act, province):
    with pytest.raises(Conflict):
        act(province.LEADER, asked, "invite", agency=province.HEALTH, question="Lại hỏi", due_on=SOON)
    assert [event.kind for event in read.events(asked.name)].count("invite") == 1
    with pytest.raises(MissingInput):  # the holder asks others, not itself
        act(province.LEADER, asked, "invite", agency=province.ROADS, question="Lại hỏi", due_on=SOON)


@pytest.mark.parametrize("due_on", ["", "hôm qua", "2020-01-01", "2999-01-01"])
def test_an_opinion_is_wanted_by_a_day_that_comes(at_roads, act, province, due_on):
    with pytest.raises(MissingInput) as caught:
        act(province.OFFICER, at_roads, "invite", agency=province.HEALTH, question="?", due_on=due_on)
    assert caught.value.fieldname == "due_on"


def test_withdrawing_ends_the_reading_where_it_stood(site, asked, act, province):
    act(province.LEADER, asked, "withdraw_invitation", agency=province.HEALTH)
    act(province.OFFICER, asked, "note", text="Chỉ nội bộ cơ quan")
    last = read.events(asked.name)[-1]
    assert sees(site, province.OTHER_OFFICER, "Complaint", asked.name)
    assert not sees(site, province.OTHER_OFFICER, "Complaint Event", last.name)
    with pytest.raises(NotAllowed):
        act(province.OTHER_OFFICER, asked, "contribute", opinion="Quá muộn")
    with pytest.raises(Conflict):
        act(province.LEADER, asked, "withdraw_invitation", agency=province.HEALTH)


@pytest.mark.parametrize("inputs", ["[1]", "{", '"x"', '{"agency": {"a": 1}, "question": [], "due_on": {}}'])
def test_what_is_no_input_is_refused_in_words(site, at_roads, province, inputs):
    from phanhoi_app.custody import api

    with acting(site, province.OFFICER), pytest.raises(MissingInput):
        api.act(at_roads.name, "invite", inputs)
    with acting(site, province.OFFICER), pytest.raises(Conflict):
        api.act(at_roads.name, "no-such-verb", "{}")


def test_late_is_a_comparison(site, asked, province):
    assert not cohandling.contributions(asked.name)[0].late
    site.db.set_value("Contribution", {"complaint": asked.name}, "due_on", "2020-01-01")
    assert cohandling.contributions(asked.name)[0].late


def test_who_is_informed_reads_until_it_ends(site, at_roads, act, province):
    assert not sees(site, province.OTHER_OFFICER, "Complaint", at_roads.name)
    act(province.OFFICER, at_roads, "refer", agency=province.HEALTH, note="Để theo dõi")
    assert sees(site, province.OTHER_OFFICER, "Complaint", at_roads.name)
    with pytest.raises(Conflict):
        act(province.OFFICER, at_roads, "refer", agency=province.HEALTH)
    with pytest.raises(NotAllowed):
        act(province.OTHER_OFFICER, at_roads, "note", text="không được")
    act(province.OFFICER, at_roads, "end_refer", agency=province.HEALTH)
    act(province.OFFICER, at_roads, "note", text="Về sau")
    assert not sees(site, province.OTHER_OFFICER, "Complaint Event", read.events(at_roads.name)[-1].name)
    with pytest.raises(Conflict):
        act(province.OFFICER, at_roads, "end_refer", agency=province.HEALTH)


def test_a_note_is_never_the_citizens(site, at_roads, act, province):
    from phanhoi_app.portal import tracking

    act(province.OFFICER, at_roads, "note", text="Nghi ngờ nhà thầu cũ")
    assert read.events(at_roads.name)[-1].kind == "note"
    assert "nhà thầu" not in str(tracking.view(site.get_doc("Complaint", at_roads.name)))
    with pytest.raises(MissingInput):
        act(province.OFFICER, at_roads, "note", text="  ")


def test_those_concerned_are_told(site, asked, act, province):
    act(province.OTHER_OFFICER, asked, "contribute", opinion="Có")
    act(province.OFFICER, asked, "refer", agency=province.WARD_OFFICE)
    told = site.get_all("Message", {"complaint": asked.name}, ["event", "recipient", "text"])
    question = next(row for row in told if row.event == "contribution_asked")
    assert question.recipient == province.OTHER_OFFICER
    assert "Có ngập không?" in question.text
    assert {row.recipient for row in told if row.event == "contribution_given"} == {
        province.OFFICER,
        province.SECOND_OFFICER,
        province.LEADER,
    }


def test_a_day_for_the_citizens_reply_is_shown_and_taken_away(site, at_roads, act, province):
    from phanhoi_app.custody import citizen
    from phanhoi_app.portal import tracking

    act(province.OFFICER, at_roads, "ask", question="Trước số nhà nào?", reply_by=SOON)
    assert str(tracking.view(site.get_doc("Complaint", at_roads.name))["reply_by"]) == SOON
    text = site.get_all("Message", {"complaint": at_roads.name, "event": "asked"}, pluck="text")[0]
    assert "trước ngày" in text
    with acting(site, "Guest"):
        assert citizen.supply(at_roads.name, "Trước số 12").reply_by is None
