"""The sweep: each step once, on time, to those whom it names; whatever happens to the machine."""

from datetime import datetime, timedelta

import pytest
from helpers import steps, world
from helpers.people import acting
from helpers.steps import given, held, swept, told

from phanhoi_app.history import verify
from phanhoi_app.history.now import as_of
from phanhoi_app.sla import checking, next_steps, sweep

# The term runs from Tuesday 3 March 07:30 to Monday the 9th, 17:00.
MONDAY = datetime(2026, 3, 2, 9, 0)
HALF = {"step_code": "t-half", "comes": "Percent of the term used", "amount": 50, "to_officer": 1}
DUE = {"step_code": "t-due", "to_officer": 1}
AFTER = {"step_code": "t-after", "comes": "Working hours after", "amount": 4, "to_supervisor": 1}
DAYS = {"step_code": "t-days", "comes": "Working days after", "amount": 2, "to_supervisor": 1}
UP = {
    "step_code": "t-up",
    "clock": "hold",
    "comes": "Working hours after",
    "amount": 1,
    "effect": "Hand to the agency above",
}
ALL = (HALF, DUE, AFTER, DAYS)
HALF_ON, DUE_ON = datetime(2026, 3, 5, 11, 15), datetime(2026, 3, 9, 17, 0)


@pytest.fixture
def reminded(site, province):
    with steps.in_force(*ALL):
        yield site


@pytest.fixture
def handed_up(site, province):
    with steps.in_force(UP):
        yield site


def next_on(site, complaint, clock="resolve"):
    values = {"complaint": complaint.name, "clock": clock, "state": ["in", ["Running", "Paused"]]}
    return site.db.get_value("Complaint Clock", values, "next_event_on")


def kinds(site, complaint):
    return site.get_all(
        "Complaint Event", {"complaint": complaint.name}, pluck="kind", order_by="sequence asc"
    )


def test_a_step_is_given_when_it_comes_due_and_those_it_names_are_told(reminded):
    complaint = held(MONDAY)
    assert next_on(reminded, complaint) == HALF_ON
    assert swept(HALF_ON - timedelta(seconds=1)) == 0
    assert swept(HALF_ON) == 1
    assert next_on(reminded, complaint) == DUE_ON
    row = reminded.get_doc("Escalation", {"complaint": complaint.name})
    assert (row.step, row.at, row.given_on, row.agency) == ("t-half", HALF_ON, HALF_ON, world.ROADS)
    assert (row.told, row.told_to) == (1, 3)
    [message] = told(world.LEADER)
    assert (message.event, message.complaint) == ("reminded", complaint.name)
    assert "50 %" in message.text and len(told(world.OFFICER)) == 1 and not told(world.SUPERVISOR)
    assert kinds(reminded, complaint)[-1] == "reminded"
    assert not verify.one(complaint.name).broken and checking.check(complaint.name) == []


def test_thirty_daily_sweeps_give_each_step_once_and_running_again_changes_nothing(reminded):
    complaint = held(MONDAY)
    assert sum(swept(MONDAY + timedelta(days=day)) for day in range(30)) == len(ALL)
    assert given(complaint) == ["t-half", "t-due", "t-after", "t-days"]
    before = kinds(reminded, complaint), len(told(world.LEADER))
    assert [swept(MONDAY + timedelta(days=30)) for _again in range(3)] == [0, 0, 0]
    assert (kinds(reminded, complaint), len(told(world.LEADER))) == before
    assert next_on(reminded, complaint) is None and checking.check(complaint.name) == []


def test_after_a_standstill_each_is_told_once_of_everything(reminded):
    complaints = [held(MONDAY), held(MONDAY), held(MONDAY + timedelta(hours=1))]
    assert swept(datetime(2026, 3, 12, 8, 0)) == 3 * len(ALL)
    for user, number in ((world.OFFICER, 2), (world.LEADER, 4), (world.SUPERVISOR, 2)):
        [message] = told(user)
        assert message.event == "reminder_digest" and message.subject == "Nhắc hạn 3 phản ánh"
        assert len([line for line in message.text.splitlines() if "(3)" in line]) == number
        assert all(complaint.name in message.text for complaint in complaints)


