"""Which row of the deadline policy holds, and how that is explained."""

from datetime import date

import pytest

from phanhoi_app.rules.deadlines import DeadlineError
from phanhoi_app.rules.phases import ALL
from phanhoi_app.rules.policy import (
    ABOVE,
    CLOCKS,
    CONDITIONS,
    CONTINUE,
    DIFFERS,
    HOLD,
    LATER,
    LESS_SPECIFIC,
    NOT_VALID,
    PAUSE,
    RESTART,
    RUN,
    STOP,
    ExtensionRule,
    Facts,
    Policy,
    PolicyError,
    Row,
    choose,
)

DAY = date(2026, 3, 2)
POTHOLE = Facts(("pothole", "roads", "all"), "Urgent", "report", "commune", "zalo")


def row(name, **conditions):
    return Row(name, "resolve", 5, "working_day", **conditions)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ({}, {"channel": "zalo"}),
        ({"channel": "zalo"}, {"agency_type": "commune"}),
        ({"agency_type": "commune", "channel": "zalo"}, {"kind": "report"}),
        ({"kind": "report", "agency_type": "commune"}, {"severity": "Urgent"}),
        ({"severity": "Urgent", "kind": "report"}, {"field": "all"}),
        ({"field": "all", "severity": "Urgent"}, {"field": "roads"}),
        ({"field": "roads", "severity": "Urgent"}, {"field": "pothole"}),
        ({"field": "roads"}, {"field": "roads", "channel": "zalo"}),
        ({}, {"valid_from": date(2026, 1, 1)}),
        ({"valid_from": date(2026, 1, 1)}, {"valid_from": date(2026, 2, 1)}),
    ],
)
def test_the_more_specific_row_wins_wherever_it_stands(less, more):
    one, other = row("less", **less), row("more", **more)
    assert choose([one, other], POTHOLE, DAY).row is other
    assert choose([other, one], POTHOLE, DAY).row is other


def test_of_equals_the_first_wins():
    assert choose([row("a", severity="Urgent"), row("b", severity="Urgent")], POTHOLE, DAY).row.name == "a"


@pytest.mark.parametrize("name", list(CONDITIONS))
def test_a_row_that_asks_for_something_else_does_not_hold(name):
    choice = choose([row("other", **{name: "else"})], POTHOLE, DAY)
    assert choice.row is None
    assert choice.passed[0][1:] == (DIFFERS, (name, "else"))


@pytest.mark.parametrize(
    ("bounds", "holds"),
    [
        ({"valid_from": DAY}, True),
        ({"valid_to": DAY}, True),
        ({"valid_from": date(2026, 3, 3)}, False),
        ({"valid_to": date(2026, 3, 1)}, False),
    ],
)
def test_validity_includes_both_its_days(bounds, holds):
    assert bool(choose([row("a", **bounds)], POTHOLE, DAY).row) is holds
    policy = Policy([row("a", **bounds)])
    assert bool(policy.find("resolve", POTHOLE, DAY)) is holds


def test_what_is_remembered_is_right_on_each_side_of_a_validity_date():
    policy = Policy([row("old", valid_to=DAY), row("new", valid_from=date(2026, 3, 3), field="roads")])
    for _ in range(2):
        assert policy.find("resolve", POTHOLE, DAY).name == "old"
        assert policy.find("resolve", POTHOLE, date(2026, 3, 3)).name == "new"
        assert policy.find("resolve", POTHOLE, date(2027, 3, 3)).name == "new"
        assert policy.find("resolve", Facts(("waste",)), date(2026, 3, 3)) is None
        assert policy.find("screen", POTHOLE, DAY) is None
    ended = Policy([row("old", valid_to=DAY)])
    assert ended.find("resolve", POTHOLE, DAY).name == "old"
    assert ended.find("resolve", POTHOLE, date(2026, 3, 3)) is None


