"""The desk works whole on this bench: each kind of view opens, does its work, and leaves no error in the console.

Core documents (ToDo, Workflow) stand for the app's, so that a fault here is one of the bench and not of the app.
"""

import contextlib
import struct
import uuid
import zlib

import pytest
from helpers.windows import PATIENCE, picture, watch


def png(width: int = 8, height: int = 8) -> bytes:
    """A small red picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xc8\x20\x20" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def assert_clean(page) -> None:
    assert page.problems == [], "\n".join(page.problems)


@pytest.fixture(scope="module")
def signed_in(browser_process, server):
    """One administrator's session for this file: the browser keeps the assets it has once loaded."""
    context = browser_process.new_context(
        base_url=server.base_url, viewport={"width": 1300, "height": 900}, locale="vi-VN"
    )
    answer = context.request.post(
        "/api/method/login", form={"usr": "Administrator", "pwd": server.administrator_password}
    )
    assert answer.ok, answer.text()
    page = context.new_page()
    page.goto("/app/todo")
    page.wait_for_function("() => window.frappe && frappe.csrf_token && frappe.csrf_token !== 'None'")
    context.token = page.evaluate("frappe.csrf_token")
    context.today = page.evaluate("frappe.datetime.get_today()")
    page.close()
    yield context
    context.close()


@pytest.fixture
def desk(signed_in, request):
    """A fresh window; ``desk.problems`` collects what goes wrong in it, ``desk.token`` lets it write over REST."""
    page = signed_in.new_page()
    page.set_default_timeout(PATIENCE)
    page.problems = watch(page)
    page.token, page.today = signed_in.token, signed_in.today
    yield page
    if getattr(request.node, "failed", False):
        picture(page, f"failed-{request.node.name}")
    page.close()


@pytest.fixture
def record(desk):
    """``record(doctype, **values)`` saves a document over REST and deletes it after the test."""
    made, headers = [], {"X-Frappe-CSRF-Token": desk.token}

    def save(doctype: str, **values) -> dict:
        answer = desk.request.post(f"/api/resource/{doctype}", data=values, headers=headers)
        assert answer.ok, answer.text()
        saved = answer.json()["data"]
        made.append((doctype, saved["name"]))
        return saved

    yield save
    for doctype, name in reversed(made):
        with contextlib.suppress(Exception):
            desk.request.delete(f"/api/resource/{doctype}/{name}", headers=headers)


def open_view(page, path: str, selector: str) -> None:
    page.goto(path)
    page.wait_for_selector(selector, state="visible")
    page.wait_for_load_state("networkidle")


def test_workspace_and_search_box_open(desk, screenshot):
    open_view(desk, "/app/build", ".standard-sidebar-item")
    desk.wait_for_selector(".links-widget-box", state="visible")
    assert desk.locator(".ce-stub").count() == 0, "a block of the workspace is not displayed"
    screenshot(desk, "desk-workspace")
    assert_clean(desk)


def test_list_shows_and_filters_records(desk, record):
    word = uuid.uuid4().hex
    record("ToDo", description=f"sửa đường {word}")
    open_view(desk, f"/app/todo?description=%25{word}%25", ".list-row")
    assert desk.locator(".list-row").count() == 1
    assert_clean(desk)


def test_form_saves_what_was_typed(desk, screenshot):
    open_view(desk, "/app/todo/new", ".form-layout")
    desk.locator("[data-fieldname=description] .ql-editor").first.press_sequentially(
        "Đường hỏng trước cổng trường"
    )
    desk.wait_for_function("() => (cur_frm.doc.description || '').includes('Đường hỏng')")
    desk.keyboard.press("Control+s")
    desk.wait_for_function("() => cur_frm && !cur_frm.is_new() && !cur_frm.is_dirty()")
    name = desk.evaluate("cur_frm.docname")
    assert "Đường hỏng" in desk.evaluate("cur_frm.doc.description")
    screenshot(desk, "desk-form")
    assert_clean(desk)
    desk.request.delete(f"/api/resource/ToDo/{name}", headers={"X-Frappe-CSRF-Token": desk.token})


