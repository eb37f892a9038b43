"""“Đôn đốc” by one click, and the written explanation: who may, once, who is told, what is kept."""

from datetime import datetime, timedelta

import pytest
from helpers import steps, world
from helpers.doors import Door
from helpers.people import acting
from helpers.steps import held, swept, told

from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.history.now import as_of
from phanhoi_app.sla import explaining, urging

MONDAY = datetime(2026, 3, 2, 9, 0)
DUE_ON = datetime(2026, 3, 9, 17, 0)
ASKS = {"step_code": "t-explain", "effect": "Ask for a written explanation"}


@pytest.fixture
def complaint(site, province):
    with steps.in_force(ASKS):
        yield held(MONDAY)


def urged(site, user, complaint, note="", at=MONDAY):
    with acting(site, user), as_of(at):
        return urging.urge(complaint.name, note)


def events(site, complaint, kind):
    values = {"complaint": complaint.name, "kind": kind}
    return site.get_all("Complaint Event", values, ["actor", "actor_role", "reason"], order_by="sequence")


def test_a_supervisor_urges_who_handles_and_who_leads(site, complaint, act):
    assert urged(site, world.SUPERVISOR, complaint, "Dân đã hỏi ba lần") == 3
    assert {user for user in (world.OFFICER, world.SECOND_OFFICER, world.LEADER) if told(user)} == {
        world.OFFICER,
        world.SECOND_OFFICER,
        world.LEADER,
    }
    assert "Dân đã hỏi ba lần" in told(world.LEADER)[0].text
    [event] = events(site, complaint, "urged")
    assert (event.actor, event.actor_role) == (world.SUPERVISOR, "Phanhoi Supervisor")
    with as_of(MONDAY + timedelta(minutes=1)):
        act(world.OFFICER, complaint, "take")
    assert urged(site, world.COORDINATOR, complaint, at=MONDAY + timedelta(minutes=2)) == 2
    assert len(told(world.SECOND_OFFICER)) == 1, "once it has an officer, its officer"


def test_clicked_twice_it_is_one_urging(site, complaint):
    urged(site, world.SUPERVISOR, complaint)
    with pytest.raises(Conflict, match="09:00"):
        urged(site, world.SUPERVISOR, complaint, at=MONDAY + timedelta(seconds=1))
    assert len(events(site, complaint, "urged")) == 1
    urged(site, world.SUPERVISOR, complaint, at=MONDAY + timedelta(hours=1))
    assert len(events(site, complaint, "urged")) == 2


@pytest.mark.parametrize("who", ["OFFICER", "LEADER", "ADMINISTRATOR"])
def test_whoever_is_not_above_does_not_urge(site, complaint, who):
    with pytest.raises(NotAllowed):
        urged(site, getattr(world, who), complaint)
    assert events(site, complaint, "urged") == []


def test_whoever_does_not_see_it_does_not_learn_that_it_is_there(site, complaint):
    for user in (world.OTHER_OFFICER, "Guest"):
        with pytest.raises(site.DoesNotExistError):
            urged(site, user, complaint)
    site.db.set_value("Complaint", complaint.name, "sealed", 1)
    with pytest.raises(site.DoesNotExistError):
        urged(site, world.SUPERVISOR, complaint)


def test_a_leader_of_the_agency_above_urges(site, complaint):
    above = site.get_doc("Agency", "T-PROVINCE")
    above.append("members", {"user": world.SUPERVISOR, "duty": "Leader"})
    above.save()
    site.local.request_cache.clear()
    site.get_doc("User", world.SUPERVISOR).remove_roles("Phanhoi Supervisor")
    urged(site, world.SUPERVISOR, complaint)
    assert events(site, complaint, "urged")[0].actor_role == "Phanhoi Leader"
    site.db.rollback()
    site.clear_cache()


def test_what_is_answered_is_not_urged(site, complaint, act):
    with as_of(MONDAY):
        act(world.OFFICER, complaint, "take")
        act(world.OFFICER, complaint, "answer", answer_text="Đã vá.")
    with pytest.raises(Conflict):
        urged(site, world.SUPERVISOR, complaint)


def test_several_at_once_each_by_itself(site, complaint):
    another = held(MONDAY)
    urged(site, world.SUPERVISOR, another)
    site.db.commit()
    with acting(site, world.SUPERVISOR), as_of(MONDAY):
        said = urging.urge_many([complaint.name, another.name, "PA-1", complaint.name])
    assert said["done"] == 1 and [row["name"] for row in said["refused"]] == [another.name, "PA-1"]
    for wrong in ([], ["x"] * 201, None, "x"):
        with acting(site, world.SUPERVISOR), pytest.raises(MissingInput):
            urging.urge_many(wrong)


def test_the_doors_say_what_is_wrong(site, complaint):
    supervisor = Door(site, world.SUPERVISOR)
    assert supervisor.method("phanhoi_app.sla.api.urge_many", names="[[")[0] == 422
    assert supervisor.method("phanhoi_app.sla.api.urge", complaint="PA-1")[0] == 404
    assert Door(site, "Guest").method("phanhoi_app.sla.api.urge", complaint=complaint.name)[0] in (403, 404)
    assert Door(site, world.OFFICER).method("phanhoi_app.sla.api.urge", complaint=complaint.name)[0] == 403


def asked(site, complaint) -> str:
    assert swept(DUE_ON) == 1
    return site.db.get_value("Escalation", {"complaint": complaint.name})


def test_the_agency_explains_once_and_it_is_kept(site, complaint):
    escalation = asked(site, complaint)
    assert events(site, complaint, "explanation_asked")
    with acting(site, world.LEADER):
        [shown] = explaining.for_form(complaint.name)
        assert shown.waits and shown.may_explain
        with pytest.raises(MissingInput):
            explaining.give(escalation, "  ")
        explaining.give(escalation, "Chờ vật liệu, xong trước ngày 12/3.")
        with pytest.raises(Conflict):
            explaining.give(escalation, "Lý do khác")
    with acting(site, world.SUPERVISOR):
        [shown] = explaining.for_form(complaint.name)
    assert shown.explanation == "Chờ vật liệu, xong trước ngày 12/3." and not shown.waits
    [event] = events(site, complaint, "explained")
    assert event.actor == world.LEADER


def test_others_do_not_explain_for_it(site, complaint):
    escalation = asked(site, complaint)
    for user in (world.SUPERVISOR, world.COORDINATOR):
        with acting(site, user), pytest.raises(NotAllowed):
            explaining.give(escalation, "Lý do")
    with acting(site, world.OTHER_OFFICER), pytest.raises(site.DoesNotExistError):
        explaining.give(escalation, "Lý do")
    with acting(site, world.LEADER), pytest.raises(site.DoesNotExistError):
        explaining.give("khong-co", "Lý do")


def test_who_has_lost_it_since_still_explains(site, complaint, act):
    escalation = asked(site, complaint)
    with as_of(DUE_ON):
        act(world.COORDINATOR, complaint, "assign", agency=world.HEALTH)
    with acting(site, world.LEADER):
        explaining.give(escalation, "Đã chuyển cho nơi khác.")
    with acting(site, world.OTHER_OFFICER), pytest.raises(NotAllowed):
        explaining.give(escalation, "Lý do")


def test_nobody_writes_an_escalation_by_hand(site, complaint):
    escalation = site.get_doc("Escalation", asked(site, complaint))
    escalation.explanation = "Sửa"
    for change in (escalation.save, escalation.delete):
        with acting(site, world.ADMINISTRATOR), pytest.raises(site.PermissionError):
            change()
