"""Channels on the running site: an administrator's form, and a conversation through server, queue and provider."""

import time

import pytest
import requests
from fakes import zalo
from helpers import chats, world

from phanhoi_app.channels import accounts

TOLD = "Đường Lê Lai ngập nước từ sáng đến giờ"


@pytest.fixture
def provider():
    fake = zalo.Zalo()
    yield fake
    fake.close()


@pytest.fixture
def account(site_session, province, provider):
    from frappe.installer import update_site_config

    frappe = site_session
    chats.clear(frappe)
    # Else the server calls the real provider and nothing on loopback.
    update_site_config("allow_tests", True, validate=False)
    frappe.flags.in_test = True
    made = chats.account(frappe, "Zalo OA", provider.address)
    frappe.db.commit()
    yield made
    update_site_config("allow_tests", "None", validate=False)
    chats.clear(frappe)


def until(wanted, seconds=60):
    """What `wanted()` gives as soon as it is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def test_a_conversation_through_server_queue_and_provider(site_session, server, provider, account):
    frappe = site_session
    path = "/" + accounts.address(account).split("/", 3)[3]
    for number, text in enumerate((TOLD, "phường Thử Nghiệm", "xong", "khong", "gui"), 1):
        body = zalo.text(text, f"live{number}")
        begun = time.monotonic()
        answer = requests.post(server.base_url + path, data=body, headers=zalo.headers(body), timeout=10)
        assert (answer.status_code, answer.text) == (200, "")
        assert time.monotonic() - begun < 2, "Zalo waits no longer"
        until(lambda wanted=number: len(provider.sent("/message/cs")) >= wanted)
    said = provider.sent("/message/cs")[4].json["message"]["text"]
    frappe.db.rollback()
    (number,) = frappe.get_all("Complainant", {"chat_id": "8237465091827364"}, pluck="name")
    assert number in said


@pytest.mark.parametrize("width", [1300, 360])
def test_an_administrator_sees_the_address_and_sends_a_test(
    browser, sign_in, screenshot, provider, account, width
):
    page = browser(width=width)
    sign_in(page, world.ADMINISTRATOR, world.PASSWORD)
    page.goto(f"/app/channel-account/{account.name}")
    page.locator("[data-fieldname=zalo_app_id] input").wait_for()
    shown = page.locator("[data-fieldname=webhook_address] .control-value")
    shown.wait_for()
    assert "webhook.receive?key=" in shown.inner_text()
    assert not page.locator(".frappe-control[data-fieldname=twilio_account_sid]").is_visible()
    assert not page.locator(".frappe-control[data-fieldname=facebook_page_id]").is_visible()
    assert not page.locator(".frappe-control[data-fieldname=base_url]").is_visible()
    screenshot(page, f"channel-account-{width}")
    page.evaluate("cur_frm.custom_buttons[__('Send a test')].click()")
    dialog = page.locator(".modal.show")
    dialog.locator("[data-fieldname=recipient] input").fill("8237465091827364")
    screenshot(page, f"channel-test-{width}")
    dialog.locator(".btn-primary").click()
    page.locator(".msgprint", has_text="Đã gửi").wait_for()
    assert provider.sent("/message/cs")
    assert page.problems == []
