"""A calendar is changed while complaints are open: what moves, how far, what is written; nothing moves twice."""

import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import frappe
import pytest
from helpers import working_hours, world
from helpers.people import acting
from helpers.working_hours import SWAP, change, due, received, week

from phanhoi_app.custody import citizen, perform
from phanhoi_app.history import verify
from phanhoi_app.history.now import as_of
from phanhoi_app.intake import bulk, check
from phanhoi_app.sla import changes, checking, preview, recompute

FIVE_DAYS = [
    {"amount": 5, "unit": "Working days", "start_rule": "Next working day"},
    {"amount": 2, "unit": "Working days", "start_rule": "Next working day", "severity": "Urgent"},
]
WEDNESDAY = datetime(2025, 12, 31, 9, 0)


@pytest.fixture
def calendar(site, province, monkeypatch):
    """Five days a week. The test carries a change out itself: the workers of a server that runs get none."""
    monkeypatch.setattr(changes, "queue", lambda: None)
    with working_hours.in_force(FIVE_DAYS) as document:
        yield document


def events(site, complaint):
    return site.get_all(
        "Complaint Event",
        filters={"complaint": getattr(complaint, "name", complaint), "kind": recompute.EVENT},
        fields=["actor", "reason", "changes"],
    )


def test_a_swap_announced_late_moves_open_deadlines_and_tells_why(site, calendar):
    complaint = received(WEDNESDAY)
    assert due(complaint) == "2026-01-07 17:00"
    site.db.commit()
    change(**SWAP)
    assert due(complaint) == "2026-01-07 17:00", "nothing moves before the workers do"
    changes.execute()
    assert due(complaint) == "2026-01-08 17:00"
    (event,) = events(site, complaint)
    assert event.actor == world.ADMINISTRATOR
    assert event.reason == f"{working_hours.NAME}; 02/01/2026, 10/01/2026; 12/TB-VP"
    assert site.parse_json(event.changes) == {"due_on": ["2026-01-07 17:00:00", "2026-01-08 17:00:00"]}
    assert not verify.one(complaint.name).broken
    done = site.get_last_doc("Calendar Change")
    assert (done.status, done.total_complaints, done.complaints, done.moved) == ("Done", 1, 1, 1)


def test_a_form_opened_before_has_to_be_loaded_anew(site, calendar):
    complaint = received(WEDNESDAY)
    site.db.commit()
    opened = site.get_doc("Complaint", complaint.name)
    change(**SWAP)
    changes.execute()
    with acting(site, world.COORDINATOR), pytest.raises(site.TimestampMismatchError):
        opened.severity = "Urgent"
        opened.save()


def test_what_lies_outside_of_the_changed_days_is_not_looked_at(site, calendar):
    early, late = received(WEDNESDAY - timedelta(20)), received(WEDNESDAY + timedelta(30))
    site.db.commit()
    before = due(early), due(late)
    change(**SWAP)
    changes.execute()
    assert (due(early), due(late)) == before
    assert site.get_last_doc("Calendar Change").total_complaints == 0


def test_answered_complaints_and_deadlines_of_another_system_stay(site, calendar):
    answered = received(WEDNESDAY)
    site.db.set_value("Complaint Clock", {"complaint": answered.name}, "state", "Stopped")
    values = check.historical({**world.GOOD, "title": "Việc của hệ thống khác"}, WEDNESDAY)
    other = {"received_at": WEDNESDAY, "due_on": WEDNESDAY + timedelta(days=7), "values": values}
    [imported] = bulk.insert(
        [bulk.Case(channel="Phone", reference="calendar-test", phase="new", agency=world.DUTY, **other)]
    )
    site.db.commit()
    try:
        before = due(answered), due(imported)
        change(**SWAP)
        changes.execute()
        assert (due(answered), due(imported)) == before
    finally:
        site.db.set_value("Complaint Clock", {"complaint": answered.name}, "state", "Running")
        site.db.set_value("Complaint", imported, "external_reference", None)
        site.db.commit()


def test_an_agency_with_a_calendar_of_its_own_is_not_moved(site, calendar, province):
    site.db.set_value("Agency", province.DUTY, "working_calendar", "Trực 24/7")
    site.clear_document_cache("Agency", province.DUTY)
    complaint = received(WEDNESDAY)
    before = due(complaint)
    site.db.commit()
    try:
        change(**SWAP)
        changes.execute()
        assert due(complaint) == before and not events(site, complaint)
    finally:
        site.db.set_value("Agency", province.DUTY, "working_calendar", None)
        site.db.commit()


