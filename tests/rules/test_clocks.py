"""The clocks as an officer would tell their rules: what holds, what goes on, what begins anew, who took how long."""

from datetime import timedelta
from fractions import Fraction

import pytest
from clock_stories import ALWAYS, MOMENT, OFFICE, calendar_of, told

from phanhoi_app.rules import clocks
from phanhoi_app.rules.clocks import Event, State, advance, current, holder_times, read, replay, waited_days
from phanhoi_app.rules.policy import CONTINUE, Policy, PolicyError, Row

POLICY = Policy(
    [Row("resolve", "resolve", 5, "working_day"), Row("hold", "hold", 2, "working_day", "at_once")]
)
# Monday 2 March 2026; due on Monday the 9th at 17:00.
RECEIVED = ("2026-03-02 09:00", "received", "new")
ASSIGNED = ("2026-03-03 08:00", "assign", "assigned", "A")
ASKED = ("2026-03-04 09:00", "ask", "waiting")


def clock_at(now, story, code="resolve", policy=POLICY):
    return current(read(replay(story, policy), policy, calendar_of, MOMENT(now)), code)


def test_a_hold_that_ends_in_the_answer_is_taken_out():
    """Waiting for the citizen and then answering at once: the wait is not the office's time."""
    clock = clock_at(
        "2026-04-01", told(RECEIVED, ASSIGNED, ASKED, ("2026-03-24 09:00", "answer", "answered"))
    )
    assert (clock.used_minutes, clock.verdict) == (480 + 90, clocks.ON_TIME)
    assert clock.due_on == MOMENT("2026-03-27 17:00"), "14 working days later"


def test_a_case_answered_in_time_never_turns_late_afterwards():
    story = told(RECEIVED, ASSIGNED, ("2026-03-09 17:00", "answer", "answered"))
    for later in ("2026-03-09 17:01", "2026-04-09 17:00", "2030-01-01 00:00"):
        assert clock_at(later, story).verdict == clocks.ON_TIME
    story += told(("2026-05-01 09:00", "close", "closed"))
    assert clock_at("2030-01-01 00:00", story).verdict == clocks.ON_TIME


def test_saving_a_paused_case_changes_nothing():
    story = told(RECEIVED, ASSIGNED, ASKED)
    state = replay(story, POLICY)
    for day in range(30):
        saved = Event(MOMENT("2026-03-05 08:00") + timedelta(days=day), "edited")
        state = advance(state, saved, POLICY)
        state = advance(state, saved._replace(phase="waiting", agency="A"), POLICY)
    assert state.runs == replay(story, POLICY).runs
    assert clock_at("2026-06-01", story).verdict == clocks.OPEN


def test_a_pause_says_why_and_on_what_ground():
    story = told(RECEIVED, ASSIGNED)
    story.append(
        Event(MOMENT("2026-03-04 09:00"), "ask", "waiting", reason="Thiếu số nhà", ground="Điều khoản tỉnh")
    )
    story += [Event(MOMENT("2026-03-05 09:00"), "supply", "processing")]
    assert clock_at("2026-03-06 08:00", story).pauses == (
        (MOMENT("2026-03-04 09:00"), MOMENT("2026-03-05 09:00"), "Thiếu số nhà", "Điều khoản tỉnh"),
    )


def test_late_and_late_with_an_approved_extension_are_told_apart():
    def answered(on, *extensions):
        granted = Event(
            MOMENT("2026-03-06 09:00"), "extension_granted", reason="Chờ giám định", extensions=extensions
        )
        story = [*told(RECEIVED, ASSIGNED), granted, *told((on, "answer", "answered"))]
        return clock_at("2026-04-01", story).verdict

    more = clocks.Extension("resolve", new_due=MOMENT("2026-03-13 17:00"))
    assert answered("2026-03-12 09:00") == clocks.LATE
    assert answered("2026-03-12 09:00", more) == clocks.LATE_EXTENDED
    assert answered("2026-03-09 09:00", more) == clocks.ON_TIME
    assert answered("2026-03-16 09:00", more) == clocks.LATE
    sooner = clocks.Extension("resolve", new_due=MOMENT("2026-03-05 17:00"))
    assert answered("2026-03-09 09:00", sooner) == clocks.ON_TIME, "an extension never shortens"


def test_calling_it_new_again_does_not_begin_a_clock_twice():
    story = told(
        RECEIVED, ASSIGNED, ("2026-03-04 09:00", "return", "screening"), ("2026-03-05 09:00", "assign", "new")
    )
    state = replay(story, POLICY)
    assert [run.cycle for run in state.runs if run.clock == "resolve"] == [1]


