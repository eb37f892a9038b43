"""The complaint form: what the Web Form says, what a request may say, and in which words it is refused."""

import io
import re

import pytest
from helpers import world
from helpers.portal import Portal, errors_in, text_of
from PIL import Image

FORM = "/gui-phan-anh"


@pytest.fixture
def portal(site, province):
    return Portal(site)


@pytest.fixture
def web_form(site):
    """Change the Web Form for one test: ``web_form("address", reqd=1)``; the row of that field is saved."""

    def change(fieldname, **values):
        doc = site.get_doc("Web Form", "gui-phan-anh")
        row = next(row for row in doc.web_form_fields if row.fieldname == fieldname)
        for name, value in values.items():
            site.db.set_value("Web Form Field", row.name, name, value)
        site.clear_document_cache("Web Form", "gui-phan-anh")

    yield change
    site.db.rollback()
    site.clear_document_cache("Web Form", "gui-phan-anh")


@pytest.fixture
def limits(site):
    """Set limits of the settings for one test."""

    def change(**values):
        for name, value in values.items():
            site.db.set_single_value("Phanhoi Settings", name, value)
        site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")

    yield change
    site.db.rollback()
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")


def good(**values) -> dict:
    return {**world.GOOD, "kind": "Feedback", "token": "", **values}


def count(site) -> int:
    return site.db.count("Complaint")


