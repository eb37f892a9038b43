"""A complaint told to the Official Account, over HTTP both ways: the provider is a fake, everything between is real."""

import json
import time

import pytest
from fakes import zalo
from fakes.server import Answer
from helpers import chats, pictures

from phanhoi_app.channels import accounts, adapters, zalo_tokens
from phanhoi_app.channels.base import Outgoing, OutsideWindow, Refused, TryLater
from phanhoi_app.intake import inbound

SENDER = "8237465091827364"
TOLD = "Đường Lê Lai ngập nước từ sáng đến giờ, xe chết máy"


@pytest.fixture
def provider():
    fake = zalo.Zalo()
    yield fake
    fake.close()


@pytest.fixture
def account(site, province, provider):
    chats.clear(site)
    made = chats.account(site, "Zalo OA", provider.address)
    site.db.commit()
    yield made
    chats.clear(site)


@pytest.fixture
def say(site, home, account, provider):
    """``say(body, …)`` posts each as Zalo does, works the queue, and gives the texts that the person got."""

    def post(*bodies, headers=None):
        before = len(provider.sent("/message/cs"))
        for body in bodies:
            status, _text = chats.post(home, accounts.address(account), body, headers or zalo.headers(body))
            assert status == 200
            site.db.commit()
            inbound.work()
        return [each.json["message"]["text"] for each in provider.sent("/message/cs")[before:]]

    return post


def rows(site, doctype="Inbound Message", **filters):
    site.db.commit()
    return site.get_all(doctype, filters, ["*"], order_by="creation")


def test_the_whole_dialogue_becomes_a_complaint(site, say, provider, account):
    photo = provider.photo("a.jpg", pictures.jpeg((90, 60), "navy"))
    said = say(
        zalo.text("chào ad", "m1"),
        zalo.text(TOLD, "m2"),
        zalo.text("12 Lê Lai, phường Thử Nghiệm", "m3"),
        zalo.image(photo, "m4"),
        zalo.text("xong", "m5"),
        zalo.text("0912 345 678", "m6"),
        zalo.text("Gửi", "m7"),
    )
    assert len(said) == 7
    assert "Phản hồi Thử xin chào" in said[0]
    assert "Phường Thử Nghiệm" in said[2]
    (identity,) = rows(site, "Complainant", chat_id=SENDER)
    complaint = site.get_doc("Complaint", identity.name)
    assert (complaint.channel, complaint.title, complaint.area) == ("Zalo", TOLD, "99001")
    assert identity.citizen_phone == "0912345678"
    assert complaint.name in said[6]
    assert len(site.get_all("File", {"attached_to_name": complaint.name})) == 1
    assert not rows(site, "Conversation Photo")
    assert {row.status for row in rows(site)} == {"Done"}
    event = site.get_all("Complaint Event", {"complaint": complaint.name}, ["actor"], limit=1)[0]
    assert event.actor == "Guest"

    asked = say(zalo.text(f"tra cuu {identity.tracking_code}", "m8"), zalo.text("TRA CỨU", "m9"))
    assert all(complaint.name in each for each in asked)
    assert "không có phản ánh" in say(zalo.text("tra cuu 0000-0000-0000-00", "m10"))[0].lower()


def test_the_same_event_twice_is_answered_once(site, home, say, provider, account):
    body = zalo.text(TOLD, "m1")
    assert len(say(body, body)) == 1
    assert len(rows(site)) == 1


def test_attachments_that_are_no_list_are_none(site, home, account):
    """Ten thousand wrong bodies found it."""
    for files in (7, True, "x", {"type": "image"}, [7]):
        body = zalo.event(
            "user_send_text", message={"msg_id": f"m{files}", "text": "a", "attachments": files}
        )
        assert chats.post(home, accounts.address(account), body, zalo.headers(body))[0] == 200


def test_what_came_in_the_wrong_hands_is_refused_and_counted(site, home, account):
    body = zalo.text(TOLD, "m1")
    old = zalo.text(TOLD, "m1", stamp=int((time.time() - 2 * 86_400) * 1000))
    address = accounts.address(account)
    for sent, headers in (
        (body, zalo.headers(body, secret="khac")),
        (body, {}),
        (body, {"X-ZEvent-Signature": "mac=é"}),
        (old, zalo.headers(old)),
        (body.replace(b"m1", b"m2"), zalo.headers(body)),
    ):
        assert chats.post(home, address, sent, headers)[0] == 403
    inbound.work()
    assert site.db.get_value("Channel Account", account.name, "rejected") == 5
    assert not rows(site)
    assert chats.post(home, address + "x", body, zalo.headers(body))[0] == 404
    assert chats.post(home, address, b"x" * 600_000, {})[0] == 413


def test_the_unsigned_trial_of_the_registration_is_answered(site, home, account):
    address = accounts.address(account)
    for headers in ({"Content-Type": "application/json"}, {}):
        assert chats.post(home, address, b"{}", headers) == (200, "")
    assert not rows(site)


def test_a_shared_location_a_sticker_and_a_danger(site, say):
    said = say(
        zalo.text(TOLD, "m1"),
        zalo.location(19.8, 105.77, "m2"),
        zalo.event("user_send_sticker", message={"msg_id": "m3", "attachments": []}),
        zalo.text("có cháy nhà", "m4"),
    )
    assert "vị trí" in said[1]
    assert "chỉ nhận chữ, ảnh và vị trí" in said[2]
    assert said[3].startswith("Nếu có người đang gặp nguy hiểm, hãy gọi ngay 114")
    (row,) = rows(site, "Conversation")
    assert json.loads(row.draft)["location"] == [19.8, 105.77]


