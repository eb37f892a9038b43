"""Days of a working calendar: drafts of a year, what is refused in words, what the form's view is told."""

import json
import subprocess
import sys
from datetime import date

import pytest
from helpers import working_hours, world
from helpers.people import acting
from helpers.working_hours import week

from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import calendar_api, calendars, year_draft


@pytest.fixture
def calendar(site, province):
    return site.get_doc(
        {"doctype": "Working Calendar", "calendar_name": "Lịch thử ngày", "shifts": week()}
    ).insert()


def works(document, day: str) -> bool:
    return Calendar.from_dict(calendars.as_data(document)).is_working_day(date.fromisoformat(day))


# the draft of a year


def test_a_years_draft_has_the_swap_that_the_package_misses(site, calendar):
    pytest.importorskip("holidays")
    done = year_draft.write(calendar, 2026)
    calendar.reload()
    off = {str(row.day): row for row in calendar.days_off}
    assert done == {"added": 17, "known": 0}
    assert off["2026-01-02"].description == "Nghỉ hoán đổi, làm bù 10/01"
    assert off["2026-11-24"].description == "Ngày Văn hóa Việt Nam (dự kiến)"
    assert {str(row.day): row.as_weekday for row in calendar.working_days} == {
        "2026-01-10": "Friday",
        "2026-08-22": "Monday",
    }
    assert {row.status for row in [*calendar.days_off, *calendar.working_days]} == {"Draft"}
    assert works(calendar, "2026-02-17") and not works(calendar, "2026-01-10"), "drafts do not count"
    assert year_draft.write(calendar, 2026) == {"added": 0, "known": 17}, "running it again adds nothing"


@pytest.mark.parametrize(("year", "number"), [(2023, 17), (2024, 15), (2025, 14), (2027, 15)])
def test_the_years_that_were_checked_by_hand(site, year, number):
    pytest.importorskip("holidays")
    assert sum(map(len, year_draft.days(year).values())) == number


def test_a_day_that_is_there_stays_as_it_is(site, calendar):
    pytest.importorskip("holidays")
    calendar.append("days_off", {"day": "2026-04-30", "description": "Lễ", "status": "Confirmed"})
    calendar.save()
    year_draft.write(calendar, 2026)
    calendar.reload()
    (row,) = (row for row in calendar.days_off if str(row.day) == "2026-04-30")
    assert (row.description, row.status) == ("Lễ", "Confirmed")


def test_confirmed_it_counts(site, calendar):
    pytest.importorskip("holidays")
    year_draft.write(calendar, 2026)
    for row in [*calendar.days_off, *calendar.working_days]:
        row.status = "Confirmed"
    calendar.save()
    assert not works(calendar, "2026-01-02") and works(calendar, "2026-01-10")


def test_without_the_package_what_to_install_is_said(site, calendar, monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(year_draft.DraftRefused, match=r"phanhoi_app\[calendar\]"):
        year_draft.write(calendar, 2026)
    assert not calendar.days_off


@pytest.mark.parametrize("year", [1999, 3000])
def test_a_year_far_off_is_refused(site, calendar, year):
    pytest.importorskip("holidays")
    with pytest.raises(year_draft.DraftRefused, match="2007"):
        year_draft.write(calendar, year)


def test_a_calendar_round_the_clock_has_no_days_off(site, province):
    with pytest.raises(year_draft.DraftRefused, match="Trực 24/7"):
        year_draft.write(site.get_doc("Working Calendar", "Trực 24/7"), 2026)


def test_the_package_is_no_part_of_the_run_time(site):
    """Only the draft asks for it: a bench on Python 3.10 works without."""
    code = "import sys; sys.modules['holidays'] = None; import phanhoi_app.sla.changes, phanhoi_app.sla.calendar_api"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603


def test_the_command_writes_the_draft(site, province, home):
    pytest.importorskip("holidays")
    with working_hours.in_force([{"amount": 1, "unit": "Hours", "start_rule": "At once"}]):

        def command(*arguments):
            bench = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site.local.site]
            return subprocess.run(  # noqa: S603
                [*bench, "draft-calendar", *arguments], cwd=home.sites, capture_output=True, text=True
            )

        done = command("2027", "--calendar", working_hours.NAME)
        assert done.returncode == 0, done.stderr
        assert "đã thêm 15 ngày dự thảo" in done.stdout
        site.db.rollback()
        assert site.db.count("Day Off", {"parent": working_hours.NAME, "status": "Draft"}) == 15
        wrong = command("2027", "--calendar", "không có")
        assert wrong.returncode == 1 and "không có" in wrong.stderr and "Traceback" not in wrong.stderr