def test_the_choice_is_explained_row_by_row():
    rows = [
        row("a", number=1),
        row("b", number=2, field="roads", severity="Urgent"),
        row("c", number=3, field="roads"),
        row("d", number=4, severity="Normal", field="roads"),
        row("e", number=5, valid_to=date(2026, 1, 1)),
        row("f", number=6, field="roads", severity="Urgent"),
    ]
    choice = choose(rows, POTHOLE, DAY)
    assert [passed.why for passed in choice.passed] == [
        LESS_SPECIFIC,
        LESS_SPECIFIC,
        DIFFERS,
        NOT_VALID,
        LATER,
    ]
    assert choice.sentences(label=lambda name, value: {"roads": "Roads"}.get(value, value)) == [
        "Row 2 holds, because Field = Roads, Severity = Urgent.",
        "Row 1 fits too, but is less specific.",
        "Row 3 fits too, but is less specific.",
        "Row 4 does not fit: it asks for Severity = Normal.",
        "Row 5 is not valid on 02/03/2026.",
        "Row 6 is as specific, but comes after it.",
    ]


def test_the_explanation_can_be_said_in_another_language():
    words = {
        "Field": "Lĩnh vực",
        "Row {row} holds, because {conditions}.": "Dòng {row} áp dụng vì {conditions}.",
    }
    said = choose([row("a", number=1, field="roads")], POTHOLE, DAY).sentences(
        lambda text: words.get(text, text)
    )
    assert said == ["Dòng 1 áp dụng vì Lĩnh vực = roads."]
    assert choose([row("a", number=1)], POTHOLE, DAY).sentences() == [
        "Row 1 holds: it asks for nothing in particular."
    ]
    assert choose([], POTHOLE, DAY).sentences() == ["No row fits: there is no such deadline."]


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_clock_knows_what_each_phase_does_to_it(clock):
    one = Row("a", clock, 5, "working_day")
    assert not one.runs & one.pauses and not (one.runs | one.pauses) & one.stops
    assert one.on_transfer == (RESTART if clock == HOLD else CONTINUE)
    if clock != "extension_answer":
        assert one.runs | one.pauses | one.stops == set(ALL)


def test_a_row_may_say_what_the_phases_do():
    one = row("a", pauses={"waiting", "approval"}, runs={"processing"}, stops={"answered"})
    assert [one.effect(phase) for phase in ("processing", "approval", "answered", "new", None)] == [
        RUN,
        PAUSE,
        STOP,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"clock": "My clock"}, "must be a code of small letters"),
        ({"clock": "step_1"}, "say in which phases the clock runs"),
        ({"clock": "step_1", "runs": {"assigned"}}, "say in which phases the clock stops"),
        ({"runs": {"asigned"}}, "there is no phase asigned"),
        ({"runs": {"waiting"}}, "in the phase waiting the clock can only run, pause or stop"),
        ({"on_transfer": "stop"}, "can only restart or continue"),
        ({"on_reopen": "stop"}, "can only restart or continue"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "is valid until 01/01/2026"),
        ({"amount": 0}, "more than zero"),
        ({"unit": "week"}, "week is not a unit"),
        ({"start_rule": "soon"}, "soon is not a start rule"),
        ({"amount": 0.5, "unit": "calendar_day"}, "must be whole"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_in_words(wrong, words):
    with pytest.raises((PolicyError, DeadlineError), match=words):
        Row(**{"name": "a", "clock": "resolve", "amount": 5, "unit": "working_day", **wrong})


@pytest.mark.parametrize("wrong", [(0,), (1.5,), (1, 0), (1, 2, "week"), (1, 2, "hour", "mayor")])
def test_an_extension_rule_that_makes_no_sense_is_refused(wrong):
    with pytest.raises((PolicyError, DeadlineError)):
        ExtensionRule(*wrong)
    assert ExtensionRule(2, 10, "working_day", ABOVE).max_times == 2


def test_two_rows_of_one_name_are_refused():
    with pytest.raises(PolicyError, match="same name"):
        Policy([row("a"), row("a")])
