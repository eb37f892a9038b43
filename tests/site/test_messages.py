"""The outbox: written with what causes it, delivered after it, never twice, and honest about what was not sent."""

import json
import logging

import pytest
from helpers.people import acting
from twilio.http.http_client import HttpClient
from twilio.http.response import Response

from phanhoi_app.channels import accounts
from phanhoi_app.channels import twilio as twilio_adapter
from phanhoi_app.messaging import claims, delivery, outbox, policy
from phanhoi_app.rules import codes


class FakeTwilio(HttpClient):
    """Twilio's own transport, answering here instead of over the network. `answers`: (status, body) in turn."""

    def __init__(self, *answers):
        super().__init__(logging.getLogger(__name__), False)
        self.answers = list(answers)
        self.requests = []

    def request(
        self,
        method,
        url,
        params=None,
        data=None,
        headers=None,
        auth=None,
        timeout=None,
        allow_redirects=False,
    ):
        self.requests.append({"method": method, "url": url, "data": data, "auth": auth})
        status, body = (
            self.answers.pop(0)
            if self.answers
            else (201, {"sid": f"SM{len(self.requests)}", "status": "queued"})
        )
        if isinstance(body, Exception):
            raise body
        return Response(status, json.dumps(body))


@pytest.fixture
def twilio(site, province, monkeypatch):
    """An account with credentials, and a transport that records."""
    site.get_doc(
        {
            "doctype": "Channel Account",
            "title": "Twilio thử",
            "provider": "Twilio",
            "channel": "SMS",
            "twilio_account_sid": "AC" + "0" * 32,
            "twilio_auth_token": "token",
            "twilio_sender": "PHANHOI",
        }
    ).insert()

    def answer(*answers):
        transport = FakeTwilio(*answers)
        monkeypatch.setattr(twilio_adapter, "transport", transport)
        return transport

    return answer


def messages(site, complaint, **filters):
    return site.get_all(
        "Message",
        filters={"complaint": complaint.name, **filters},
        fields=[
            "name",
            "event",
            "audience",
            "channel",
            "recipient",
            "status",
            "status_note",
            "text",
            "segments",
            "attempts",
            "next_attempt_on",
            "provider_id",
        ],
        order_by="creation",
    )


def send(site, complaint):
    """Send this complaint's messages in the test's own transaction (`deliver` takes all there are)."""
    for row in messages(site, complaint, status="Queued"):
        send_one(site, row.name)


def send_one(site, name):
    channel = site.db.get_value("Message", name, "channel")
    site.db.sql("update tabMessage set status = 'Sending', claimed_by = 'test' where name = %s", name)
    account = None if channel in policy.BUILT_IN else accounts.for_channel(channel)
    delivery.send("test", [name], account)


@pytest.fixture(autouse=True)
def without_commits(site, monkeypatch):
    """What these tests write is rolled back; that `deliver` commits is seen in test_delivery.py's real workers."""
    monkeypatch.setattr(site.local.db.__class__, "commit", lambda self: None)


def test_the_citizen_is_told_number_code_link_and_due_day(site, file_one):
    complaint = file_one()
    (message,) = messages(site, complaint)
    letter = site.get_doc("Letter", message.name)
    assert (message.event, message.channel, letter.recipient) == ("received", "SMS", "0912345678")
    assert complaint.name in letter.text
    assert f"/tra-cuu/{complaint.tracking_code}" in letter.text
    assert letter.text.isascii()  # without marks: two segments of GSM-7 instead of three of UCS-2
    assert message.segments <= 2


def test_by_e_mail_when_there_is_no_phone(site, file_one):
    (message,) = messages(site, file_one(citizen_phone="", citizen_email="an@example.com"))
    assert (message.channel, message.recipient) == ("E-mail", "a***@e***.com")
    assert site.db.get_value("Letter", message.name, "recipient") == "an@example.com"


def test_officials_read_neither_the_citizens_number_nor_the_secret_code(site, file_one, province):
    complaint = file_one()
    (message,) = messages(site, complaint)
    assert message.recipient == "09** *** 678"
    assert complaint.name in message.text
    for secret in (complaint.tracking_code, codes.grouped(complaint.tracking_code), "0912345678"):
        assert secret not in json.dumps(message, default=str)
    for user in (province.COORDINATOR, province.LEADER, province.ADMINISTRATOR, province.SUPERVISOR):
        with acting(site, user), pytest.raises(site.PermissionError):
            site.get_list("Letter", fields=["recipient"])


def test_the_agencys_officers_are_told_but_not_the_citizens_code(site, file_one, act, province):
    complaint = act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)
    told = messages(site, complaint, event="assigned")
    assert {row.recipient for row in told} == {province.OFFICER, province.SECOND_OFFICER, province.LEADER}
    assert all(complaint.tracking_code not in row.text for row in told)


def test_the_citizen_is_told_of_the_answer(site, answered):
    assert [row.channel for row in messages(site, answered, event="answered")] == ["SMS"]


def test_without_an_account_a_message_says_so_and_stays(site, file_one):
    complaint = file_one()
    send(site, complaint)
    (message,) = messages(site, complaint)
    assert (message.status, message.status_note) == ("Not sent", "not sent: no channel")


def test_a_site_with_demo_data_writes_to_nobody_outside(site, file_one, twilio):
    transport = twilio()
    site.db.set_single_value("Phanhoi Settings", "demo", 1)
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")
    complaint = file_one()
    send(site, complaint)
    (message,) = messages(site, complaint)
    assert (message.status, message.status_note) == ("Not sent", delivery.DEMO)
    assert transport.requests == []


