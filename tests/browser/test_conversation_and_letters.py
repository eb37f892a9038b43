"""In the desk: the conversation with its box, and a letter registered with the keyboard, wide and on a phone."""

import pytest
from helpers import world
from helpers.people import acting

WIDTHS = [1300, 360]


@pytest.fixture
def taken(site_session, province):
    """A complaint in hand at Roads, with words from both sides; its number."""
    from phanhoi_app.custody import citizen, perform
    from phanhoi_app.intake.receive import receive

    frappe = site_session
    with acting(frappe, "Guest"):
        name = receive({**world.GOOD, "citizen_email": "an@example.vn"}, channel="E-mail").name
    for user, verb, inputs in (
        (world.COORDINATOR, "accept", {}),
        (world.COORDINATOR, "assign", {"agency": world.ROADS}),
        (world.OFFICER, "take", {}),
        (world.OFFICER, "write", {"text": "Sáng mai chúng tôi đến kiểm tra, xin ông/bà cho biết giờ tiện."}),
    ):
        with acting(frappe, user):
            perform.perform_verb(name, verb, inputs)
    with acting(frappe, "Guest"):
        citizen.write(name, "Tôi ở nhà cả ngày. Cảm ơn.", "E-mail", from_another=True)
    frappe.db.commit()
    return name


@pytest.mark.parametrize("width", WIDTHS)
def test_the_conversation_is_read_and_answered(at_desk, taken, screenshot, width):
    desk = at_desk(world.OFFICER, width=width)
    desk.open(taken)
    page = desk.page
    page.locator(".form-tabs .nav-link", has_text=desk.say("Correspondence")).first.click()
    page.locator(".phanhoi-talk-in", has_text="Tôi ở nhà cả ngày").wait_for()
    assert page.locator(".phanhoi-talk-out", has_text="Sáng mai chúng tôi đến").count() == 1
    page.locator(".phanhoi-talk-box select").select_option(label="Cảm ơn thông tin bổ sung")
    area = page.locator(".phanhoi-talk-box textarea")
    assert taken in area.input_value()
    screenshot(page, f"conversation-{width}")
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    area.press("Control+Enter")
    page.locator(".phanhoi-talk-out", has_text="đã bổ sung thông tin").wait_for()
    assert page.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_letter_is_registered_and_its_receipt_printed(at_desk, site_session, screenshot, width):
    desk = at_desk(world.COORDINATOR, width=width)
    page = desk.page
    page.goto("/app/incoming-letter/new?channel=Counter")
    page.wait_for_function("window.cur_frm && cur_frm.doctype === 'Incoming Letter' && cur_frm.is_new()")
    number = f"{width}/ĐT"
    values = {
        "channel": "Counter",
        "letter_number": number,
        "letter_date": "2026-01-05",
        "title": "Đường trước trường học ngập nước",
        "content": "Mỗi khi mưa, đoạn đường trước cổng trường ngập sâu nửa mét.",
        "field": world.POTHOLES,
        "citizen_name": "Bùi Thị Hạnh",
        "citizen_address": "Thôn 2, xã Hà Trung",
        "citizen_phone": "0934567890",
    }
    page.evaluate("values => cur_frm.set_value(values)", values)
    page.wait_for_function("cur_frm.doc.citizen_phone === '0934567890' && cur_frm.doc.field")
    screenshot(page, f"letter-new-{width}")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.keyboard.press("Control+s")
    # Twice the same number and date, from an earlier run say, is asked about.
    page.wait_for_function("!cur_frm.is_new() || document.querySelector('.modal.show .btn-primary')")
    if page.evaluate("cur_frm.is_new()"):
        page.locator(".modal.show .btn-primary").click()
    page.wait_for_function("!cur_frm.is_new() && cur_frm.doc.complaint")
    assert page.evaluate("cur_frm.doc.citizen_name || ''") == ""
    screenshot(page, f"letter-{width}")
    name = page.evaluate("cur_frm.doc.name")
    page.goto(f"/api/method/phanhoi_app.intake.letters.receipt?letter={name}")
    page.locator(".code svg").wait_for()
    assert "Bùi Thị Hạnh" in page.inner_text("body")
    screenshot(page, f"receipt-{width}")
    assert page.problems == []
