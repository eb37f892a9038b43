"""Calls as the switchboard tells them: the same in the end, in whatever order and however often it does."""

import itertools
from datetime import datetime, timedelta

import pytest
from helpers import hotline, world

from phanhoi_app.history.now import now
from phanhoi_app.hotline import calls

START = datetime(2026, 11, 24, 8, 0)
STORY = [
    {"caller": hotline.NUMBER, "line": "1022", "started_at": START},
    {"agent": "101", "answered_at": START + timedelta(seconds=8)},
    {"ended_at": START + timedelta(minutes=3)},
    {"recording_url": "https://tong-dai.example/ghi-am/1.wav"},
]
TOLD = ("state", "operator", "agent", "line", "caller_masked", "has_recording", *calls.TIMES)


@pytest.fixture(autouse=True)
def agents(site, province):
    settings = site.get_single("Hotline Settings")
    settings.append("agents", {"agent": "101", "user": world.COORDINATOR})
    settings.save()
    yield
    site.db.rollback()
    site.clear_document_cache("Hotline Settings", "Hotline Settings")


def test_any_order_gives_the_same_call(site):
    results = set()
    for number, order in enumerate(itertools.permutations(STORY)):
        for part in (*order, order[0]):  # and one of them twice
            name = calls.take_in({"call_id": f"order-{number}", **part})
        row = site.db.get_value("Call Log", name, TOLD, as_dict=True)
        results.add(tuple(row.values()))
        assert calls.number_of(name) == hotline.NUMBER
    assert results == {
        (
            "Ended",
            world.COORDINATOR,
            "101",
            "1022",
            "09** *** 678",
            1,
            START,
            START + timedelta(seconds=8),
            START + timedelta(minutes=3),
        )
    }


def test_states_follow_from_the_times():
    at = now()
    for known, state in (
        ({}, "Waiting"),
        ({"answered_at": at}, "Talking"),
        ({"ended_at": at}, "Missed"),
        ({"answered_at": at, "ended_at": at}, "Ended"),
        ({"operator": "x", "ended_at": at}, "Ended"),
    ):
        assert calls._state(known) == state


def test_a_taken_call_stays_whose_it_is(site):
    name = calls.take_in({"call_id": "held", "caller": hotline.NUMBER})
    site.db.set_value("Call Log", name, {"operator": world.SECOND_COORDINATOR, "state": "Talking"})
    calls.take_in({"call_id": "held", "agent": "101", "answered_at": now()})
    assert calls.of(name).operator == world.SECOND_COORDINATOR


@pytest.mark.parametrize("typed", ["anonymous", "101", "1900 1234", "<b>x</b>" * 30])
def test_a_number_that_is_none_is_kept_and_masked(site, typed):
    name = calls.take_in({"call_id": f"odd {typed}", "caller": typed})
    assert typed not in (calls.of(name).caller_masked or "")


def test_old_numbers_are_forgotten_and_the_calls_stay(site):
    old = calls.take_in(
        {"call_id": "old", "caller": hotline.NUMBER, "started_at": START, "recording_url": "https://x.vn/1"}
    )
    new = calls.take_in({"call_id": "new", "caller": hotline.NUMBER})
    site.db.set_value("Call Log", old, "started_at", "2020-01-01")
    site.db.set_single_value("Hotline Settings", "keep_days", 0)
    site.clear_document_cache("Hotline Settings", "Hotline Settings")
    calls.forget_old()
    assert calls.number_of(old) == hotline.NUMBER, "0 days: for ever"
    site.db.set_single_value("Hotline Settings", "keep_days", 30)
    site.clear_document_cache("Hotline Settings", "Hotline Settings")
    calls.forget_old()
    assert (calls.number_of(old), calls.number_of(new)) == ("", hotline.NUMBER)
    assert (calls.of(old).caller_masked, calls.of(old).has_recording) == ("09** *** 678", 0)


def test_only_the_desk_joins_the_room_of_the_queue(site):
    from frappe.realtime import can_subscribe_doctype

    site.set_user(world.COORDINATOR)
    assert can_subscribe_doctype("Call Log")
    for user in (world.OFFICER, world.LEADER, "Guest"):
        site.set_user(user)
        with pytest.raises(site.PermissionError):
            can_subscribe_doctype("Call Log")


def test_signals_bear_no_data_and_go_to_those_whom_it_concerns(site, monkeypatch):
    sent = []
    monkeypatch.setattr(
        site, "publish_realtime", lambda event, message, **to: sent.append((event, message, to))
    )
    calls.take_in({"call_id": "rings", "caller": hotline.NUMBER, "agent": "101"})
    assert ("phanhoi_queue", {}, {"room": "doctype:Call Log", "after_commit": True}) in sent
    assert ("phanhoi_call", {}, {"user": world.COORDINATOR, "after_commit": True}) in sent
    assert all(message == {} for _event, message, _to in sent)
    sent.clear()
    calls.take_in({"call_id": "rings", "caller": hotline.NUMBER, "agent": "101"})
    assert sent == [], "what was told already is not told again"
