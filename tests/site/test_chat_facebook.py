"""A Facebook Page over HTTP: verification, batches, echoes, comments, and the windows in which one may answer."""

import json

import pytest
from fakes import facebook
from fakes.server import Answer
from helpers import chats

from phanhoi_app.channels import accounts, adapters, windows
from phanhoi_app.channels.base import Outgoing, OutsideWindow, Refused, TryLater
from phanhoi_app.intake import inbound

SENDER = "5501234567890"
TOLD = "Đèn đường ở ngã tư chợ hỏng đã ba ngày"


@pytest.fixture
def provider():
    fake = facebook.Facebook()
    yield fake
    fake.close()


@pytest.fixture
def account(site, province, provider):
    chats.clear(site)
    made = chats.account(site, "Facebook Page", provider.address)
    site.db.commit()
    yield made
    chats.clear(site)


@pytest.fixture
def deliver(site, home, account):
    """``deliver(body)`` posts as Facebook does and works the queue."""

    def post(body, headers=None):
        status, _text = chats.post(
            home, accounts.address(account), body, facebook.headers(body) if headers is None else headers
        )
        site.db.commit()
        inbound.work()
        return status

    return post


def texts(provider):
    return [each.json["message"]["text"] for each in provider.sent("/messages")]


def test_the_address_is_verified_as_text(home, account):
    def ask(query):
        return chats.post(home, f"{accounts.address(account)}&{query}", b"", {}, method="GET")

    right = f"hub.mode=subscribe&hub.verify_token={facebook.VERIFY}&hub.challenge=1158201444"
    assert ask(right) == (200, "1158201444")
    assert ask("hub.mode=subscribe&hub.verify_token=sai&hub.challenge=1")[0] == 403
    assert ask("")[0] == 403


def test_a_batch_becomes_one_conversation_each_in_order(site, deliver, provider):
    first = [facebook.message(TOLD, "mid.1"), facebook.message("phường Thử Nghiệm", "mid.2")]
    other = [facebook.message("xin chào", "mid.3", sender="99")]
    assert deliver(facebook.page({"messaging": first}, {"messaging": other})) == 200
    assert len(provider.sent("/messages")) == 3
    draft = site.db.get_value("Conversation", windows.row_of(chats_name(site), SENDER), "draft")
    assert json.loads(draft)["area_name"] == "Phường Thử Nghiệm"
    deliver(
        facebook.page(
            {"messaging": [facebook.message(word, f"mid.{word}") for word in ("xong", "khong", "gui")]}
        )
    )
    assert site.get_all("Complainant", {"chat_id": SENDER})
    assert "Đã tiếp nhận" in texts(provider)[-1]


def chats_name(site):
    return site.db.get_value("Channel Account", {"provider": "Facebook Page"})


def test_echoes_other_pages_and_receipts_are_no_messages(site, deliver, provider):
    echo = facebook.message("chúng tôi đã nhận", "mid.9", is_echo=True)
    own = facebook.message("chúng tôi đã nhận", "mid.8", sender=facebook.PAGE)
    assert deliver(facebook.page({"messaging": [echo, own]})) == 200
    assert deliver(facebook.page({"id": "1", "messaging": [facebook.message(TOLD, "mid.7")]})) == 200
    assert deliver(json.dumps({"object": "user", "entry": []}).encode()) == 200
    assert not site.get_all("Inbound Message")
    assert not provider.asked


def test_the_signature_is_over_the_bytes_as_they_came(site, deliver):
    body = facebook.page({"messaging": [facebook.message(TOLD, "mid.1")]})
    again = json.dumps(json.loads(body), ensure_ascii=False).encode()
    assert deliver(again, facebook.headers(body)) == 403
    assert deliver(body, facebook.headers(body, secret="khac")) == 403
    assert deliver(body, {}) == 403
    old = facebook.page({"time": 1_700_000_000_000, "messaging": [facebook.message(TOLD, "mid.1")]})
    assert deliver(old) == 403
    assert deliver(body) == 200


def test_a_comment_is_answered_in_private_once_and_never_published(site, deliver, provider):
    body = facebook.page({"changes": [facebook.comment("Có cháy nhà ở chợ, gọi tôi 0912345678", "c_1")]})
    deliver(body)
    deliver(body)
    (asked,) = provider.sent("/messages")
    assert asked.json["recipient"] == {"comment_id": "c_1"}
    assert asked.json["message"]["text"].startswith("Nếu có người đang gặp nguy hiểm, hãy gọi ngay 114")
    for verb in ("edited", "remove", "hide"):
        deliver(facebook.page({"changes": [facebook.comment("sửa", "c_2", verb=verb)]}))
    deliver(facebook.page({"changes": [facebook.comment("của trang", "c_3", author=facebook.PAGE)]}))
    assert len(provider.sent("/messages")) == 1
    assert not site.get_all("Complainant", {"chat_id": ("is", "set")})


def send(account, **more):
    return adapters.of(account).send(account, Outgoing(SENDER, "Đã trả lời", **more))


def heard_hours_ago(site, account, hours):
    from datetime import timedelta

    from phanhoi_app.intake import chat_store
    from phanhoi_app.rules.dialogue import State

    row = chat_store.locked(account.name, SENDER)
    chat_store.keep(row, State(), site.utils.now_datetime() - timedelta(hours=hours))


def test_what_may_be_written_when(site, account, provider):
    send(account)
    heard_hours_ago(site, account, 30)
    with pytest.raises(OutsideWindow):
        send(account)
    with pytest.raises(OutsideWindow):
        send(account, by_hand=True)  # Meta has not allowed it
    send(account, template_id="ket_qua", values={"so": "PA-1"})
    account.facebook_human_agent = 1
    with pytest.raises(OutsideWindow):
        send(account)
    send(account, by_hand=True)
    kinds = [(each.json["messaging_type"], each.json.get("tag")) for each in provider.sent("/messages")]
    assert kinds == [("RESPONSE", None), ("UTILITY", None), ("MESSAGE_TAG", "HUMAN_AGENT")]
    site.db.sql("update tabConversation set heard_on = heard_on - interval 8 day")
    with pytest.raises(OutsideWindow):
        send(account, by_hand=True)


@pytest.mark.parametrize(
    ("status", "code", "subcode", "raised"),
    [
        (400, 10, 2018278, OutsideWindow),
        (400, 613, 0, TryLater),
        (400, 190, 463, TryLater),
        (400, 551, 0, Refused),
        (200, 100, 2018001, Refused),
        (500, 2, 0, TryLater),
    ],
)
def test_errors_are_told_apart(account, provider, status, code, subcode, raised):
    provider.script.append(Answer(status, facebook._error(code, "x", subcode)))
    with pytest.raises(raised) as caught:
        send(account)
    assert raised is not Refused or not isinstance(caught.value, OutsideWindow)
    assert facebook.PAGE_TOKEN not in str(caught.value)
