"""What came in: worked on once and in order, set aside when it poisons, forgotten in time, and read by nobody."""

import json
import multiprocessing
import os
import signal
import time

import pytest
from fakes import sms
from fakes.server import Answer
from helpers import chats, world
from helpers.doors import Door
from helpers.people import acting

from phanhoi_app.channels import accounts, client, windows
from phanhoi_app.channels.base import InboundEvent, Refused, TryLater
from phanhoi_app.intake import chat, inbound, webhook

SENDER = "+84912345678"
TOLD = "Cong truong xa bui mu mit ca ngay"


@pytest.fixture
def provider():
    fake = sms.Gateway()
    yield fake
    fake.close()


@pytest.fixture
def account(site, province, provider):
    chats.clear(site)
    made = chats.account(site, "SMS gateway", provider.address)
    site.db.commit()
    yield made
    chats.clear(site)


def bring(site, account, *texts, sender=SENDER):
    """Write these messages down, as the webhook does."""
    first = site.db.count("Inbound Message")
    events = [
        InboundEvent(
            f"sms-{sender[-3:]}-{first + number}", "message", sender, site.utils.now_datetime(), text
        )
        for number, text in enumerate(texts)
    ]
    webhook.write(account, events, [], b"raw body")
    site.db.commit()


def row(site, name=None):
    site.db.commit()
    return site.get_all("Inbound Message", {"name": name} if name else {}, ["*"], order_by="received_on")[-1]


def due_now(site):
    site.db.sql(
        "update `tabInbound Message` set next_attempt_on = now(), reply_on = now() - interval 1 second"
    )
    site.db.commit()


def test_a_poisonous_event_is_set_aside_with_the_reason_and_tried_again(site, account, provider, monkeypatch):
    real = chat.hear
    monkeypatch.setattr(chat, "hear", lambda *_args, **_more: 1 / 0)
    bring(site, account, TOLD)
    for _attempt in range(inbound.MOST_ATTEMPTS):
        due_now(site)
        inbound.work()
    failed = row(site)
    assert (failed.status, failed.reason, failed.attempts) == ("Failed", "ZeroDivisionError", 5)
    logs = site.get_all("Error Log", {"method": f"Inbound Message {failed.name}"}, ["error"])
    assert logs
    assert not any(TOLD in log.error for log in logs)
    monkeypatch.setattr(chat, "hear", real)
    bring(site, account, "dieu khac hoan toan, khong lien quan")  # is not held up by it
    inbound.work()
    assert row(site).status == "Done"
    path = "phanhoi_app.phanhoi_app.doctype.inbound_message.inbound_message.try_again"
    for user in (world.OFFICER, world.COORDINATOR, "Guest"):
        assert 400 <= Door(site, user).method(path, name=failed.name)[0] < 500
    assert Door(site, world.ADMINISTRATOR).method(path, name=failed.name)[0] == 200
    site.set_user("Administrator")
    site.db.commit()
    inbound.work()
    assert row(site, failed.name).status == "Done"


def test_a_reply_waits_for_the_provider_and_is_said_once(site, account, provider):
    provider.script.extend([Answer(503), Answer(429, b"", {"Retry-After": "120"})])
    bring(site, account, TOLD)
    inbound.work()
    waiting = row(site)
    assert (waiting.status, waiting.reply_state) == ("Done", "Queued")
    assert "503" in waiting.reply_note
    assert site.db.get_value("Channel Account", account.name, "state") == "Failing"
    due_now(site)
    inbound.work()
    assert (row(site).reply_on - site.utils.now_datetime()).total_seconds() > 100
    due_now(site)
    inbound.work()
    inbound.work()
    assert row(site).reply_state == "Sent"
    assert len(provider.asked) == 3
    assert site.db.get_value("Channel Account", account.name, "state") == "Working"


def test_what_cannot_be_answered_says_why(site, account, provider):
    bring(site, account, TOLD, sender="+84900000001")
    inbound.work()
    assert row(site).reply_state == "Failed"
    assert "invalid number" in row(site).reply_note


def test_a_persons_messages_keep_their_order_and_do_not_hold_up_others(site, account, monkeypatch):
    heard, real = [], chat.hear

    def hear(account, event, last_try=False):
        heard.append(event.text)
        if event.text == "mot" and heard.count("mot") < 2:
            raise TryLater("later")
        return real(account, event, last_try)

    monkeypatch.setattr(chat, "hear", hear)
    bring(site, account, "mot", "hai", "ba")
    bring(site, account, "khac", sender="+84987654321")
    inbound.work()
    assert heard == ["mot", "khac"]
    due_now(site)
    inbound.work()
    assert heard == ["mot", "khac", "mot", "hai", "ba"]


