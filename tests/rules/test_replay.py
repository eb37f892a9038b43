"""A due time told again from what happened: what the clock does step by step, and the same on another calendar."""

from datetime import datetime, timedelta

from phanhoi_app.rules import deadlines, replay
from phanhoi_app.rules.replay import CORRECT, PAUSE, RESTART, RESUME, START, TAKE_OVER, Step, Subject
from phanhoi_app.rules.working_time import Calendar

WEEK = [
    {"weekday": day, "start": start, "end": end}
    for day in range(5)
    for start, end in (("07:30", "11:30"), ("13:30", "17:00"))
]
PLAIN = Calendar.from_dict({"shifts": WEEK})
# Friday 2/1 off, Saturday 10/1 worked in its place.
SWAPPED = Calendar.from_dict(
    {
        "shifts": WEEK,
        "days_off": ["2026-01-02"],
        "working_days": [{"date": "2026-01-10", "as_weekday": 4}],
    }
)
ROADS = Subject("A", "roads", "Normal")
URGENT = Subject("A", "roads", "Urgent")
WEDNESDAY = datetime(2025, 12, 31, 9, 0)
DAYS = {"Normal": 5, "Urgent": 2}


def due(steps, calendar, received=WEDNESDAY):
    def term(moment, subject, at):
        days = DAYS[subject.severity]
        return deadlines.due(moment, days, "working_day", "next_working_day", calendar)

    return replay.due(received, steps, term, lambda agency, at: calendar)


START_STEP = Step(START, WEDNESDAY, ROADS, ROADS)


def at(text):
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")


def test_a_swap_moves_the_due_time_by_a_day():
    assert due([START_STEP], PLAIN) == at("01-07 17:00")
    assert due([START_STEP], SWAPPED) == at("01-08 17:00")


def test_a_pause_over_the_swapped_day_takes_less_working_time():
    steps = [
        START_STEP,
        Step(PAUSE, at("01-01 16:00"), ROADS, ROADS),
        Step(RESUME, at("01-05 08:30"), ROADS, ROADS),
    ]
    # Thursday 1h, Friday 7.5 h, Monday 1 h; without the Friday two hours.
    assert due(steps, PLAIN) == at("01-09 09:30")
    assert due(steps, SWAPPED) == at("01-09 09:30"), "the term moves a day, the pause takes a day less"


def test_a_pause_that_began_when_it_was_late_moves_nothing():
    late = at("01-20 08:00")
    steps = [START_STEP, Step(PAUSE, late, ROADS, ROADS), Step(RESUME, late + timedelta(9), ROADS, ROADS)]
    assert due(steps, PLAIN) == at("01-07 17:00")


def test_a_reopened_complaint_counts_from_its_reopening():
    steps = [START_STEP, Step(RESTART, at("01-09 09:00"), ROADS, ROADS)]
    assert due(steps, PLAIN) == at("01-16 17:00")
    assert due(steps, SWAPPED) == at("01-15 17:00")


def test_a_correction_counts_from_the_receipt_and_keeps_the_pause():
    steps = [
        START_STEP,
        Step(PAUSE, at("01-01 08:30"), ROADS, ROADS),
        Step(RESUME, at("01-01 10:30"), ROADS, ROADS),
        Step(CORRECT, at("01-02 08:00"), ROADS, URGENT),
    ]
    assert due(steps, PLAIN) == at("01-05 09:30")


def test_a_correction_to_what_has_no_term_leaves_none():
    def term(moment, subject, when):
        return None if subject is URGENT else moment

    steps = [START_STEP, Step(CORRECT, at("01-02 08:00"), ROADS, URGENT)]
    assert replay.due(WEDNESDAY, steps, term, lambda agency, when: PLAIN) is None


def test_an_agency_that_takes_over_counts_on_its_own_calendar():
    other = Subject("B", "roads", "Normal")
    by_agency = {"A": PLAIN, "B": SWAPPED}

    def term(moment, subject, when):
        return deadlines.due(moment, 5, "working_day", "next_working_day", by_agency[subject.agency])

    def told(*steps):
        return replay.due(WEDNESDAY, [START_STEP, *steps], term, lambda agency, when: by_agency[agency])

    taken = Step(TAKE_OVER, at("01-01 09:00"), ROADS, other)
    assert told(taken) == at("01-08 17:00"), "by the term, where that is what it was due by"
    pause = [Step(PAUSE, at("01-01 08:30"), ROADS, ROADS), Step(RESUME, at("01-01 10:30"), ROADS, ROADS)]
    later = Step(TAKE_OVER, at("01-01 11:30"), ROADS, other)
    # Due on the 8th at 9:30 on the old calendar: half of the 1st, the 2nd, three days and two hours are left.
    assert told(*pause, later) == at("01-09 09:30")
    assert told(Step(TAKE_OVER, at("02-01 09:00"), ROADS, ROADS)) == at("01-07 17:00"), "late stays late"


def test_what_was_added_by_hand_is_kept_as_working_time():
    old, new = at("01-07 17:00"), at("01-08 17:00")
    assert replay.shifted(at("01-08 09:30"), old, new, PLAIN, SWAPPED) == at("01-09 09:30")
    assert replay.shifted(at("01-07 16:00"), old, new, PLAIN, SWAPPED) == at("01-08 16:00")
    assert replay.shifted(old, old, new, PLAIN, SWAPPED) == new
