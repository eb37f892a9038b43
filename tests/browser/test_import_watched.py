"""The import in the desk, with a worker: attach, start, watch the bar, read the counts, fetch the rejected rows."""

import pytest
from helpers import cases


@pytest.fixture
def uploaded(site, province, tmp_path):
    """The address of an import with its files, ready to start; taken away after the test."""
    cases.clear(site)
    rows = [*cases.cases(1500), cases.GOOD | {"case_id": "bad", "opened_at": "hôm qua"}]
    content = cases.write(tmp_path / "cases.csv.gz", rows).read_bytes()
    files = [
        site.get_doc({"doctype": "File", "file_name": name, "content": content, "is_private": 1}).insert()
        for name, content in (("cases.csv.gz", content), ("map.json", cases.map_text().encode()))
    ]
    doc = site.get_doc(
        {"doctype": "Complaint Import", "csv_file": files[0].file_url, "map_file": files[1].file_url}
    ).insert()
    site.db.commit()
    yield doc.name
    site.db.rollback()
    site.db.set_value("Complaint Import", doc.name, "status", "Draft")
    site.delete_doc("Complaint Import", doc.name, force=True)
    for file in files:
        site.delete_doc("File", file.name, force=True)
    cases.clear(site)


@pytest.mark.parametrize("width", [360, 1300])
def test_an_import_is_started_and_watched(browser, sign_in, uploaded, screenshot, width, site):
    page = browser(width=width)
    sign_in(page)
    page.goto(f"/app/complaint-import/{uploaded}")
    page.wait_for_function("name => window.cur_frm && cur_frm.doc.name === name", arg=uploaded)
    say = lambda text: page.evaluate("text => __(text)", text)  # noqa: E731
    start = page.get_by_role("button", name=say("Start"), exact=True)
    start.locator("visible=true").click() if width > 500 else page.evaluate(
        "() => cur_frm.page.wrapper.find('.btn-primary:contains(' + __('Start') + ')').first().click()"
    )
    page.locator(".modal.show .btn-modal-primary, .modal.show .btn-primary").first.click()
    page.wait_for_function(
        "() => cur_frm.doc.status === 'Importing' && cur_frm.doc.accepted_rows > 0", timeout=60_000
    )
    assert 0 < int(page.locator("[role=progressbar]").get_attribute("aria-valuenow")) <= 100
    screenshot(page, f"import-running-{width}")
    page.reload()
    page.wait_for_function("name => window.cur_frm && cur_frm.doc.name === name", arg=uploaded)
    assert page.evaluate("cur_frm.doc.accepted_rows") > 0, "the counters are kept"
    page.wait_for_function("() => cur_frm.doc.status === 'Finished'", timeout=120_000)
    page.wait_for_selector(".progress-bar.bg-success")
    assert page.evaluate("[cur_frm.doc.accepted_rows, cur_frm.doc.rejected_rows]") == [1500, 1]
    screenshot(page, f"import-finished-{width}")
    answer = page.request.get(page.evaluate("cur_frm.doc.rejects_file"))
    assert answer.ok and "hôm qua" in answer.text()
    assert page.problems == []
