"""SMS, WhatsApp and calls: Twilio by its own library, a domestic gateway by signed JSON, and what each says later."""

import json
import time
from urllib.parse import urlencode

import pytest
from fakes import sms
from fakes.server import Answer
from helpers import chats

from phanhoi_app.channels import accounts, adapters
from phanhoi_app.channels import twilio as twilio_adapter
from phanhoi_app.channels.base import NoChannel, Outgoing, OutsideWindow, Refused, TryLater
from phanhoi_app.intake import inbound

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def twilio(site, province):
    chats.clear(site)
    fake = sms.Twilio()
    yield fake
    fake.close()
    chats.clear(site)


@pytest.fixture
def gateway(site, province):
    chats.clear(site)
    fake = sms.Gateway()
    yield fake
    fake.close()
    chats.clear(site)


def made(site, provider, address="", **more):
    account = chats.account(site, provider, address, **more)
    site.db.commit()
    return account


def send(account, to="0912345678", **more):
    return adapters.of(account).send(account, Outgoing(to, "Đã trả lời", key="k1", **more))


# Twilio


def test_an_sms_a_whatsapp_message_and_a_call(site, twilio):
    account = made(site, "Twilio", twilio.address)
    assert send(account).provider_id == "SM000001"
    asked = twilio.asked[-1]
    assert asked.path == f"/2010-04-01/Accounts/{sms.SID}/Messages.json"
    assert (asked.form["To"], asked.form["From"], asked.form["Body"]) == (
        "+84912345678",
        "PHANHOI",
        "Đã trả lời",
    )
    assert asked.form["StatusCallback"] == accounts.address(account)
    account.channel = "WhatsApp"
    send(account, template_id="HX1", values={"1": "PA-1"})
    form = twilio.asked[-1].form
    assert (form["To"], form["ContentSid"], json.loads(form["ContentVariables"])) == (
        "whatsapp:+84912345678",
        "HX1",
        {"1": "PA-1"},
    )
    account.channel = "Voice"
    assert send(account).provider_id == "CA000003"
    said = twilio.asked[-1].form["Twiml"]
    assert said.count('<Say language="vi-VN">Đã trả lời</Say>') == 2


@pytest.mark.parametrize(
    ("status", "code", "raised", "words"),
    [
        (400, 21211, Refused, "wrong number"),
        (400, 21614, Refused, "wrong number"),
        (400, 21610, Refused, "blocked"),
        (400, 63016, OutsideWindow, ""),
        (400, 99999, Refused, ""),
        (429, 20429, TryLater, ""),
        (503, 20503, TryLater, ""),
        (401, 20003, TryLater, ""),
    ],
)
def test_twilios_errors_in_three_words(site, twilio, status, code, raised, words):
    twilio.script.append(Answer(status, {"code": code, "message": "m", "status": status}))
    with pytest.raises(raised, match=words):
        send(made(site, "Twilio", twilio.address))


def test_a_wrong_number_is_told_before_it_is_asked(site, twilio):
    with pytest.raises(Refused, match="wrong number"):
        send(made(site, "Twilio", twilio.address), to="123")
    assert not twilio.asked