def test_a_half_day_moves_by_its_hours(site, calendar, province):
    site.db.set_value(
        "Deadline Policy Row",
        {"parent": working_hours.POLICY, "idx": 1},
        {"amount": 9, "unit": "Working hours", "start_rule": "At once"},
    )
    site.clear_document_cache("Deadline Policy", working_hours.POLICY)
    complaint = received(WEDNESDAY)
    assert due(complaint) == "2026-01-01 10:30"
    site.db.commit()
    half = {"day": "2025-12-31", "part": "Part of the day", "start_time": "13:30:00", "end_time": "17:00:00"}
    change(days_off=[half])
    changes.execute()
    assert due(complaint) == "2026-01-01 16:00"


def test_winter_hours_that_begin_within_a_term_move_its_end(site, calendar):
    complaint = received(WEDNESDAY)
    site.db.commit()
    change(
        shifts=[
            *week(valid_to="2026-01-04"),
            *week(hours=(("08:00:00", "12:00:00"), ("13:00:00", "16:30:00")), valid_from="2026-01-05"),
        ]
    )
    changes.execute()
    assert due(complaint) == "2026-01-07 16:30"


def test_two_changes_in_a_row_are_carried_out_in_order(site, calendar):
    complaint = received(WEDNESDAY)
    site.db.commit()
    change(**SWAP)
    more = [*SWAP["days_off"], {"day": "2026-01-05", "description": "Nghỉ thêm"}]
    change(days_off=more)
    changes.execute()
    assert due(complaint) == "2026-01-09 17:00"
    assert len(events(site, complaint)) == 1, (
        "each counts on what holds now: the second finds nothing to move"
    )
    assert [
        row.status
        for row in site.get_all("Calendar Change", filters={"calendar": calendar.name}, fields=["status"])
    ] == ["Done", "Done"]


def test_what_comes_in_after_the_change_is_not_moved_by_it(site, calendar):
    change(**SWAP)
    complaint = received(datetime.now().replace(microsecond=0))
    before = due(complaint)
    site.db.commit()
    changes.execute()
    assert due(complaint) == before and not events(site, complaint)


def test_a_draft_moves_nothing_until_it_is_confirmed(site, calendar):
    complaint = received(WEDNESDAY)
    site.db.commit()
    drafts = {table: [{**row, "status": "Draft"} for row in rows] for table, rows in SWAP.items()}
    change(**drafts)
    assert not site.db.exists("Calendar Change", {"calendar": calendar.name})
    change(**{table: [{**row, "status": "Confirmed"} for row in rows] for table, rows in SWAP.items()})
    changes.execute()
    assert due(complaint) == "2026-01-08 17:00"


def history(seed: int):
    """A complaint whose clock ran, paused, was corrected, stopped and ran again, at moments drawn from the seed."""
    draw = random.Random(seed)
    at = WEDNESDAY - timedelta(days=draw.randint(0, 6), minutes=draw.randint(0, 1000))
    complaint = received(at)

    def later():
        nonlocal at
        at += timedelta(days=draw.choice((0, 0, 1, 2, 3)), minutes=draw.randint(1, 900))
        return at

    def do(user, verb, **inputs):
        with as_of(later()), acting(frappe, user):
            perform.perform_verb(complaint.name, verb, inputs)

    if draw.random() < 0.8:
        do(world.COORDINATOR, "ask", question="Ở đoạn nào?")
        with as_of(later()), acting(frappe, "Guest"):
            citizen.supply(complaint.name, "Trước cổng trường.")
    if draw.random() < 0.5:
        with as_of(later()), acting(frappe, world.COORDINATOR):
            document = frappe.get_doc("Complaint", complaint.name)
            document.severity = "Urgent"
            document.save()
    do(world.COORDINATOR, "assign", agency=world.ROADS)
    do(world.OFFICER, "take")
    if draw.random() < 0.4:
        do(world.OFFICER, "submit", answer_text="Đã vá ổ gà hôm nay.")
        do(world.LEADER, "send_back", reason="Ghi rõ hơn.")
    return complaint.name


@pytest.mark.parametrize("seed", range(8))
def test_moved_is_what_it_would_have_been_from_the_beginning(site, calendar, seed):
    """The same history lived through on the new calendar, and on the old one with the change coming after it."""
    moved = history(seed)
    site.db.commit()
    change(**SWAP)
    changes.execute()
    lived = history(seed)
    assert due(moved) == due(lived)
    assert checking.check(moved) == []


