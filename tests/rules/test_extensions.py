"""Extensions: asked before expiry, as often and as far as the policy lets, approved by whom it names."""

import pytest
from clock_stories import MOMENT, OFFICE, calendar_of, told

from phanhoi_app.rules.clocks import Event, Extension, current, read, replay
from phanhoi_app.rules.extensions import ExtensionError, check_grant, check_request, latest_due
from phanhoi_app.rules.policy import ABOVE, LEADER, ExtensionRule, Policy, Row

STORY = told(("2026-03-02 09:00", "received", "new"), ("2026-03-03 08:00", "assign", "assigned", "A"))
TWICE = ExtensionRule(2, 5)
FRIDAY = "2026-03-13 17:00"  # four working days past the due time, Monday 9 March at 17:00


def clock_and_row(now, story=STORY, rule=TWICE):
    policy = Policy([Row("resolve", "resolve", 5, "working_day", extension=rule)])
    return current(read(replay(story, policy), policy, calendar_of, MOMENT(now))), policy.row("resolve")


def ask(at="2026-03-06 09:00", until=FRIDAY, reason="Chờ giám định", story=STORY, rule=TWICE):
    clock, row = clock_and_row(at, story, rule)
    check_request(clock, row, OFFICE, asked_at=MOMENT(at), new_due=MOMENT(until), reason=reason)


def granted(at, until):
    return Event(MOMENT(at), "extension_granted", extensions=(Extension("resolve", MOMENT(until)),))


def test_it_may_be_asked_for_until_the_last_moment():
    ask()
    ask(at="2026-03-09 17:00")
    with pytest.raises(ExtensionError, match="expired at 17:00 09/03/2026"):
        ask(at="2026-03-09 17:01")


def test_while_the_clock_stands_still_the_term_does_not_expire():
    paused = [*STORY, *told(("2026-03-09 16:00", "ask", "waiting"))]
    ask(at="2026-03-20 09:00", until="2026-03-16 17:00", story=paused)
    too_late = [*STORY, *told(("2026-03-10 16:00", "ask", "waiting"))]
    with pytest.raises(ExtensionError, match="expired"):
        ask(at="2026-03-20 09:00", until=FRIDAY, story=too_late)


def test_the_total_is_limited_from_the_original_due_time():
    clock, row = clock_and_row("2026-03-06")
    assert latest_due(clock, row, OFFICE) == MOMENT("2026-03-16 17:00")
    ask(until="2026-03-16 17:00")
    with pytest.raises(ExtensionError, match="until 17:00 16/03/2026 at most"):
        ask(until="2026-03-16 17:01")
    once = [*STORY, granted("2026-03-05 09:00", FRIDAY)]
    with pytest.raises(ExtensionError, match="until 17:00 16/03/2026 at most"):
        ask(until="2026-03-17 17:00", story=once)


def test_the_number_is_limited():
    once = [*STORY, granted("2026-03-05 09:00", "2026-03-10 17:00")]
    ask(story=once)
    with pytest.raises(ExtensionError, match="extended 2 times"):
        ask(until="2026-03-16 17:00", story=[*once, granted("2026-03-06 08:00", FRIDAY)])
    unlimited = ExtensionRule(9)
    ask(until="2027-03-16 17:00", rule=unlimited)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"until": "2026-03-09 17:00"}, "later than the present one"),
        ({"reason": "  "}, "Say why"),
        ({"rule": None}, "may not be extended"),
        (
            {"at": "2026-03-09 09:00", "story": [*STORY, *told(("2026-03-06 09:00", "answer", "answered"))]},
            "has ended",
        ),
    ],
)
def test_what_may_not_be_asked_is_refused_in_words(wrong, words):
    with pytest.raises(ExtensionError, match=words):
        ask(**wrong)


def test_who_approves_is_the_policys_matter_and_above_always_may():
    def grant(by, approver, asked_at="2026-03-06 09:00", now="2026-03-06 10:00"):
        clock, row = clock_and_row(now, rule=ExtensionRule(1, 5, approver=approver))
        check_grant(clock, row, OFFICE, asked_at=MOMENT(asked_at), new_due=MOMENT(FRIDAY), by=by)

    grant(LEADER, LEADER)
    grant(ABOVE, LEADER)
    grant(ABOVE, ABOVE)
    with pytest.raises(ExtensionError, match="approved by the agency above"):
        grant(LEADER, ABOVE)
    grant(LEADER, LEADER, now="2026-03-10 08:00")  # asked in time, granted after expiry
    with pytest.raises(ExtensionError, match="expired"):
        grant(LEADER, LEADER, asked_at="2026-03-10 08:00", now="2026-03-10 09:00")