def test_a_reopened_case_begins_a_new_cycle_and_keeps_the_old_verdict():
    story = told(
        RECEIVED,
        ASSIGNED,
        ("2026-03-06 09:00", "answer", "answered"),
        ("2026-03-20 09:00", "reopen", "assigned"),
    )
    state = replay(story, POLICY)
    assert state.reopened == 1
    one, two = [
        clock
        for clock in read(state, POLICY, calendar_of, MOMENT("2026-03-30 09:00"))
        if clock.clock == "resolve"
    ]
    assert (one.key, one.verdict) == (("resolve", 1), clocks.ON_TIME)
    assert (two.key, two.verdict, two.due_on) == (("resolve", 2), clocks.OVERDUE, MOMENT("2026-03-27 17:00"))


def test_a_row_may_say_that_reopening_goes_on_with_what_was_left():
    policy = Policy([Row("resolve", "resolve", 5, "working_day", on_reopen=CONTINUE)])
    story = told(
        RECEIVED,
        ASSIGNED,
        ("2026-03-06 09:00", "answer", "answered"),
        ("2026-03-20 09:00", "reopen", "assigned"),
    )
    clock = clock_at("2026-03-20 09:00", story, policy=policy)
    assert (clock.cycle, clock.used_minutes) == (1, 3 * 480 + 90)
    assert clock.due_on == MOMENT("2026-03-23 17:00"), "ten working days later"


def test_a_correction_to_no_row_ends_the_clock_without_a_verdict_and_back_revives_it():
    policy = Policy([Row("roads", "resolve", 5, "working_day", field="roads")])
    story = told(RECEIVED, changes={"field_line": ("pothole", "roads")})
    story += [Event(MOMENT("2026-03-04 09:00"), "edited", changes={"field_line": ("waste",)})]
    assert clock_at("2026-04-01", story, policy=policy).verdict == clocks.VOID
    story += [Event(MOMENT("2026-03-05 09:00"), "edited", changes={"field_line": ("roads",)})]
    clock = clock_at("2026-03-05 09:00", story, policy=policy)
    assert (clock.cycle, clock.due_on) == (1, MOMENT("2026-03-09 17:00"))


def test_a_clock_that_had_no_row_begins_with_the_correction():
    policy = Policy([Row("roads", "resolve", 5, "working_day", field="roads")])
    story = told(RECEIVED, changes={"field_line": ("waste",)})
    assert clock_at("2026-03-03", story, policy=policy) is None
    story += [Event(MOMENT("2026-03-04 09:00"), "edited", changes={"field_line": ("roads",)})]
    assert clock_at("2026-03-05", story, policy=policy).due_on == MOMENT("2026-03-11 17:00")


def test_what_was_answered_meanwhile_is_not_revived_by_a_correction():
    policy = Policy([Row("roads", "resolve", 5, "working_day", field="roads")])
    story = told(RECEIVED, changes={"field_line": ("roads",)})
    story += [
        Event(MOMENT("2026-03-04 09:00"), "edited", changes={"field_line": ("waste",)}),
        Event(MOMENT("2026-03-05 09:00"), "answer", "answered"),
        Event(MOMENT("2026-03-06 09:00"), "edited", changes={"field_line": ("roads",)}),
    ]
    assert clock_at("2026-04-01", story, policy=policy).verdict == clocks.VOID


def test_a_transfer_to_another_type_of_agency_is_no_correction():
    policy = Policy(
        [
            Row("all", "resolve", 5, "working_day"),
            Row("utility", "resolve", 1, "working_day", agency_type="utility"),
            Row("hold", "hold", 2, "working_day", "at_once"),
            Row("hold utility", "hold", 4, "working_hour", "at_once", agency_type="utility"),
        ]
    )
    story = told(RECEIVED, ASSIGNED)
    story += [
        Event(MOMENT("2026-03-04 08:00"), "assign", "assigned", "B", changes={"agency_type": "utility"})
    ]
    assert clock_at("2026-03-04 09:00", story, policy=policy).row == "all"
    assert clock_at("2026-03-04 09:00", story, "hold", policy).row == "hold utility"