def test_what_is_no_photo_is_told_and_a_foreign_address_is_never_asked(site, say, provider):
    text = provider.photo("a.txt", b"<svg/>")
    said = say(
        zalo.text(TOLD, "m1"),
        zalo.text("bỏ qua", "m2"),
        zalo.image(text, "m3"),
        zalo.image("http://127.0.0.1:1/x.jpg", "m4"),
        zalo.image("http://169.254.169.254/latest/meta-data", "m5"),
    )
    assert "không phải là ảnh" in said[2] or "không đọc được" in said[2]
    assert all("Chưa tải được ảnh" in each for each in said[3:])
    assert not rows(site, "Conversation Photo")


def test_a_later_text_answers_the_question_that_was_asked(site, say, act, province):
    say(*(zalo.text(text, f"m{n}") for n, text in enumerate((TOLD, "bo qua", "xong", "khong", "gui"))))
    (identity,) = rows(site, "Complainant", chat_id=SENDER)
    act(province.COORDINATOR, identity.name, "accept")
    act(province.COORDINATOR, identity.name, "ask", question="Nhà số mấy?", reply_by="2027-01-01")
    site.db.commit()
    assert site.db.get_value("Complaint", identity.name, "phase") == "waiting"
    (said,) = say(zalo.text("Trước nhà số 14 nhé", "m9"))
    assert identity.name in said
    assert site.db.get_value("Complaint", identity.name, "phase") != "waiting"
    notes = site.get_all("Complaint Event", {"complaint": identity.name}, pluck="public_note")
    assert any("14" in (note or "") for note in notes)


# sending


def send(account, recipient=SENDER, **more):
    return adapters.of(account).send(account, Outgoing(recipient, "Đã trả lời", key="k1", **more))


def test_a_refresh_token_is_used_once_and_both_new_ones_are_kept(site, account, provider):
    assert send(account).provider_id == "m000001"
    assert provider.spent == ["refresh-0"]
    send(account)
    assert provider.spent == ["refresh-0"]
    provider.access = "taken back by Zalo"
    provider.refresh = "refresh-1"
    send(account)
    assert provider.spent == ["refresh-0", "refresh-1"]
    assert accounts.secret(account, "zalo_refresh_token") == provider.refresh


def test_two_workers_exchange_the_token_once(site, account, provider, home):
    import frappe

    def work():
        frappe.init(site=home.site, sites_path=str(home.sites))
        frappe.connect()
        frappe.flags.in_test = True
        try:
            return zalo_tokens.access_token(accounts.get(account.name))
        finally:
            frappe.destroy()

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        tokens = {each.result() for each in [pool.submit(work) for _ in range(4)]}
    assert tokens == {"access-1"}
    assert provider.spent == ["refresh-0"]


def test_a_token_is_kept_alive_by_the_day(site, account, provider):
    zalo_tokens.keep_alive()
    zalo_tokens.keep_alive()
    assert provider.spent == ["refresh-0"]


def test_a_token_that_cannot_be_exchanged_alarms(site, account, provider):
    provider.refresh = "spent elsewhere"
    zalo_tokens.keep_alive()
    with pytest.raises(TryLater):
        send(account)
    shown = site.db.get_value("Channel Account", account.name, ["state", "last_error"], as_dict=True)
    assert shown.state == "Failing"
    assert "Invalid refresh token" in shown.last_error


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (Answer(200, {"error": -32, "message": "rate limit"}), TryLater),
        (Answer(200, {"error": -213, "message": "not followed"}), Refused),
        (Answer(429, b"", {"Retry-After": "7"}), TryLater),
        (Answer(502, b"<html>"), TryLater),
        (Answer(200, b"<html>"), TryLater),
        (Answer(302, b"", {"Location": "http://127.0.0.1:1/"}), TryLater),
    ],
    ids=["limit", "blocked", "429", "502", "no JSON", "redirect"],
)
def test_errors_are_told_apart_also_within_http_200(account, provider, answer, raised):
    send(account)
    provider.script.append(answer)
    with pytest.raises(raised) as caught:
        send(account)
    if answer.status == 429:
        assert caught.value.after == 7


def test_outside_of_the_window_a_template_to_the_telephone(site, account, provider):
    provider.outside.add(SENDER)
    with pytest.raises(OutsideWindow):
        send(account)
    sent = send(account, "0912345678", template_id="301234", values={"so": "PA-2026-000001"})
    assert sent.provider_id.startswith("z")
    (asked,) = provider.sent("/message/template")
    assert asked.json["phone"] == "84912345678"
    assert asked.json["template_data"] == {"so": "PA-2026-000001"}
    provider.unknown_phones.add("84912345678")
    with pytest.raises(Refused, match="wrong number"):
        send(account, "0912345678", template_id="301234")
    with pytest.raises(Refused, match="template only"):
        send(account, "0912345678")


def test_what_is_told_later_goes_to_the_chat_and_only_there(site, say, act, province):
    say(*(zalo.text(text, f"m{n}") for n, text in enumerate((TOLD, "bo qua", "xong", "0912345678", "gui"))))
    (identity,) = rows(site, "Complainant", chat_id=SENDER)
    told = site.get_all(
        "Message", {"complaint": identity.name, "audience": "Citizen"}, ["name", "channel", "recipient"]
    )
    assert [each.channel for each in told] == ["Zalo"]
    assert SENDER not in told[0].recipient
    assert site.db.get_value("Letter", told[0].name, "recipient") == SENDER
