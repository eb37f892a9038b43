"""Clocks are what the events come to: after any history, told step by step or counted anew."""

import random
from datetime import datetime, timedelta

import pytest
from helpers.people import acting

from phanhoi_app.custody import citizen, perform, publication
from phanhoi_app.history import now as moments
from phanhoi_app.patches.v1_2 import clocks_from_events, policy_rows_name_their_clock
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.sla import checking, clocks, extending

STEPS = 14
FIELDS = ("t-potholes", "t-food")


def _steps(site, province, complaint, chance):
    """Things that people might do to it now, as functions; most do not fit its state and are refused."""
    word = f"việc {chance.random()}"

    def act(user, verb, **inputs):
        return lambda: perform.perform_verb(complaint.name, verb, inputs) if user else None

    def correct():
        document = site.get_doc("Complaint", complaint.name)
        document.severity = chance.choice(["Normal", "Urgent", "Complex"])
        document.field = chance.choice(FIELDS)
        document.save()

    def extend():
        preview = extending.preview(complaint.name)
        extending.ask(complaint.name, preview["latest"], word)

    def decide():
        name = site.db.get_value("Extension Request", {"complaint": complaint.name, "status": "Asked"})
        chance.choice([extending.grant, extending.refuse])(name, word)

    coordinator, officer, leader = province.COORDINATOR, province.OFFICER, province.LEADER
    publish = {"public_title": "Ổ gà", "public_content": "Ổ gà trên đường", "public_answer": "Đã vá"}
    return [
        (coordinator, act(1, "accept")),
        (coordinator, act(1, "ask", question=word)),
        (coordinator, act(1, "assign", agency=chance.choice([province.ROADS, province.HEALTH]))),
        (coordinator, correct),
        (officer, act(1, "take")),
        (officer, act(1, "ask", question=word)),
        (officer, act(1, "return", reason=word)),
        (officer, act(1, "submit", answer_text=word)),
        (officer, extend),
        (leader, decide),
        (leader, act(1, "approve")),
        (leader, act(1, "send_back", reason=word)),
        (leader, act(1, "close")),
        (leader, lambda: publication.publish(complaint.name, **publish)),
        (coordinator, act(1, "refuse", refusal_reason=site.db.get_value("Refusal Reason", {"redirects": 0}))),
        ("Guest", lambda: citizen.supply(complaint.name, word)),
        ("Guest", lambda: citizen.reopen(complaint.name, word)),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_nothing_differs_from_the_events(site, province, file_one, seed):
    chance = random.Random(seed)
    moment = datetime(2026, 11, 2, 8, 0)
    with moments.as_of(moment):
        complaint = file_one()
    done = 0
    for _step in range(400):
        moment += timedelta(minutes=chance.randrange(600))
        user, step = chance.choice(_steps(site, province, complaint, chance))
        site.db.savepoint("step")
        with acting(site, user), moments.as_of(moment):
            try:
                step()
                done += 1
            except (site.ValidationError, site.PermissionError, site.DoesNotExistError, RuleError):
                site.db.rollback(save_point="step")
                site.clear_messages()
                continue
        assert checking.check(complaint.name) == []
        if done == STEPS:
            break
    assert done > 1
    assert clocks.recount([complaint.name]) == []


def test_what_was_changed_past_the_app_is_named_and_put_right(site, file_one):
    complaint = file_one()
    row = site.db.get_value("Complaint Clock", {"complaint": complaint.name, "clock": "resolve"})
    site.db.set_value("Complaint Clock", row, "due_on", "2099-01-01 00:00:00")
    site.db.set_value("Complaint", complaint.name, "due_on", "2099-01-01 00:00:00")
    site.db.delete("Complaint Clock", {"complaint": complaint.name, "clock": "screen"})
    found = checking.check(complaint.name)
    assert [(each.clock, each.field) for each in found] == [
        ("", "due_on"),
        ("resolve", "due_on"),
        ("screen", ""),
    ]
    assert all(complaint.name in checking.in_words(each) for each in found)
    assert len(clocks.recount([complaint.name])) == 1
    assert checking.check(complaint.name) == []


def test_what_is_over_stays_as_it_was_counted(site, province, answered):
    """A calendar or a policy changed afterwards moves no finished clock, and the check does not ask it to."""
    before = site.db.get_value("Complaint", answered.name, "due_on")
    document = site.get_doc("Deadline Policy", answered.deadline_policy)
    for row in document.rows:
        row.amount += row.clock == "resolve"
    document.save()
    assert checking.check(answered.name) == []
    assert clocks.recount([answered.name]) == []
    assert site.db.get_value("Complaint", answered.name, "due_on") == before


def test_the_complaints_that_are_there_get_their_clocks(site, file_one, answered, monkeypatch):
    complaint = file_one()
    site.db.delete("Complaint Clock", {"complaint": ("in", [complaint.name, answered.name])})
    monkeypatch.setattr(site.db, "commit", lambda: None)
    clocks_from_events.execute()
    assert checking.check(complaint.name) == checking.check(answered.name) == []
    count = site.db.count("Complaint Clock")
    clocks_from_events.execute()
    assert site.db.count("Complaint Clock") == count


def test_rows_from_before_are_about_the_answer(site, province):
    policy = site.get_doc(
        {
            "doctype": "Deadline Policy",
            "policy_name": "Cũ",
            "rows": [{"amount": 3, "unit": "Working days", "start_rule": "Next working day"}],
        }
    ).insert()
    site.db.set_value("Deadline Policy Row", policy.rows[0].name, {"clock": None, "on_reopen": None})
    policy_rows_name_their_clock.execute()
    policy.reload()
    assert (policy.rows[0].clock, policy.rows[0].on_reopen) == ("resolve", "Restart")
    clocks_of = {row.clock for row in site.get_doc("Deadline Policy", "Thời hạn chung").rows}
    assert {"resolve", "screen", "forward", "publish"} <= clocks_of