def photo(kind="JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, kind)
    return out.getvalue()


def code_of(response) -> str:
    return re.search(r"/tra-cuu/([^/]+)/bien-nhan", response.headers["Location"]).group(1)


def filed(site, response):
    from phanhoi_app.rules import codes

    name = site.db.get_value("Complainant", {"tracking_code": codes.normalise_code(code_of(response))})
    return site.get_doc("Complaint", name)


def test_the_first_step_shows_the_fields_as_links_with_icons(portal):
    page = text_of(portal.get(FORM))
    assert f'href="/gui-phan-anh?field={world.POTHOLES}"' in page
    assert page.count('class="field-card-icon"') == page.count('class="field-card"')


def test_labels_order_required_and_hidden_come_from_the_web_form(portal, web_form):
    web_form("title", label="Chuyện gì vậy?", description="Nói ngắn thôi")
    web_form("address", reqd=1)
    web_form("occurred_at", hidden=1)
    page = text_of(portal.get(f"{FORM}?field={world.POTHOLES}"))
    assert "Chuyện gì vậy?" in page
    assert "Nói ngắn thôi" in page
    assert 'name="occurred_at"' not in page
    assert re.search(r'name="address"[^>]*aria-required="true"', page)
    assert page.index('id="f-title"') < page.index('id="f-area"') < page.index('id="f-citizen_name"')


def test_a_complaint_is_filed_and_the_receipt_follows(portal, site):
    answer = portal.post(FORM, good(), [("ảnh.jpg", photo())])
    assert answer.status_code == 303
    complaint = filed(site, answer)
    assert (complaint.channel, complaint.title) == ("Web", world.GOOD["title"])
    assert complaint.identity.citizen_phone == "0912345678"
    receipt = text_of(portal.get(answer.headers["Location"]))
    assert code_of(answer) in receipt
    assert complaint.name in receipt
    assert complaint.due_on.strftime("%d/%m/%Y") in receipt
    assert "<svg" in receipt.split("receipt-qr", 1)[1]


def test_the_same_token_files_one_complaint(portal, site):
    before = count(site)
    first = portal.post(FORM, good(token="một-lần-điền"))
    second = portal.post(FORM, good(token="một-lần-điền"))
    assert first.headers["Location"] == second.headers["Location"]
    assert count(site) == before + 1


def test_the_page_script_gets_the_outcome_as_json(portal):
    answer = portal.post(FORM, good(), Accept="application/json")
    assert answer.status_code == 200
    assert answer.get_json()["location"].endswith("/bien-nhan")
    wrong = portal.post(FORM, good(title="", citizen_name=""), Accept="application/json")
    assert wrong.status_code == 422
    assert [error["name"] for error in wrong.get_json()["errors"]] == ["title", "citizen_name"]


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(portal, site):
    before = count(site)
    answer = portal.post(FORM, good(title="", citizen_phone="12", content="Nội dung <giữ lại> & còn nguyên"))
    page = text_of(answer)
    assert answer.status_code == 422
    assert set(errors_in(page)) == {"title", "citizen_phone"}
    assert page.index('href="#f-title"') < page.index('href="#f-citizen_phone"')
    assert "Nội dung &lt;giữ lại&gt; &amp; còn nguyên</textarea>" in page
    assert f'value="{world.WARD}" ' in page
    assert re.search(rf'value="{world.WARD}"[^>]* selected', page)
    assert count(site) == before


def test_the_administrators_required_field_is_asked_for_by_its_label(portal, web_form):
    web_form("address", reqd=1, label="Chỗ nào")
    page = text_of(portal.post(FORM, good(address="  ")))
    assert "Chỗ nào" in errors_in(page)["address"]


def test_required_photos_are_asked_for(portal, web_form):
    web_form("photos_html", reqd=1)
    assert set(errors_in(text_of(portal.post(FORM, good())))) == {"photos"}
    web_form("photos_html", reqd=1)
    assert portal.post(FORM, good(), [("a.jpg", photo())]).status_code == 303


def test_a_forged_field_is_not_read(portal, site):
    forged = {
        "tracking_code": "AAAA",
        "phase": "closed",
        "workflow_state": "Closed",
        "agency": world.HEALTH,
        "officer": world.OFFICER,
        "citizen_user": world.OFFICER,
        "due_on": "2030-01-01",
        "channel": "Phone",
        "severity": "Urgent",
        "publication": "Published",
        "needs_approval": "0",
        "name": "PA-1999-000001",
        "doctype": "User",
        "owner": "Administrator",
    }
    complaint = filed(site, portal.post(FORM, good(**forged)))
    assert (complaint.phase, complaint.agency, complaint.channel) == ("new", world.DUTY, "Web")
    assert (complaint.officer, complaint.identity.citizen_user) == (None, None)
    assert complaint.publication == "Undecided"
    assert complaint.severity == "Normal"
    assert complaint.needs_approval == 1
    assert complaint.name.startswith("PA-2") and complaint.tracking_code != "AAAA"
    assert complaint.owner == "Guest"


def test_a_hidden_field_keeps_the_administrators_value_whatever_is_sent(portal, site, web_form):
    web_form("identity_wish", hidden=1, default="Hidden from the handling agency")
    complaint = filed(site, portal.post(FORM, good(identity_wish="Public")))
    assert complaint.identity_wish == "Hidden from the handling agency"


def test_a_removed_choice_is_not_offered(portal, web_form):
    web_form("identity_wish", options="Hidden from the public\nNonsense")
    page = text_of(portal.get(f"{FORM}?field={world.POTHOLES}"))
    assert re.findall(r'name="identity_wish" value="([^"]+)"', page) == ["Hidden from the public"]


def test_questions_of_the_field_are_asked_and_a_stopping_answer_stops(portal, site):
    page = text_of(portal.get(f"{FORM}?field={world.FOOD}"))
    assert 'data-shown-when="q_sick" data-shown-value="Có"' in page
    missing = portal.post(FORM, good(field=world.FOOD))
    assert set(errors_in(text_of(missing))) == {"q_sick"}
    asked = portal.post(FORM, good(field=world.FOOD, q_sick="Có"))
    assert set(errors_in(text_of(asked))) == {"q_people"}
    stopped = portal.post(FORM, good(field=world.FOOD, q_sick="Đang nguy kịch"))
    assert errors_in(text_of(stopped))["q_sick"] == "Hãy gọi ngay 115."
    complaint = filed(site, portal.post(FORM, good(field=world.FOOD, q_sick="Không")))
    assert "Không" in complaint.question_answers


def test_changing_the_subject_without_javascript_keeps_what_was_typed(portal, site):
    before = count(site)
    answer = portal.post(FORM, good(step="field", new_field=world.FOOD))
    page = text_of(answer)
    assert answer.status_code == 200
    assert f'name="field" value="{world.FOOD}"' in page
    assert world.GOOD["title"] in page
    assert count(site) == before


def test_an_unknown_subject_is_asked_for_again_in_the_form(portal):
    page = text_of(portal.post(FORM, good(field="no-such-field")))
    assert "field" in errors_in(page)
    assert '<select id="f-field"' in page


def test_the_trap_for_machines(portal, site):
    before = count(site)
    answer = portal.post(FORM, good(website="http://spam.example"))
    assert answer.status_code == 422
    assert count(site) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trang.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("tep.pdf", b"%PDF-1.7"),
        ("anh.gif", b"GIF89a" + b"\0" * 40),
        ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("rong.jpg", b""),
        ("dai.jpg", photo()[:80]),
    ],
)
def test_what_is_not_a_photo_is_refused_by_its_content(portal, site, name, content):
    before = count(site)
    answer = portal.post(FORM, good(), [(name, content)])
    assert answer.status_code == 422
    assert name in errors_in(text_of(answer))["photos"]
    assert count(site) == before


