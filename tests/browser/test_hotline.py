"""The operator's page by keyboard alone, the queue that moves by itself, the draft, the receipt, the roster."""

import json
import time
import uuid

import pytest
import requests
from helpers import hotline, world
from playwright.sync_api import expect

from phanhoi_app.channels import accounts, gateway
from phanhoi_app.hotline import calls, handover

# What a person needs for each key and each look, by the keystroke-level model: a practised typist's key, a mental step.
KEY, THINK = 0.2, 1.35
NUMBER = "0977111222"  # of a citizen of this file alone
EARLIER = "Nắp cống vỡ trước cổng chợ"


@pytest.fixture
def duty(site, province):
    """The coordinator is on duty; telephone 101 is hers."""
    hotline.clear(site)
    settings = site.get_single("Hotline Settings")
    settings.append("agents", {"agent": "101", "user": world.COORDINATOR})
    settings.save()
    site.db.set_value(
        "Field",
        world.POTHOLES,
        {"hotline_script": "Ở đâu, gần số nhà nào?\nCó ai bị ngã chưa?", "emergency_sentence": ""},
    )
    site.clear_document_cache("Field", world.POTHOLES)
    hotline.shift(site, world.COORDINATOR, begins=-1, lasts=6)
    site.db.commit()
    yield site
    site.db.set_value("Field", world.POTHOLES, "hotline_script", None)
    site.clear_document_cache("Field", world.POTHOLES)
    hotline.clear(site)


def ring(site, call_id: str, **told) -> str:
    name = calls.take_in({"call_id": call_id, "caller": NUMBER, "line": "1022", **told})
    site.db.commit()
    return name


def opened(at_desk, width=1300, address="/app/hotline", user=world.COORDINATOR):
    page = at_desk(user, width=width).page
    page.goto(address)
    page.locator(".hotline-caller[data-ready]").wait_for(timeout=30_000)
    return page


def connected(page):
    page.wait_for_function("() => frappe.realtime.socket && frappe.realtime.socket.connected")
    page.wait_for_timeout(800)  # the room is joined by an answer that the page is not told of


class Keys:
    """Types as an operator does, and counts what it takes."""

    def __init__(self, page):
        self.page, self.seconds = page, 0.0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.seconds += KEY
        return self

    def type(self, text):
        self.page.keyboard.type(text)
        self.seconds += KEY * len(text)
        return self

    def think(self):
        self.seconds += THINK
        return self


