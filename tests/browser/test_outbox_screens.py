"""The outbox on screen: what waits and why, a message's course and sending it again, a template while it is written."""

import pytest
from helpers import world
from helpers.people import acting

from phanhoi_app.intake.receive import receive
from phanhoi_app.messaging import health, states


@pytest.fixture
def failed(site, province):
    """A message whose provider was down for a while and then refused it."""
    with acting(site, "Guest"):
        complaint = receive(world.GOOD, channel="Web")
    name = site.db.get_value("Message", {"complaint": complaint.name})
    moment = site.utils.now_datetime()
    site.db.sql(
        "update tabMessage set status = 'Failed', attempts = 2, status_note = 'wrong number: Twilio 21211' "
        "where name = %s",
        name,
    )
    states.write(
        [
            (name, "Sending", moment, ""),
            (name, "Queued", moment, "sms.example: HTTP 503"),
            (name, "Sending", moment, ""),
            (name, "Failed", moment, "wrong number: Twilio 21211"),
        ]
    )
    for _time in range(8):
        health.failed("SMS", "SMS", "sms.example: HTTP 503")
    site.db.commit()
    yield name, complaint
    site.db.delete("Channel Health", {"name": "SMS"})
    site.db.commit()


@pytest.mark.parametrize("width", [1300, 360])
def test_what_waits_and_why(browser, sign_in, screenshot, failed, width):
    name, _complaint = failed
    page = browser(width=width)
    sign_in(page, world.COORDINATOR, world.PASSWORD)
    page.goto("/app/outbox")
    row = page.locator("tr[data-channel='SMS']")
    row.get_by_text("nhà cung cấp ngừng hoạt động").wait_for()
    assert row.get_by_text("Thất bại").count()
    screenshot(page, f"outbox-{width}")
    page.goto(f"/app/message/{name}")
    page.locator(".message-course li").nth(4).wait_for()
    assert page.get_by_text("sai số").count()
    screenshot(page, f"message-{width}")
    if width > 1000:
        page.get_by_role("button", name="Gửi lại").click()
        page.get_by_role("button", name="Có", exact=True).click()
        page.wait_for_function("name => !location.pathname.endsWith(name)", arg=name)
        page.locator(".message-course li").first.wait_for()
    assert page.problems == []


@pytest.mark.parametrize("width", [1300, 360])
def test_a_template_while_it_is_written(browser, sign_in, screenshot, failed, width):
    _name, complaint = failed
    page = browser(width=width)
    sign_in(page, world.ADMINISTRATOR, world.PASSWORD)
    page.goto("/app/message-template/answered Citizen SMS vi")
    text = page.locator("[data-fieldname='text'] textarea")
    page.locator(".template-length").wait_for()
    before = page.locator(".template-length").inner_text()
    text.fill("{{ portal }}: phản ánh {{ number }} đã được trả lời. " * 3 + "{{ nmber }}")
    page.locator(".template-preview .text-danger").get_by_text("nmber").wait_for()
    text.fill("{{ portal }}: phản ánh {{ number }} đã được {{ agency }} trả lời. " * 3)
    page.locator(".template-length").get_by_text("không dấu").wait_for()
    assert page.locator(".template-length").inner_text() != before
    page.locator("[data-fieldname='complaint'] input").fill(complaint.name)
    page.locator("[data-fieldname='complaint'] input").press("Tab")
    page.locator(".template-text").get_by_text(complaint.name).first.wait_for()
    page.evaluate("window.scrollTo(0, 0)")
    screenshot(page, f"template-{width}")
    page.goto("/app/phanhoi-settings")
    page.locator("[data-fieldname='message_chains'] .grid-row").first.wait_for(state="attached")
    screenshot(page, f"message-settings-{width}")
    assert page.problems == []