def test_nothing_is_begun_by_an_event_in_a_phase_that_stops_it():
    policy = Policy([Row("answer", "extension_answer", 1, "working_day")])
    asked = Event(MOMENT("2026-03-06 09:00"), "extension_requested")
    assert clock_at("2026-03-06", [*told(RECEIVED, ASSIGNED), asked], "extension_answer", policy) is not None
    answered = told(RECEIVED, ASSIGNED, ("2026-03-05 09:00", "answer", "answered"))
    assert clock_at("2026-03-06", [*answered, asked], "extension_answer", policy) is None


def test_what_was_published_is_published_anew_after_a_reopening_but_not_after_closing():
    policy = Policy([Row("publish", "publish", 2, "working_day")])
    story = told(
        RECEIVED,
        ("2026-03-05 09:00", "answer", "answered"),
        ("2026-03-06 09:00", "publish"),
        ("2026-03-09 09:00", "close", "closed"),
    )
    assert clock_at("2026-03-10", story, "publish", policy).cycle == 1
    story += told(("2026-03-10 09:00", "reopen", "assigned"), ("2026-03-12 09:00", "answer", "answered"))
    clock = clock_at("2026-03-13", story, "publish", policy)
    assert (clock.cycle, clock.due_on) == (2, MOMENT("2026-03-16 17:00"))


def test_an_extension_while_the_clock_stands_still_gives_no_time_back():
    granted = Event(
        MOMENT("2026-03-05 09:00"),
        "granted",
        extensions=(clocks.Extension("resolve", amount=1, unit="hour"),),
    )
    clock = clock_at("2026-03-20 09:00", [*told(RECEIVED, ASSIGNED, ASKED), granted])
    assert (clock.state, clock.used_minutes) == (clocks.PAUSED, 480 + 90)


def test_the_row_is_the_one_that_was_valid_when_the_clock_began():
    policy = Policy(
        [
            Row("old", "resolve", 5, "working_day", valid_to=MOMENT("2026-03-03").date()),
            Row("new", "resolve", 3, "working_day", valid_from=MOMENT("2026-03-04").date()),
        ]
    )
    story = told(RECEIVED, ASSIGNED)
    story += [Event(MOMENT("2026-03-05 09:00"), "edited", changes={"severity": "Urgent"})]
    assert clock_at("2026-03-06", story, policy=policy).row == "old"
    later = told(("2026-03-04 09:00", "received", "new"))
    assert clock_at("2026-03-06", later, policy=policy).row == "new"


def test_moments_never_run_backwards_when_the_machines_clock_is_set_back():
    story = told(
        RECEIVED, ("2026-03-03 08:00", "assign", "assigned", "A"), ("2026-03-02 23:00", "ask", "waiting")
    )
    clock = clock_at("2026-03-01 00:00", story)
    assert clock.pauses[0].since == MOMENT("2026-03-03 08:00")
    assert clock.used_minutes == 30


def test_a_short_pause_at_the_end_of_a_day_does_not_carry_the_due_time_into_the_next():
    story = told(
        RECEIVED,
        ASSIGNED,
        ("2026-03-04 16:59:10", "ask", "waiting"),
        ("2026-03-04 18:00:00", "supply", "processing"),
    )
    assert clock_at("2026-03-06", story).due_on == MOMENT("2026-03-09 17:00")


def test_the_citizen_waited_nine_days_of_which_agency_a_took_six():
    story = told(
        ("2026-03-02 08:00", "received", "new"),
        ("2026-03-03 08:00", "assign", "assigned", "A"),  # a day in which nobody held it
        ("2026-03-06 08:00", "ask", "waiting"),  # 3 days of A
        ("2026-03-07 08:00", "supply", "processing"),  # a day of waiting for him
        ("2026-03-10 08:00", "assign", "assigned", "B"),  # 3 days of A again
        ("2026-03-11 08:00", "answer", "answered"),  # a day of B
    )
    state, now = replay(story, POLICY), MOMENT("2026-05-01")
    assert waited_days(state, now) == 9
    a, b = holder_times(state, calendar_of, now)
    assert (a.agency, a.elapsed_days, a.paused_days) == ("A", 6, 1)
    # Tue 08:00–Fri 08:00 is three working days; Sat 08:00–Tue 08:00 is Monday and half an hour of Tuesday.
    assert (a.minutes, a.days) == (3 * 480 + 480 + 30, Fraction(3) + 1 + Fraction(1, 16))
    assert (b.agency, b.elapsed_days, b.minutes) == ("B", 1, 480)