def test_a_machine_whose_clock_goes_back_gives_nothing_twice(reminded):
    complaint = held(MONDAY)
    days = [*range(9), *range(4, 9), *range(2, 15)]
    assert sum(swept(MONDAY + timedelta(days=day)) for day in days) == len(ALL)
    assert given(complaint) == ["t-half", "t-due", "t-after", "t-days"]


def test_answered_in_time_nobody_is_reminded(reminded, act):
    complaint = held(MONDAY)
    with as_of(HALF_ON - timedelta(hours=1)):
        act(world.OFFICER, complaint, "take")
        act(world.OFFICER, complaint, "answer", answer_text="Đã vá ổ gà.")
    reminded.db.commit()
    assert swept(MONDAY + timedelta(days=30)) == 0
    state = reminded.db.get_value(
        "Complaint Clock", {"complaint": complaint.name, "clock": "resolve"}, "state"
    )
    assert state == "Stopped"


def test_while_the_citizen_is_asked_nothing_comes_due(reminded, act):
    complaint = held(MONDAY)
    with as_of(datetime(2026, 3, 4, 9, 0)):
        act(world.OFFICER, complaint, "take")
        act(world.OFFICER, complaint, "ask", question="Ở đoạn nào?")
    reminded.db.commit()
    assert next_on(reminded, complaint) is None and swept(MONDAY + timedelta(days=20)) == 0
    with as_of(datetime(2026, 3, 5, 9, 0)):
        act(world.COORDINATOR, complaint, "supply", text="Trước cổng trường.")
    reminded.db.commit()
    assert next_on(reminded, complaint) == datetime(2026, 3, 6, 11, 15)
    assert checking.check(complaint.name) == []


def test_handed_up_the_new_holder_has_a_full_term_while_the_whole_clock_goes_on(handed_up):
    """It does not climb a level a day: the province has its two days, and there is nobody above it."""
    above = handed_up.get_doc("Agency", "T-PROVINCE")
    above.append("members", {"user": world.SUPERVISOR, "duty": "Leader"})
    above.save()
    handed_up.db.commit()
    try:
        complaint = held(MONDAY)
        due = handed_up.db.get_value("Complaint", complaint.name, "due_on")
        for day in range(3, 33):
            swept(datetime(2026, 3, 2, 8, 0) + timedelta(days=day))
        complaint.reload()
        assert (complaint.agency, complaint.officer, complaint.phase) == ("T-PROVINCE", None, "assigned")
        assert complaint.due_on == due
        first, second = handed_up.get_all(
            "Escalation",
            {"complaint": complaint.name},
            ["cycle", "given_on", "result", "agency"],
            order_by="cycle",
        )
        assert (first.cycle, second.cycle) == (1, 2)
        assert second.given_on - first.given_on > timedelta(days=2), "a full term of his own"
        assert "UBND tỉnh Thử" in first.result and "UBND tỉnh Thử" not in second.result
        clock = handed_up.get_doc(
            "Complaint Clock", {"complaint": complaint.name, "clock": "hold", "cycle": 2}
        )
        assert (clock.began, clock.agency) == (first.given_on, "T-PROVINCE")
        assert kinds(handed_up, complaint).count("escalated") == 1
        holders = handed_up.get_all(
            "Custody", {"complaint": complaint.name, "until": ["is", "not set"]}, pluck="party"
        )
        assert holders == ["T-PROVINCE"]
        assert checking.check(complaint.name) == [] and not verify.one(complaint.name).broken
    finally:
        above.reload()
        above.set("members", [])
        above.save()
        handed_up.db.commit()