def test_too_large_and_too_many_photos(portal):
    large = photo() + b"\0" * (10 * 1024 * 1024)
    assert "10 MB" in errors_in(text_of(portal.post(FORM, good(), [("lon.jpg", large)])))["photos"]
    many = [(f"{number}.jpg", photo()) for number in range(6)]
    assert "5" in errors_in(text_of(portal.post(FORM, good(), many)))["photos"]


def test_text_and_photos_are_refused_together(portal):
    page = text_of(portal.post(FORM, good(title=""), [("trang.jpg", b"<html>")]))
    assert set(errors_in(page)) == {"title", "photos"}


def test_limit_per_network_address(portal, limits):
    limits(complaints_per_address_per_hour=2)
    assert [portal.post(FORM, good()).status_code for _ in range(3)] == [303, 303, 429]
    assert Portal(portal.frappe).post(FORM, good()).status_code == 303


def test_limit_per_telephone(portal, limits, site):
    limits(complaints_per_phone_per_day=1)
    phone = "09" + "".join(str(ord(c) % 10) for c in site.generate_hash(length=8))
    assert portal.post(FORM, good(citizen_phone=phone)).status_code == 303
    refused = Portal(site).post(FORM, good(citizen_phone=phone))
    assert refused.status_code == 429
    assert world.GOOD["title"] in text_of(refused)


def test_the_frameworks_own_door_is_closed(site, province):
    from phanhoi_app.portal.api import accept

    with pytest.raises(site.PermissionError):
        accept("gui-phan-anh", '{"title": "Qua cửa bên"}')


@pytest.mark.parametrize("path", ["/", FORM, f"{FORM}?field={world.POTHOLES}", "/tra-cuu", "/phan-anh"])
def test_pages_are_whole_in_both_languages_and_run_no_foreign_script(portal, path):
    for lang in ("vi", "en"):
        answer = portal.get(path + ("&" if "?" in path else "?") + f"lang={lang}")
        page = text_of(answer)
        assert answer.status_code == 200
        assert f'<html lang="{lang}">' in page
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        # Nothing runs that stands in the page itself: only files of this site, and the hashed import map.
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
        assert all('type="importmap"' in tag or 'type="application/json"' in tag for tag in inline)
        assert not re.search(r"\son[a-z]+\s*=|javascript:|style=\"", page)
        assert not re.search(r"(src|href)=\"(https?:)?//", page)


def test_the_administrator_may_edit_the_form_outside_developer_mode(site):
    assert site.db.get_value("Web Form", "gui-phan-anh", "is_standard") == 0


def test_the_request_limit_is_raised_for_the_photos_and_never_lowered(site, province, tmp_path, monkeypatch):
    import json

    from phanhoi_app.portal import request_size

    config = tmp_path / "site_config.json"
    config.write_text(json.dumps({"max_file_size": 10 * 1024 * 1024}))
    monkeypatch.setattr("frappe.installer.get_site_config_path", lambda: str(config))
    monkeypatch.setitem(site.local.conf, "max_file_size", 10 * 1024 * 1024)
    assert request_size.allow()
    allowed = json.loads(config.read_text())["max_file_size"]
    assert allowed > 5 * 10 * 1024 * 1024
    assert not request_size.allow()
    site.local.conf.max_file_size = allowed * 2
    assert not request_size.allow()
    assert json.loads(config.read_text())["max_file_size"] == allowed
