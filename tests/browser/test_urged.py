"""Urging and explaining in the browser: one click, seen in the history; what was reminded stands below the clocks."""

from datetime import datetime

import pytest
from helpers import steps
from helpers.steps import held, swept

DUE_ON = datetime(2026, 3, 9, 17, 0)


@pytest.fixture
def late(site_session, province):
    """A complaint of the roads' office that is late and was asked to be explained, committed."""
    site_session.db.rollback()
    asks = {"step_code": "t-explain", "effect": "Ask for a written explanation"}
    with steps.in_force({"step_code": "t-half", "comes": "Percent of the term used", "amount": 50}, asks):
        complaint = held(datetime(2026, 3, 2, 9, 0))
        assert swept(DUE_ON) == 2
        yield complaint


@pytest.mark.parametrize("width", [360, 1300])
def test_a_supervisor_urges_and_the_agency_explains(at_desk, screenshot, province, late, width):
    supervisor = at_desk(province.SUPERVISOR, width)
    supervisor.open(late.name)
    supervisor.page.wait_for_function("text => cur_frm.custom_buttons[__(text)]", arg="Urge")
    supervisor.page.evaluate("text => cur_frm.custom_buttons[__(text)].click()", "Urge")
    supervisor.fill_dialog(note="Người dân đã gọi ba lần")
    screenshot(supervisor.page, f"urge-{width}-dialog")
    supervisor.confirm()
    told = (
        supervisor.page.locator(".phanhoi-timeline, .timeline, .form-page").get_by_text("Đỗ Giám Sát").first
    )
    told.wait_for(state="attached")
    supervisor.page.wait_for_function(
        "() => cur_frm.doc.__onload && cur_frm.doc.__onload.events.some((event) => event.kind === 'urged')"
    )
    tab = supervisor.page.locator(".form-tabs .nav-link", has_text=supervisor.say("History"))
    tab.click()
    supervisor.page.get_by_text("Người dân đã gọi ba lần").first.wait_for()
    screenshot(supervisor.page, f"urge-{width}-history")

    leader = at_desk(province.LEADER, width)
    leader.open(late.name)
    leader.page.locator(".form-tabs .nav-link", has_text=leader.say("Handling")).click()
    leader.page.locator("[data-explain]").first.click()
    leader.fill_dialog(explanation="Chờ vật liệu, xong trước ngày 12/3.")
    leader.confirm()
    leader.page.locator(".phanhoi-steps").get_by_text("Chờ vật liệu").wait_for(state="attached")
    leader.page.locator(".phanhoi-steps").scroll_into_view_if_needed()
    screenshot(leader.page, f"urge-{width}-explained")
    for page in (supervisor.page, leader.page):
        assert page.problems == []


def test_the_administrator_words_a_step(at_desk, screenshot, province, late):
    for width in (360, 1300):
        desk = at_desk(province.ADMINISTRATOR, width)
        desk.page.goto("/app/escalation-step/qua-han-8-gio")
        desk.page.wait_for_function("() => window.cur_frm && cur_frm.doc.name === 'qua-han-8-gio'")
        desk.page.get_by_text(desk.say("Who Is Told")).first.wait_for()
        screenshot(desk.page, f"step-{width}")
        assert desk.page.problems == []
