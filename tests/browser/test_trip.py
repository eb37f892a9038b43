"""One complaint's whole trip: a citizen sends it, officers handle and answer it in the desk, the citizen rates it.

At the width of a phone and of a desk screen, with a picture of each step in artefacts/.
"""

import re

import pytest
from helpers import world
from helpers.windows import settle

TITLE = "Ổ gà lớn trên đường Lê Lai"
CONTENT = "Trước số nhà 12 đường Lê Lai có ổ gà rất sâu. Gọi tôi theo số 0987 654 321 để biết thêm."
ANSWER = "Hạt quản lý đường bộ đã vá ổ gà sáng 22/11, mặt đường đã phẳng."


@pytest.mark.parametrize("width", [360, 1300])
def test_a_complaints_whole_trip(browser, at_desk, screenshot, province, picture, width):
    height = 780 if width == 360 else 900
    citizen = browser(width=width, height=height)
    code, number = send(citizen, screenshot, picture, width)
    track_by_digits(browser(width=width, height=height), code, number, screenshot, width)

    coordinator = at_desk(province.COORDINATOR, width)
    see_in_list(coordinator, number, screenshot, width)
    coordinator.open(number)
    assert TITLE in coordinator.page.locator(".page-title, .title-area").first.inner_text()
    screenshot(coordinator.page, f"trip-{width}-desk-new")
    coordinator.act("Accept")
    coordinator.act("Assign", agency="Sở Xây dựng Thử")

    officer = at_desk(province.OFFICER, width)
    officer.open(number)
    assert "0912345678" not in officer.page.content()
    officer.act("Take")
    officer.act(
        "Submit for approval", answer_text=ANSWER, answer_document_number="12/SXD", answer_signer="Trần Văn B"
    )
    screenshot(officer.page, f"trip-{width}-desk-submitted")

    leader = at_desk(province.LEADER, width)
    leader.open(number)
    leader.act("Send back", reason="Ghi rõ ngày vá.")
    officer.open(number)
    officer.act("Submit for approval", answer_text=ANSWER + " Xong ngày 22/11/2026.")
    leader.open(number)
    leader.act("Approve")

    publish(coordinator, number, screenshot, width)
    rate_and_reopen(citizen, code, screenshot, width)
    read_in_public(browser(width=width, height=height), number, screenshot, width)
    history(coordinator, number, screenshot, width)
    for page in (citizen, coordinator.page, officer.page, leader.page):
        assert page.problems == []


def send(page, screenshot, picture, width) -> tuple[str, str]:
    page.goto("/gui-phan-anh")
    screenshot(page, f"trip-{width}-choose")
    page.get_by_role("link", name=re.compile("Ổ gà, mặt đường")).click()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=content]").fill(CONTENT)
    # The page turns its select into a search box: it is the box that is waited for.
    page.locator("input#f-area").fill("phuong thu")
    page.get_by_role("option", name="Phường Thử Nghiệm").click()
    page.locator("[name=address]").fill("12 Lê Lai")
    page.locator("input[type=file][name=photos]").set_input_files(
        [{"name": "o-ga.jpg", "mimeType": "image/jpeg", "buffer": picture}]
    )
    page.locator("[name=citizen_name]").fill("Nguyễn Văn An")
    page.locator("[name=citizen_phone]").fill("0912 345 678")
    screenshot(page, f"trip-{width}-form")
    page.get_by_role("button", name=re.compile("^Gửi")).last.click()
    page.wait_for_selector(".receipt .code")
    screenshot(page, f"trip-{width}-receipt")
    assert page.locator(".receipt svg").count() >= 1
    number = re.search(r"PA-\d{4}-\d{6}", page.locator(".receipt").inner_text()).group()
    return page.locator(".receipt .code").inner_text().strip(), number


def track_by_digits(page, code, number, screenshot, width) -> None:
    page.goto("/tra-cuu")
    page.locator("[name=code]").fill(code.lower())
    page.locator("[name=digits], [name=last4], [name=phone]").first.fill("5678")
    page.locator("main form button[type=submit], main form button").first.click()
    page.wait_for_selector(".case-head")
    assert number in page.locator(".case-head").inner_text()
    screenshot(page, f"trip-{width}-tracking-new")


