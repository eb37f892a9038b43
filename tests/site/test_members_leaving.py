"""Somebody leaves: his open complaints go where they were sent, each with its event; then his membership ends."""

import pytest
from helpers import offices
from helpers.people import acting

from phanhoi_app.access import scope
from phanhoi_app.agencies import api, leaving
from phanhoi_app.agencies.errors import AlreadyChanged, NotThere, PeopleRefused
from phanhoi_app.custody import handover
from phanhoi_app.history import read

AGENCY, DOMAIN = "T-LEAVING", "leaving.example"
GOES, STAYS, HEAD = "goes@leaving.example", "stays@leaving.example", "head@leaving.example"
WHY = "chuyển công tác"


@pytest.fixture
def office(site, province, file_one, act):
    """An office of its own with two officers and a leader, and four complaints with the one who goes.

    Committed, as handing over commits each complaint; taken away after the test.
    """
    offices.clear(site, AGENCY, DOMAIN)
    offices.make(
        site,
        AGENCY,
        "Phòng Bàn giao Thử",
        [(GOES, "Người Đi", "Officer"), (STAYS, "Người Ở", "Officer"), (HEAD, "Trưởng", "Leader")],
    )
    names = []
    for number in range(4):
        complaint = file_one(title=f"Bàn giao {number}")
        act(province.COORDINATOR, complaint, "assign", agency=AGENCY)
        act(GOES, complaint, "take")
        names.append(complaint.name)
    site.db.commit()
    yield names
    offices.clear(site, AGENCY, DOMAIN)


def officer(site, name) -> str | None:
    return site.db.get_value("Complaint", name, "officer")


def members(site) -> set[str]:
    return set(site.get_all("Agency Member", filters={"parent": AGENCY}, pluck="user"))


def let_go(site, **values) -> dict:
    with acting(site, HEAD):
        return api.leave(AGENCY, GOES, WHY, **values)


def test_the_preview_names_what_is_open_and_who_may_take_it(site, office):
    with acting(site, HEAD):
        told = api.leaving_preview(AGENCY, GOES)
    assert {row["name"] for row in told["complaints"]} == set(office)
    assert {"title", "due_on", "phase"} <= set(told["complaints"][0])
    assert [row["user"] for row in told["colleagues"]] == [STAYS, HEAD]
    assert (told["last"], told["may_disable"]) == (True, True)


def test_complaints_go_where_they_were_sent(site, office):
    _first, second, third, fourth = office
    state = let_go(site, successor=STAYS, choices={second: HEAD, third: ""})
    assert (state["status"], state["total"], state["done"], state["unassigned"]) == ("Finished", 4, 4, 1)
    assert [officer(site, name) for name in office] == [STAYS, HEAD, None, STAYS]
    assert site.db.get_value("Complaint", third, "phase") == "assigned", "somebody takes it from there"
    assert site.db.get_value("Complaint", fourth, "phase") == "processing"
    for name in office:
        last = read.last_event(name)
        assert (last.kind, last.reason, last.actor) == ("handed_over", WHY, HEAD)
    assert members(site) == {STAYS, HEAD}
    assert not site.get_all("Has Role", filters={"parent": GOES, "role": ("like", "Phanhoi%")})
    told = site.get_all("Message", filters={"event": "handed_over"}, pluck="recipient_user")
    assert sorted(told) == [STAYS, STAYS], "who hands over to himself knows it"


def test_what_he_left_for_the_agency_can_be_taken(site, office, act):
    let_go(site)
    site.local.request_cache.clear()
    taken = act(STAYS, office[0], "take")
    assert (taken.officer, taken.phase) == (STAYS, "processing")


def test_who_left_may_not_act_any_more(site, office, act):
    let_go(site, successor=STAYS)
    site.local.request_cache.clear()
    assert not scope.may_act(site.get_doc("Complaint", office[0]), GOES)
    assert not scope.may_see(office[0], GOES)


def test_the_account_is_disabled_when_asked_and_sessions_end(site, office):
    site.db.sql(
        "insert into `tabSessions` (user, sid, lastupdate, status) values (%s, 'x-leaving', now(), 'Active')",
        GOES,
    )
    site.db.commit()
    assert let_go(site, successor=STAYS, disable=1)["account_disabled"] == 1
    assert site.db.get_value("User", GOES, "enabled") == 0
    assert not site.db.sql("select 1 from `tabSessions` where user = %s", GOES)


def test_an_account_with_duties_elsewhere_is_not_disabled(site, office, province):
    agency = site.get_doc("Agency", province.WARD_OFFICE)
    agency.append("members", {"user": GOES, "duty": "Viewer"})
    agency.save()
    with acting(site, HEAD):
        assert api.leaving_preview(AGENCY, GOES)["may_disable"] is False
        with pytest.raises(PeopleRefused, match="nơi khác"):
            api.leave(AGENCY, GOES, WHY, disable=1)