def test_what_became_of_a_message_comes_back_signed_over_the_public_address(site, home, twilio, monkeypatch):
    from phanhoi_app.messaging import states

    account, heard = made(site, "Twilio", twilio.address), []
    monkeypatch.setattr(states, "heard", lambda *told: heard.append(told[:4]))
    address = accounts.address(account)
    for state in ("sent", "delivered", "queued"):
        form = {"MessageSid": "SM1", "MessageStatus": state, "To": "+84912345678"}
        told = FORM | sms.twilio_headers(address, form)
        assert chats.post(home, address, urlencode(form).encode(), told)[0] == 200
    form = {"MessageSid": "SM2", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    told = FORM | sms.twilio_headers(address, form)
    chats.post(home, address, urlencode(form).encode(), told)
    # Signed for another address, for another form, with a field more, not at all.
    assert (
        chats.post(home, address, urlencode(form).encode(), FORM | sms.twilio_headers("https://x.vn/", form))[
            0
        ]
        == 403
    )
    assert chats.post(home, address, urlencode({**form, "x": "1"}).encode(), told)[0] == 403
    assert chats.post(home, address, urlencode(form).encode(), FORM)[0] == 403
    site.db.commit()
    inbound.work()
    assert sorted(heard) == [
        (account.name, "SM1", "Delivered", ""),
        (account.name, "SM1", "Sent", ""),
        (account.name, "SM2", "Failed", "wrong number: Twilio 30003"),
    ]


def test_the_old_settings_become_an_account(site, twilio):
    from frappe.utils.password import get_decrypted_password, set_encrypted_password

    from phanhoi_app.patches.v1_3 import twilio_account

    settings = "Phanhoi Settings"
    for field, value in (("twilio_account_sid", sms.SID), ("twilio_sender", "CU")):
        site.db.sql(
            "insert into tabSingles (doctype, field, value) values (%s, %s, %s)", (settings, field, value)
        )
    set_encrypted_password(settings, settings, "ma-cu", "twilio_auth_token")
    twilio_account.execute()
    twilio_account.execute()
    (name,) = site.get_all("Channel Account", {"provider": "Twilio", "twilio_sender": "CU"}, pluck="name")
    account = accounts.get(name)
    assert (account.enabled, account.channel, accounts.secret(account, "twilio_auth_token")) == (
        1,
        "SMS",
        "ma-cu",
    )
    assert not get_decrypted_password(settings, settings, "twilio_auth_token", raise_exception=False)
    assert accounts.for_channel("SMS").name == name
    site.db.rollback()


# the domestic gateway


def test_a_complaint_by_sms_is_asked_for_what_and_where_alone(site, home, gateway):
    account = made(site, "SMS gateway", gateway.address)
    for number, text in enumerate(("Cong truong xa bui mu mit ca ngay", "p. thu nghiem", "gui")):
        body = sms.gateway_message(text, f"i{number}")
        assert chats.post(home, accounts.address(account), body, sms.gateway_headers(body))[0] == 200
        site.db.commit()
        inbound.work()
    said = [each.json["text"] for each in gateway.asked]
    assert len(said) == 3
    assert all(text.isascii() for text in said)
    assert said[2].startswith("Da tiep nhan")
    (name,) = site.get_all("Complainant", {"chat_id": "+84912345678"}, pluck="name")
    assert site.db.get_value("Complainant", name, "citizen_phone") == "0912345678"
    assert site.db.get_value("Complaint", name, ["channel", "area"]) == ("SMS", "99001")


def test_the_gateways_requests_are_signed_with_their_time(site, home, gateway):
    account = made(site, "SMS gateway", gateway.address)
    body = sms.gateway_message("phan anh", "i1")
    now = time.time()
    for headers, status in (
        (sms.gateway_headers(body, secret="khac"), 403),
        (sms.gateway_headers(body, stamp=now - 600), 403),
        (sms.gateway_headers(body, stamp=now + 900), 403),
        ({**sms.gateway_headers(body), "X-Timestamp": str(int(now) - 1)}, 403),
        ({}, 403),
        (sms.gateway_headers(body), 200),
    ):
        assert chats.post(home, accounts.address(account), body, headers)[0] == status
    for bad in (b"[1]", b"{", b'{"events": [1, null, {"type": "message"}]}'):
        assert chats.post(home, accounts.address(account), bad, sms.gateway_headers(bad))[0] in (200, 400)
    site.db.commit()
    assert site.db.count("Inbound Message") == 1


def test_the_gateway_refuses_waits_and_is_slow(site, gateway, monkeypatch):
    from phanhoi_app.channels import client

    account = made(site, "SMS gateway", gateway.address)
    assert send(account).provider_id == "g000001"
    with pytest.raises(Refused, match="invalid number"):
        send(account, to="0900000001")
    gateway.script.append(Answer(200, {"error": 3, "message": "queue full", "retry": True}))
    with pytest.raises(TryLater, match="queue full"):
        send(account)
    monkeypatch.setattr(client, "TIMEOUT", (1, 0.3))
    gateway.script.append(Answer(200, {"id": "late"}, {}, 1))
    with pytest.raises(TryLater):
        send(account)


def test_an_account_without_credentials_is_no_channel(site, province):
    account = site.new_doc("Channel Account", provider="Twilio", channel="SMS", name="x")
    with pytest.raises(NoChannel):
        send(account)
    assert twilio_adapter.transport is None


def test_new_settings_of_an_upgraded_site_begin_with_their_defaults(site):
    from phanhoi_app.patches.v1_3 import settings_begin

    site.db.set_single_value("Phanhoi Settings", {"retry_seconds": 0, "raw_days": 0, "breaker_failures": 5})
    settings_begin.execute()
    found = site.db.get_singles_dict("Phanhoi Settings")
    assert [int(found[each]) for each in ("retry_seconds", "raw_days", "breaker_failures")] == [60, 30, 5]
    site.db.rollback()
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")
