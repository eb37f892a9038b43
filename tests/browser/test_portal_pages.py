"""Looking up, tracking, judging and reading in public, in a real browser; and how the pages look and feel."""

import re
from pathlib import Path

import pytest
from helpers import world
from helpers.people import acting
from helpers.pictures import jpeg

WIDTHS = [360, 1300]
CSS = Path(__file__).resolve().parents[2] / "phanhoi_app" / "public" / "portal" / "portal.css"


@pytest.fixture
def made(site_session, province):
    """``made("ask")`` files a complaint and plays a part of its story; returns the committed Complaint."""
    from phanhoi_app.custody import perform, publication
    from phanhoi_app.intake.receive import receive

    site = site_session

    def by(user, complaint, verb, **inputs):
        with acting(site, user):
            perform.perform_verb(complaint.name, verb, inputs)

    def story(part: str, **values):
        site.db.rollback()
        with acting(site, "Guest"):
            complaint = receive({**world.GOOD, **values}, channel="Web")
        if part != "new":
            by(world.COORDINATOR, complaint, "accept")
        if part == "ask":
            by(world.COORDINATOR, complaint, "ask", question="Ổ gà nằm ở đoạn nào?\nXin gửi thêm ảnh.")
        if part == "refuse":
            by(
                world.COORDINATOR,
                complaint,
                "refuse",
                refusal_reason="outside_province",
                note="Thuộc tỉnh bên.",
            )
        if part in ("answer", "publish"):
            by(world.COORDINATOR, complaint, "assign", agency=world.ROADS)
            by(world.OFFICER, complaint, "take")
            by(world.OFFICER, complaint, "submit", answer_text="Đã vá ổ gà.\n\nTrân trọng.")
            by(world.LEADER, complaint, "approve")
        if part == "publish":
            with acting(site, world.COORDINATOR):
                publication.publish(complaint.name, "Đường hố hỏng", "Mặt đường có ổ gà.", "Đã vá xong.")
        site.db.commit()
        complaint.reload()
        return complaint

    yield story
    site.cache.delete_keys("phanhoi_limit:guess*")


def link(complaint) -> str:
    from phanhoi_app.rules import codes

    return f"/tra-cuu/{codes.grouped(complaint.tracking_code)}"


def no_side_scroll(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_question_is_answered_with_photos(browser, made, screenshot, width):
    page = browser(width=width, height=800)
    page.goto(link(made("ask")))
    assert "Ổ gà nằm ở đoạn nào?" in page.inner_text("#question")
    assert no_side_scroll(page)
    screenshot(page, f"portal-{width}-asked")
    page.fill("#f-text", "Trước số nhà 12, gần cổng chợ")
    page.set_input_files("#f-photos", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}])
    page.wait_for_selector(".previews img")
    page.click("#question button[type=submit]")
    page.wait_for_selector(".flash")
    assert "Trước số nhà 12" in page.locator(".steps").last.inner_text()
    assert page.locator(".photos-sent img").count() == 1
    assert page.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_judging_and_reopening(browser, made, screenshot, width):
    complaint = made("answer")
    page = browser(width=width, height=800)
    page.goto(link(complaint))
    assert page.locator("#answer p").all_inner_texts()[:2] == ["Đã vá ổ gà.", "Trân trọng."]
    screenshot(page, f"portal-{width}-answered")
    page.click("#rating button[type=submit]")
    page.wait_for_selector("#rating .summary")
    page.locator("#rating .badly input").last.check()
    page.fill("#f-comment", "Vẫn lún")
    page.click("#rating button[type=submit]")
    page.wait_for_selector("#f-reason")
    screenshot(page, f"portal-{width}-judged")
    page.fill("#f-reason", "Mặt đường lại lún sau một ngày")
    page.click("#rating button[type=submit]")
    page.wait_for_selector(".flash")
    assert "Mặt đường lại lún sau một ngày" in page.locator(".steps").last.inner_text()
    assert page.locator("#answer").count() == 0
    assert all("422" in problem for problem in page.problems)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_refusal_and_the_public_pages(browser, made, screenshot, width):
    page = browser(width=width, height=800)
    page.goto(link(made("refuse")))
    assert "Thuộc tỉnh bên." in page.inner_text(".ending")
    screenshot(page, f"portal-{width}-refused")
    case = made("publish")
    page.goto("/phan-anh?q=duong+ho+hong")
    screenshot(page, f"portal-{width}-public-list")
    assert no_side_scroll(page)
    page.locator(f"a[href='/phan-anh/{case.name}']").click()
    page.wait_for_selector(".public-case")
    assert "Đã vá xong." in page.inner_text(".public-case")
    assert world.GOOD["citizen_name"] not in page.content()
    assert no_side_scroll(page)
    screenshot(page, f"portal-{width}-public-case")
    page.goto("/")
    assert no_side_scroll(page)
    screenshot(page, f"portal-{width}-home")
    assert page.problems == []


