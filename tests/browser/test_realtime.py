"""Progress bars and live updates reach the browsers that may see them, and no others."""

import uuid

import pytest


@pytest.fixture
def desk(browser, sign_in):
    page = browser()
    sign_in(page)
    page.goto("/app/todo")
    page.wait_for_selector(".layout-main-section", state="visible")
    page.evaluate("frappe.realtime.connect()")
    page.wait_for_function("() => frappe.realtime.socket && frappe.realtime.socket.connected")
    return page


def listen(page, event: str) -> None:
    page.evaluate(
        "(event) => { window.heard = []; frappe.realtime.on(event, (data) => window.heard.push(data)); }",
        event,
    )


def test_progress_of_background_work_moves_the_bar(desk, site):
    """A worker runs the job, publishes on Redis; the realtime server hands it to the one user."""
    title = f"Nhập {uuid.uuid4().hex[:6]}"
    for percent in (30, 60):
        site.enqueue(
            "frappe.realtime.publish_progress",
            queue="short",
            percent=percent,
            title=title,
            description="đang chạy",
        )
        desk.wait_for_function(
            """([title, percent]) => {
                const shown = cur_dialog && cur_dialog.title === title
                    && document.querySelector('.modal.show .progress-bar');
                return shown && shown.style.width === percent + '%';
            }""",
            arg=[title, percent],
        )
    assert desk.problems == []


def test_another_window_sees_a_change_at_once(desk, browser, sign_in, site):
    todo = site.get_doc({"doctype": "ToDo", "description": "cũ"}).insert()
    site.db.commit()
    try:
        desk.goto(f"/app/todo/{todo.name}")
        desk.wait_for_function("() => cur_frm && cur_frm.doc && cur_frm.doc.description.includes('cũ')")
        desk.wait_for_function(
            "() => frappe.realtime.socket.connected && frappe.realtime.open_docs.size === 1"
        )
        desk.wait_for_timeout(500)
        todo.reload()
        todo.description = "mới"
        todo.save()
        site.db.commit()
        desk.wait_for_function("() => cur_frm.doc.description.includes('mới')")
    finally:
        todo.delete()
        site.db.commit()


def test_message_for_one_user_does_not_reach_another(desk, site):
    listen(desk, "secret_word")
    site.publish_realtime("secret_word", {"word": "not yours"}, user="Guest")
    site.publish_realtime("secret_word", {"word": "yours"}, user="Administrator")
    desk.wait_for_function("() => window.heard.length > 0")
    assert desk.evaluate("window.heard") == [{"word": "yours"}]


def connect(page, extra: str = "") -> dict:
    """Open a socket to the site's namespace from the page; tells whether it connected, or the refusal."""
    return page.evaluate(
        """(site) => new Promise((resolve) => {
            const socket = frappe.realtime.socket.io;
            const other = socket.socket('/' + site);
            other.on('connect', () => resolve({ connected: true }));
            other.on('connect_error', (error) => resolve({ connected: false, reason: error.message }));
            other.connect();
        })""",
        extra,
    )


def test_namespace_of_another_site_is_refused(desk):
    assert connect(desk, "other.localhost") == {"connected": False, "reason": "Invalid namespace"}


def test_page_of_another_origin_is_refused(desk, server):
    """A polling handshake with the user's cookie, but from a foreign page, joins nothing."""
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in desk.context.cookies())

    def handshake(origin: str) -> str:
        url = f"{server.base_url}/socket.io/?EIO=4&transport=polling"
        headers = {"Cookie": cookie, "Origin": origin, "Content-Type": "text/plain;charset=UTF-8"}
        first = desk.request.get(url, headers=headers).text()
        session = first.split('"sid":"')[1].split('"')[0]
        namespace = f"/{server.site},"
        desk.request.post(f"{url}&sid={session}", headers=headers, data=f"40{namespace}")
        return desk.request.get(f"{url}&sid={session}", headers=headers).text()

    assert handshake(server.base_url).startswith(f"40/{server.site},")
    refused = handshake("http://evil.example")
    assert refused.startswith(f"44/{server.site},") and "Invalid origin" in refused


def test_guest_follows_no_document(browser, server, site):
    """Only the application decides who may follow a document, by the browser's own session."""
    todo = site.get_doc({"doctype": "ToDo", "description": "kín"}).insert()
    site.db.commit()
    try:
        guest = browser()
        guest.goto("/login")
        guest.wait_for_function("() => window.frappe && frappe.realtime")
        guest.evaluate(
            """(site) => {
                frappe.boot = Object.assign({}, frappe.boot, { sitename: site });
                if (frappe.realtime.socket) frappe.realtime.socket.disconnect();
                frappe.realtime.socket = null;
                frappe.realtime.init();
            }""",
            server.site,
        )
        guest.wait_for_function("() => frappe.realtime.socket && frappe.realtime.socket.connected")
        listen(guest, "doc_update")
        guest.evaluate("(name) => frappe.realtime.socket.emit('doc_subscribe', 'ToDo', name)", todo.name)
        guest.wait_for_timeout(1500)
        todo.reload()
        todo.description = "vẫn kín"
        todo.save()
        site.db.commit()
        site.publish_realtime("doc_update", {"sentinel": True}, user="Guest")
        guest.wait_for_function("() => window.heard.length > 0")
        assert guest.evaluate("window.heard") == [{"sentinel": True}]
    finally:
        todo.delete()
        site.db.commit()
