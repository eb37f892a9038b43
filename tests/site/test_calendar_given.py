"""Agencies get other calendars, or another place in the tree: deadlines follow; citizens are told of later days."""

import contextlib
from datetime import datetime

import pytest
from helpers import working_hours, world
from helpers.people import acting
from helpers.working_hours import SWAP, change, due, received, week

from phanhoi_app.sla import calendar_api, changes, checking, preview, recompute
from phanhoi_app.sla.calendars import WEEKDAYS

FOUR_DAYS = "Bốn ngày một tuần thử"
FIVE_DAYS = [{"amount": 5, "unit": "Working days", "start_rule": "Next working day"}]
WEDNESDAY = datetime(2025, 12, 31, 9, 0)


@pytest.fixture
def calendar(site, province):
    with working_hours.in_force(FIVE_DAYS) as document:
        yield document


def events(site, complaint):
    return site.get_all(
        "Complaint Event", filters={"complaint": complaint.name, "kind": recompute.EVENT}, fields=["reason"]
    )


@contextlib.contextmanager
def another_calendar(site, province):
    """One on which the test's departments do not work on Fridays; the agencies are as before after it."""
    document = site.get_doc(
        {
            "doctype": "Working Calendar",
            "calendar_name": FOUR_DAYS,
            "shifts": week(days=WEEKDAYS[:4]),
        }
    ).insert()
    site.db.commit()
    try:
        yield document
    finally:
        site.db.rollback()
        for agency, parent in ((province.DUTY, "T-PROVINCE"), (province.ROADS, "T-PROVINCE")):
            values = {"working_calendar": None, "parent_agency": parent}
            site.get_doc("Agency", agency).update(values).save()
        site.db.delete("Calendar Change", {"calendar": FOUR_DAYS})
        site.db.delete("Calendar Change", {"agency": province.DUTY})
        if site.db.exists("Agency", "T-FOUR"):
            site.delete_doc("Agency", "T-FOUR", force=True)
        site.delete_doc("Working Calendar", FOUR_DAYS, force=True)
        site.db.commit()


def save_agency(site, name, **values):
    with acting(site, world.ADMINISTRATOR):
        site.get_doc("Agency", name).update(values).save()
    site.db.commit()


def test_deadlines_follow_an_agency_that_is_given_another_calendar(site, calendar, province):
    complaint = received(WEDNESDAY)
    assert due(complaint) == "2026-01-07 17:00"
    site.db.commit()
    with another_calendar(site, province):
        told = preview.of_agency(province.DUTY, FOUR_DAYS, "T-PROVINCE")
        # Complaints that other tests left with the same desk move too.
        assert told["counts"] and told["later"] >= 1
        assert due(complaint) == "2026-01-07 17:00"
        save_agency(site, province.DUTY, working_calendar=FOUR_DAYS)
        changes.execute()
        assert due(complaint) == "2026-01-08 17:00"
        [event] = events(site, complaint)
        assert event.reason == f"Trung tâm điều hành Thử: lịch làm việc “{FOUR_DAYS}”"
        assert checking.check(complaint.name) == []
        change_ = site.get_last_doc("Calendar Change")
        assert (change_.given_to, change_.agency, change_.status) == ("Agency", province.DUTY, "Done")
        # And back by inheriting again.
        save_agency(site, province.DUTY, working_calendar=None)
        changes.execute()
        assert due(complaint) == "2026-01-07 17:00"


def test_deadlines_follow_an_agency_that_is_moved_under_another_calendar(site, calendar, province):
    complaint = received(WEDNESDAY)
    site.db.commit()
    with another_calendar(site, province):
        site.get_doc(
            {
                "doctype": "Agency",
                "agency_code": "T-FOUR",
                "agency_name": "Khối bốn ngày",
                "agency_type": "Department",
                "parent_agency": "T-PROVINCE",
                "is_group": 1,
                "working_calendar": FOUR_DAYS,
            }
        ).insert()
        site.db.commit()
        assert preview.of_agency(province.DUTY, None, "T-FOUR")["later"] >= 1
        assert preview.of_agency("T-FOUR", calendar.name, "T-PROVINCE")["looked_at"] == 0
        save_agency(site, province.DUTY, parent_agency="T-FOUR")
        changes.execute()
        assert due(complaint) == "2026-01-08 17:00"
        # What stands above it moves it too; a name alone, or members, move nothing.
        count = site.db.count("Calendar Change")
        save_agency(site, "T-FOUR", agency_name="Khối làm bốn ngày")
        assert site.db.count("Calendar Change") == count
        save_agency(site, "T-FOUR", working_calendar=calendar.name)
        changes.execute()
        assert due(complaint) == "2026-01-07 17:00"


def test_deadlines_follow_the_settings_calendar(site, calendar, province):
    """Which holds for agencies that name none: here for the whole province."""
    complaint = received(WEDNESDAY)
    site.db.commit()
    with another_calendar(site, province):
        before = site.db.get_single_value("Phanhoi Settings", "working_calendar")
        site.db.set_value("Agency", "T-PROVINCE", "working_calendar", None)
        site.db.set_single_value("Phanhoi Settings", "working_calendar", calendar.name)
        site.clear_document_cache("Agency", "T-PROVINCE")
        site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")
        site.db.commit()
        try:
            assert preview.of_settings(FOUR_DAYS)["later"] >= 1
            settings = site.get_single("Phanhoi Settings")
            settings.working_calendar = FOUR_DAYS
            settings.save()
            site.db.commit()
            changes.execute()
            assert due(complaint) == "2026-01-08 17:00"
        finally:
            site.db.rollback()
            site.db.delete("Calendar Change", {"given_to": "Settings"})
            site.db.set_single_value("Phanhoi Settings", "working_calendar", before)
            site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")
            site.db.commit()


def test_only_who_may_save_an_agency_asks_what_its_calendar_would_move(site, calendar, province):
    with acting(site, world.OFFICER), pytest.raises(site.PermissionError):
        calendar_api.preview_agency(province.DUTY, "Trực 24/7", "T-PROVINCE")
    with acting(site, world.OFFICER), pytest.raises(site.PermissionError):
        calendar_api.preview_settings("Trực 24/7")


def letters(site, complaint):
    return site.get_all(
        "Message", filters={"complaint": complaint.name, "event": recompute.EVENT}, fields=["channel", "text"]
    )


def test_a_citizen_is_told_once_and_only_of_a_later_day(site, calendar):
    complaint = received(WEDNESDAY)
    mail = received(WEDNESDAY, title="Đèn đường tắt", citizen_phone="", citizen_email="an@citizen.example")
    site.db.commit()
    change(**SWAP)
    changes.execute()
    [letter] = letters(site, complaint)
    assert letter.channel == "SMS" and "08/01/2026" in letter.text and "PA-" in letter.text
    assert complaint.tracking_code not in letter.text, "officials read the message: the code is the citizen's"
    assert [each.channel for each in letters(site, mail)] == ["E-mail"]
    # Earlier again: no word. And a change of hours within the day: none either.
    change(days_off=[], working_days=[])
    changes.execute()
    assert due(complaint) == "2026-01-07 17:00"
    change(shifts=week(hours=(("07:30:00", "11:30:00"), ("13:30:00", "17:30:00"))))
    changes.execute()
    assert due(complaint) == "2026-01-07 17:30"
    assert len(letters(site, complaint)) == 1