def test_a_crash_on_the_way_is_taken_up_where_it_stopped(site, office, monkeypatch):
    done = []

    def dies(complaint, *args):
        if len(done) == 2:
            raise RuntimeError("the worker dies")
        done.append(complaint)
        return original(complaint, *args)

    original = handover.hand_over
    monkeypatch.setattr(handover, "hand_over", dies)
    with acting(site, HEAD), pytest.raises(RuntimeError):
        api.leave(AGENCY, GOES, WHY, successor=STAYS)
    name = site.db.get_value("Departure", {"agency": AGENCY})
    assert site.db.get_value("Departure", name, ["status", "done"]) == ("Failed", 2)
    assert GOES in members(site), "he leaves when all is handed over"
    monkeypatch.setattr(handover, "hand_over", original)
    with acting(site, HEAD):
        leaving.execute(name)
        leaving.execute(name)  # a second job
        assert leaving.state(name)["status"] == "Finished"
    assert site.db.get_value("Departure", name, "done") == 4
    assert [officer(site, each) for each in office] == [STAYS] * 4
    for each in office:
        kinds = [event.kind for event in read.events(each)]
        assert kinds.count("handed_over") == 1, "nothing is handed over twice"
    assert members(site) == {STAYS, HEAD}


def test_what_he_takes_while_it_runs_goes_along(site, office, act, file_one, province, monkeypatch):
    late = file_one(title="Bàn giao muộn")
    act(province.COORDINATOR, late, "assign", agency=AGENCY)
    site.db.commit()
    original = leaving._end_membership

    def takes_one_more(doc):
        act(GOES, late, "take")
        site.db.commit()
        original(doc)

    monkeypatch.setattr(leaving, "_end_membership", takes_one_more)
    let_go(site, successor=STAYS)
    assert officer(site, late.name) == STAYS


def test_who_leaves_already_does_not_leave_twice(site, office, monkeypatch):
    monkeypatch.setattr(leaving, "AT_ONCE", 0)
    monkeypatch.setattr(leaving, "_enqueue", lambda name: None)
    first, second = let_go(site, successor=STAYS), let_go(site, successor=HEAD)
    assert first["name"] == second["name"]
    with acting(site, HEAD):
        assert [row["user"] for row in api.leaving_preview(AGENCY, STAYS)["colleagues"]] == [HEAD]
        assert next(row for row in api.people(AGENCY)["members"] if row["user"] == GOES)["leaving"]


@pytest.mark.parametrize("taker", ["nobody@x.example", "officer.health@test.example", GOES, "Administrator"])
def test_strangers_get_no_complaints(site, office, taker):
    with pytest.raises(PeopleRefused, match="nhận bàn giao"):
        let_go(site, successor=taker)
    with pytest.raises(PeopleRefused):
        let_go(site, choices={office[0]: taker})
    with acting(site, HEAD), pytest.raises(PeopleRefused, match="lý do"):
        api.leave(AGENCY, GOES, " ")
    with acting(site, HEAD), pytest.raises(NotThere):
        api.leave(AGENCY, "officer.health@test.example", WHY)


def test_a_sealed_complaint_is_neither_told_nor_given_by_those_who_may_not_see_it(site, office, province):
    """The office one handles a complaint about the agency of the leader above: he never learns of it."""
    sealed = office[0]
    site.db.set_value("Complaint", sealed, {"sealed": 1, "accused_agency": AGENCY})
    site.db.commit()
    with acting(site, HEAD):
        told = api.leaving_preview(AGENCY, GOES)
        assert sealed not in {row["name"] for row in told["complaints"]}
        goes = next(row for row in api.people(AGENCY)["members"] if row["user"] == GOES)
        assert goes["open"] == 3
    state = let_go(site, successor=STAYS, choices={sealed: STAYS})
    assert (state["total"], state["done"]) == (3, 3)
    assert officer(site, sealed) is None


def test_an_account_with_open_complaints_is_not_disabled_by_hand(site, office):
    user = site.get_doc("User", GOES)
    user.enabled = 0
    with pytest.raises(AlreadyChanged, match="Rời cơ quan"):
        user.save()
    site.db.rollback()
    with pytest.raises(AlreadyChanged, match="Rời cơ quan"):
        site.delete_doc("User", GOES)
    site.db.rollback()
    let_go(site, successor=STAYS)
    user = site.get_doc("User", GOES)
    user.enabled = 0
    user.save()


def test_a_leader_disables_no_account_that_serves_for_more(site, office, province):
    """Or he would add a coordinator or a citizen to his agency, and let him go without an account."""
    site.get_doc("User", STAYS).add_roles("Phanhoi Coordinator")
    site.db.set_value("Complainant", office[0], "citizen_user", GOES)
    with acting(site, HEAD):
        for user in (STAYS, GOES):
            assert api.leaving_preview(AGENCY, user)["may_disable"] is False
            with pytest.raises(PeopleRefused):
                api.leave(AGENCY, user, WHY, disable=1)
    site.local.request_cache.clear()
    with acting(site, province.ADMINISTRATOR):
        assert api.leaving_preview(AGENCY, STAYS)["may_disable"] is True


def test_a_row_taken_out_in_the_form_is_told_of_the_better_way(site, office):
    agency = site.get_doc("Agency", AGENCY)
    agency.set("members", [row for row in agency.members if row.user != GOES])
    site.local.message_log.clear()
    agency.save()
    told = [site.parse_json(message)["message"] for message in site.local.message_log]
    assert any("Rời cơ quan" in message for message in told)
