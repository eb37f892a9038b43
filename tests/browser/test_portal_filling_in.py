"""The complaint form in a real browser: with and without JavaScript, by keyboard, with bad files, on a bad network."""

import re

import pytest
from helpers import world
from helpers.pictures import jpeg, jpeg_taken_at
from helpers.windows import PATIENCE, settle

WIDTHS = [360, 1300]
PLACE = (19.807, 105.7775)


@pytest.fixture
def form(browser, province):
    """``form(width, field)``: the form of a field, open."""

    def open_form(width=1300, field=world.POTHOLES, **options):
        page = browser(width=width, height=800, **options)
        page.goto(f"/gui-phan-anh?field={field}")
        return page

    return open_form


def fill(page, title="Ổ gà trước cổng trường") -> None:
    page.fill("#f-title", title)
    page.fill("#f-content", "Ổ gà rất sâu, hôm qua hai cháu ngã xe.\n\nĐề nghị sớm vá lại.")
    page.fill("#f-citizen_name", "Nguyễn Thị Hòa")
    page.fill("#f-citizen_phone", "0912 345 678")


def choose_area(page, typed: str) -> None:
    page.fill("input#f-area", typed)
    page.locator("input#f-area").press("Enter")


def send(page) -> None:
    page.click("[data-send]")


def summary(page) -> str:
    page.wait_for_selector("#summary:not([hidden])")
    return page.inner_text("#summary")


def error(page, name: str) -> str:
    return page.inner_text(f"[data-error='{name}']")


def wait_for_receipt(page) -> str:
    page.wait_for_selector(".receipt .code")
    return page.inner_text(".receipt .code")


def only_refusals(problems: list[str]) -> bool:
    """Whether nothing went wrong but the 422s that a test provoked."""
    return all("422" in problem for problem in problems)


def until(page, expression: str) -> None:
    """Wait until it is true in the page. (Playwright's own way needs eval, which the security policy forbids.)"""
    for _ in range(PATIENCE // 50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def no_side_scroll(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_form_from_choice_to_receipt(browser, province, screenshot, width):
    page = browser(width=width, height=800)
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "//" in request.url else None)
    page.goto("/gui-phan-anh")
    page.fill("#field-search", "o ga")
    assert page.locator(".field-card:visible").count() >= 1
    screenshot(page, f"portal-{width}-1-choose")
    page.locator(f".field-card[href$='{world.POTHOLES}']").click()

    send(page)
    assert "Chưa gửi được" in summary(page)
    assert page.evaluate("document.activeElement.id") == "summary"
    assert no_side_scroll(page)
    screenshot(page, f"portal-{width}-2-errors")
    page.locator("#summary a[href='#f-title']").click()
    assert page.evaluate("document.activeElement.id") == "f-title"
    page.keyboard.type("Ổ gà")
    assert page.locator("[data-error='title']").is_hidden()

    fill(page)
    choose_area(page, "thu nghiem")
    assert page.input_value("input#f-area") == "Phường Thử Nghiệm"
    page.click("[data-open-map]")
    page.wait_for_selector(".map.leaflet-container")
    page.locator("[data-map]").click(position={"x": 120, "y": 90})
    page.wait_for_selector(".map-pin")
    assert "Đã ghim" in page.inner_text("[data-pin-said]")
    page.set_input_files(
        "#f-photos",
        [{"name": "o-ga.jpg", "mimeType": "image/jpeg", "buffer": jpeg_taken_at(*PLACE)}],
    )
    page.wait_for_selector(".previews img")
    page.click("[data-use-place]")
    assert float(page.input_value("[name=latitude]")) == pytest.approx(PLACE[0], abs=0.001)
    assert float(page.input_value("[name=longitude]")) == pytest.approx(PLACE[1], abs=0.001)
    assert no_side_scroll(page)
    screenshot(page, f"portal-{width}-3-filled")

    send(page)
    code = wait_for_receipt(page)
    assert page.inner_text(".receipt-link a").endswith(code)
    assert re.search(r"\d{2}/\d{2}/\d{4}", page.inner_text(".facts .due"))
    assert page.locator("[data-print]").is_visible()
    assert no_side_scroll(page)
    screenshot(page, f"portal-{width}-4-receipt")
    page.get_by_role("link", name=re.compile("Theo dõi")).first.click()
    page.wait_for_selector(".case-head")
    assert page.locator(".photos-sent img").count() == 1
    # It is loaded lazily: come to it, and wait until it is there.
    page.locator(".photos-sent img").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.photos-sent img').naturalWidth > 0")
    assert no_side_scroll(page)
    screenshot(page, f"portal-{width}-5-tracking")
    assert len(hosts) == 1
    assert only_refusals(page.problems)