def test_two_hundred_guesses_over_http(browser, made, server):
    complaint = made("new")
    page = browser()
    statuses = [
        page.request.post(
            "/tra-cuu", form={"code": complaint.tracking_code, "last4": f"{n:04}"}, max_redirects=0
        ).status
        for n in range(200)
    ]
    limit = statuses.index(429)
    assert 1 <= limit <= 60
    assert statuses == [404] * limit + [429] * (200 - limit)
    # A forged forwarding header does not make a new caller.
    forged = page.request.post(
        "/tra-cuu", form={"code": "AAAA", "last4": "1111"}, headers={"X-Forwarded-For": "203.0.113.9"}
    )
    assert forged.status == 429
    page.goto("/tra-cuu")
    page.fill("#f-code", complaint.tracking_code)
    page.fill("#f-last4", "5678")
    page.click("main button[type=submit]")
    assert "thử lại sau" in page.inner_text("main")


def test_a_private_file_is_not_had_without_the_code(browser, made, site_session):
    from phanhoi_app.intake import photos

    complaint = made("new")
    photos.attach(complaint.name, photos.check([photos.Upload("a.jpg", jpeg())]))
    site_session.db.commit()
    stored = photos.of(complaint.name)[0]
    page = browser()
    assert page.request.get(f"{link(complaint)}/tep/{stored.name}").status == 200
    assert page.request.get(stored.file_url, max_redirects=0).status in (301, 302, 403, 404)


def test_english_is_kept_from_page_to_page(browser, province):
    page = browser()
    page.goto("/")
    assert page.get_attribute("html", "lang") == "vi"
    page.locator(".languages a").click()
    page.wait_for_url("**lang=en*")
    page.goto("/tra-cuu")
    assert page.get_attribute("html", "lang") == "en"
    assert "Tracking code" in page.inner_text("main")
    # The browser's own wish does not decide: many telephones in Viet Nam say English.
    other = browser(locale="en-US")
    other.goto("/")
    assert other.get_attribute("html", "lang") == "vi"


@pytest.mark.parametrize(
    "path", ["/", "/gui-phan-anh", "/gui-phan-anh?field=t-food", "/tra-cuu", "/phan-anh"]
)
def test_targets_are_large_enough_and_inputs_have_names(browser, province, path):
    page = browser(width=360, height=800)
    page.goto(path)
    small = page.evaluate(
        """() => {
            const targets = 'button, input, select, textarea, .button, .tabs a, .top a, .field-card';
            // A hidden input is pressed through its label.
            const pressed = (e) =>
                e.type === 'radio' ? e.closest('label')
                : e.type === 'file' ? e.closest('.photos').querySelector('.drop') : e;
            return [...document.querySelectorAll(targets)]
                .filter(e => e.offsetParent && !e.closest('.trap') && e.type !== 'hidden')
                .map(e => [e.outerHTML.slice(0, 80), pressed(e).getBoundingClientRect()])
                .filter(([, box]) => box.height < 44 || box.width < 44)
                .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`);
        }"""
    )
    assert small == []
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('input, select, textarea')]
            .filter(e => e.type !== 'hidden' && !e.hidden && !e.labels?.length && !e.getAttribute('aria-label'))
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    assert page.locator("h1").count() == 1


def test_colours_of_the_style_sheet_meet_wcag_aa():
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS.read_text(encoding="utf-8")))
    grounds = ["paper", "card"]
    pairs = [
        (ink, ground)
        for ink in ("ink", "ink-soft", "brand", "brand-deep", "good", "stop", "gold-ink")
        for ground in grounds
    ]
    pairs += [
        ("brand-deep", "brand-soft"),
        ("ink-soft", "brand-soft"),
        ("good", "good-soft"),
        ("stop", "stop-soft"),
    ]
    pairs += [("gold-ink", "gold-soft"), ("gold", "brand-deep"), ("card", "brand"), ("card", "stop")]
    weak = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    assert contrast(colours["line-strong"], colours["card"]) >= 3  # edges of inputs


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