def test_file_is_uploaded_from_the_form(desk, record):
    name = record("ToDo", description="có ảnh kèm")["name"]
    open_view(desk, f"/app/todo/{name}", ".form-attachments")
    desk.locator(".form-attachments .add-attachment-btn").first.click()
    desk.wait_for_selector(".file-uploader", state="visible")
    desk.locator(".file-uploader input[type=file]").first.set_input_files(
        {"name": "anh.png", "mimeType": "image/png", "buffer": png()}
    )
    desk.wait_for_selector(".file-uploader .file-preview", state="visible")
    with desk.expect_response(lambda answer: "upload_file" in answer.url) as uploaded:
        desk.locator(".modal.show .btn-modal-primary").click()
    assert uploaded.value.ok
    desk.wait_for_selector(".form-attachments .attachment-row", state="visible")
    address = uploaded.value.json()["message"]["file_url"]
    assert address.startswith("/private/files/")
    assert desk.request.get(address).body() == png()
    assert_clean(desk)


def test_public_file_is_served_and_private_one_is_not_for_guests(desk, browser):
    addresses = {}
    for private in (0, 1):
        answer = desk.request.post(
            "/api/method/upload_file",
            headers={"X-Frappe-CSRF-Token": desk.token},
            multipart={
                "file": {"name": f"{uuid.uuid4().hex}.png", "mimeType": "image/png", "buffer": png()},
                "is_private": str(private),
            },
        )
        addresses[private] = answer.json()["message"]["file_url"]
    guest = browser().request
    assert guest.get(addresses[0]).body() == png()
    assert guest.get(addresses[1]).status == 403


def test_report_view_lists_columns(desk, record):
    word = uuid.uuid4().hex
    record("ToDo", description=word)
    open_view(desk, f"/app/todo/view/report?description=%25{word}%25", ".datatable .dt-row")
    assert desk.locator(".dt-cell__content", has_text=word).count() >= 1
    assert_clean(desk)


def test_kanban_moves_a_card_between_columns(desk, record, screenshot):
    board = f"Bảng {uuid.uuid4().hex[:6]}"
    record(
        "Kanban Board",
        kanban_board_name=board,
        reference_doctype="ToDo",
        field_name="status",
        columns=[{"column_name": state} for state in ("Open", "Closed", "Cancelled")],
    )
    name = record("ToDo", description="thẻ kéo được")["name"]
    open_view(desk, f"/app/todo/view/kanban/{board}", ".kanban-column")
    card = desk.locator(f".kanban-card-wrapper[data-name='{name}']")
    card.wait_for()
    screenshot(desk, "desk-kanban")
    closed = desk.locator(".kanban-column[data-column-value='Closed'] .kanban-cards")
    with desk.expect_response(lambda answer: "kanban" in answer.url and answer.request.method == "POST"):
        start, end = card.bounding_box(), closed.bounding_box()
        desk.mouse.move(start["x"] + start["width"] / 2, start["y"] + 15)
        desk.mouse.down()
        desk.mouse.move(start["x"] + start["width"] / 2 + 20, start["y"] + 30, steps=5)
        desk.mouse.move(end["x"] + end["width"] / 2, end["y"] + 25, steps=15)
        desk.mouse.up()
    desk.wait_for_load_state("networkidle")
    assert desk.request.get(f"/api/resource/ToDo/{name}").json()["data"]["status"] == "Closed"
    assert_clean(desk)


def test_kanban_without_a_board_asks_for_one_and_leaves_no_empty_page(desk):
    desk.goto("/app/note/view/kanban")
    desk.wait_for_selector(".modal.show")
    desk.wait_for_load_state("networkidle")
    desk.wait_for_function(
        "() => $('.modal.show').data('bs.modal')?._isTransitioning === false"
    )  # listens to keys
    desk.keyboard.press("Escape")
    desk.wait_for_url("**/app/note/view/list")
    desk.wait_for_selector(".page-form", state="visible")
    assert_clean(desk)


def test_kanban_whose_board_is_gone_ends_in_the_list(desk, record):
    """A board in an old link, or remembered and then deleted, while the list has other boards."""
    record(
        "Kanban Board",
        kanban_board_name=f"Bảng {uuid.uuid4().hex[:6]}",
        reference_doctype="ToDo",
        field_name="status",
        columns=[{"column_name": "Open"}],
    )
    desk.goto("/app/todo/view/kanban/Không có bảng này")
    desk.wait_for_url("**/app/todo/view/list")
    desk.wait_for_selector(".desk-alert:has-text('Không có bảng này')")
    desk.wait_for_load_state("networkidle")
    assert_clean(desk)


