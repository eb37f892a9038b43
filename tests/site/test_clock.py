"""The clocks of a complaint: from the policy, on the calendar, paused while the citizen is asked."""

from datetime import datetime, timedelta

import pytest
from helpers import world
from helpers.people import acting

from phanhoi_app.history import record
from phanhoi_app.sla import calendars, clocks, policies, told

FRIDAY_16_30 = datetime(2026, 11, 20, 16, 30)


@pytest.fixture
def office_hours(site, province):
    """Office hours without days off, so that the dates below need no calendar beside them."""
    document = site.get_doc(
        {
            "doctype": "Working Calendar",
            "calendar_name": "Giờ thử",
            "shifts": [
                {"weekday": day, "start_time": start, "end_time": end}
                for day in calendars.WEEKDAYS[:5]
                for start, end in (("07:30:00", "11:30:00"), ("13:30:00", "17:00:00"))
            ],
        }
    ).insert()
    agency = site.get_doc("Agency", province.DUTY)
    agency.working_calendar = document.name
    agency.save()
    yield document
    site.db.rollback()
    site.clear_cache(doctype="Agency")
    site.clear_document_cache("Agency", province.DUTY)
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")


def policy(site, rows, **values):
    document = site.get_doc(
        {"doctype": "Deadline Policy", "policy_name": "Thử", "rows": rows, **values}
    ).insert()
    site.db.set_single_value("Phanhoi Settings", "deadline_policy", document.name)
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")
    return document


def row(amount, unit, start="Next working moment", **more):
    return {"amount": amount, "unit": unit, "start_rule": start, **more}


def story(province, severity="Normal", at=FRIDAY_16_30):
    """A complaint about a pothole that has come in."""
    changes = {
        "phase": "new",
        "agency": province.DUTY,
        "field": world.POTHOLES,
        "severity": severity,
        "kind": "Feedback",
    }
    received = told.Happened(at, "received", {name: [None, value] for name, value in changes.items()})
    return told.Story("PA-1", at, "Web", (received,))


@pytest.mark.parametrize(
    ("rows", "severity", "due"),
    [
        ([row(4, "Working hours")], "Normal", "2026-11-23 11:00"),
        ([row(1, "Working days", "Next working day")], "Normal", "2026-11-23 17:00"),
        ([row(17, "Calendar days", "At once")], "Normal", "2026-12-07 16:30"),
        ([row(17, "Calendar days"), row(4, "Hours", severity="Urgent")], "Urgent", "2026-11-20 20:30"),
        ([row(1, "Hours"), row(2, "Hours", field=world.POTHOLES)], "Normal", "2026-11-20 18:30"),
        (
            [row(1, "Hours"), row(2, "Hours", severity="Urgent"), row(3, "Hours", field=world.POTHOLES)],
            "Urgent",
            "2026-11-20 19:30",
        ),
        ([row(1, "Hours", field=world.FOOD)], "Normal", None),
        ([row(1, "Hours"), row(2, "Hours", agency_type="Duty centre")], "Normal", "2026-11-20 18:30"),
        ([row(1, "Hours"), row(2, "Hours", channel="Phone")], "Normal", "2026-11-20 17:30"),
        ([row(1, "Hours"), row(2, "Hours", valid_from="2026-11-20")], "Normal", "2026-11-20 18:30"),
        ([row(1, "Hours"), row(2, "Hours", kind="Proposal")], "Normal", "2026-11-20 17:30"),
        ([row(1, "Hours", clock="screen")], "Normal", None),
    ],
    ids=[
        "working hours",
        "working days",
        "calendar days",
        "severity",
        "field",
        "field before severity",
        "no row",
        "agency type",
        "channel",
        "valid later",
        "kind",
        "another clock",
    ],
)
def test_the_most_specific_row_decides(site, office_hours, province, rows, severity, due):
    policy(site, rows)
    found = clocks.count(story(province, severity), policies.current()).mirror["due_on"]
    assert (found and found.strftime("%Y-%m-%d %H:%M")) == due


def test_a_policy_holds_within_its_validity_only(site, office_hours, province):
    policy(site, [row(1, "Hours")], valid_from="2027-01-01")
    assert clocks.count(story(province), policies.current()).rows == []


