"""Attacks with a real browser and a real server: scripts in all that a citizen can send, requests without a token."""

import pytest
import requests
from helpers import world
from helpers.people import acting
from helpers.windows import PATIENCE, settle

IMAGE = "<img src=x onerror=\"window.owned='{0}'\">"
# What is typed, and a piece of it as it must be read on a page.
TYPED = {
    "title": (
        'Thử "><script>window.owned=1</script> ' + IMAGE.format("title"),
        "script›window.owned=1‹/script›",
    ),
    "content": (
        "Nội dung <svg onload=window.owned=2> &lt;img src=x onerror=window.owned=3&gt; {{ 7*7 }} ${7*7} "
        "<a href='javascript:window.owned=4'>bấm</a> " + IMAGE.format("content"),
        "{{ 7*7 }} ${7*7}",
    ),
    "address": ('12 Lê Lai" onmouseover="window.owned=5" x="' + IMAGE.format("address"), "onmouseover="),
    "citizen_name": ("<b onmouseover=window.owned=6>An</b>" + IMAGE.format("name"), ""),
}
REPLY = "Ở ngã tư <iframe srcdoc='<script>parent.owned=7</script>'></iframe>" + IMAGE.format("reply")
RATING = "Tốt <details open ontoggle=window.owned=8>" + IMAGE.format("rating")


@pytest.fixture(scope="module")
def story(site_session, province):
    """A complaint full of scripts, told to its end and published: (number, tracking code)."""
    site = site_session
    site.db.rollback()
    site.set_user("Administrator")
    from phanhoi_app.custody import citizen, perform, publication
    from phanhoi_app.intake.photos import Upload
    from phanhoi_app.intake.receive import receive

    with acting(site, "Guest"):
        number = receive(
            {**world.GOOD, **{field: typed for field, (typed, _) in TYPED.items()}},
            channel="Web",
            photos=[Upload('"><img src=x onerror=window.owned=9>.jpg', _photo())],
        ).name
    for user, verb, inputs in (
        (world.COORDINATOR, "assign", {"agency": world.ROADS}),
        (world.OFFICER, "take", {}),
        (world.OFFICER, "ask", {"question": "Ở đâu?"}),
        ("Guest", "supply", {}),
        (world.OFFICER, "submit", {"answer_text": "Đã vá."}),
        (world.LEADER, "approve", {}),
    ):
        site.local.request_cache.clear()
        with acting(site, user):
            if verb == "supply":
                citizen.supply(number, REPLY)
            else:
                perform.perform_verb(number, verb, inputs)
    with acting(site, "Guest"):
        citizen.rate(number, citizen.rating_levels()[0].level_code, RATING)
    site.local.request_cache.clear()
    with acting(site, world.COORDINATOR):
        texts = publication.proposal(site.get_doc("Complaint", number))
        publication.publish(number, **texts)
    site.set_user("Administrator")
    for name in ("Bảng tấn công",):
        if not site.db.exists("Kanban Board", name):
            site.get_doc(
                {
                    "doctype": "Kanban Board",
                    "kanban_board_name": name,
                    "reference_doctype": "Complaint",
                    "field_name": "severity",
                    "fields": '["address", "content", "citizen_masked"]',
                    "show_labels": 1,
                    "columns": [{"column_name": "Normal", "status": "Active", "indicator": "Gray"}],
                }
            ).insert()
    site.get_doc(
        {
            "doctype": "Notification Log",
            "for_user": world.COORDINATOR,
            "type": "Alert",
            "subject": site.db.get_value("Complaint", number, "title"),
            "document_type": "Complaint",
            "document_name": number,
        }
    ).insert()
    code = site.db.get_value("Complainant", number, "tracking_code")
    site.db.commit()
    yield number, code
    # the public pages that other tests read are to be without it
    site.db.rollback()
    site.local.request_cache.clear()
    with acting(site, world.COORDINATOR):
        publication.withhold(number, "Chỉ để thử")
    site.db.commit()


def _photo() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(out, "JPEG")
    return out.getvalue()


def owned(page) -> list:
    """What scripts have left in any window of the page."""
    return [
        left
        for frame in page.frames
        if (left := frame.evaluate("window.owned === undefined ? null : window.owned"))
    ]


PLACES = {
    "list": "/app/complaint/view/list?name={number}",
    "report": "/app/complaint/view/report?name={number}",
    "kanban": "/app/complaint/view/kanban/Bảng tấn công",
    "form": "/app/complaint/{number}",
    "print": "/printview?doctype=Complaint&name={number}",
    "print preview": "/app/print/Complaint/{number}",
    "messages": "/app/message?complaint={number}",
    "history": "/app/complaint-event?complaint={number}",
    "own page": "/tra-cuu/{code}",
    "public page": "/phan-anh/{number}",
    "public list": "/phan-anh",
}