def test_gantt_without_records_says_so_and_with_one_draws_it(desk, record):
    word = uuid.uuid4().hex
    open_view(desk, f"/app/todo/view/gantt?description=%25{word}%25", ".no-result")
    desk.wait_for_function("() => window.Gantt")  # the chart's library is loaded on demand
    assert_clean(desk)
    record("ToDo", description=word, date=desk.today)
    open_view(desk, f"/app/todo/view/gantt?description=%25{word}%25", ".gantt .bar")
    assert_clean(desk)


def test_a_persons_page_opens_without_points(desk, screenshot):
    open_view(desk, "/app/user-profile", ".profile-links")
    assert desk.locator(".performance-graphs").count() == 0
    screenshot(desk, "desk-user-profile")
    assert_clean(desk)


def test_calendar_shows_a_dated_record(desk, record):
    word = uuid.uuid4().hex[:8]
    day = desk.today
    record("Event", subject=word, starts_on=f"{day} 09:00:00", ends_on=f"{day} 10:00:00", event_type="Public")
    open_view(desk, "/app/event/view/calendar/default", ".fc-view")
    desk.wait_for_selector(f".fc-event:has-text('{word}')")
    assert_clean(desk)


def test_print_view_renders_the_document(desk, record):
    name = record("ToDo", description="Nội dung cần in")["name"]
    desk.goto(f"/app/print/ToDo/{name}")
    frame = desk.frame_locator("iframe.print-format-container").first
    frame.locator("text=Nội dung cần in").first.wait_for()
    assert_clean(desk)


def test_workflow_builder_draws_states_and_transitions(desk, record, screenshot):
    for state in ("Phiên mới", "Phiên xong"):
        if not desk.request.get(f"/api/resource/Workflow State/{state}").ok:
            record("Workflow State", workflow_state_name=state)
    action = f"Chuyển {uuid.uuid4().hex[:6]}"
    record("Workflow Action Master", workflow_action_name=action)
    name = f"Quy trình {uuid.uuid4().hex[:6]}"
    record(
        "Workflow",
        workflow_name=name,
        document_type="Note",
        is_active=0,
        workflow_state_field="workflow_state",
        states=[
            {"state": "Phiên mới", "doc_status": "0", "allow_edit": "System Manager"},
            {"state": "Phiên xong", "doc_status": "0", "allow_edit": "System Manager"},
        ],
        transitions=[
            {"state": "Phiên mới", "action": action, "next_state": "Phiên xong", "allowed": "System Manager"}
        ],
    )
    desk.problems.clear()  # asking whether the states exist may have answered 404
    open_view(desk, f"/app/workflow-builder/{name}", ".vue-flow__node")
    assert desk.locator(".vue-flow__node", has_text="Phiên mới").count() >= 1
    assert desk.locator(".vue-flow__node", has_text="Phiên xong").count() >= 1
    assert desk.locator(".vue-flow__edge").count() >= 1
    screenshot(desk, "desk-workflow-builder")
    assert_clean(desk)


@pytest.mark.parametrize(
    ("path", "selector"),
    [
        ("/app/doctype/ToDo", ".form-layout"),
        ("/app/customize-form?doc_type=ToDo", ".form-layout"),
        ("/app/permission-manager", ".layout-main-section"),
        ("/app/print-format-builder", ".layout-main-section"),
        ("/app/data-import/new", ".form-layout"),
        ("/app/query-report/Document Share Report", ".layout-main-section"),
        ("/app/file/view/home", ".layout-main-section"),
        ("/app/user/Administrator", ".form-layout"),
        ("/app/system-settings", ".form-layout"),
        ("/app/rq-job", ".layout-main-section"),
        ("/app/todo/view/dashboard", ".layout-main-section"),
        ("/app/web-form/new", ".form-layout"),
    ],
)
def test_page_opens_without_an_error(desk, path, selector):
    open_view(desk, path, selector)
    assert_clean(desk)


def test_code_editor_loads_its_library_on_demand(desk):
    open_view(desk, "/app/assignment-rule/new", ".form-layout")
    desk.wait_for_selector(".ace_editor", state="attached")
    assert_clean(desk)


def test_website_and_login_pages_are_clean(browser):
    page = browser(width=360, height=740)
    for path in ("/login", "/login#forgot", "/me", "/contact"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    page.problems[:] = [
        problem for problem in page.problems if not problem.startswith(("403", "console: Failed"))
    ]
    assert_clean(page)