def test_a_fields_own_policy_goes_before_the_general_one(site, office_hours, province):
    policy(site, [row(1, "Hours"), row(2, "Hours", severity="Urgent")])
    own = site.get_doc(
        {"doctype": "Deadline Policy", "policy_name": "Riêng", "rows": [row(3, "Hours")]}
    ).insert()
    site.db.set_value("Field", world.POTHOLES, "deadline_policy", own.name)
    held = policies.current()
    counted = clocks.count(story(province, "Urgent"), held)
    assert counted.mirror["due_on"] == datetime(2026, 11, 20, 19, 30)
    assert counted.mirror["deadline_policy"] == own.name
    choice = held.policy.choose("resolve", _facts(), FRIDAY_16_30.date())
    assert choice.row.number == "1 (Riêng)"


def _facts():
    from phanhoi_app.rules.policy import Facts

    return Facts(policies.line(world.POTHOLES), "Urgent", "Feedback", "Duty centre", "Web")


def test_a_changed_policy_counts_from_the_next_moment_on(site, office_hours, province):
    document = policy(site, [row(1, "Hours")])
    before = clocks.count(story(province), policies.current()).mirror["due_on"]
    document.rows[0].amount = 2
    document.save()
    after = clocks.count(story(province), policies.current()).mirror["due_on"]
    assert after - before == timedelta(hours=1)


def test_the_calendar_comes_from_the_nearest_agency_above(site, office_hours, province):
    child = site.get_doc(
        {
            "doctype": "Agency",
            "agency_code": "T-CHILD",
            "agency_name": "Đội thử",
            "agency_type": "Other",
            "parent_agency": province.DUTY,
        }
    ).insert()
    assert calendars.for_agency(child.name) is calendars.for_agency(province.DUTY)


def test_each_clock_and_cycle_has_its_row(site, file_one, act, province):
    policy(
        site,
        [
            row(17, "Calendar days"),
            row(8, "Working hours", clock="screen"),
            row(5, "Working days", clock="hold"),
            row(1, "Working days", clock="approve"),
        ],
    )
    complaint = file_one()
    assert _states(site, complaint) == {("resolve", 1): "Running", ("screen", 1): "Running"}
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    assert _states(site, complaint) == {
        ("hold", 1): "Running",
        ("resolve", 1): "Running",
        ("screen", 1): "Stopped",
    }
    act(province.OFFICER, complaint, "take")
    act(province.OFFICER, complaint, "submit", answer_text="Đã vá.")
    act(province.LEADER, complaint, "send_back", reason="Thiếu ảnh")
    act(province.OFFICER, complaint, "submit", answer_text="Đã vá, có ảnh.")
    answered = act(province.LEADER, complaint, "approve")
    assert _states(site, complaint) == {
        ("approve", 1): "Stopped",
        ("approve", 2): "Stopped",
        ("hold", 1): "Stopped",
        ("resolve", 1): "Stopped",
        ("screen", 1): "Stopped",
    }
    row_of = site.get_doc("Complaint Clock", {"complaint": complaint.name, "clock": "resolve"})
    assert (row_of.due_on, row_of.stopped_on) == (
        answered.due_on,
        answered.answered_on.replace(microsecond=0),
    )
    assert row_of.deadline_policy == answered.deadline_policy == "Thử"


def test_a_pause_says_why(site, file_one, act, province):
    complaint = file_one()
    act(province.COORDINATOR, complaint, "ask", question="Ở đâu vậy?", ground="Điều 9 Quy chế")
    row_of = site.get_doc("Complaint Clock", {"complaint": complaint.name, "clock": "resolve"})
    assert (row_of.state, row_of.pause_reason, row_of.pause_ground) == (
        "Paused",
        "Ở đâu vậy?",
        "Điều 9 Quy chế",
    )
    assert row_of.paused_on == site.db.get_value("Complaint", complaint.name, "paused_on")


def test_pausing_and_resuming_at_once_moves_nothing(site, file_one, act, province):
    complaint = file_one()
    act(province.COORDINATOR, complaint, "ask", question="Ở đâu vậy?")
    from phanhoi_app.custody import citizen

    with acting(site, "Guest"):
        back = citizen.supply(complaint.name, "Ở đây")
    assert abs((back.due_on - complaint.due_on).total_seconds()) <= 60
    assert back.paused_on is None