def see_in_list(desk, number, screenshot, width) -> None:
    desk.page.goto("/app/complaint")
    row = desk.page.locator(".list-row-container .list-row", has_text=TITLE).first
    row.wait_for()
    if width > 700:
        assert desk.page.locator(".phanhoi-due").first.inner_text().strip()
        desk.page.locator(".standard-filter-section [data-fieldname=search_text] input").fill(
            "o ga lon tren duong"
        )
        settle(desk.page, 1)
        row.wait_for()
    screenshot(desk.page, f"trip-{width}-desk-list")


def publish(desk, number, screenshot, width) -> None:
    desk.open(number)
    page = desk.page
    if width > 700:
        page.locator(
            f".inner-group-button[data-label='{page.evaluate('encodeURIComponent(__(`Publication`))')}'] button"
        ).click()
        page.locator(".inner-group-button .dropdown-item", has_text=desk.say("Publish")).first.click()
    else:
        page.evaluate("publish_button = cur_frm.custom_buttons[__('Publish')]; publish_button.click()")
    dialog = page.locator(".modal.show")
    dialog.wait_for()
    proposed = dialog.locator("[data-fieldname=public_content] textarea").input_value()
    assert "0987" not in proposed
    assert "[…]" in proposed
    screenshot(page, f"trip-{width}-publish")
    desk.confirm()
    page.wait_for_function("cur_frm.doc.publication === 'Published'")


def rate_and_reopen(page, code, screenshot, width) -> None:
    page.goto(f"/tra-cuu/{code.replace('-', '')}")
    assert "đã vá ổ gà" in page.locator("#answer").inner_text()
    screenshot(page, f"trip-{width}-tracking-answered")
    page.get_by_label("Không hài lòng").check()
    page.locator("[name=comment]").fill("Vá nhưng vẫn lún")
    page.locator("#rating button[type=submit]").click()
    page.wait_for_selector("#rating [name=reason]")
    screenshot(page, f"trip-{width}-tracking-rated")


def read_in_public(page, number, screenshot, width) -> None:
    page.goto("/phan-anh")
    screenshot(page, f"trip-{width}-public-list")
    page.goto(f"/phan-anh/{number}")
    text = page.content()
    assert TITLE in text
    assert "đã vá ổ gà" in text
    for secret in ("0987", "0912", "Nguyễn Văn An", "5678"):
        assert secret not in text
    screenshot(page, f"trip-{width}-public")


def history(desk, number, screenshot, width) -> None:
    desk.open(number)
    desk.page.get_by_role("tab", name=desk.say("History")).click()
    items = desk.page.locator(".phanhoi-timeline .phanhoi-event")
    items.first.wait_for()
    settle(desk.page)
    assert items.count() == 10  # received … rated: every step, none twice
    screenshot(desk.page, f"trip-{width}-desk-history")


def test_two_officers_at_once_in_the_desk(at_desk, file_by_hand, province, screenshot):
    number = file_by_hand()
    first, second = at_desk(province.OFFICER), at_desk(province.SECOND_OFFICER)
    first.open(number)
    second.open(number)
    first.act("Take")
    # What the framework tells over the realtime channel must not be what saves us: the second acts on the old form.
    second.page.evaluate("cur_frm.doc.__needs_refresh = false")
    second.choose("Take")
    assert world.PEOPLE[province.OFFICER][0] in second.message()
    screenshot(second.page, "two-officers-at-once")


@pytest.fixture
def file_by_hand(site_session, province):
    """Files a complaint and assigns it to the roads department, committed; returns its number."""
    frappe = site_session

    def file() -> str:
        from helpers.people import acting

        from phanhoi_app.custody import perform
        from phanhoi_app.intake.receive import receive

        frappe.db.rollback()
        with acting(frappe, "Guest"):
            complaint = receive(dict(province.GOOD), channel="Web")
        with acting(frappe, province.COORDINATOR):
            perform.perform_verb(complaint.name, "assign", {"agency": province.ROADS})
        frappe.db.commit()
        return complaint.name

    return file