def test_an_sms_goes_through_twilios_own_client(site, file_one, twilio):
    transport = twilio()
    complaint = file_one()
    send(site, complaint)
    (message,) = messages(site, complaint)
    assert (message.status, message.provider_id) == ("Sent", "SM1")
    (request,) = transport.requests
    assert request["url"].endswith("/Messages.json")
    assert request["data"]["To"] == "+84912345678"
    assert request["data"]["From"] == "PHANHOI"
    assert request["data"]["Body"] == site.db.get_value("Letter", message.name, "text")


def test_a_wrong_number_is_given_up_at_once(site, file_one, twilio):
    twilio((400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}))
    complaint = file_one()
    send(site, complaint)
    (message,) = messages(site, complaint)
    assert message.status == "Failed"
    assert "21211" in message.status_note


@pytest.mark.parametrize(
    "answer",
    [
        (429, {"code": 20429, "message": "Too Many Requests", "status": 429}),
        (500, {"message": "boom"}),
        (0, OSError("down")),
    ],
    ids=["busy", "broken", "unreachable"],
)
def test_what_may_go_through_later_is_tried_later(site, file_one, twilio, answer):
    twilio(answer)
    complaint = file_one()
    send(site, complaint)
    (message,) = messages(site, complaint)
    assert (message.status, message.attempts) == ("Queued", 1)
    assert message.next_attempt_on > site.utils.now_datetime()


def test_it_is_given_up_after_the_last_attempt(site, file_one, twilio):
    twilio(*[(500, {"message": "boom"})] * delivery.MOST_ATTEMPTS)
    complaint = file_one()
    for _attempt in range(delivery.MOST_ATTEMPTS):
        send(site, complaint)
    assert messages(site, complaint)[0].status == "Gave up"


def test_the_desk_rings_for_an_officer(site, file_one, act, province):
    complaint = act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)
    send(site, complaint)
    note = site.get_all(
        "Notification Log",
        filters={"document_name": complaint.name, "for_user": province.OFFICER},
        fields=["subject"],
    )
    assert len(note) == 1
    assert complaint.name in note[0].subject


def test_the_same_thing_is_not_said_twice(site, file_one):
    complaint = file_one()
    letter = {"audience": "Citizen", "channel": "SMS", "recipient": "0912345678", "values": _values()}
    outbox.queue(complaint, "answered", "7", [letter])
    outbox.queue(complaint, "answered", "7", [letter])
    assert len(messages(site, complaint, event="answered")) == 1


def _values():
    from phanhoi_app.messaging.templates import VALUES

    return dict(VALUES)


def test_messages_go_with_the_transaction_that_caused_them(site, file_one):
    complaint = file_one()
    assert messages(site, complaint)
    site.local.db.rollback()
    assert not messages(site, complaint)


def test_two_workers_never_claim_the_same_message(site, province, home):
    """Two connections: what the first holds, the second skips without waiting."""
    import threading

    import frappe

    names = [f"t-claim-{number}" for number in range(3)]
    claimed, ready, go = {}, threading.Barrier(2), threading.Barrier(2)

    def worker(which):
        frappe.init(site=home.site, sites_path=str(home.sites))
        frappe.connect()
        with claims.worker() as name:
            real_commit(frappe)
            ready.wait(20)
            claimed[which] = set(claims.claim(name, "Voice", 2))
            go.wait(20)
        frappe.db.rollback()
        frappe.destroy()

    site.db.sql("delete from tabMessage where name like 't-claim-%%'")
    real_commit(site)
    for name in names:
        site.db.sql(
            "insert into tabMessage (name, creation, modified, status, next_attempt_on, channel, dedupe_key) "
            "values (%s, now(), now(), 'Queued', now() - interval 1 day, 'Voice', %s)",
            (name, name),
        )
    real_commit(site)
    try:
        threads = [threading.Thread(target=worker, args=(which,)) for which in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert claimed[1].isdisjoint(claimed[2])
        assert claimed[1] | claimed[2] == set(names)
    finally:
        site.db.sql("delete from tabMessage where name like 't-claim-%%'")
        real_commit(site)


def real_commit(site):
    site.db.sql("commit")
    site.db.sql("start transaction")


def test_a_template_that_could_not_be_sent_is_not_saved(site, province):
    template = site.get_doc("Message Template", "received Citizen SMS vi")
    template.text = "Xin chào {{ nmber }}"
    with pytest.raises(site.ValidationError) as caught:
        template.save()
    assert "nmber" in str(caught.value)
    template.text = "Xin chào {{ number"
    with pytest.raises(site.ValidationError):
        template.save()
    template.text = "{{ number.__class__.__mro__ }}"
    with pytest.raises(site.ValidationError):
        template.save()


def test_nobody_writes_or_deletes_messages_by_hand(site, file_one):
    complaint = file_one()
    document = site.get_doc("Message", messages(site, complaint)[0].name)
    document.text = "tampered"
    with pytest.raises(site.PermissionError):
        document.save()
    with pytest.raises(site.PermissionError):
        document.delete()


def test_a_guest_of_the_past_is_not_written_to(site, province):
    """An imported case is not news: nobody gets a message about it."""
    from phanhoi_app.intake import receive

    with acting(site, "Administrator"):
        complaint = site.new_doc("Complaint")
        complaint.update({**province.GOOD, "channel": "Import", "citizen_phone": "0912345678"})
        complaint.flags.imported = True
        receive.insert(complaint)
    assert not messages(site, complaint)