def test_every_sentence_of_validation_is_vietnamese_and_beside_its_field(form):
    page = form()
    page.fill("#f-title", "Ổ")
    page.fill("#f-content", "hỏng")
    page.fill("#f-citizen_phone", "12345")
    page.fill("#f-citizen_email", "khong-phai-thu")
    page.evaluate("document.querySelector('#f-occurred_at').value = '2099-01-01T10:00'")
    send(page)
    summary(page)
    shown = page.eval_on_selector_all(
        "[data-error]:not([hidden])",
        "lines => Object.fromEntries(lines.map(l => [l.dataset.error, l.innerText.trim()]))",
    )
    assert set(shown) == {
        "title",
        "content",
        "occurred_at",
        "area",
        "citizen_name",
        "citizen_phone",
        "citizen_email",
    }
    english = re.compile(r"\b(please|is|the|must|your|choose|write)\b", re.I)
    assert not [sentence for sentence in shown.values() if english.search(sentence)]
    assert all(page.get_attribute(f"#f-{name}", "aria-invalid") == "true" for name in shown)


def test_questions_follow_answers_and_danger_stops_the_form(form, screenshot):
    page = form(field=world.FOOD)
    people = page.locator("[name=q_people]")
    assert people.is_hidden()
    page.check("input[name=q_sick][value='Có']")
    assert people.is_visible()
    page.check("input[name=q_sick][value='Đang nguy kịch']")
    assert page.get_by_text("Hãy gọi ngay 115.").is_visible()
    assert page.locator("[data-send]").is_hidden()
    screenshot(page, "portal-1300-stopped")
    page.check("input[name=q_sick][value='Không']")
    assert people.is_hidden()
    assert page.locator("[data-send]").is_visible()


def test_another_subject_keeps_text_and_photos(form):
    page = form()
    fill(page)
    page.set_input_files("#f-photos", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}])
    page.wait_for_selector(".previews img")
    page.click(".change summary")
    page.select_option("#new-field", world.FOOD)
    page.click("[data-change-field]")
    page.wait_for_selector("[name=q_sick]")
    assert page.input_value("#f-title") == "Ổ gà trước cổng trường"
    assert page.locator(".previews img").count() == 1
    page.check("input[name=q_sick][value='Không']")
    choose_area(page, "thu nghiem")
    send(page)
    wait_for_receipt(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_without_javascript(form, screenshot, width):
    page = form(width, java_script_enabled=False)
    page.fill("#f-title", "Ổ gà, gửi không cần JavaScript")
    page.set_input_files("#f-photos", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}])
    send(page)
    assert "Chưa gửi được" in summary(page)
    assert "chọn lại ảnh" in page.inner_text("#summary")
    assert page.input_value("#f-title") == "Ổ gà, gửi không cần JavaScript"
    screenshot(page, f"portal-{width}-plain-errors")
    fill(page, "Ổ gà, gửi không cần JavaScript")
    page.select_option("select[name=area]", world.WARD)
    page.fill("[name=latitude]", "19,8")
    page.fill("[name=longitude]", "105,7")
    page.set_input_files("#f-photos", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}])
    send(page)
    code = wait_for_receipt(page)
    page.goto("/tra-cuu")
    page.fill("#f-code", code)
    page.fill("#f-last4", "5678")
    page.click("main button[type=submit]")
    assert "Ổ gà, gửi không cần JavaScript" in page.inner_text(".case-head")
    assert "19.80000, 105.70000" in page.inner_text(".sent")
    assert only_refusals(page.problems)