def loaded(page, number: str) -> None:
    """Wait until a window shows the complaint and has asked for all that it holds, broken pictures too."""
    for _ in range(PATIENCE // 100):
        if any(number in frame.content() for frame in page.frames):
            break
        page.wait_for_timeout(100)
    settle(page, 0.6)


@pytest.mark.parametrize("place", PLACES)
def test_a_script_in_the_citizen_s_words_runs_where_they_are_shown(story, at_desk, screenshot, place):
    number, code = story
    page = at_desk(world.COORDINATOR).page
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(PLACES[place].format(number=number, code=code))
    loaded(page, number)
    seen = []
    if place == "form":
        page.wait_for_function("() => window.cur_frm && cur_frm.doc.__onload")
        for tab in page.locator(".form-tabs .nav-link").all():
            if tab.is_visible():
                tab.click()
                settle(page)
                seen.append(page.locator("body").inner_text())
                seen += page.evaluate("[...document.querySelectorAll('textarea, input')].map(e => e.value)")
        page.locator(".notifications-icon:visible, .dropdown-notifications:visible").first.click()
        page.locator(".notification-item:visible, .recent-item:visible").first.wait_for()
        settle(page)
    if place not in ("print", "own page") and not place.startswith("public"):
        for row in page.locator(".list-row, .kanban-card, .form-section, .dt-cell").all()[:30]:
            if row.is_visible():
                row.hover(force=True)
    screenshot(page, f"attack-{place.replace(' ', '-')}")
    assert said == []
    assert owned(page) == []
    text = "\n".join([*seen, *(frame.locator("body").inner_text() for frame in page.frames)])
    assert "49" not in text.replace(number, "") or "{{ 7*7 }}" in text
    if place in ("list", "form", "kanban", "public page"):
        assert TYPED["title"][1] in text
    if place in ("form", "public page"):
        assert TYPED["content"][1] in text
    if place == "own page":
        assert "<script>window.owned=1</script>" in text, "the citizen reads the own words as typed"


def test_nothing_of_what_was_typed_is_lost(story, site):
    number, _code = story
    kept = site.get_doc("Complainant", number)
    for field in ("title", "content", "address"):
        assert kept.get(f"typed_{field}") == TYPED[field][0]
        assert not set("<>\"'") & set(site.db.get_value("Complaint", number, field))
    assert kept.citizen_name == TYPED["citizen_name"][0]
    messages = site.get_all("Message", {"complaint": number}, ["subject", "text"])
    assert messages and "<" not in str(messages)


def test_a_request_of_another_site_changes_something_with_the_user_s_cookie(story, server, site):
    """Signed in, but without the token that only the app's own pages know."""
    number, _code = story
    browser = requests.Session()
    answer = browser.post(
        f"{server.base_url}/api/method/login",
        data={"usr": world.COORDINATOR, "pwd": world.PASSWORD},
        timeout=60,
    )
    assert answer.ok
    # Any page of the desk gives the session its token. Till then only the cookie's own rule holds.
    assert browser.get(f"{server.base_url}/app", timeout=60).ok
    assert "samesite=lax" in answer.headers["Set-Cookie"].lower()
    before = site.db.get_value("Complaint", number, "modified")
    for method, path, values in (
        (
            "POST",
            "/api/method/phanhoi_app.custody.api.withhold",
            {"complaint": number, "reason": "Không muốn"},
        ),
        (
            "POST",
            "/api/method/phanhoi_app.access.identity.open_identity",
            {"complaint": number, "reason": "Tò mò"},
        ),
        ("PUT", f"/api/resource/Complaint/{number}", {"severity": "Urgent"}),
        (
            "POST",
            "/api/method/frappe.client.set_value",
            {"doctype": "Complaint", "name": number, "fieldname": "severity", "value": "Urgent"},
        ),
        ("POST", "/api/method/upload_file", {"doctype": "Complaint", "docname": number}),
    ):
        for headers in ({}, {"X-Frappe-CSRF-Token": "guessed"}, {"Origin": "http://evil.example"}):
            answer = browser.request(method, server.base_url + path, data=values, headers=headers, timeout=60)
            assert answer.status_code in (400, 403), (path, answer.status_code, answer.text[:200])
        link = browser.get(server.base_url + path, params=values, timeout=60)
        assert link.status_code >= 400 or path.startswith("/api/resource"), path
    site.db.rollback()
    assert site.db.get_value("Complaint", number, "modified") == before