# what is refused


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"days_off": [{"day": "2026-05-04"}, {"day": "2026-05-04", "status": "Draft"}]}, "hai dòng"),
        ({"days_off": [{"day": "2026-05-04", "part": "Part of the day"}]}, "04/05/2026"),
        (
            {
                "days_off": [{"day": "2026-05-04"}],
                "working_days": [{"day": "2026-05-04", "as_weekday": "Friday"}],
            },
            "04/05/2026",
        ),
        ({"working_days": [{"day": "2026-05-09", "as_weekday": "Sunday"}]}, "Chủ nhật"),
        ({"shifts": [*week(), *week(days=["Monday"])]}, "chồng"),
        ({"shifts": [{"weekday": "Thứ Hai", "start_time": "07:00:00", "end_time": "11:00:00"}]}, "Thứ Hai"),
    ],
    ids=[
        "twice",
        "part without hours",
        "off and worked",
        "worked as a free day",
        "shifts overlap",
        "no weekday",
    ],
)
def test_what_contradicts_itself_is_refused_in_words(site, calendar, values, said):
    calendar.update(values)
    with pytest.raises(site.ValidationError) as caught:
        calendar.save()
    assert said in str(caught.value)


def test_a_row_that_is_not_filled_in_is_named(site, calendar):
    calendar.append("shifts", {"weekday": None, "start_time": "07:00:00"})
    with pytest.raises(site.MandatoryError):
        calendar.save()


# the form


def of_form(document) -> str:
    return json.dumps(document.as_dict(), default=str)


def test_the_year_is_told_day_by_day(site, calendar):
    calendar.append("days_off", {"day": "2026-05-04", "description": "Nghỉ", "legal_document": "1/TB"})
    calendar.append("days_off", {"day": "2026-05-05", "part": "Part of the day", "start_time": "13:30:00"})
    calendar.append("working_days", {"day": "2026-05-09", "as_weekday": "Monday", "status": "Draft"})
    told = calendar_api.year(of_form(calendar), 2026)
    kinds = {
        day: told["days"][day]["kind"] for day in ("2026-05-04", "2026-05-05", "2026-05-06", "2026-05-09")
    }
    assert list(kinds.values()) == ["off", "part", "work", "free"]
    assert told["days"]["2026-05-05"]["hours"] == "07:30–11:30"
    assert told["days"]["2026-05-09"]["marks"][0]["draft"] and told["drafts"] == 1
    assert len(told["days"]) == 365 and told["gaps"] == [] and told["problem"] is None
    assert told["seasons"] == ["Thứ Hai–Thứ Sáu: 07:30–11:30, 13:30–17:00"]


def test_a_time_without_hours_is_told_in_words(site, calendar):
    calendar.set("shifts", week(valid_from="2026-04-16", valid_to="2026-10-15"))
    gaps = calendar_api.year(of_form(calendar), 2026)["gaps"]
    assert "Thứ Hai không có giờ làm việc từ 01/01/2026 đến 15/04/2026." in gaps
    assert len(gaps) == 10


def test_a_season_is_laid_and_copied(site, calendar):
    rows = calendar_api.lay_season(
        of_form(calendar),
        json.dumps(["Monday", "Tuesday"]),
        "7h–11h30, 13h30–17h",
        "2026-04-16",
        "2026-10-15",
    )
    calendar.set("shifts", rows)
    calendar.save()
    assert works(calendar, "2026-05-04")
    copied = calendar_api.copy_seasons(of_form(calendar), 2026)
    assert {row["valid_from"] for row in copied} > {"2026-04-16", "2027-04-16"}
    with pytest.raises(site.ValidationError, match="như 07:00"):
        calendar_api.lay_season(of_form(calendar), '["Monday"]', "cả ngày")


def test_who_may_only_read_gets_no_preview_and_no_draft(site, calendar):
    with acting(site, world.OFFICER):
        assert calendar_api.year(of_form(calendar), 2026)["days"]
        for ask in (
            lambda: calendar_api.preview_change(of_form(calendar)),
            lambda: calendar_api.draft(calendar.name, 2026),
            lambda: calendar_api.lay_season(of_form(calendar), '["Monday"]', "07:00-11:00"),
        ):
            with pytest.raises(site.PermissionError):
                ask()


def test_what_is_sent_instead_of_a_calendar_is_refused(site, calendar):
    for doc in ('{"doctype": "User", "name": "Administrator"}', "[]"):
        with pytest.raises(site.ValidationError):
            calendar_api.year(doc, 2026)


def test_an_agency_is_told_whose_calendar_it_has(site, calendar, province):
    site.db.set_value("Agency", "T-PROVINCE", "working_calendar", calendar.name)
    site.clear_document_cache("Agency", "T-PROVINCE")
    try:
        assert calendar_api.holding(province.ROADS) == {
            "calendar": calendar.name,
            "agency": "T-PROVINCE",
            "agency_name": "UBND tỉnh Thử",
        }
    finally:
        site.db.rollback()
        site.clear_document_cache("Agency", "T-PROVINCE")
    assert calendar_api.holding(province.ROADS)["agency"] is None
