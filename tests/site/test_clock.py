"""The clock of a complaint: from the policy, on the calendar, paused while the citizen is asked."""

from datetime import datetime, timedelta

import pytest
from helpers import world
from helpers.people import acting

from phanhoi_app.sla import calendars, clock, policies


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


def policy(site, rows, **values):
    document = site.get_doc(
        {"doctype": "Deadline Policy", "policy_name": "Thử", "rows": rows, **values}
    ).insert()
    site.db.set_single_value("Phanhoi Settings", "deadline_policy", document.name)
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")
    return document


def row(amount, unit, start="Next working moment", **more):
    return {"amount": amount, "unit": unit, "start_rule": start, **more}


FRIDAY_16_30 = datetime(2026, 11, 20, 16, 30)


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
    ],
    ids=[
        "working hours",
        "working days",
        "calendar days",
        "severity",
        "field",
        "field before severity",
        "no row",
    ],
)
def test_the_most_specific_row_decides(site, office_hours, province, rows, severity, due):
    policy(site, rows)
    complaint = site._dict(field=world.POTHOLES, severity=severity, agency=province.DUTY)
    found, _name = policies.due_on(complaint, FRIDAY_16_30)
    assert (found and found.strftime("%Y-%m-%d %H:%M")) == due


def test_a_policy_holds_within_its_validity_only(site, office_hours, province):
    policy(site, [row(1, "Hours")], valid_from="2027-01-01")
    complaint = site._dict(field=world.POTHOLES, severity="Normal", agency=province.DUTY)
    assert policies.due_on(complaint, FRIDAY_16_30) == (None, None)


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


def test_a_pause_costs_the_handler_nothing(site, office_hours, province):
    """Paused on Monday at 10:00 with 90 minutes left, resumed on Wednesday at 16:30: due on Thursday at 8:30."""
    complaint = site._dict(
        agency=province.DUTY, paused_on=datetime(2026, 11, 23, 10, 0), due_on=datetime(2026, 11, 23, 11, 30)
    )
    assert clock.resumed_due(complaint, datetime(2026, 11, 25, 16, 30)) == datetime(2026, 11, 26, 8, 30)


def test_a_pause_of_a_second_at_the_end_of_a_day_keeps_the_day(site, office_hours, province):
    due = datetime(2026, 11, 23, 17, 0)
    complaint = site._dict(agency=province.DUTY, paused_on=datetime(2026, 11, 23, 10, 0), due_on=due)
    assert clock.resumed_due(complaint, datetime(2026, 11, 23, 10, 0, 1)) == due


def test_a_pause_over_the_night_costs_only_what_was_worked(site, office_hours, province):
    due = datetime(2026, 11, 25, 17, 0)
    complaint = site._dict(agency=province.DUTY, paused_on=datetime(2026, 11, 23, 18, 0), due_on=due)
    assert clock.resumed_due(complaint, datetime(2026, 11, 24, 7, 0)) == due


def test_what_was_late_before_its_pause_stays_late(site, office_hours, province):
    due = datetime(2026, 11, 23, 9, 0)
    complaint = site._dict(agency=province.DUTY, paused_on=due + timedelta(hours=1), due_on=due)
    assert clock.resumed_due(complaint, datetime(2026, 11, 25, 16, 30)) == due


def test_pausing_and_resuming_at_once_moves_nothing(site, file_one, act, province):
    complaint = file_one()
    act(province.COORDINATOR, complaint, "ask", question="Ở đâu vậy?")
    from phanhoi_app.custody import citizen

    with acting(site, "Guest"):
        back = citizen.supply(complaint.name, "Ở đây")
    assert abs((back.due_on - complaint.due_on).total_seconds()) <= 60


def test_an_answer_stops_the_clock_and_keeps_the_due_time(answered, file_one):
    assert answered.clock_state == "Stopped"
    assert answered.due_on


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0, "unit": "Hours", "start_rule": "At once"},
        {"amount": 1.5, "unit": "Calendar days", "start_rule": "Next working day"},
    ],
    ids=["nothing", "half calendar days"],
)
def test_a_row_that_makes_no_sense_is_refused_in_words(site, province, wrong):
    with pytest.raises(site.ValidationError) as caught:
        site.get_doc({"doctype": "Deadline Policy", "policy_name": "Sai", "rows": [wrong]}).insert()
    assert "1" in str(caught.value)


def test_a_calendar_that_cannot_be_counted_on_is_refused(site, province):
    shifts = [{"weekday": "Monday", "start_time": "08:00:00", "end_time": "07:00:00"}]
    with pytest.raises(site.ValidationError):
        site.get_doc({"doctype": "Working Calendar", "calendar_name": "Sai", "shifts": shifts}).insert()