def test_by_keyboard_alone(browser, province):
    page = browser()
    page.goto("/gui-phan-anh")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.locator(f".field-card[href$='{world.POTHOLES}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**field=*")

    def tab_to(selector: str) -> None:
        for _ in range(40):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {selector}")

    tab_to("input[name=kind]")
    page.keyboard.press("ArrowDown")
    tab_to("#f-title")
    page.keyboard.type("Ổ gà, gõ bằng bàn phím")
    tab_to("#f-content")
    page.keyboard.type("Nội dung gõ bằng bàn phím, đủ dài.")
    tab_to("#f-area")
    page.keyboard.type("thu ng")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("input#f-area") == "Phường Thử Nghiệm"
    tab_to("[data-open-map]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map.leaflet-container")
    tab_to(".map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.input_value("[name=latitude]")
    tab_to("#f-photos")
    tab_to("#f-citizen_name")
    page.keyboard.type("Lê Văn Phím")
    tab_to("#f-citizen_phone")
    page.keyboard.type("0912345678")
    tab_to("input[name=identity_wish]")
    page.keyboard.press("ArrowDown")
    tab_to("[data-send]")
    page.keyboard.press("Enter")
    wait_for_receipt(page)
    assert page.problems == []


def test_wrong_files_are_told_before_sending(form):
    page = form()
    page.set_input_files(
        "#f-photos",
        [
            {"name": "tep.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
            {
                "name": "qua-lon.jpg",
                "mimeType": "image/jpeg",
                "buffer": b"\xff\xd8" + bytes(10 * 1024 * 1024),
            },
            {"name": "tot.jpg", "mimeType": "image/jpeg", "buffer": jpeg()},
        ],
    )
    page.wait_for_selector(".previews img")
    said = error(page, "photos")
    assert "tep.pdf" in said and "qua-lon.jpg" in said and "10 MB" in said
    assert page.locator(".previews li").count() == 1
    page.set_input_files(
        "#f-photos",
        [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": jpeg()} for n in range(5)],
    )
    assert "5" in error(page, "photos")
    assert page.locator(".previews li").count() == 5
    page.locator(".previews button").first.click()
    assert page.locator(".previews li").count() == 4
    assert page.problems == []


def test_a_page_named_jpg_is_refused_by_the_server_and_the_form_stays(form, screenshot):
    page = form()
    fill(page)
    choose_area(page, "thu nghiem")
    page.set_input_files(
        "#f-photos",
        [
            {
                "name": "trang.jpg",
                "mimeType": "image/jpeg",
                "buffer": b"<!doctype html><script>alert(1)</script>",
            },
            {"name": "tot.jpg", "mimeType": "image/jpeg", "buffer": jpeg()},
        ],
    )
    page.wait_for_selector(".previews img")
    send(page)
    assert "trang.jpg" in summary(page)
    assert "trang.jpg" in error(page, "photos")
    screenshot(page, "portal-1300-bad-photo")
    page.locator(".previews button[aria-label*='trang.jpg']").click()
    send(page)
    wait_for_receipt(page)


def test_the_draft_comes_back_but_not_who_wrote_it(form):
    page = form()
    fill(page, "Bản nháp còn đây")
    until(page, "!!localStorage.getItem('phanhoi-draft')?.includes('Bản nháp')")
    kept = page.evaluate("localStorage.getItem('phanhoi-draft')")
    assert "Nguyễn" not in kept and "0912" not in kept
    page.reload()
    assert page.input_value("#f-title") == "Bản nháp còn đây"
    assert page.input_value("#f-citizen_name") == ""
    fill(page, "Bản nháp còn đây")
    choose_area(page, "thu nghiem")
    send(page)
    wait_for_receipt(page)
    assert page.evaluate("localStorage.getItem('phanhoi-draft')") is None


def test_pressing_twice_files_once(form, site_session):
    page = form()
    title = "Bấm hai lần " + site_session.generate_hash(length=8)
    fill(page, title)
    choose_area(page, "thu nghiem")
    page.evaluate(
        """() => {
            const b = document.querySelector("[data-send]");
            b.click();
            b.click();
            document.getElementById("complaint-form").requestSubmit?.();
        }"""
    )
    wait_for_receipt(page)
    site_session.db.rollback()  # to see what the server committed
    assert site_session.db.count("Complaint", {"title": title}) == 1


def test_a_lost_network_loses_nothing(form, site_session):
    page = form()
    title = "Mất mạng " + site_session.generate_hash(length=8)
    fill(page, title)
    choose_area(page, "thu nghiem")
    page.route("**/gui-phan-anh", lambda route: route.abort() if route.request.method == "POST" else None)
    send(page)
    assert "mất kết nối" in summary(page)
    assert page.input_value("#f-title") == title
    page.unroute("**/gui-phan-anh")
    send(page)
    wait_for_receipt(page)
    site_session.db.rollback()
    assert site_session.db.count("Complaint", {"title": title}) == 1


def test_a_forged_hidden_field_changes_nothing(form, site_session):
    page = form()
    title = "Trường ẩn giả mạo " + site_session.generate_hash(length=8)
    fill(page, title)
    choose_area(page, "thu nghiem")
    forged = {"phase": "closed", "agency": world.HEALTH, "severity": "Urgent", "publication": "Published"}
    page.evaluate(
        """fields => { for (const [name, value] of Object.entries(fields)) {
            const input = document.createElement('input');
            Object.assign(input, {type: 'hidden', name, value});
            document.getElementById('complaint-form').append(input); } }""",
        forged,
    )
    send(page)
    wait_for_receipt(page)
    site_session.db.rollback()
    made = site_session.db.get_value("Complaint", {"title": title}, list(forged), as_dict=True)
    assert (made.phase, made.agency, made.severity, made.publication) == (
        "new",
        world.DUTY,
        "Normal",
        "Undecided",
    )


def test_the_map_without_tiles_says_so_and_with_tiles_asks_only_that_server(form, site_session, browser):
    page = form()
    page.click("[data-open-map]")
    page.wait_for_selector(".map.leaflet-container")
    assert page.locator("[data-no-tiles]").is_visible()
    settings = site_session.get_single("Phanhoi Settings")
    settings.tile_server = "https://tiles.invalid/{z}/{x}/{y}.png"
    settings.tile_attribution = "© <b>Bản đồ thử</b>"
    settings.save()
    site_session.db.commit()
    try:
        page = form()
        asked = []
        page.route("https://tiles.invalid/**", lambda route: (asked.append(route.request.url), route.abort()))
        page.click("[data-open-map]")
        page.wait_for_selector(".map.leaflet-container")
        settle(page)
        assert asked and all(url.startswith("https://tiles.invalid/") for url in asked)
        assert page.locator("[data-no-tiles]").is_hidden()
        assert "<b>Bản đồ thử</b>" in page.inner_text(".leaflet-control-attribution")
        page.locator("[data-map]").click(position={"x": 120, "y": 90})
        assert page.input_value("[name=latitude]")
    finally:
        settings.reload()
        settings.tile_server = settings.tile_attribution = None
        settings.save()
        site_session.db.commit()


def test_the_telephones_own_position(browser, province):
    page = browser(geolocation={"latitude": 19.5, "longitude": 105.6}, permissions=["geolocation"])
    page.goto(f"/gui-phan-anh?field={world.POTHOLES}")
    page.click("[data-gps]")
    until(page, "!!document.querySelector('[name=latitude]').value")
    assert page.input_value("[name=latitude]") == "19.500000"
    page.click("[data-clear-pin]")
    assert page.input_value("[name=latitude]") == ""
    assert page.problems == []


def test_somebody_signed_in_sends_too(browser, sign_in, province):
    page = browser()
    sign_in(page, world.SUPERVISOR, world.PASSWORD)
    page.goto(f"/gui-phan-anh?field={world.POTHOLES}")
    assert page.input_value("#f-citizen_name") == world.PEOPLE[world.SUPERVISOR][0]
    fill(page, "Ổ gà, gửi khi đã đăng nhập")
    choose_area(page, "thu nghiem")
    send(page)
    wait_for_receipt(page)
    page.context.clear_cookies()
    page.goto(f"/gui-phan-anh?field={world.POTHOLES}")
    assert page.input_value("#f-citizen_name") == ""
