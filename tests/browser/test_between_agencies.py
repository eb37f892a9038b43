"""Between agencies, in the desk: passed on and taken or not, opinions asked for and given, merged and split."""

import datetime

import pytest
from helpers import world
from helpers.people import acting
from helpers.windows import settle

SOON = str(datetime.date.today() + datetime.timedelta(days=3))


@pytest.fixture
def file_one(site_session, province):
    """``file_one(title, *verbs)`` files a complaint, does (user, verb, inputs) with it, commits; returns its number."""
    from phanhoi_app.custody import perform
    from phanhoi_app.intake.receive import receive

    def file(title, *verbs):
        frappe = site_session
        with acting(frappe, "Guest"):
            name = receive({**world.GOOD, "title": title}, channel="Web").name
        for user, verb, inputs in verbs:
            with acting(frappe, user):
                perform.perform_verb(name, verb, inputs)
        frappe.db.commit()
        return name

    return file


def to_roads(*more):
    return [(world.COORDINATOR, "assign", {"agency": world.ROADS}), *more]


def press(desk, english: str, group: str | None = None) -> None:
    """A button of the form, also from its group; on a phone all buttons stand in the menu."""
    desk.page.evaluate("([label, group]) => cur_frm.custom_buttons[__(label)].click()", [english, group])
    desk.page.locator(".modal.show").wait_for()


def set_values(desk, **values) -> None:
    desk.page.wait_for_function("window.cur_dialog && cur_dialog.$wrapper.hasClass('show')")
    desk.page.evaluate("values => cur_dialog.set_values(values)", values)
    settle(desk.page)


def confirm(desk) -> None:
    before = desk.page.evaluate("cur_frm.doc.modified")
    desk.confirm()
    desk.page.wait_for_function(
        "before => cur_frm.doc.modified !== before && cur_frm.doc.__onload", arg=before
    )
    settle(desk.page)


def open_handling(desk) -> None:
    desk.page.locator(".form-tabs .nav-link", has_text=desk.say("Handling")).first.click()
    desk.page.locator("[data-fieldname=cohandling_html]").wait_for()
    settle(desk.page)


@pytest.mark.parametrize("width", [360, 1300])
def test_passed_on_taken_and_not_ours(at_desk, file_one, screenshot, width):
    number = file_one("Chuyển giữa hai sở", *to_roads())
    roads = at_desk(world.OFFICER, width)
    roads.open(number)
    roads.choose("Transfer")
    set_values(roads, agency=world.HEALTH, reason="Việc này về an toàn thực phẩm")
    shown = roads.page.locator(".modal.show .phanhoi-preview").inner_text()
    assert "Hạn trả lời giữ nguyên" in shown
    assert "nhận thông báo" in shown
    screenshot(roads.page, f"custody-{width}-transfer")
    confirm(roads)
    assert roads.page.evaluate("cur_frm.doc.agency") == world.HEALTH

    health = at_desk(world.OTHER_OFFICER, width)
    health.open(number)
    open_handling(health)
    assert "Sở Xây dựng Thử chuyển đến" in health.page.locator(".phanhoi-passed").inner_text()
    screenshot(health.page, f"custody-{width}-received")
    health.choose("Not ours")
    set_values(health, reason="Đây là mặt đường")
    assert "Sở Xây dựng Thử giữ lại" in health.page.locator(".modal.show .phanhoi-preview").inner_text()
    screenshot(health.page, f"custody-{width}-not-ours")
    confirm(health)

    roads.open(number)
    assert roads.page.evaluate("[cur_frm.doc.agency, cur_frm.doc.bounces]") == [world.ROADS, 1]
    roads.act("Take")
    assert roads.page.evaluate("cur_frm.doc.phase") == "processing"
    for desk in (roads, health):
        assert desk.page.problems == []


