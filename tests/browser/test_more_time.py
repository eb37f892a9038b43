"""Deadlines in the browser: more time asked and granted, the citizen's page telling of it, a policy tried."""

import pytest
from helpers.people import acting


@pytest.fixture
def taken(site_session, province):
    """A complaint that an officer of the roads' office has, committed; with the citizen's code."""
    from phanhoi_app.custody import citizen, perform
    from phanhoi_app.intake.receive import receive

    frappe = site_session
    frappe.db.rollback()
    policy = frappe.get_doc("Deadline Policy", "Thời hạn chung")
    before = [(row.max_extensions, row.max_extension) for row in policy.rows]
    for row in policy.rows:
        if row.clock == "resolve":
            row.update({"max_extensions": 1, "max_extension": 15, "max_extension_unit": "Calendar days"})
            row.legal_ground = "Quy chế của tỉnh"
    policy.save()
    with acting(frappe, "Guest"):
        complaint = receive(dict(province.GOOD), channel="Web")
    with acting(frappe, province.COORDINATOR):
        perform.perform_verb(complaint.name, "ask", {"question": "Ở đoạn nào?", "ground": "Điều 9 Quy chế"})
    with acting(frappe, "Guest"):
        citizen.supply(complaint.name, "Trước số 12")
    with acting(frappe, province.COORDINATOR):
        perform.perform_verb(complaint.name, "assign", {"agency": province.ROADS})
    with acting(frappe, province.OFFICER):
        perform.perform_verb(complaint.name, "take")
    frappe.db.commit()
    yield complaint
    policy.reload()
    for row, (times, total) in zip(policy.rows, before, strict=True):
        row.max_extensions, row.max_extension = times, total
    policy.save()
    frappe.db.commit()


@pytest.mark.parametrize("width", [360, 1300])
def test_more_time_is_asked_and_granted_and_the_citizen_reads_why(
    browser, at_desk, screenshot, province, taken, width
):
    officer = at_desk(province.OFFICER, width)
    officer.open(taken.name)
    officer.page.evaluate(
        "frappe.xcall('phanhoi_app.sla.api.extension_preview', {complaint: cur_frm.doc.name})"
    )
    officer.page.evaluate("text => cur_frm.custom_buttons[__(text)].click()", "Ask for more time")
    officer.fill_dialog(reason="Phải chờ kết quả đo đạc")
    screenshot(officer.page, f"deadline-{width}-ask")
    officer.confirm()
    officer.page.locator(".phanhoi-request").wait_for(state="attached")

    leader = at_desk(province.LEADER, width)
    leader.open(taken.name)
    tab = leader.page.locator(".form-tabs .nav-link", has_text=leader.say("Handling"))
    tab.click()
    leader.page.locator(".phanhoi-request [data-decide=grant]").scroll_into_view_if_needed()
    screenshot(leader.page, f"deadline-{width}-form")
    leader.page.locator(".phanhoi-request [data-decide=grant]").click()
    leader.confirm()
    leader.page.wait_for_function("!cur_frm.doc.__onload.extension_request")
    screenshot(leader.page, f"deadline-{width}-granted")

    citizen = browser(width=width)
    citizen.goto(f"/tra-cuu/{taken.tracking_code}")
    said = citizen.locator("#deadline").inner_text()
    assert "Phải chờ kết quả đo đạc" in said and "Điều 9 Quy chế" in said
    screenshot(citizen, f"deadline-{width}-citizen")
    for page in (officer.page, leader.page, citizen):
        assert page.problems == []


@pytest.mark.parametrize("width", [360, 1300])
def test_a_policy_is_tried(at_desk, screenshot, province, width):
    desk = at_desk(province.ADMINISTRATOR, width)
    desk.page.goto("/app/deadline-policy/Thời hạn chung")
    button = desk.page.locator("[data-fieldname=tester_html] button[data-fieldname=try]")
    button.scroll_into_view_if_needed()
    desk.page.locator("[data-fieldname=tester_html] select[data-fieldname=severity]").select_option("Urgent")
    button.click()
    desk.page.locator(".phanhoi-tester li").first.wait_for()
    screenshot(desk.page, f"deadline-{width}-policy")
    assert desk.page.problems == []


@pytest.mark.parametrize("width", [360, 1300])
def test_the_citizens_page_shows_the_pause(browser, screenshot, site_session, province, width):
    """While it lasts: since when the clock stands still, why, and by which rule."""
    from phanhoi_app.custody import perform
    from phanhoi_app.intake.receive import receive

    with acting(site_session, "Guest"):
        complaint = receive(dict(province.GOOD), channel="Web")
    with acting(site_session, province.COORDINATOR):
        asked = {"question": "Ở đoạn nào của phố?", "ground": "Điều 9 Quy chế"}
        perform.perform_verb(complaint.name, "ask", asked)
    site_session.db.commit()
    citizen = browser(width=width)
    citizen.goto(f"/tra-cuu/{complaint.tracking_code}")
    said = citizen.locator("#deadline").inner_text()
    assert "⏸" in said and "Ở đoạn nào của phố?" in said and "Điều 9 Quy chế" in said
    screenshot(citizen, f"deadline-{width}-paused")
    assert citizen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert citizen.problems == []
