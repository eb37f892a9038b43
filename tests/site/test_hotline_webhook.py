"""The switchboard's webhook: its own requests alone, each once, answered at once, worked on in the queue."""

import hashlib
import hmac
import json
import time
from datetime import datetime

import pytest
from helpers import hotline, world
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from phanhoi_app.channels import call_centre, signing
from phanhoi_app.channels.base import Unreadable
from phanhoi_app.hotline import calls
from phanhoi_app.intake import inbound, webhook

SECRET = "bí-mật-tổng-đài"


@pytest.fixture
def switchboard(site, province, monkeypatch):
    """``switchboard(body, …)`` posts to the account's address; the HTTP status."""
    account = site.get_doc(
        {
            "doctype": "Channel Account",
            "title": "Tổng đài thử",
            "provider": "Call centre",
            "channel": "Voice",
            "enabled": 1,
            "call_secret": SECRET,
        }
    ).insert()
    monkeypatch.setattr(inbound, "schedule", lambda: None)
    request_before = getattr(site.local, "request", None)

    def post(body, secret=SECRET, at=None, key=account.webhook_key, signature=None, headers=()):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = str(int(at or time.time()))
        signed = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
        sent = {"X-Timestamp": stamp, "X-Signature": signed if signature is None else signature}
        builder = EnvironBuilder(
            method="POST",
            path="/api/method/phanhoi_app.intake.webhook.receive",
            query_string={"key": key},
            data=raw,
            headers={**sent, **dict(headers)},
        )
        site.local.request = Request(builder.get_environ())
        return webhook.receive().status_code

    post.account = account
    yield post
    site.local.request = request_before
    site.db.rollback()


def worked(site, monkeypatch):
    """Work on what has been written down, in this transaction."""
    monkeypatch.setattr(type(site.local.db), "commit", lambda self, *args, **kwargs: None)
    inbound.work()


def call(**values) -> dict:
    return {
        "call_id": "sip-1",
        "from": "0912 345 678",
        "to": "1022",
        "start": "2026-11-24T08:00:00+07:00",
        **values,
    }


def test_a_call_is_told_in_parts_out_of_order_and_twice(site, switchboard, monkeypatch):
    ended = call(event="ended", end="2026-11-24T01:05:00Z", recording_url="https://tong-dai.example/1.wav")
    for body in (ended, call(event="ringing"), ended, call(event="answered", agent="9", answer=1795482010)):
        assert switchboard(body) == 200
    assert site.db.count("Inbound Message", {"account": switchboard.account.name}) == 3
    assert not site.db.exists("Call Log", calls.name_of("sip-1")), "it is worked on later"
    worked(site, monkeypatch)
    told = calls.of(calls.name_of("sip-1"))
    assert (told.state, told.agent, told.has_recording) == ("Ended", "9", 1)
    assert str(told.started_at) == "2026-11-24 08:00:00" and str(told.ended_at) == "2026-11-24 08:05:00"
    assert calls.number_of(told.name) == hotline.NUMBER
    states = site.get_all("Inbound Message", {"account": switchboard.account.name}, pluck="status")
    assert set(states) == {"Done"}


def test_several_calls_may_come_in_one_request(site, switchboard, monkeypatch):
    assert switchboard({"calls": [call(call_id="a"), call(call_id="b", event="missed")]}) == 200
    worked(site, monkeypatch)
    assert [calls.of(calls.name_of(each)).state for each in "ab"] == ["Waiting", "Missed"]


def test_what_is_not_the_switchboards_is_refused_and_counted(site, switchboard):
    now = time.time()
    before = site.cache.get(inbound._refused_key(switchboard.account.name)) or 0
    for wrong in (
        {"secret": "khác"},
        {"signature": ""},
        {"signature": "ü" * 64},
        {"at": now - 3600},
        {"at": now + 3600},
        {"headers": {"X-Timestamp": "soon"}},
        {"headers": {"X-Timestamp": "9" * 400}},
    ):
        assert switchboard(call(), **wrong) in (400, 403), wrong
    assert switchboard(call(), at=now - 3600) == 403
    refused = int(site.cache.get(inbound._refused_key(switchboard.account.name))) - int(before)
    assert refused >= 6
    assert switchboard(call(), key="none") == 404
    assert site.db.count("Inbound Message", {"account": switchboard.account.name}) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        {"calls": [1]},
        {"from": "0912345678"},
        {"call_id": True},
        {"call_id": "x" * 500},
        call(start="hôm qua"),
        call(end=1e300),
        call(answer=True),
        call(start="0001-01-01"),
        {"calls": [{"call_id": "y"}] * 501},
    ],
)
def test_what_cannot_be_read_is_answered_so_and_writes_nothing(site, switchboard, body):
    assert switchboard(body) == 400
    assert site.db.count("Inbound Message", {"account": switchboard.account.name}) == 0


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//x", "http:", 5, None, "https://[", "h" * 5000])
def test_a_recording_that_is_no_address_is_left_out(site, address):
    assert "recording_url" not in call_centre._event(call(recording_url=address)).call


def test_the_account_needs_its_secret(site, province):
    account = site.get_doc(
        {
            "doctype": "Channel Account",
            "title": "x",
            "provider": "Call centre",
            "channel": "Voice",
            "enabled": 1,
        }
    )
    with pytest.raises(site.ValidationError, match="Khóa bí mật"):
        account.insert()
    with pytest.raises(Unreadable):
        call_centre._event({"call_id": ""})


def test_no_operator_reads_what_came(site, switchboard):
    switchboard(call())
    for user in (world.COORDINATOR, world.ADMINISTRATOR):
        site.set_user(user)
        assert not site.has_permission("Inbound Letter", "read")
    site.set_user("Administrator")


def test_signatures_are_compared_so_that_the_time_tells_nothing(site, switchboard, monkeypatch):
    compared = []
    real = hmac.compare_digest

    def compare(one, other):
        compared.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(signing.hmac, "compare_digest", compare)
    assert switchboard(call(), signature="0" * 64) == 403
    assert (64, 64) in compared


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=150),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("event", "call_id", "from", "to", "agent", "start", "answer", "end", "recording_url", "other")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=VALUES | st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_whatever_is_told_is_a_call_or_unreadable(site, row):
    try:
        told = call_centre._event(row).call
    except Unreadable:
        return
    assert told["call_id"] and all(isinstance(value, str) for value in told.values())
    for column in call_centre.TIMES.values():
        assert column not in told or datetime.fromisoformat(told[column]).tzinfo is None