def test_a_raised_severity_has_the_policy_read_anew(site, province):
    raises = {"step_code": "t-raise", "comes": "Percent of the term used", "amount": 50}
    with steps.in_force({**raises, "effect": "Raise the severity"}):
        complaint = held(MONDAY)
        assert swept(HALF_ON) == 1
        complaint.reload()
        assert complaint.severity == "Urgent"
        assert complaint.due_on == datetime(2026, 3, 2, 15, 0), "four working hours from when it came in"
        assert kinds(site, complaint)[-1] == "severity_raised"
        assert checking.check(complaint.name) == []
        urgent = held(MONDAY, severity="Urgent")
        site.db.set_value("Complaint", urgent.name, "severity", "Urgent")
        assert swept(HALF_ON) == 1
        assert site.db.get_value("Escalation", {"complaint": urgent.name}, "result")


def test_one_that_cannot_be_counted_does_not_stop_the_others(reminded, monkeypatch):
    bad, good = held(MONDAY), held(MONDAY)
    follow = next_steps.told.follow

    def stumbling(story, known):
        if story.name == bad.name:
            raise next_steps.RuleError("The calendar has no working hours.")
        return follow(story, known)

    with monkeypatch.context() as broken:
        broken.setattr(next_steps.told, "follow", stumbling)
        assert swept(HALF_ON) == 1
    assert (given(bad), given(good)) == ([], ["t-half"])
    noted = reminded.get_doc("Complaint Clock", {"complaint": bad.name, "clock": "resolve"})
    assert noted.step_error and noted.next_event_on == HALF_ON + next_steps.AGAIN_AFTER
    assert swept(HALF_ON + timedelta(hours=1)) == 1, "looked at again later"
    noted.reload()
    assert given(bad) == ["t-half"] and not noted.step_error


def test_one_that_cannot_be_written_does_not_stop_the_others(reminded, monkeypatch):
    complaints = [held(MONDAY) for _number in range(3)]
    rows = sweep.given.rows

    def spoiled(look, *rest):
        found = rows(look, *rest)
        return [row | ({"cycle": "x"} if look.complaint.name == complaints[1].name else {}) for row in found]

    with monkeypatch.context() as broken:
        broken.setattr(sweep.given, "rows", spoiled)
        assert swept(HALF_ON) == 2
    assert [given(each) for each in complaints] == [["t-half"], [], ["t-half"]]
    assert kinds(reminded, complaints[1])[-1] == "assign"
    assert swept(HALF_ON + timedelta(hours=2)) == 1


def test_a_complaint_in_somebodys_hands_is_left_for_the_next_sweep(reminded, home):
    import threading

    import frappe

    from phanhoi_app.custody import perform

    complaint, free = held(MONDAY), held(MONDAY)
    locked, over = threading.Event(), threading.Event()

    def somebody():
        frappe.init(site=home.site, sites_path=str(home.sites))
        frappe.connect()
        try:
            perform.lock(complaint.name)
            locked.set()
            over.wait(30)
        finally:
            frappe.db.rollback()
            frappe.destroy()

    thread = threading.Thread(target=somebody)
    thread.start()
    try:
        assert locked.wait(30)
        assert swept(HALF_ON) == 1
        assert (given(complaint), given(free)) == ([], ["t-half"])
        assert not told(world.LEADER), "first all that is due, then one message"
    finally:
        over.set()
        thread.join()
    assert swept(HALF_ON + timedelta(seconds=60)) == 1
    assert [message.event for message in told(world.LEADER)] == ["reminder_digest"]


def test_nobody_is_told_of_what_he_may_not_see(reminded, province):
    complaint = held(MONDAY)
    reminded.db.set_value("Complaint", complaint.name, "sealed", 1)
    reminded.db.commit()
    assert swept(datetime(2026, 3, 20, 8, 0)) == len(ALL)
    assert told(world.LEADER) and not told(world.SUPERVISOR)
    with acting(reminded, world.SUPERVISOR):
        assert reminded.get_list("Escalation", {"complaint": complaint.name}) == []


def test_the_sweep_finds_what_is_due_by_its_index(site):
    plan = site.db.sql(
        """explain select complaint from `tabComplaint Clock` where next_event_on <= '2020-01-01'
        and complaint not in ('') order by next_event_on limit 500 for update skip locked""",
        as_dict=True,
    )[0]
    assert plan.key == "next_event" and "filesort" not in (plan.Extra or ""), plan