def test_an_agencys_time_is_counted_on_its_own_calendar():
    story = told(
        RECEIVED,
        ("2026-03-06 17:00", "assign", "assigned", "DUTY"),
        ("2026-03-07 05:00", "assign", "assigned", "A"),
        ("2026-03-09 07:30", "answer", "answered"),
    )
    duty, office = holder_times(replay(story, POLICY), calendar_of, MOMENT("2026-05-01"))
    assert (duty.minutes, office.minutes) == (12 * 60, 0)


def test_a_holder_who_gets_it_back_gets_a_full_term_again():
    story = told(
        RECEIVED,
        ASSIGNED,
        ("2026-03-04 08:00", "assign", "assigned", "B"),
        ("2026-03-05 08:00", "assign", "assigned", "A"),
    )
    clock = clock_at("2026-03-05 08:00", story, "hold")
    assert (clock.cycle, clock.agency, clock.due_on) == (3, "A", MOMENT("2026-03-09 08:00"))
    a, b = holder_times(replay(story, POLICY), calendar_of, MOMENT("2026-03-05 09:00"))
    assert (a.agency, a.minutes, b.minutes) == ("A", 480 + 60, 480)


def test_a_holder_gets_his_clock_also_when_those_before_him_had_none():
    policy = Policy([Row("utility", "hold", 2, "working_day", "at_once", agency_type="utility")])
    story = told(RECEIVED, ASSIGNED)
    for day, agency, kind in ((4, "B", "utility"), (5, "C", "office"), (6, "D", "utility")):
        at = MOMENT(f"2026-03-0{day} 08:00")
        story.append(Event(at, "assign", agency=agency, changes={"agency_type": kind}))
    runs = replay(story, policy).runs
    assert [(run.agency, run.stopped_by) for run in runs] == [("B", "transfer"), ("D", None)]


def test_handed_over_while_waiting_for_the_citizen_the_new_holders_clock_waits_too():
    story = told(RECEIVED, ASSIGNED)
    story.append(Event(MOMENT("2026-03-04 09:00"), "ask", "waiting", reason="Thiếu số nhà", ground="Quy chế"))
    story += told(("2026-03-05 08:00", "assign", None, "B"))
    story += told(("2026-03-06 08:00", "supply", "processing"))
    story = [*story[:3], story[3]._replace(changes={}), story[4]._replace(changes={})]
    clock = clock_at("2026-03-06 09:00", story, "hold")
    assert (clock.agency, clock.used_minutes, clock.due_on) == ("B", 60, MOMENT("2026-03-10 08:00"))
    since, until = MOMENT("2026-03-05 08:00"), MOMENT("2026-03-06 08:00")
    assert clock.pauses == ((since, until, "Thiếu số nhà", "Quy chế"),)


def test_a_successor_takes_the_terms_over_on_his_own_calendar():
    story = told(("2026-03-02 09:00", "received", "assigned", "A"))
    merged = Event(MOMENT("2026-03-03 08:00"), "reorganised", agency="DUTY", succession=True)
    for code, due in (("resolve", "2026-03-08 00:00"), ("hold", "2026-03-04 09:00")):
        clock = clock_at("2026-03-03 09:00", [*story, merged], code)
        assert (clock.cycle, clock.agency, clock.due_on) == (1, "DUTY", MOMENT(due))
    state = replay([*story, merged], POLICY)
    assert [holding.agency for holding in state.holdings] == ["A", "DUTY"]
    answered = [*story, *told(("2026-03-02 17:00", "answer", "answered")), merged]
    assert clock_at("2026-03-03 09:00", answered).agency == "A", "what has stopped stays as it was"


def test_a_state_kept_under_a_row_that_is_gone_asks_to_be_computed_anew():
    state = replay(told(RECEIVED), POLICY)
    other = Policy([Row("another", "resolve", 5, "working_day")])
    with pytest.raises(PolicyError, match="compute the clocks anew"):
        read(state, other, calendar_of, MOMENT("2026-03-03"))


def test_facts_that_are_none_are_refused():
    with pytest.raises((ValueError, TypeError)):
        advance(State(), Event(MOMENT("2026-03-02"), "received", "new", changes={"colour": "red"}), POLICY)


@pytest.mark.parametrize("calendar", [OFFICE, ALWAYS])
def test_due_is_not_yet_late(calendar):
    story = told(RECEIVED, ASSIGNED)
    due = clock_at("2026-03-03", story).due_on
    assert clock_at(str(due), story).verdict == clocks.OPEN
    assert clock_at(str(due + timedelta(seconds=1)), story).verdict == clocks.OVERDUE