@pytest.mark.parametrize("width", [1300, 360])
def test_a_call_becomes_a_complaint_by_keyboard_alone(at_desk, duty, file_earlier, screenshot, width):
    page = opened(at_desk, width)
    connected(page)
    name = ring(duty, f"keys-{uuid.uuid4().hex}")
    page.locator(f"[data-call='{name}']").wait_for()
    begun = time.monotonic()
    keys = Keys(page)
    keys.think().press("F2")
    page.locator(".hotline-number", has_text="09** *** 222").wait_for()
    assert NUMBER not in page.content()
    page.locator(".hotline-earlier", has_text=file_earlier).wait_for()
    assert page.evaluate("document.activeElement.id") == "hotline-citizen_name"
    keys.think().type("Nguyễn Văn An").press("Tab")
    keys.think().type("o ga").press("Tab")
    keys.think().type("thu nghiem").press("Tab")
    page.locator(".hotline-script", has_text="Có ai bị ngã chưa?").wait_for()
    keys.think().type("12 Lê Lai").press("Tab")
    keys.think().type("Ổ gà rất sâu trước nhà, xe máy ngã.")
    page.wait_for_function("() => document.querySelector('.hotline-alike').textContent.trim()")
    screenshot(page, f"hotline-call-{width}")
    keys.think().press("Control+Enter")
    page.locator(".hotline-receipt").wait_for()
    took = time.monotonic() - begun
    number = page.locator("[data-told=complaint]").inner_text().replace(" ", "")
    screenshot(page, f"hotline-receipt-{width}")
    print(
        f"hotline, {width} px: {keys.seconds:.1f} s of a person's keys and looks, {took:.1f} s of the machine's"
    )
    assert keys.seconds + took < 40
    duty.db.rollback()
    complaint = duty.get_doc("Complaint", number)
    assert (complaint.channel, complaint.field, complaint.area) == ("Phone", world.POTHOLES, world.WARD)
    assert complaint.identity.citizen_phone == NUMBER
    keys.press("Enter")
    expect(page.locator("#hotline-number")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.problems == []


@pytest.fixture
def file_earlier(site, province):
    """The number of a complaint that the citizen sent before, on the web."""
    from phanhoi_app.intake.receive import receive

    if made := site.db.get_value("Complaint", {"title": EARLIER}):
        return made
    site.set_user("Guest")
    made = receive({**world.GOOD, "title": EARLIER, "citizen_phone": NUMBER}, channel="Web").name
    site.set_user("Administrator")
    site.db.commit()
    return made


def test_the_queue_moves_by_itself_and_by_asking_where_no_signal_comes(at_desk, duty, file_earlier):
    page, other = opened(at_desk), opened(at_desk, user=world.SECOND_COORDINATOR)
    connected(page)
    connected(other)
    name = ring(duty, "moves")
    for each in (page, other):
        each.locator(f"[data-call='{name}']").wait_for()
    # Both take it at the same moment: one gets it.
    asks = "name => { window.taking = phanhoi.hotline.ask('take', { call: name }, true); }"
    for each in (page, other):
        each.evaluate(asks, name)
    answers = [each.evaluate("() => window.taking") for each in (page, other)]
    assert sorted("data" in answer for answer in answers) == [False, True]
    duty.db.rollback()
    duty.db.set_value("Call Log", name, "operator", None)
    duty.db.commit()
    page.keyboard.press("F2")
    page.locator(".hotline-number").wait_for()
    other.locator(f"[data-call='{name}']").wait_for(state="detached")
    # Two operators on one call: the second is told who has it.
    other.evaluate(
        "name => document.querySelector('.hotline').closest('.page-container').hotline.take(name)", name
    )
    expect(other.locator(".hotline-trouble")).to_contain_text("Lê Thị Điều Phối đã nhận cuộc gọi này")
    other.evaluate("() => { frappe.realtime.socket.disconnect(); }")
    later = ring(duty, "later")
    other.locator(f"[data-call='{later}']").wait_for(timeout=30_000)


@pytest.fixture
def switchboard(duty, server):
    """``switchboard(secret, call_id=…)`` tells of a call over HTTP, signed; the status."""
    secret = "tổng đài"
    account = duty.get_doc(
        {
            "doctype": "Channel Account",
            "title": "Tổng đài",
            "provider": "Call centre",
            "channel": "Voice",
            "enabled": 1,
            "call_secret": secret,
        }
    ).insert()
    duty.db.commit()

    def tell(secret=secret, **call):
        body, stamp = json.dumps(call).encode(), str(int(time.time()))
        signed = gateway.signature(secret, stamp, body)
        url = f"{server.base_url}{accounts.PATH}?key={account.webhook_key}"
        headers = {"X-Timestamp": stamp, "X-Signature": signed, "Content-Type": "application/json"}
        return requests.post(url, data=body, headers=headers, timeout=20).status_code

    yield tell
    duty.db.rollback()
    came = duty.get_all("Inbound Message", {"account": account.name}, pluck="name")
    for table in ("Inbound Message", "Inbound Letter"):
        duty.db.delete(table, {"name": ("in", came)})
    account.delete(force=True)
    duty.db.commit()


def test_the_own_telephone_opens_the_page_of_the_caller(at_desk, duty, file_earlier, switchboard):
    page = opened(at_desk)
    connected(page)
    assert switchboard(call_id="mine", agent="101", **{"from": NUMBER}) == 200
    page.locator(".hotline-number", has_text="09** *** 222").wait_for(timeout=30_000)
    assert switchboard("wrong", call_id="mine", **{"from": NUMBER}) == 403
    page.locator("#hotline-citizen_name").type("Lan")
    ring(duty, "second", agent="101")
    page.locator(".desk-alert", has_text="F2").wait_for()
    assert page.locator("#hotline-citizen_name").input_value() == "Lan"


def test_a_draft_survives_a_reload_and_another_call(at_desk, duty, file_earlier):
    page = opened(at_desk, address="/app/hotline?phone=0977.111.222")
    page.locator(".hotline-number", has_text="09** *** 222").wait_for()
    assert "0977" not in page.url
    page.locator(".hotline-earlier", has_text=file_earlier).wait_for()
    page.locator("#hotline-field").fill("o ga")
    page.keyboard.press("Enter")
    page.locator("#hotline-content").fill("Đang gõ dở")
    page.reload()
    page.locator(".hotline-caller[data-ready]").wait_for()
    page.locator(".hotline-number", has_text="09** *** 222").wait_for()
    assert page.locator("#hotline-content").input_value() == "Đang gõ dở"
    assert page.locator("#hotline-field").input_value() == "Ổ gà, mặt đường"
    ring(duty, "between")
    page.evaluate("() => document.querySelector('.hotline').closest('.page-container').hotline.look()")
    page.locator(".hotline-call:not(.mine)").wait_for()
    page.keyboard.press("F2")
    page.wait_for_function("() => !document.querySelector('#hotline-content').value")
    page.locator(".hotline-call.mine").first.press("Enter")
    page.wait_for_function("() => document.querySelector('#hotline-content').value === 'Đang gõ dở'")


def test_bad_input_is_said_at_the_field_and_emergencies_come_first(at_desk, duty, screenshot):
    page = opened(at_desk)
    page.keyboard.press("Control+Enter")
    page.locator("#hotline-field-error", has_text="Vui lòng").or_(
        page.locator("#hotline-field-error:not(:empty)")
    ).first.wait_for()
    expect(page.locator("#hotline-field")).to_be_focused()
    for typed, shown in (
        ("Nhà đang cháy to", "114"),
        ("nha dang chay to", "114"),
        ("Có đánh nhau", "113"),
        ("Bị ngộ độc", "115"),
    ):
        page.locator("#hotline-content").fill(typed)
        page.locator(".hotline-emergency", has_text=shown).wait_for()
    screenshot(page, "hotline-errors-1300")
    page.locator("#hotline-content").fill("Xe chạy nhanh qua trường")
    page.wait_for_function("() => !document.querySelector('.hotline-emergency').textContent")
    page.locator("#hotline-number").fill("không")
    page.keyboard.press("Tab")
    page.locator("#hotline-number-error:not(:empty)").wait_for()
    page.locator("#hotline-number").fill("0987 654 321")
    page.keyboard.press("Control+Enter")
    page.locator(".hotline-number", has_text="09** *** 321").wait_for()
    assert page.locator("#hotline-content").input_value() == "Xe chạy nhanh qua trường", (
        "nothing typed is lost"
    )
    assert [problem for problem in page.problems if "422" not in problem] == []


def test_the_note_of_the_last_shift_is_read_first_and_the_own_is_left(at_desk, duty, screenshot):
    before = hotline.shift(duty, world.SECOND_COORDINATOR, begins=-9, lasts=8)
    duty.set_user(world.SECOND_COORDINATOR)
    handover.write(before.name, "Đường 47 ngập, đã báo đội thoát nước (PA-2026-000012).")
    duty.set_user("Administrator")
    duty.db.commit()
    page = at_desk(world.COORDINATOR).page
    page.goto("/app/hotline")
    dialog = page.locator(".modal.show", has_text="Đường 47 ngập")
    dialog.wait_for()
    page.wait_for_timeout(500)
    screenshot(page, "hotline-note-1300")
    dialog.locator(".btn-modal-primary").press("Enter")
    dialog.wait_for(state="detached")
    page.keyboard.press("F8")
    mine = page.locator(".modal.show", has_text="Điều ca sau cần biết")
    mine.wait_for()
    page.wait_for_function("() => document.activeElement.matches('.modal.show textarea')")
    page.keyboard.type("Không có gì đặc biệt.")
    mine.locator(".btn-modal-primary").click()
    mine.wait_for(state="detached")
    duty.db.rollback()
    assert duty.db.count("Duty Handover", {"written_by": world.COORDINATOR}) == 1


@pytest.mark.parametrize("width", [1300, 360])
def test_the_roster_shows_gaps_and_is_planned(at_desk, duty, screenshot, width):
    page = at_desk(world.COORDINATOR, width=width).page
    page.goto("/app/duty-roster")
    page.locator(".duty-day").nth(6).wait_for()
    page.locator(".duty-problems", has_text="Không có người trực từ").wait_for()
    page.locator("[data-step='1']").click()
    page.wait_for_function("() => document.querySelectorAll('.duty-day .gap-words').length === 7")
    page.locator(".primary-action, .btn-primary[data-label]").first.click()
    dialog = page.locator(".modal.show", has_text="Các ca trong ngày")
    dialog.wait_for()
    page.wait_for_timeout(500)
    dialog.locator(".btn-modal-primary").click()
    dialog.locator("text=không ai bị trùng ca").wait_for()
    screenshot(page, f"roster-plan-{width}")
    dialog.locator(".btn-modal-primary", has_text="Ghi").click()
    dialog.wait_for(state="detached")
    page.wait_for_function("() => document.querySelectorAll('.duty-day .gap-words').length === 1")
    page.wait_for_timeout(300)
    screenshot(page, f"roster-week-{width}")
    page.locator("[data-view=year]").click()
    page.locator(".phanhoi-day-box.covered").first.wait_for()
    screenshot(page, f"roster-year-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.problems == []


def test_the_workspace_says_who_is_on_duty(at_desk, duty, screenshot):
    page = at_desk(world.OFFICER).page
    page.goto("/app/phản-hồi")
    page.locator("text=Lê Thị Điều Phối").first.wait_for()
    screenshot(page, "workspace-on-duty-1300")
    page.goto("/app/hotline")
    page.wait_for_selector("text=/Không được phép|không có quyền|Not Permitted|Không tìm thấy/i")