def killed_worker(site_name, sites, ready):
    """A worker that files the complaint and is about to commit."""
    import frappe

    os.chdir(sites)
    frappe.init(site=site_name, sites_path=str(sites))
    frappe.connect()
    frappe.flags.in_test = True
    real = chat.hear

    def hear(*args, **more):
        real(*args, **more)
        ready.set()
        time.sleep(60)

    chat.hear = hear
    inbound.work()


def test_a_worker_killed_before_the_commit_leaves_the_event_as_it_was(site, home, account, provider):
    bring(site, account, TOLD, "bo qua")
    inbound.work()
    bring(site, account, "gui")
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    worker = context.Process(target=killed_worker, args=(home.site, home.sites, ready))
    worker.start()
    try:
        assert ready.wait(60)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
    assert row(site).status == "Queued"
    assert not site.get_all("Complainant", {"chat_id": SENDER})
    inbound.work()
    assert row(site).status == "Done"
    assert len(site.get_all("Complainant", {"chat_id": SENDER})) == 1


def worker_beside(site_name, sites, until):
    """Works the queue until told to stop; raises what the work raises."""
    import frappe

    frappe.init(site=site_name, sites_path=str(sites))
    frappe.connect()
    frappe.flags.in_test = True
    worked = 0
    try:
        while not until.is_set():
            worked += inbound.work()
        return worked + inbound.work()
    finally:
        frappe.destroy()


def test_two_workers_beside_somebody_who_writes_take_each_event_once(site, home, account, provider):
    """A worker's transaction once saw a row that it could lock and not read."""
    import threading
    from concurrent.futures import ThreadPoolExecutor

    account.db_set("conversations", 0)
    site.db.commit()
    site.clear_document_cache("Channel Account", account.name)
    done = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(worker_beside, home.site, home.sites, done) for _ in range(2)]
        for number in range(60):
            bring(site, account, "mot", "hai", sender=f"+849123450{number:02d}")
        done.set()
        assert sum(each.result(60) for each in workers) == 120
    site.db.commit()
    assert set(site.get_all("Inbound Message", pluck="status")) == {"Ignored"}


def test_a_reply_whose_sending_was_cut_off_goes_out_later(site, account, provider):
    bring(site, account, TOLD)
    inbound.work()
    name = row(site).name
    cut = {
        "reply_state": "Sending",
        "reply_on": site.utils.add_to_date(None, minutes=-inbound.CLAIM_MINUTES - 1),
    }
    site.db.set_value("Inbound Message", name, cut)
    site.db.commit()
    inbound.work()
    assert row(site).reply_state == "Sent"
    assert len(provider.asked) == 2


def test_the_words_go_after_the_days_of_the_settings(site, account):
    bring(site, account, TOLD)
    inbound.work()
    name = row(site).name
    assert site.db.get_value("Inbound Letter", name, "raw") == "raw body"
    inbound.forget_old()
    assert site.db.exists("Inbound Letter", name)
    site.db.sql("update `tabInbound Letter` set creation = creation - interval 31 day")
    site.db.sql("update tabConversation set heard_on = heard_on - interval 4 day")
    inbound.forget_old()
    assert not site.db.exists("Inbound Letter", name)
    assert row(site, name).status == "Done"
    assert site.db.get_value("Conversation", windows.row_of(account.name, SENDER), "draft") == "{}"
    site.db.sql("update `tabInbound Message` set received_on = received_on - interval 91 day")
    site.db.sql("update tabConversation set heard_on = heard_on - interval 40 day")
    inbound.forget_old()
    assert not site.db.exists("Inbound Message", name)
    assert not site.db.count("Conversation")


@pytest.mark.parametrize("user", [world.OFFICER, world.LEADER, world.COORDINATOR, world.SUPERVISOR, "Guest"])
def test_accounts_and_what_came_are_the_administrators_business(site, account, user):
    bring(site, account, TOLD)
    inbound.work()
    door = Door(site, user)
    for doctype in (
        "Channel Account",
        "Inbound Message",
        "Conversation",
        "Inbound Letter",
        "Conversation Photo",
    ):
        status, answer = door.rest("GET", f"/api/resource/{doctype}", fields='["*"]')
        assert status >= 400 or not answer.get("data"), (doctype, answer)
    path = "phanhoi_app.phanhoi_app.doctype.channel_account.channel_account."
    for method in ("send_test", "new_address"):
        assert 400 <= door.method(path + method, name=account.name, recipient="0912345678")[0] < 500