@pytest.mark.parametrize("seed", range(8))
def test_what_was_counted_step_by_step_is_found_again_from_the_events(site, calendar, seed):
    name = history(seed)
    assert checking.check(name) == []


def test_a_preview_tells_how_many_move_how_far_and_which(site, calendar):
    complaint = received(WEDNESDAY)
    urgent = received(WEDNESDAY, title="Hố sâu")
    site.db.set_value("Complaint", urgent.name, "severity", "Urgent")
    site.db.commit()
    edited = site.get_doc("Working Calendar", calendar.name)
    edited.update({table: [dict(row) for row in rows] for table, rows in SWAP.items()})
    with acting(site, world.ADMINISTRATOR):
        told = preview.of(edited)
    assert (told["later"], told["earlier"], told["looked_at"], told["estimated"]) == (2, 0, 2, False)
    assert told["most_later"] == 24 * 3600
    assert {row["name"] for row in told["examples"]} == {complaint.name, urgent.name}
    assert due(complaint) == "2026-01-07 17:00"


# In small steps with a rest (in seconds) after each, so that the kill finds it at work.
WORKER = """
import os, sys, time
os.chdir(sys.argv[2])
import frappe
frappe.init(site=sys.argv[1], sites_path=sys.argv[2])
frappe.connect()
from phanhoi_app.sla import changes
changes.BATCH, changes.PART_SIZE = 20, 250
changes._Watch.save = lambda self: time.sleep(float(sys.argv[3]))
changes.execute()
"""


def test_workers_killed_in_the_middle_move_each_deadline_once(site, calendar, home):
    first = received(WEDNESDAY)
    names = [first.name, *working_hours.many(4999, first)]
    site.db.commit()
    change(**SWAP)

    def worker(rest: float):
        command = [sys.executable, "-c", WORKER, site.local.site, str(home.sites), str(rest)]
        return subprocess.Popen(command)  # noqa: S603

    for _kill in range(3):
        running = [worker(0.1), worker(0.1)]
        deadline = time.monotonic() + 60
        so_far = moved(site, names)
        while (
            moved(site, names) < so_far + 60
            and time.monotonic() < deadline
            and any(w.poll() is None for w in running)
        ):
            time.sleep(0.02)
        for process in running:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert 0 < moved(site, names) < len(names), "killed in the middle"
    running = [worker(0), worker(0)]
    assert [process.wait(120) for process in running] == [0, 0]
    changes.execute()  # nobody is left at the last part
    site.db.rollback()
    assert {
        str(at) for at in site.get_all("Complaint", {"name": ("in", names)}, pluck="due_on", distinct=True)
    } == {"2026-01-08 17:00:00"}
    assert moved(site, names) == len(names)
    assert not any(verify.one(name).broken for name in names[::100])
    done = site.get_last_doc("Calendar Change")
    assert (done.status, done.complaints, done.moved) == ("Done", len(names), len(names))


def moved(site, names: list[str]) -> int:
    site.db.rollback()
    return site.db.count("Complaint Event", {"kind": recompute.EVENT, "complaint": ["in", names]})


def test_a_change_on_which_nobody_works_is_taken_up_again(site, calendar, monkeypatch):
    received(WEDNESDAY)
    site.db.commit()
    change(**SWAP)
    queued = []
    monkeypatch.setattr(changes, "queue", lambda: queued.append(1))
    changes.wake()
    assert queued == [], "it was saved a moment ago"
    site.db.set_value(
        "Calendar Change", {"calendar": calendar.name}, "progress_on", datetime.now() - timedelta(minutes=5)
    )
    changes.wake()
    assert queued == [1]


def test_what_fails_can_be_tried_again(site, calendar, monkeypatch):
    complaint = received(WEDNESDAY)
    site.db.commit()
    change(**SWAP)
    with monkeypatch.context() as broken:
        broken.setattr(recompute, "recompute", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            changes.execute()
    name = site.get_last_doc("Calendar Change").name
    assert site.db.get_value("Calendar Change", name, "status") == "Failed"
    changes.execute()
    assert due(complaint) == "2026-01-07 17:00", "nobody goes on by himself"
    changes.try_again(name)
    changes.execute()
    assert due(complaint) == "2026-01-08 17:00"


def test_nobody_writes_a_change_by_hand(site, calendar):
    with acting(site, world.ADMINISTRATOR), pytest.raises(site.PermissionError):
        site.get_doc({"doctype": "Calendar Change", "calendar": calendar.name, "hours_after": "{}"}).insert()
