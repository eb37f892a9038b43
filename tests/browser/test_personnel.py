"""The page "Personnel" as a leader uses it: a list is taken in, the invitation opened, somebody leaves."""

import re

import pytest
from helpers import offices, world
from helpers.people import acting
from helpers.people_lists import person, workbook
from helpers.windows import settle

AGENCY, HEAD = "T-PEOPLE", "head@people.example"
GOES, STAYS, NEW = "goes@people.example", "stays@people.example", "new@people.example"


@pytest.fixture
def office(site, province):
    """An office with a leader, two officers and a complaint; taken away afterwards."""
    from phanhoi_app.custody import perform
    from phanhoi_app.intake.receive import receive

    offices.clear(site, AGENCY, "people.example")
    people = [
        (HEAD, "Đặng Thị Trưởng", "Leader"),
        (GOES, "Bùi Văn Đi", "Officer"),
        (STAYS, "Lý Thị Ở", "Officer"),
    ]
    offices.make(site, AGENCY, "Phòng Nhân sự Thử", people)
    site.db.set_value("Agency Member", {"parent": AGENCY, "user": GOES}, "phone", "0912345671")
    with acting(site, "Guest"):
        complaint = receive(dict(world.GOOD), channel="Web")
    with acting(site, world.COORDINATOR):
        perform.perform_verb(complaint.name, "assign", {"agency": AGENCY})
    with acting(site, GOES):
        perform.perform_verb(complaint.name, "take", {})
    site.db.commit()
    yield complaint.name
    offices.clear(site, AGENCY, "people.example")


@pytest.fixture
def at_page(browser, sign_in, office):
    def enter(width):
        page = browser(width=width)
        sign_in(page, HEAD, world.PASSWORD)
        page.goto("/app/people")
        page.wait_for_selector("tr[data-user]")
        return page

    return enter


@pytest.mark.parametrize("width", [360, 1300])
def test_a_list_is_taken_in_and_an_invitation_opened(at_page, browser, screenshot, site, width, tmp_path):
    page = at_page(width)
    screenshot(page, f"people-{width}")
    assert page.locator("tr[data-user]").count() == 3
    assert "09** *** 671" in page.locator(f"tr[data-user='{GOES}']").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing hangs over the edge"
    page.evaluate("phanhoi.people.upload(document.querySelector('#page-people').people)")
    rows = [
        person(1, name="Mai Thị Mới", email=NEW, phone="0987654329"),
        person(2, name="<img src=x onerror=alert(1)>"),
        person(3, email=STAYS, duty="Lãnh đạo"),
        person(4, duty="Điều phối viên"),
    ]
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(workbook(rows, title="DANH SÁCH CÁN BỘ"))
    page.locator(".modal.show .people-file").set_input_files(file)
    page.wait_for_selector(".people-preview tbody tr")
    assert page.locator(".people-preview tbody tr").count() == 4
    assert page.locator(".people-preview img").count() == 0
    screenshot(page, f"people-preview-{width}")
    with page.expect_download() as download:
        page.locator(".people-marks a").click()
    assert "Họ tên" in download.value.path().read_text(encoding="utf-8-sig")
    page.locator(".modal.show .modal-footer .btn-primary").click()
    page.wait_for_selector("tr[data-user='" + NEW + "']")
    page.locator(".modal.show .msgprint").wait_for()
    screenshot(page, f"people-taken-in-{width}")
    assert page.problems == []

    site.db.rollback()
    name = site.get_all("Message", filters={"event": "invited"}, pluck="name", order_by="creation desc")[0]
    text = site.db.get_value("Letter", name, "text")
    guest = browser(width=width)
    guest.goto("/" + re.search(r"loi-moi/[\w-]+", text)[0])
    screenshot(guest, f"invitation-{width}")
    guest.locator("form button[type=submit]").click()
    guest.wait_for_selector("#new_password")
    assert "/update-password?key=" in guest.url
    assert guest.problems == []


@pytest.mark.parametrize("width", [360, 1300])
def test_somebody_leaves_and_his_complaint_goes_on(at_page, office, screenshot, site, width):
    page = at_page(width)
    row = page.locator(f"tr[data-user='{GOES}']")
    assert row.locator(".people-open").inner_text() == "1"
    row.locator("[data-act=leave]").click()
    page.locator(".modal.show [data-fieldname=reason] input").fill("chuyển công tác")
    page.locator(".modal.show .people-taker").select_option(STAYS)
    settle(page)
    screenshot(page, f"people-leaving-{width}")
    page.locator(".modal.show .modal-footer .btn-primary").click()
    page.wait_for_selector(".modal.show .progress-bar.bg-success")
    page.wait_for_selector(f"tr[data-user='{GOES}']", state="detached")
    screenshot(page, f"people-left-{width}")
    site.db.rollback()
    assert site.db.get_value("Complaint", office, "officer") == STAYS
    assert page.problems == []


def test_one_person_is_added_and_a_mistake_is_said_beside_the_fields(at_page):
    page = at_page(1300)
    page.locator(".primary-action").click()
    dialog = page.locator(".modal.show")
    for name, value in (("full_name", "Phan Văn Mới"), ("email", "nine@people"), ("phone", "0911222333")):
        dialog.locator(f"[data-fieldname={name}] input").fill(value)
    dialog.locator(".modal-footer .btn-primary, .btn-modal-primary").first.click()
    dialog.locator("[role=alert]").wait_for()
    dialog.locator("[data-fieldname=email] input").fill("nine@people.example")
    dialog.locator(".modal-footer .btn-primary, .btn-modal-primary").first.click()
    page.get_by_role("button", name=page.evaluate("__('Yes')"), exact=True).click()
    page.wait_for_selector("tr[data-user='nine@people.example']")
    assert page.problems == []