def test_no_role_reads_the_words_and_no_form_shows_a_secret(site, account):
    bring(site, account, TOLD)
    inbound.work()
    door = Door(site, world.ADMINISTRATOR)
    for doctype in ("Conversation", "Inbound Letter", "Conversation Photo"):
        status, answer = door.rest("GET", f"/api/resource/{doctype}", fields='["*"]')
        assert status >= 400 or not answer.get("data")
    seen = json.dumps(door.rest("GET", f"/api/resource/Channel Account/{account.name}"), default=str)
    listed = json.dumps(door.rest("GET", "/api/resource/Inbound Message", fields='["*"]'), default=str)
    assert sms.SECRET not in seen + listed
    assert SENDER not in listed
    assert TOLD not in listed


def test_an_account_says_what_is_missing(site, province):
    with acting(site, world.ADMINISTRATOR):
        for wrong, words in (
            ({"gateway_secret": ""}, "Khóa chung"),
            ({"channel": "Zalo"}, "không phục vụ kênh"),
            ({"gateway_url": "ftp:/x"}, "https://"),
            ({"conversation_field": None}, "Lĩnh vực"),
            ({"conversation_field": world.TOGETHER}, "không chuyển theo địa bàn"),
        ):
            with pytest.raises(site.ValidationError) as caught:
                chats.account(site, "SMS gateway", **wrong)
            assert words in str(caught.value)
        account = chats.account(site, "SMS gateway", webhook_key="mine", rejected=7)
        assert account.webhook_key != "mine"
        assert not account.rejected
        old = account.webhook_address
        from phanhoi_app.phanhoi_app.doctype.channel_account import channel_account

        assert channel_account.new_address(account.name) != old


def test_a_trial_message_says_what_the_provider_says(site, account, provider):
    path = "phanhoi_app.phanhoi_app.doctype.channel_account.channel_account.send_test"
    door = Door(site, world.ADMINISTRATOR)
    status, answer = door.method(path, name=account.name, recipient="0912345678")
    assert (status, answer["message"]["sent"]) == (200, True)
    _status, answer = door.method(path, name=account.name, recipient="0900000001")
    assert not answer["message"]["sent"]
    assert "invalid number" in answer["message"]["words"]
    assert door.method(path, name=account.name, recipient=" ")[0] == 417


# the way out


def test_outside_of_a_trial_nothing_inside_is_reached(site, provider, monkeypatch):
    monkeypatch.setattr(client, "trial", lambda: False)
    url = provider.photo("a.jpg", b"secret")
    with pytest.raises(Refused):
        client.call("GET", url)
    with pytest.raises(Refused):
        client.fetch(url, ("zdn.vn",), 1000)
    account = site._dict(base_url=provider.address)
    assert client.base(account, "https://openapi.zalo.me") == "https://openapi.zalo.me"
    assert client.photo_hosts(account, ("zdn.vn",)) == ("zdn.vn",)
    # A name that is allowed and leads inside: nothing is said to what answers there.
    monkeypatch.setattr(client, "_is_of", lambda parts, hosts: True)
    with pytest.raises(TryLater, match=r"127\.0\.0\.1"):
        client.fetch(url, ("127.0.0.1",), 1000)
    assert not provider.asked


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://s1.zdn.vn/a.jpg", True),
        ("https://zdn.vn/a.jpg", True),
        ("https://evilzdn.vn/a.jpg", False),
        ("https://zdn.vn.evil.example/a.jpg", False),
        ("http://s1.zdn.vn/a.jpg", False),
        ("https://s1.zdn.vn:8080/a.jpg", False),
        ("https://zdn.vn@evil.example/a.jpg", False),
        ("file:///etc/passwd", False),
        ("https://[::1]/a.jpg", False),
        ("", False),
    ],
)
def test_photos_are_fetched_from_the_providers_hosts_alone(url, allowed):
    from urllib.parse import urlsplit

    assert client._is_of(urlsplit(url), ("zdn.vn",)) is allowed


def test_a_file_that_is_too_large_is_given_up(site, provider):
    url = provider.photo("a.jpg", b"x" * 5000)
    with pytest.raises(Refused, match="more than 1000"):
        client.fetch(url, (provider.address.removeprefix("http://"),), 1000)


def test_an_address_that_cannot_be_read_is_refused(site):
    with pytest.raises(Refused):
        client.fetch("http://[::1", ("zdn.vn",), 1000)


def test_the_key_is_compared_with_its_case(site, account):
    assert accounts.by_key(account.webhook_key).name == account.name
    swapped = account.webhook_key.swapcase()
    assert accounts.by_key(swapped) is None