@pytest.mark.parametrize("width", [360, 1300])
def test_opinions_are_asked_for_given_and_read(at_desk, file_one, screenshot, width):
    number = file_one("Phối hợp hai sở", *to_roads((world.OFFICER, "take", {})))
    roads = at_desk(world.OFFICER, width)
    roads.open(number)
    press(roads, "Ask another agency's opinion")
    set_values(roads, agency=world.HEALTH, question="Chỗ này có đọng nước thải không?", due_on=SOON)
    screenshot(roads.page, f"custody-{width}-invite")
    confirm(roads)
    press(roads, "Internal note")
    set_values(roads, text="Đã hẹn kiểm tra hiện trường sáng mai.")
    confirm(roads)

    health = at_desk(world.OTHER_OFFICER, width)
    health.open(number)
    assert not health.page.evaluate("cur_frm.perm[0].write && cur_frm.doc.__onload.actions.Take")
    press(health, "Give the opinion")
    set_values(health, opinion="Có đọng nước thải từ quán ăn số 14.\nĐề nghị nạo vét trước khi vá.")
    screenshot(health.page, f"custody-{width}-opinion")
    confirm(health)

    roads.open(number)
    open_handling(roads)
    panel = roads.page.locator(".phanhoi-party").first
    assert "Có đọng nước thải" in panel.inner_text()
    panel.scroll_into_view_if_needed()
    screenshot(roads.page, f"custody-{width}-opinions")
    for desk in (roads, health):
        assert desk.page.problems == []


def test_merged_and_split_at_the_desk(at_desk, file_one, screenshot, browser):
    target = file_one("Ổ gà đã báo trước", *to_roads())
    again = file_one("Ổ gà báo lần nữa")
    desk = at_desk(world.COORDINATOR)
    desk.open(again)
    desk.choose("Merge")
    set_values(desk, into=target)
    screenshot(desk.page, "custody-1300-merge")
    confirm(desk)
    desk.open(target)
    open_handling(desk)
    assert again in desk.page.locator(".phanhoi-party").inner_text()

    whole = file_one("Hai việc trong một thư")
    desk.open(whole)
    desk.choose("Split")
    desk.page.wait_for_function("window.cur_dialog && cur_dialog.fields_dict.parts")
    settle(desk.page)
    desk.page.evaluate(
        """([roads, health, food]) => {
            const rows = cur_dialog.fields_dict.parts.df.data;
            Object.assign(rows[0], { title: "Ổ gà trước số 12", agency: roads });
            Object.assign(rows[1], { title: "Quán ăn mất vệ sinh", agency: health, field: food });
            cur_dialog.fields_dict.parts.grid.refresh();
        }""",
        [world.ROADS, world.HEALTH, world.FOOD],
    )
    screenshot(desk.page, "custody-1300-split")
    confirm(desk)
    open_handling(desk)
    assert "Quán ăn mất vệ sinh" in desk.page.locator(".phanhoi-party").inner_text()
    screenshot(desk.page, "custody-1300-parts")
    assert desk.page.problems == []


@pytest.mark.parametrize("width", [360, 1300])
def test_the_citizen_sees_one_with_its_parts_and_the_other_of_a_merged(
    site_session, browser, file_one, screenshot, width
):
    target = file_one(
        "Ổ gà chính",
        *to_roads(
            (world.LEADER, "take", {}),
            (world.LEADER, "answer", {"answer_text": "Đã vá, thưa ông Nguyễn Văn An."}),
        ),
    )
    merged_into = file_one("Còn mở", *to_roads())
    merged = file_one("Ổ gà trùng", (world.COORDINATOR, "merge", {"into": merged_into}))
    parts = [
        {"title": "Ổ gà trước số 12", "agency": world.ROADS},
        {"title": "Quán ăn mất vệ sinh", "agency": world.HEALTH, "field": world.FOOD},
    ]
    whole = file_one("Hai việc một thư", (world.COORDINATOR, "split", {"parts": parts}))
    asked = file_one(
        "Cần hỏi thêm", (world.COORDINATOR, "ask", {"question": "Trước số nhà nào?", "reply_by": SOON})
    )
    page = browser(width=width, height=800)
    for number, says in (
        (whole, "Quán ăn mất vệ sinh"),
        (merged, "Việc này đến đâu"),
        (asked, "Xin trả lời trước"),
        (target, "Đã vá"),
    ):
        code = site_session.db.get_value("Complainant", number, "tracking_code")
        page.goto(f"/tra-cuu/{code}")
        assert says in page.locator("main").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if number != target:
            screenshot(page, f"custody-{width}-tracking-{says}")
    assert page.problems == []
