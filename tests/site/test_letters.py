"""Letters on paper and over the counter: the book, the complaint made of each, the receipt with its code."""

import io
import json

import pytest
from helpers.people import acting
from PIL import Image

from phanhoi_app.intake.errors import InvalidSubmission

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%%EOF\n"


@pytest.fixture
def upload(site):
    """``upload(bytes, "a.jpg")`` is a file that the session's user has uploaded, as the form names it."""

    def put(content, name):
        file = site.get_doc(
            {"doctype": "File", "file_name": name, "is_private": 1, "content": content}
        ).insert()
        return {"name": file.name, "file_name": file.file_name}

    return put


@pytest.fixture
def registered(site, province, upload):
    """``registered(letter_number="12/ĐT")`` registers a letter as the coordinator."""

    def register(scans=(), named=(), **values):
        with acting(site, province.COORDINATOR):
            files = [upload(content, name) for name, content in scans] + list(named)
            letter = {
                "doctype": "Incoming Letter",
                "channel": "Counter",
                "letter_number": "12/ĐT-2026",
                "letter_date": "2026-01-05",
                "title": "Đường trước trường học ngập nước",
                "content": "Mỗi khi mưa, đoạn đường trước cổng trường ngập sâu nửa mét.",
                "field": province.POTHOLES,
                "citizen_name": "Bùi Thị Hạnh",
                "citizen_address": "Thôn 2, xã Hà Trung",
                "citizen_phone": "0934 567 890",
                "scans": json.dumps(files),
                **values,
            }
            return site.get_doc(letter).insert()

    return register


def photo():
    out = io.BytesIO()
    Image.effect_noise((40, 30), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_letter_becomes_a_complaint_and_a_line_of_the_book(site, registered):
    from phanhoi_app.access import files
    from phanhoi_app.intake import photos

    letter = registered([("trang 1.jpg", photo()), ("don.pdf", PDF)])
    complaint = site.get_doc("Complaint", letter.complaint)
    assert (complaint.channel, complaint.phase) == ("Counter", "new")
    assert complaint.identity.citizen_name == "Bùi Thị Hạnh"
    assert len(photos.of(complaint.name)) == len(photos.of(complaint.name, files.CITIZEN_PAPERS)) == 1
    kept = str(site.get_doc("Incoming Letter", letter.name).as_dict())
    for hidden in ("Hạnh", "0934", "Hà Trung", "ngập"):
        assert hidden not in kept
    assert letter.sender_masked.startswith("B*** T***")
    assert not site.db.exists(
        "File", {"file_name": ("like", "trang 1%"), "attached_to_doctype": ("is", "not set")}
    )


def test_the_number_on_the_letter_finds_the_complaint(site, registered, province):
    from phanhoi_app.access import search

    letter = registered(letter_number="77/UBND-TD")
    with acting(site, province.COORDINATOR):
        found = search.complaints("Complaint", "77/UBND-TD", "name", 0, 20, {})
    assert [row[0] for row in found] == [letter.complaint]
    with acting(site, province.OTHER_OFFICER):
        assert not search.complaints("Complaint", "77/UBND-TD", "name", 0, 20, {})


def test_what_is_wrong_is_said_by_field_and_nothing_is_written(site, registered):
    before = site.db.count("Complaint"), site.db.count("Incoming Letter")
    with pytest.raises(InvalidSubmission) as refused:
        registered([("x.docx", b"MZ no picture")], letter_date="2999-01-01", citizen_phone="123")
    assert {"letter_date", "scans"} <= set(refused.value.errors)
    with pytest.raises(InvalidSubmission):
        registered([("macro.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"))])
    assert (site.db.count("Complaint"), site.db.count("Incoming Letter")) == before


def test_only_the_own_uploads_are_taken(site, registered, upload, province):
    with acting(site, province.ADMINISTRATOR):
        theirs = upload(photo(), "của người khác.jpg")
    with pytest.raises(InvalidSubmission):
        registered(named=[theirs])


def test_whoever_registered_it_prints_the_receipt_and_the_history_says_so(
    site, registered, province, monkeypatch
):
    from phanhoi_app.history import read
    from phanhoi_app.intake import letters
    from phanhoi_app.rules import codes

    monkeypatch.setattr(type(site.local.db), "commit", lambda self, *args: None)
    letter = registered()
    complaint = site.get_doc("Complaint", letter.complaint)
    with acting(site, province.COORDINATOR):
        page = letters.receipt(letter.name).get_data(as_text=True)
    assert codes.grouped(complaint.tracking_code) in page
    assert "<svg" in page
    assert "Bùi Thị Hạnh" in page
    assert read.events(complaint.name)[-1].kind == "receipt_printed"
    for user in (province.SECOND_COORDINATOR, province.ADMINISTRATOR):
        with acting(site, user), pytest.raises(site.PermissionError):
            letters.receipt(letter.name)


def test_the_book_is_written_once_and_seen_as_its_complaint_is(site, registered, province):
    letter = registered()
    with acting(site, province.COORDINATOR):
        doc = site.get_doc("Incoming Letter", letter.name)
        doc.letter_number = "99"
        with pytest.raises(site.PermissionError):
            doc.save()
    for user, sees in ((province.COORDINATOR, True), (province.SUPERVISOR, True), (province.OFFICER, False)):
        with acting(site, user):
            site.local.request_cache.clear()
            assert bool(site.get_list("Incoming Letter", {"name": letter.name})) is sees
            assert bool(site.has_permission("Incoming Letter", doc=letter.name)) is sees
    with acting(site, province.OFFICER), pytest.raises(site.PermissionError):
        site.get_doc({"doctype": "Incoming Letter", "channel": "Paper"}).insert()


def test_the_same_number_and_date_is_asked_about(site, registered, province):
    from phanhoi_app.intake import letters

    letter = registered(letter_number="15/HT")
    with acting(site, province.COORDINATOR):
        assert letters.already_registered("15/HT", "2026-01-05") == letter.name
        assert letters.already_registered("15/HT", "2026-01-06") is None