def test_saving_while_paused_changes_nothing(site, file_one, act, province):
    complaint = file_one()
    act(province.COORDINATOR, complaint, "ask", question="Ở đâu vậy?")
    before = _rows(site, complaint)
    with acting(site, province.COORDINATOR):
        document = site.get_doc("Complaint", complaint.name)
        document.address = "14 Lê Lai"
        document.save()
    assert _rows(site, complaint) == before


def test_an_answer_stops_the_clock_and_keeps_the_due_time(answered, file_one):
    assert answered.clock_state == "Stopped"
    assert answered.due_on


def test_clocks_are_not_written_by_hand(site, file_one):
    complaint = file_one()
    document = site.get_doc("Complaint Clock", {"complaint": complaint.name, "clock": "resolve"})
    document.due_on = datetime(2099, 1, 1)
    with pytest.raises(site.PermissionError):
        document.save()
    with pytest.raises(site.PermissionError):
        document.delete()


def test_what_many_complaints_went_through_is_counted_at_once(site, file_one, act, province, office_hours):
    """A reorganisation writes events past the documents; then it has the clocks counted."""
    policy(site, [row(17, "Calendar days"), row(5, "Working days", clock="hold")])
    complaints = [file_one(), file_one(address="2 Lê Lai")]
    for complaint in complaints:
        act(province.COORDINATOR, complaint, "accept")
        act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    names = [complaint.name for complaint in complaints]
    event = record.Event("edited")
    record.append_to_many([(name, event, {"agency": [province.ROADS, province.HEALTH]}) for name in names])
    assert clocks.recount(names) == []
    assert {key: state for key, state in _states(site, complaints[1]).items() if key[0] == "hold"} == {
        ("hold", 1): "Stopped",
        ("hold", 2): "Running",
    }


def test_a_move_of_many_is_told_in_the_history(site, file_one, province):
    document = policy(site, [row(1, "Calendar days")])
    complaint = file_one()
    document.rows[0].amount = 3
    document.save()
    moves = clocks.recount([complaint.name], record.Event("edited", reason="Quy chế mới"))
    assert [(move.complaint, move.new - move.old) for move in moves] == [(complaint.name, timedelta(days=2))]
    assert site.db.get_value("Complaint", complaint.name, "due_on") == moves[0].new
    assert "due_on" in site.get_last_doc("Complaint Event", {"complaint": complaint.name}).changes
    assert clocks.recount([complaint.name]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0, "unit": "Hours", "start_rule": "At once"},
        {"amount": 1.5, "unit": "Calendar days", "start_rule": "Next working day"},
        {"amount": 1, "unit": "Hours", "start_rule": "At once", "runs_in": "nowhere"},
        {"amount": 1, "unit": "Hours", "start_rule": "At once", "stopped_by": "party"},
        {"amount": 1, "unit": "Hours", "start_rule": "At once", "clock": "take"},
        {"amount": 1, "unit": "Hours", "start_rule": "At once", "max_extensions": 1, "max_extension": -1},
    ],
    ids=[
        "nothing",
        "half calendar days",
        "no such phase",
        "no such event",
        "no phases",
        "negative extension",
    ],
)
def test_a_row_that_makes_no_sense_is_refused_in_words(site, province, wrong):
    with pytest.raises(site.ValidationError) as caught:
        site.get_doc({"doctype": "Deadline Policy", "policy_name": "Sai", "rows": [wrong]}).insert()
    assert "1" in str(caught.value)


def test_a_calendar_that_cannot_be_counted_on_is_refused(site, province):
    shifts = [{"weekday": "Monday", "start_time": "08:00:00", "end_time": "07:00:00"}]
    with pytest.raises(site.ValidationError):
        site.get_doc({"doctype": "Working Calendar", "calendar_name": "Sai", "shifts": shifts}).insert()


def _states(site, complaint) -> dict:
    return {(row.clock, row.cycle): row.state for row in _rows(site, complaint)}


def _rows(site, complaint) -> list:
    return site.get_all(
        "Complaint Clock",
        filters={"complaint": complaint.name},
        fields=["clock", "cycle", "state", "due_on", "paused_on", "used_minutes", "stopped_on"],
        order_by="clock, cycle",
    )
