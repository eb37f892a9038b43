"""The history in the desk's form: read by day, filtered, turned around, checked; and the check of everything."""

from datetime import timedelta

import pytest
from helpers import world
from helpers.people import acting
from helpers.windows import settle


@pytest.fixture
def story(site, province):
    """A complaint with a week of history behind it, committed; its number."""
    from frappe.utils import now_datetime

    from phanhoi_app.custody import citizen, perform
    from phanhoi_app.history.now import as_of
    from phanhoi_app.intake.receive import receive

    begun = now_datetime() - timedelta(days=6)

    def act(days, user, verb, **inputs):
        with as_of(begun + timedelta(days=days)), acting(site, user):
            perform.perform_verb(name, verb, inputs)

    with as_of(begun), acting(site, "Guest"):
        name = receive(dict(province.GOOD, title="Ổ gà <b>lớn</b>"), channel="Web").name
    act(0.01, world.COORDINATOR, "accept")
    act(0.1, world.COORDINATOR, "ask", question="Ổ gà ở đoạn nào? {who} $& <img src=x onerror=alert(1)>")
    with as_of(begun + timedelta(days=2)), acting(site, "Guest"):
        citizen.supply(name, "Ngay trước cổng trường Tiểu học Lê Lai, gần trạm xe buýt.")
    act(2.1, world.COORDINATOR, "assign", agency=world.ROADS, note="Trường học, đề nghị làm sớm.")
    act(3, world.OFFICER, "take")
    act(5, world.OFFICER, "submit", answer_text="Đã vá ổ gà bằng bê tông nhựa nguội.")
    act(5.1, world.LEADER, "send_back", reason="Ghi rõ ngày hoàn thành.")
    act(5.2, world.OFFICER, "submit", answer_text="Đã vá ổ gà ngày 20/11 bằng bê tông nhựa nguội.")
    with acting(site, world.LEADER):
        perform.perform_verb(name, "approve", {})
    site.db.commit()
    return name


@pytest.mark.parametrize("width", [360, 1300])
def test_a_history_is_read_in_the_form(at_desk, story, screenshot, width):
    desk = at_desk(world.OFFICER, width=width)
    page = desk.page
    desk.open(story)
    page.get_by_role("tab", name=desk.say("History")).click()
    events = page.locator(".phanhoi-timeline .phanhoi-event")
    events.first.wait_for()
    settle(page)
    assert events.count() == 10
    assert "duyệt nội dung trả lời" in events.first.inner_text()
    assert "Sở Xây dựng Thử" in events.first.inner_text()
    assert page.locator(".phanhoi-day").first.inner_text().startswith("Hôm nay")
    assert page.locator(".phanhoi-timeline img").count() == 0, "what people type is never markup"
    assert page.locator(".phanhoi-told").count() > 0
    screenshot(page, f"timeline-{width}")

    show = lambda label: page.locator(".phanhoi-timeline-bar").get_by_role("button", name=label)  # noqa: E731
    show("Trao đổi").focus()
    page.keyboard.press("Enter")
    assert events.count() == 2 and show("Trao đổi").get_attribute("aria-pressed") == "true"
    assert page.locator("blockquote", has_text="trạm xe buýt").count() == 1
    screenshot(page, f"timeline-messages-{width}")
    show("Quyết định").click()
    assert events.count() == 8 and page.locator(".phanhoi-told").count() == 0
    show("Mới nhất trước").click()
    assert "gửi phản ánh" in events.first.inner_text()
    assert "2 ngày sau" in page.locator(".phanhoi-timeline").inner_text()
    details = page.locator(".phanhoi-event details").first
    details.locator("summary").click()
    assert details.get_attribute("open") is not None

    show("Kiểm tra lịch sử").click()
    page.locator(".phanhoi-verdict-whole", has_text="Lịch sử nguyên vẹn: 10 sự kiện.").wait_for()
    screenshot(page, f"timeline-checked-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.problems == []


@pytest.mark.parametrize("width", [360, 1300])
def test_the_whole_history_is_checked_from_the_list(at_desk, site, story, screenshot, width):
    desk = at_desk(world.ADMINISTRATOR, width=width)
    page = desk.page
    page.goto("/app/history-check")
    button = page.locator(".page-actions .primary-action")
    button.wait_for()
    settle(page)
    screenshot(page, f"history-checks-{width}")
    page.evaluate("() => cur_list.page.btn_primary.click()")
    page.wait_for_function("() => window.cur_frm && cur_frm.doctype === 'History Check' && cur_frm.doc.name")
    name = page.evaluate("cur_frm.doc.name")
    try:
        page.wait_for_function("() => cur_frm.doc.status === 'Intact'", timeout=60_000)
        page.locator(".phanhoi-verdict-whole").wait_for()
        settle(page)
        screenshot(page, f"history-check-{width}")
        assert page.problems == []
    finally:
        site.db.rollback()
        site.db.delete("History Check", {"name": name})
        site.db.commit()
