"""The small province behind the server, and short ways through the desk."""

import io

import pytest
from helpers import world
from helpers.windows import settle
from PIL import Image, ImageDraw
from playwright.sync_api import TimeoutError


@pytest.fixture(scope="session")
def province(site_session):
    """The small province of tests/helpers/world.py, committed: the server reads it from the database."""
    world.ensure()
    site_session.clear_cache()
    return world


@pytest.fixture
def picture() -> bytes:
    """A photo as a phone would send it: a JPEG, 1200 × 900."""
    image = Image.new("RGB", (1200, 900), "#7a7f86")
    ImageDraw.Draw(image).ellipse((380, 300, 840, 640), fill="#33363a")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


class Desk:
    """One person at the desk."""

    def __init__(self, page):
        self.page = page

    def open(self, complaint: str) -> None:
        """The complaint's form, loaded."""
        self.page.goto(f"/app/complaint/{complaint}")
        self.page.wait_for_selector(".form-tabs-list, .form-layout")
        self.page.wait_for_function(
            "name => window.cur_frm && cur_frm.doc.name === name && cur_frm.doc.__onload", arg=complaint
        )

    def say(self, english: str) -> str:
        """The English string as this person reads it."""
        return self.page.evaluate("text => __(text)", english)

    def act(self, action: str, **inputs) -> None:
        """Choose a workflow action, fill its dialog, confirm, and wait until the form has the new state."""
        before = self.page.evaluate("cur_frm.doc.modified")
        self.choose(action)
        if inputs:
            self.fill_dialog(**inputs)
            self.confirm()
        self.page.wait_for_function(
            "before => cur_frm.doc.modified !== before && cur_frm.doc.__onload", arg=before
        )

    def choose(self, action: str) -> None:
        """Open the menu of actions and choose one."""
        group = self.page.locator(".page-actions .actions-btn-group")
        item = group.locator(".dropdown-menu .dropdown-item", has_text=self.say(action)).first
        for more in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0):  # the form may draw the menu anew and so close it
            try:
                if not item.is_visible():
                    group.locator("> button").click()
                return item.click(timeout=2000)
            except TimeoutError:
                if not more:
                    raise

    def fill_dialog(self, **inputs) -> None:
        """Fill the open dialog's fields by name."""
        dialog = self.page.locator(".modal.show")
        dialog.wait_for()
        for name, value in inputs.items():
            field = (
                dialog.locator(f"[data-fieldname='{name}']").locator("input:visible, textarea:visible").first
            )
            field.fill(value)
            if "awesomplete" in (field.evaluate("e => e.parentElement.className") or ""):
                dialog.locator(f"[data-fieldname='{name}'] .awesomplete li", has_text=value).first.click()
        settle(self.page, 0.1)

    def confirm(self) -> None:
        """Press the dialog's main button."""
        self.page.locator(
            ".modal.show .modal-footer .btn-primary, .modal.show .btn-modal-primary"
        ).first.click()

    def message(self) -> str:
        """The text of the message that the desk shows, once it shows one."""
        shown = self.page.locator(".modal.show .msgprint")
        shown.wait_for()
        return shown.inner_text()


@pytest.fixture
def at_desk(browser, sign_in, province):
    """``at_desk(user, width=1300)``: that person signed in, in a window of an own."""

    def enter(user: str, width: int = 1300, height: int = 900) -> Desk:
        page = browser(width=width, height=height)
        sign_in(page, user, world.PASSWORD)
        return Desk(page)

    return enter
