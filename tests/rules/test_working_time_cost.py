"""What a question to the calendar costs, in operations and not in seconds."""

import sys
from datetime import datetime, timedelta

import pytest

from phanhoi_app.rules import working_time
from phanhoi_app.rules.working_time import Calendar

MOMENT = datetime.fromisoformat
START = MOMENT("2026-03-06 16:59")
OFFICE_HOURS = {
    "shifts": [
        {"weekday": day, "start": start, "end": end}
        for day in range(5)
        for start, end in (("07:30", "11:30"), ("13:00", "17:00"))
    ]
}


class CountingList(list):
    """A list that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, index):
        CountingList.looks += 1
        return super().__getitem__(index)


def looks_and_lines(monkeypatch, calendar, question):
    """Elements looked at and lines of the module run, for one question on a calendar already laid out."""
    question(calendar)
    span = calendar._span
    counting = {
        name: CountingList(value) for name, value in span._asdict().items() if isinstance(value, list)
    }
    object.__setattr__(calendar, "_span", span._replace(**counting))
    lines = 0

    def trace(frame, event, _):
        nonlocal lines
        if frame.f_code.co_filename == working_time.__file__ and event == "line":
            lines += 1
        return trace

    def python_bisect(look_at, x, right):
        low, high = 0, len(look_at)
        while low < high:
            middle = (low + high) // 2
            if x < look_at[middle] or (not right and x == look_at[middle]):
                high = middle
            else:
                low = middle + 1
        return low

    with monkeypatch.context() as patch:
        patch.setattr(working_time, "bisect_right", lambda a, x: python_bisect(a, x, True))
        patch.setattr(working_time, "bisect_left", lambda a, x: python_bisect(a, x, False))
        CountingList.looks = 0
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            question(calendar)
        finally:
            sys.settrace(before)
    object.__setattr__(calendar, "_span", span)
    return CountingList.looks, lines


QUESTIONS = {
    "add": lambda size: lambda calendar: calendar.add(START, size * 480),
    "elapsed": lambda size: lambda calendar: calendar.elapsed(START, START + timedelta(days=size)),
    "add_working_days": lambda size: lambda calendar: calendar.add_working_days(START, size),
    "at once": lambda size: lambda calendar: calendar.add_working_days(START, size, from_next_day=False),
    "between": lambda size: (
        lambda calendar: calendar.working_days_between(START.date(), START.date() + timedelta(days=size))
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_over_years_costs_no_more_than_one_over_a_day(monkeypatch, name):
    """Counts operations, not time: a thousand times the span, the same few binary searches."""
    calendar = Calendar.from_dict(OFFICE_HOURS)
    calendar.elapsed(MOMENT("2016-01-01 00:00"), MOMENT("2046-01-01 00:00"))
    shifts = len(calendar._span.starts)
    assert shifts > 15_000
    near = looks_and_lines(monkeypatch, calendar, QUESTIONS[name](1))
    far = looks_and_lines(monkeypatch, calendar, QUESTIONS[name](2000))
    assert far[1] <= near[1] + 5
    assert far[0] <= 4 * shifts.bit_length() + 12
    assert far[0] >= 10, "the count must see the searches"


def test_a_year_is_laid_out_once(monkeypatch):
    calendar, asked = Calendar.from_dict(OFFICE_HOURS), []
    hours = calendar._data.hours
    monkeypatch.setattr(calendar._data, "hours", lambda ordinal: asked.append(ordinal) or hours(ordinal))
    for _ in range(50):
        calendar.add(START, 480)
        calendar.elapsed(START, START + timedelta(days=300))
    assert len(asked) == len(set(asked)) == 365 * 2
