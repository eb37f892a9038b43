"""Steps as the administrator words them: what is refused, what a change of them does to complaints that are open."""

from datetime import datetime, timedelta

import pytest
from helpers import steps, working_hours, world
from helpers.people import acting
from helpers.steps import given, held, swept

from phanhoi_app.history.now import as_of
from phanhoi_app.intake import bulk, check
from phanhoi_app.patches.v1_3 import next_steps as fill
from phanhoi_app.sla import changes, checking, recompute, step_changes

MONDAY, DUE_ON = datetime(2026, 3, 2, 9, 0), datetime(2026, 3, 9, 17, 0)
DUE = {"step_code": "t-due"}


@pytest.fixture
def reminded(site, province):
    with steps.in_force(DUE):
        yield site
    site.db.delete("Calendar Change", {"given_to": "Steps"})
    site.db.commit()


def next_on(site, complaint):
    values = {"complaint": complaint.name, "clock": "resolve"}
    return site.db.get_value("Complaint Clock", values, "next_event_on")


def changed(site, monkeypatch, **values):
    """Save the step with other values, as the administrator; the work waits for whoever does it."""
    monkeypatch.setattr(changes, "queue", lambda: None)
    site.flags.in_patch = False
    with acting(site, world.ADMINISTRATOR):
        document = site.get_doc("Escalation Step", "t-due")
        document.update(values)
        document.save()
    site.flags.in_patch = True
    site.db.commit()


@pytest.mark.parametrize(
    "wrong",
    [
        {"step_code": "Có dấu"},
        {"comes": "Percent of the term used", "amount": 100},
        {"comes": "Working hours after", "amount": 0},
        {"valid_to": "2024-01-01"},
        {"to_leader": 0},
        {"by_desk": 0},
    ],
)
def test_a_step_that_makes_no_sense_is_refused_in_words(site, province, wrong):
    good = {"step_code": "t-sense", "clock": "resolve", "comes": "When due", "to_leader": 1, "by_desk": 1}
    with acting(site, world.ADMINISTRATOR), pytest.raises(site.ValidationError) as caught:
        site.get_doc({"doctype": "Escalation Step", "valid_from": "2026-01-01", **good, **wrong}).insert()
    assert len(str(caught.value)) > 20


def test_a_new_step_holds_from_today_unless_somebody_says_otherwise(site, province):
    step = site.get_doc(
        {"doctype": "Escalation Step", "step_code": "t-new", "comes": "When due", "to_leader": 1}
    ).insert()
    assert str(step.valid_from) == site.utils.today()
    with acting(site, world.OFFICER), pytest.raises(site.PermissionError):
        step.save()


def test_a_changed_step_is_followed_in_the_background_and_the_check_says_so(reminded, monkeypatch):
    complaint = held(MONDAY)
    changed(reminded, monkeypatch, comes="Working hours after", amount=2)
    assert next_on(reminded, complaint) == DUE_ON, "nothing moves before the workers do"
    assert [each.field for each in checking.check(complaint.name)] == ["next_event_on"]
    changed(reminded, monkeypatch, amount=3)
    assert reminded.db.count("Calendar Change", {"given_to": "Steps"}) == 1, "one that waits does for both"
    changes.execute()
    assert next_on(reminded, complaint) == datetime(2026, 3, 10, 10, 30)
    assert checking.check(complaint.name) == []
    done = reminded.get_last_doc("Calendar Change", {"given_to": "Steps"})
    assert (done.status, done.moved) == ("Done", 0) and done.complaints >= 1
    assert reminded.db.get_value("Complaint", complaint.name, "due_on") == DUE_ON


def test_who_is_told_changes_without_counting_anew(reminded, monkeypatch):
    held(MONDAY)
    changed(reminded, monkeypatch, to_supervisor=1, by_email=1)
    assert not reminded.db.count("Calendar Change", {"given_to": "Steps"})


def test_switched_off_it_is_not_given_even_before_the_clocks_have_followed(reminded):
    complaint = held(MONDAY)
    reminded.db.set_value("Escalation Step", "t-due", "enabled", 0)
    reminded.db.commit()
    assert swept(DUE_ON) == 0 and given(complaint) == []
    assert next_on(reminded, complaint) is None


def test_a_step_past_the_due_time_follows_the_calendar_too(reminded, province):
    """A day off after the deadline moves no deadline, but the step that counts from it."""
    reminded.db.set_value("Escalation Step", "t-due", {"comes": "Working days after", "amount": 2})
    reminded.db.commit()
    complaint = held(MONDAY)
    assert next_on(reminded, complaint) == datetime(2026, 3, 11, 17, 0)
    working_hours.change(days_off=[{"day": "2026-03-10", "description": "Nghỉ"}])
    changes.execute()
    assert next_on(reminded, complaint) == datetime(2026, 3, 12, 17, 0)
    assert checking.check(complaint.name) == []


def test_clocks_from_before_the_steps_get_theirs_by_the_patch(reminded):
    complaint = held(MONDAY)
    reminded.db.set_value("Complaint Clock", {"complaint": complaint.name}, "next_event_on", None)
    fill.execute()
    fill.execute()
    assert next_on(reminded, complaint) == DUE_ON


def test_an_imported_case_is_not_reminded_of_what_came_due_elsewhere(reminded, province):
    values = check.historical({**world.GOOD, "field": steps.FIELD}, MONDAY)
    case = {"received_at": MONDAY, "due_on": MONDAY + timedelta(days=2), "values": values}
    reminded.db.delete("Complaint", {"external_reference": "steps-test"})
    [name] = bulk.insert(
        [bulk.Case(channel="Phone", reference="steps-test", phase="assigned", agency=world.ROADS, **case)]
    )
    reminded.db.commit()
    clock = {"complaint": name, "clock": "resolve"}
    assert reminded.db.get_value("Complaint Clock", clock, "next_event_on") is None
    assert swept(MONDAY + timedelta(days=9)) == 0
    assert checking.check(name) == []


def test_without_open_work_a_new_step_begins_nothing(site, province, monkeypatch):
    monkeypatch.setattr(site.db, "sql", lambda *args, **kwargs: ())
    assert step_changes.note(site._dict(step_code="t-x")) is None


def test_deleted_it_is_followed_too(reminded, monkeypatch):
    complaint = held(MONDAY)
    monkeypatch.setattr(changes, "queue", lambda: None)
    reminded.flags.in_patch = False
    reminded.delete_doc("Escalation Step", "t-due")
    reminded.flags.in_patch = True
    reminded.db.commit()
    assert [each.given_to for each in changes.unfinished()][-1] == recompute.STEPS
    changes.execute()
    assert next_on(reminded, complaint) is None


def test_what_was_given_stays_with_its_step(reminded):
    held(MONDAY)
    assert swept(DUE_ON) == 1
    with pytest.raises(reminded.LinkExistsError):
        reminded.delete_doc("Escalation Step", "t-due")


def test_retold_stories_are_given_their_steps_and_nobody_is_told_today(reminded):
    complaint = held(MONDAY)
    with as_of(DUE_ON):
        swept(DUE_ON)
    assert (
        reminded.db.get_value("Message", {"complaint": complaint.name, "event": "reminded"}, "status")
        == "Not sent"
    )
