"""A reorganisation in the desk, with a worker: drafted, previewed, decided, confirmed, watched, at both widths."""

import pytest
from helpers import reorganising as r

NEW = [f"{r.MARK}N1", f"{r.MARK}N2"]


@pytest.fixture
def merging(site, province):
    """A draft that merges five communes into two, with open complaints; taken away after the test."""
    r.clear(site)
    old = r.district(site, communes=5)
    r.complaints(site, old, 400)
    doc = r.document(
        site,
        kind="Merge",
        sources=[{"agency": code, "target": NEW[place // 3]} for place, code in enumerate(old)],
        targets=[r.target(NEW[0], "UBND xã Đại Đồng"), r.target(NEW[1], "UBND xã Tân Hòa")],
    )
    site.db.commit()
    yield doc
    r.clear(site)


@pytest.fixture
def splitting(site, province):
    """A draft that divides one agency, with complaints that no rule tells."""
    r.clear(site)
    r.agency(site, f"{r.MARK}A", "Sở Giao thông và Xây dựng", members=r.people(site, f"{r.MARK}A"))
    r.complaints(site, [f"{r.MARK}A"], 20)
    r.complaints(site, [f"{r.MARK}A"], 25, first=100, field=province.FOOD)
    doc = r.document(
        site,
        kind="Split",
        sources=[{"agency": f"{r.MARK}A"}],
        targets=[r.target(NEW[0], "Sở Giao thông"), r.target(NEW[1], "Sở Xây dựng đô thị")],
        rules=[{"field": province.TOGETHER, "target": NEW[0]}],
    )
    site.db.commit()
    yield doc
    r.clear(site)


def open_form(page, doc):
    page.goto(f"/app/reorganisation/{doc.name}")
    page.wait_for_function("name => window.cur_frm && cur_frm.doc.name === name", arg=doc.name)


def press(page, label: str) -> None:
    """Press the form's button for the next step."""
    words = page.evaluate("text => __(text)", label)
    page.locator(".page-head:visible .primary-action").get_by_text(words, exact=True).click()


def step(page, fieldname: str) -> None:
    page.evaluate(
        "name => cur_frm.layout.tabs.find((tab) => tab.df.fieldname === name).set_active()", fieldname
    )


def no_wider_than_the_screen(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [360, 1300])
def test_a_merger_is_previewed_confirmed_and_watched(browser, sign_in, merging, screenshot, width, site):
    page = browser(width=width)
    sign_in(page)
    open_form(page, merging)
    screenshot(page, f"reorganisation-what-{width}")
    step(page, "units_tab")
    page.get_by_text("UBND xã Đại Đồng").first.wait_for()
    screenshot(page, f"reorganisation-units-{width}")
    press(page, "Preview")
    page.locator(".reorganisation-picture svg").wait_for()
    assert page.locator(".reorganisation-picture svg text").count() == 5
    assert no_wider_than_the_screen(page)
    screenshot(page, f"reorganisation-preview-{width}")
    press(page, "Confirm …")
    page.locator(".modal.show").get_by_text("99/NQ-UBTVQH15").wait_for()
    screenshot(page, f"reorganisation-confirm-{width}")
    page.locator(".modal.show .btn-modal-primary, .modal.show .btn-primary").first.click()
    page.wait_for_function("() => cur_frm.doc.status === 'Done'", timeout=90_000)
    page.locator(".progress-bar.bg-success").wait_for()
    assert page.evaluate("cur_frm.doc.moved_complaints") == 400
    screenshot(page, f"reorganisation-done-{width}")
    page.goto(f"/app/agency/{merging.sources[0].agency}")
    page.locator("[data-fieldname=successors]").get_by_text("UBND xã Đại Đồng").wait_for()
    screenshot(page, f"reorganisation-old-agency-{width}")
    assert page.problems == []
    site.db.commit()
    assert site.db.count("Complaint", {"agency": ("in", NEW)}) == 400


@pytest.mark.parametrize("width", [360, 1300])
def test_what_no_rule_tells_is_decided_in_the_form(browser, sign_in, splitting, screenshot, width, site):
    page = browser(width=width)
    sign_in(page)
    open_form(page, splitting)
    press(page, "Preview")
    page.locator("[data-complaint]").first.wait_for()
    assert page.locator("[data-complaint]").count() == 20, "a page of the 25"
    screenshot(page, f"reorganisation-undecided-{width}")
    page.locator("[data-complaint] select").first.select_option(NEW[1])
    page.get_by_text("24 trên 25").wait_for()
    page.locator("[data-rest] select").select_option(NEW[0])
    page.get_by_text("0 trên 25").wait_for()
    press(page, "Confirm …")
    page.locator(".modal.show .btn-modal-primary, .modal.show .btn-primary").first.click()
    page.locator(".modal.show").get_by_text("zr-a.1").wait_for()  # where the people go is not chosen yet
    screenshot(page, f"reorganisation-refused-{width}")
    page.keyboard.press("Escape")
    page.locator("[data-fieldname=followers_html] select").select_option(NEW[0])
    page.wait_for_function("() => !cur_frm.is_dirty() && cur_frm.doc.followers.every((row) => row.target)")
    assert page.evaluate("cur_frm.doc.status") == "Previewed", "choosing is part of the preview"
    assert site.db.count("Agency", {"name": ("in", NEW)}) == 0
