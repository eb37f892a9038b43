"""The list and the form as an officer's window shows them: how many, what may be done with what is ticked, by whom."""

import json
from urllib.parse import parse_qs

from helpers import world
from helpers.people import acting
from playwright.sync_api import expect

COUNT = "**/api/method/frappe.desk.reportview.get_count"


def at_roads(frappe) -> str:
    from phanhoi_app.custody import perform
    from phanhoi_app.intake.receive import receive

    with acting(frappe, "Guest"):
        name = receive({**world.GOOD, "title": "Ổ gà trong danh sách"}, channel="Web").name
    with acting(frappe, world.COORDINATOR):
        perform.perform_verb(name, "assign", {"agency": world.ROADS})
    frappe.db.commit()
    return name


def test_the_list_counts_so_far_offers_what_the_duty_allows_and_the_form_names_people(at_desk, site_session):
    number, desk = at_roads(site_session), at_desk(world.OFFICER)
    asked = []

    def many(route):
        asked.append(parse_qs(route.request.post_data))
        route.fulfill(json={"message": 1001 if asked[-1]["limit"] == ["1001"] else 54321})

    desk.page.route(COUNT, many)
    desk.page.goto(f"/app/complaint?name={number}")
    count = desk.page.locator(".list-count")
    expect(count).to_contain_text("1.000+")
    desk.page.locator(".count-all").click()
    expect(count).to_contain_text("54.321")
    assert [each["limit"] for each in asked[-2:]] == [["1001"], ["0"]]

    desk.page.locator(".list-row-checkbox").first.check()
    with desk.page.expect_response("**/frappe.model.workflow.get_common_transition_actions") as told:
        desk.page.locator(".actions-btn-group button:visible").first.click()
    assert told.value.json()["message"] == ["Take"]
    menu = desk.page.locator(".actions-btn-group .dropdown-menu")
    expect(menu).to_contain_text(desk.say("Take"))
    shown = json.dumps(menu.locator("li:visible").all_inner_texts(), ensure_ascii=False)
    assert desk.say("Approve") not in shown

    desk.open(number)
    edited = desk.page.locator(".form-sidebar .modified-by")
    expect(edited).to_contain_text("Lê Thị Điều Phối")
    expect(desk.page.locator(".form-sidebar .created-by")).to_contain_text("Người dân")
    assert "@" not in desk.page.locator(".form-sidebar").inner_text()
