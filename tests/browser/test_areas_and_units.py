"""The pin suggests its commune, the citizen decides; units are imported in the desk with a preview."""

import pytest
from helpers import places, world
from helpers.places import area, boundary, square
from helpers.windows import settle

WEST, SOUTH = 60.0, 10.0


@pytest.fixture
def communes(site, province):
    """Two communes with boundaries, side by side."""
    places.clear(site)
    area(site, "w", "Xã Phía Tây", boundary=boundary(square(WEST, SOUTH)), latitude=10.05, longitude=60.05)
    area(site, "e", "Xã Phía Đông", boundary=boundary(square(WEST + 0.1, SOUTH)))
    site.db.commit()
    yield
    places.clear(site)


@pytest.fixture
def desk_files(site):
    """What the test uploads goes again."""
    yield
    site.db.rollback()
    for name in site.get_all("File", filters={"file_name": ("like", "don-vi%")}, pluck="name"):
        site.delete_doc("File", name)
    site.db.commit()


def form_at(browser, width: int, latitude: float, longitude: float):
    """The form in a telephone that knows where it is."""
    page = browser(
        width=width, geolocation={"latitude": latitude, "longitude": longitude}, permissions=["geolocation"]
    )
    page.goto(f"/gui-phan-anh?field={world.POTHOLES}")
    return page


def go_to(page, latitude: float, longitude: float) -> None:
    page.context.set_geolocation({"latitude": latitude, "longitude": longitude})
    with page.expect_response("**/dia-ban?*"):
        page.click("[data-gps]")


@pytest.mark.parametrize("width", [360, 1300])
def test_the_pin_suggests_its_commune_and_the_citizen_decides(browser, communes, screenshot, width):
    page = form_at(browser, width, 10.05, 60.05)
    said = page.locator("[data-area-said]")
    assert said.is_hidden()
    go_to(page, 10.05, 60.05)
    page.wait_for_function("() => document.querySelector('#f-area').value === 'Xã Phía Tây'")
    assert "Điền theo vị trí đã ghim" in said.inner_text()
    screenshot(page, f"area-suggested-{width}")
    # What the pin has filled in follows the pin.
    go_to(page, 10.05, 60.15)
    page.wait_for_function("() => document.querySelector('#f-area').value === 'Xã Phía Đông'")
    # What the citizen has chosen stays; the pin only says where it lies.
    page.fill("input#f-area", "thu nghiem")
    page.locator("input#f-area").press("Enter")
    assert said.is_hidden()
    go_to(page, 10.05, 60.05)
    page.wait_for_selector("[data-take-area]:visible")
    assert page.input_value("input#f-area") == "Phường Thử Nghiệm"
    assert "nằm ở Xã Phía Tây" in said.inner_text()
    screenshot(page, f"area-differs-{width}")
    page.click("[data-take-area]")
    assert page.input_value("input#f-area") == "Xã Phía Tây"
    assert page.locator("select[name=area]").evaluate("select => select.value") == f"{places.MARK}w"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.problems == []


def test_a_pin_that_lies_nowhere_changes_nothing(browser, communes):
    page = form_at(browser, 360, 30, 30)
    go_to(page, 30, 30)
    assert page.input_value("input#f-area") == ""
    assert page.locator("[data-area-said]").is_hidden()
    assert page.problems == []


UNITS = """code,name,type,parent code,valid_from,valid_to,successors,latitude,longitude
T-A-w,Xã Phía Tây,Xã,,,30/06/2026,T-A-n;T-A-m,,
T-A-n,Xã Văn Lang,Xã,,2026-07-01,,,,
T-A-m,Xã Văn Lăng,Xã,,2026-07-01,,,,
"""


def choose_file(page, name: str, content: str) -> None:
    """Attach a file in the open dialog, as a person does."""
    clear = page.locator(".modal.show [data-fieldname=file_url] [data-action=clear_attachment]:visible")
    if clear.count():
        clear.click()
    page.locator(".modal.show [data-fieldname=file_url] .btn-attach").click()
    uploader = page.locator(".modal.show .file-uploader")
    uploader.wait_for()
    uploader.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content.encode()}]
    )
    settle(page)
    page.locator(".modal.show", has=page.locator(".file-uploader")).locator(".btn-modal-primary").click()
    uploader.wait_for(state="detached")
    page.locator(".modal.show [data-fieldname=file_url] .attached-file").wait_for()


@pytest.mark.parametrize("width", [360, 1300])
def test_units_are_previewed_and_taken_over_in_the_desk(
    browser, sign_in, communes, desk_files, screenshot, site, width
):
    page = browser(width=width)
    sign_in(page, world.ADMINISTRATOR, world.PASSWORD)
    page.goto("/app/area/view/list")
    page.wait_for_function("() => window.cur_list && cur_list.doctype === 'Area' && cur_list.data.length")
    if width < 500:
        page.locator(".page-actions .menu-btn-group > button").click()
    page.locator("a, button", has_text="Nhập đơn vị hành chính").locator("visible=true").first.click()
    dialog = page.locator(".modal.show", has=page.locator("[data-fieldname=file_url]"))
    dialog.wait_for()
    choose_file(page, "don-vi-sai.csv", UNITS + "97,Xã Sai,Xã,T-A-9,,,,,\n")
    primary = dialog.locator(".btn-modal-primary")
    primary.click()
    dialog.locator("td", has_text="Mã 97").wait_for()
    assert "Phải sửa" in dialog.inner_text()
    screenshot(page, f"units-errors-{width}")
    choose_file(page, "don-vi.csv", UNITS)
    assert primary.inner_text().strip() == "Xem trước", "another file wants another preview"
    primary.click()
    dialog.locator("td", has_text="T-A-n; T-A-m").wait_for()
    assert "Mới: 2" in dialog.inner_text() and "Đã kết thúc: 1" in dialog.inner_text()
    screenshot(page, f"units-preview-{width}")
    primary.click()
    dialog.wait_for(state="detached")
    site.db.rollback()
    assert site.db.get_value("Area", "T-A-m", "area_name") == "Xã Văn Lăng"
    page.goto("/app/area/T-A-w")
    page.wait_for_function("() => window.cur_frm && cur_frm.doc.name === 'T-A-w'")
    page.locator(".form-page svg[role=img]").wait_for(state="attached")
    page.evaluate("() => cur_frm.fields_dict.boundary_section.collapse(false)")
    screenshot(page, f"area-form-{width}")
    assert page.problems == []
