"""Codes are stored, words are shown: no English code or sentence on the desk's screens for a Vietnamese official."""

import re

import pytest
from helpers.windows import settle

ASCII_WORD = re.compile(r"[A-Za-z]{3,}")
# What is the same in both languages, or a name.
NAMES = re.compile(r".*\bdoc\.\w.*|SMS|Administrator|Guest|Asia/Ho_Chi_Minh|STT\.|PA-\d|.*@.*|.*://.*")
VISIBLE_TEXTS = """() => {
    const texts = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement, box = element.getBoundingClientRect();
        const { visibility, opacity } = getComputedStyle(element);
        const seen = box.width && box.height && visibility !== "hidden" && opacity !== "0";
        if (seen && !element.closest("script, style, #navbar-breadcrumbs"))
            texts.add(walk.currentNode.textContent.trim());
    }
    return [...texts];
}"""
SUBJECT = ".list-row .list-subject a[data-doctype]"


def english(page) -> list[str]:
    """The visible texts that hold no letter of Vietnamese's own; a Vietnamese sentence always has some.

    The trail at the top ends with a record's name, which is its address.
    """
    settle(page, 0.5)
    return [
        text
        for text in page.evaluate(VISIBLE_TEXTS)
        if text.isascii() and ASCII_WORD.search(text) and not NAMES.fullmatch(text)
    ]


@pytest.fixture
def administrator(browser, server):
    page = browser(width=1300, height=900)
    answer = page.context.request.post(
        "/api/method/login", form={"usr": "Administrator", "pwd": server.administrator_password}
    )
    assert answer.ok
    return page


@pytest.mark.parametrize(
    "path",
    [
        "/app/message-template",
        "/app/message-template/received Citizen SMS vi",
        "/app/workflow",
        "/app/workflow/Standard",
        "/app/workflow-builder/Standard",
        "/app/workflow-state",
        "/app/workflow-action-master",
        "/app/user-profile",
    ],
)
def test_screen_has_no_english(administrator, province, path, screenshot):
    administrator.goto(path)
    administrator.wait_for_selector(".layout-main-section", state="visible")
    assert english(administrator) == []
    screenshot(administrator, f"words-{path}")
    assert administrator.problems == []


@pytest.fixture
def story(site_session, province):
    """A complaint that is with an agency: it has events and messages."""
    from helpers.people import acting

    from phanhoi_app.custody import perform
    from phanhoi_app.intake.receive import receive
    from phanhoi_app.messaging import delivery

    site_session.db.rollback()
    with acting(site_session, "Guest"):
        complaint = receive(dict(province.GOOD), channel="Web")
    with acting(site_session, province.COORDINATOR):
        perform.perform_verb(complaint.name, "assign", {"agency": province.ROADS})
    site_session.db.sql(
        "update tabMessage set status = 'Not sent', status_note = %s where complaint = %s and channel = 'SMS'",
        (delivery.NO_CHANNEL, complaint.name),
    )
    site_session.db.commit()
    return complaint.name


def test_messages_are_told_in_words(administrator, story, screenshot):
    page = administrator
    page.goto(f"/app/message?complaint={story}")
    page.wait_for_selector(SUBJECT)
    subjects = " ".join(page.locator(SUBJECT).all_inner_texts())
    assert "đã tiếp nhận" in subjects and "đã giao" in subjects
    assert english(page) == []
    page.goto(f"/app/message/view/report?complaint={story}")
    page.wait_for_selector(".dt-cell--col-1")
    assert "received" not in page.locator(".dt-scrollable").inner_text()
    page.goto(f"/app/message?complaint={story}&channel=SMS&event=received")
    page.locator(SUBJECT).first.click()
    page.wait_for_selector("[data-fieldname=status_note] .control-value")
    said = {
        name: page.locator(f"[data-fieldname={name}] .control-value").first.inner_text()
        for name in ("event", "template", "status_note")
    }
    assert said == {
        "event": "đã tiếp nhận",
        "template": "đã tiếp nhận · Người dân · SMS · Tiếng Việt",
        "status_note": "không gửi: chưa có tài khoản của kênh này",
    }
    screenshot(page, "words-message")


def test_events_are_told_in_words(administrator, story):
    page = administrator
    page.goto(f"/app/complaint-event?complaint={story}")
    page.wait_for_selector(SUBJECT)
    subjects = " ".join(page.locator(SUBJECT).all_inner_texts())
    assert "cơ quan" in subjects and "assign" not in subjects
    assert english(page) == []


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("", ""),
        ("can.bo@test.example is disabled", "tài khoản can.bo@test.example đã ngừng dùng"),
        ("4 segments, at most 3 are allowed", "dài 4 đoạn, chỉ được tối đa 3 đoạn"),
        ("Twilio 21211: <b>bad number", "Twilio 21211: &lt;b&gt;bad number"),
    ],
)
def test_a_reason_with_values_is_said_and_a_providers_shown_as_it_came(administrator, note, words):
    administrator.goto("/app/message")
    administrator.wait_for_function("typeof window.phanhoi?.note_words === 'function'")
    assert administrator.evaluate("note => phanhoi.note_words(note)", note) == words
