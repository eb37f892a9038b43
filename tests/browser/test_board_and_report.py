"""Deadlines where people look at many complaints: the board's clocks in words, and the report on deadlines kept."""

from datetime import timedelta

import pytest
from helpers import working_hours, world
from helpers.people import acting


@pytest.fixture
def running(site_session, province):
    """One complaint that is late, one that is due soon, one that waits for the citizen, one with more time."""
    from phanhoi_app.custody import perform
    from phanhoi_app.history.now import as_of

    frappe = site_session
    frappe.db.rollback()
    now = frappe.utils.now_datetime().replace(microsecond=0)
    term = [{"amount": 24, "unit": "Hours", "start_rule": "At once"}]
    with working_hours.in_force(term):
        made = {}
        for name, hours in (("late", 30), ("soon", 20), ("paused", 20), ("extended", 40)):
            at = now - timedelta(hours=hours)
            made[name] = working_hours.received(at, title=f"Bảng: {name}")
            with as_of(at), acting(frappe, world.COORDINATOR):
                perform.perform_verb(made[name].name, "assign", {"agency": world.ROADS})
        with acting(frappe, world.OFFICER):
            perform.perform_verb(made["paused"].name, "take")
            perform.perform_verb(made["paused"].name, "ask", {"question": "Ở đoạn nào?"})
        frappe.db.set_value("Complaint", made["extended"].name, "due_on", now + timedelta(days=3))
        frappe.db.commit()
        yield made


@pytest.mark.parametrize("width", [360, 1300])
def test_a_card_says_in_words_and_by_a_sign_how_its_clock_stands(at_desk, running, screenshot, width):
    page = at_desk(world.OFFICER, width).page
    page.goto("/app/complaint/view/kanban/Phản ánh đang mở")
    card = lambda name: page.locator(f".kanban-card-wrapper[data-name='{running[name].name}']")  # noqa: E731
    card("late").locator(".phanhoi-due").wait_for()
    for name, words in (
        ("late", "! quá hạn"),
        ("soon", "◔ còn"),
        ("paused", "⏸"),
        ("extended", "đã gia hạn"),
    ):
        assert words in card(name).locator(".phanhoi-due").inner_text()
    assert "Sở Xây dựng Thử" in card("late").inner_text()
    # The most urgent first.
    titles = page.locator("[data-column-value=assigned] .kanban-card-title").all_inner_texts()
    assert [title.removeprefix("Bảng: ") for title in titles if "Bảng" in title] == [
        "late",
        "soon",
        "extended",
    ]
    columns = page.locator(".kanban-column[data-column-value] .kanban-title").all_inner_texts()
    assert "đã giao" in columns and "chờ người dân" in columns
    card("late").scroll_into_view_if_needed()
    screenshot(page, f"board-{width}")
    # Dragging moves nothing: an action does.
    before = running["late"].name
    card("late").drag_to(
        page.locator(".kanban-column[data-column-value=processing] .kanban-cards"), force=True
    )
    assert (
        page.locator(
            f".kanban-column[data-column-value=assigned] .kanban-card-wrapper[data-name='{before}']"
        ).count()
        == 1
    )
    assert page.problems == []


@pytest.mark.parametrize("width", [360, 1300])
def test_the_report_on_deadlines_is_opened_by_a_leader(at_desk, running, screenshot, width):
    page = at_desk(world.LEADER, width).page
    page.goto("/app/query-report/Deadlines Kept")
    page.locator(".report-wrapper .dt-row", has_text="Sở Xây dựng Thử").first.wait_for()
    shown = page.locator(".report-wrapper").inner_text()
    assert "Sở Y tế Thử" not in shown
    page.locator(".report-summary", has_text="Trả lời đúng hạn").wait_for()
    screenshot(page, f"deadlines-kept-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.problems == []
