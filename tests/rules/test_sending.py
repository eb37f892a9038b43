"""When a message goes out, which state it takes, and when a provider is left alone."""

from datetime import datetime, time, timedelta
from itertools import permutations

import pytest

from phanhoi_app.rules import breaker, message_states, sending

NOON = datetime(2026, 11, 24, 12, 0)


def at(clock: str) -> datetime:
    return datetime.combine(NOON.date(), time.fromisoformat(clock))


@pytest.mark.parametrize(
    ("now", "begin", "end", "until"),
    [
        (at("21:59"), "22:00", "06:00", None),
        (at("22:00"), "22:00", "06:00", at("06:00") + timedelta(days=1)),
        (at("23:59"), "22:00", "06:00", at("06:00") + timedelta(days=1)),
        (at("00:00"), "22:00", "06:00", at("06:00")),
        (at("05:59"), "22:00", "06:00", at("06:00")),
        (at("06:00"), "22:00", "06:00", None),
        (at("12:30"), "12:00", "13:30", at("13:30")),
        (at("13:30"), "12:00", "13:30", None),
        (at("23:00"), "22:00", "22:00", None),
        (at("23:00"), None, "06:00", None),
        (at("23:00"), "22:00", None, None),
    ],
)
def test_quiet_hours(now, begin, end, until):
    begin, end = (time.fromisoformat(each) if each else None for each in (begin, end))
    assert sending.quiet_until(now, begin, end) == until


def test_nobody_gets_more_than_so_many_in_any_hour():
    sent = [NOON - timedelta(minutes=minutes) for minutes in (70, 50, 40, 5)]
    assert sending.free_from(NOON, sent, 0) is None
    assert sending.free_from(NOON, sent, 4) is None
    assert sending.free_from(NOON, sent, 3) == NOON + timedelta(minutes=10)
    # the one at which the third newest falls out, not the oldest of many
    assert sending.free_from(NOON, sent, 2) == NOON + timedelta(minutes=20)
    assert sending.free_from(NOON, [], 1) is None


def test_pauses_double_and_spread():
    assert sending.pause(1, 60, 0.5) == timedelta(seconds=60)
    assert sending.pause(4, 60, 0.5) == timedelta(minutes=8)
    assert sending.pause(1, 60, 0) < sending.pause(1, 60, 0.5) < sending.pause(1, 60, 1)


def test_states_come_in_any_order_and_never_go_back():
    """Whatever the order and however often: the strongest that was heard stands."""
    heard = ("Sent", "Failed", "Delivered")
    for order in permutations((*heard, *heard)):
        state, ranks = "Sending", []
        for each in order:
            if message_states.may_follow(state, each):
                state = each
            ranks.append(message_states.RANK[state])
        assert state == "Delivered"
        assert ranks == sorted(ranks)
    assert not message_states.may_follow("Delivered", "Failed")
    assert not message_states.may_follow("Gave up", "Sent")
    assert message_states.may_follow("Gave up", "Delivered")
    assert not message_states.may_follow("Sent", "nonsense")


def test_the_breaker_opens_after_so_many_in_a_row_and_tries_with_one():
    assert not breaker.opens(7, 8)
    assert breaker.opens(8, 8)
    assert not breaker.opens(100, 0)
    assert breaker.state(None, NOON) == breaker.CLOSED
    assert breaker.state(NOON + timedelta(seconds=1), NOON) == breaker.OPEN
    assert breaker.state(NOON, NOON) == breaker.HALF_OPEN


def test_its_pauses_double_up_to_a_quarter_of_an_hour():
    pauses = [(breaker.until(NOON, openings, 60) - NOON).total_seconds() for openings in (1, 2, 3, 4, 5, 99)]
    assert pauses == [60, 120, 240, 480, 900, 900]
