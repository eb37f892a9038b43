"""A complaint comes in: what is asked for, what is refused and in which words, and that nothing is lost or doubled."""

import io

import pytest
from helpers import world
from PIL import Image

from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.intake.photos import Upload


def refused(file_one, fieldname, **values):
    """The sentence for `fieldname` when a submission is refused for it alone."""
    with pytest.raises(InvalidSubmission) as caught:
        file_one(**values)
    assert set(caught.value.errors) == {fieldname}
    assert caught.value.http_status_code == 422
    return caught.value.errors[fieldname]


def photo(kind="JPEG", size=(40, 30), exif=None) -> bytes:
    out = io.BytesIO()
    extra = {"exif": exif} if exif else {}
    Image.new("RGB", size, "teal").save(out, kind, **extra)
    return out.getvalue()


def test_a_complaint_gets_number_code_state_holder_and_due_day(file_one, province):
    complaint = file_one()
    assert complaint.name.startswith("PA-")
    assert len(complaint.tracking_code) == 14
    assert (complaint.phase, complaint.agency, complaint.clock_state) == ("new", province.DUTY, "Running")
    assert complaint.due_on > complaint.received_at
    assert complaint.identity.citizen_phone == "0912345678"
    assert complaint.search_text.startswith("o ga tren duong le lai")


@pytest.mark.parametrize(
    ("fieldname", "values"),
    [
        ("title", {"title": ""}),
        ("title", {"title": "ổ"}),
        ("title", {"title": "x" * 201}),
        ("content", {"content": "   "}),
        ("content", {"content": "hỏng"}),
        ("content", {"content": "x" * 10_001}),
        ("field", {"field": ""}),
        ("field", {"field": "no-such-field"}),
        ("area", {"area": "no-such-area"}),
        ("area", {"field": world.TOGETHER, "area": ""}),
        ("address", {"address": "x" * 241}),
        ("latitude", {"latitude": "abc", "longitude": "105"}),
        ("latitude", {"latitude": "91", "longitude": "105"}),
        ("latitude", {"latitude": "nan", "longitude": "105"}),
        ("occurred_at", {"occurred_at": "hôm qua"}),
        ("occurred_at", {"occurred_at": "2099-01-01 10:00"}),
        ("kind", {"kind": "Nonsense"}),
        ("identity_wish", {"identity_wish": "Everybody"}),
        ("citizen_name", {"citizen_name": ""}),
        ("citizen_name", {"citizen_name": "A"}),
        ("citizen_phone", {"citizen_phone": "12345"}),
        ("citizen_phone", {"citizen_phone": "", "citizen_email": ""}),
        ("citizen_email", {"citizen_email": "an@"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_in_vietnamese(file_one, fieldname, values):
    sentence = refused(file_one, fieldname, **values)
    assert len(sentence) > 10
    assert any(ord(letter) > 127 for letter in sentence), f"not Vietnamese: {sentence}"


def test_all_that_is_wrong_is_said_at_once(file_one):
    with pytest.raises(InvalidSubmission) as caught:
        file_one(title="", content="", citizen_phone="abc", photos=[Upload("a.jpg", b"no picture")])
    assert set(caught.value.errors) == {"title", "content", "citizen_phone", "photos"}


def test_a_refused_submission_writes_nothing(site, file_one):
    before = site.db.count("Complaint"), site.db.count("Complaint Event"), site.db.count("Message")
    with pytest.raises(InvalidSubmission):
        file_one(title="")
    assert (site.db.count("Complaint"), site.db.count("Complaint Event"), site.db.count("Message")) == before


def test_forged_fields_are_not_read(file_one, province):
    complaint = file_one(
        workflow_state="Closed",
        phase="closed",
        agency=province.HEALTH,
        officer="Administrator",
        due_on="2099-01-01",
        tracking_code="0",
        publication="Published",
        citizen_user="Administrator",
        channel="Phone",
        owner="Administrator",
        name="PA-1-000001",
    )
    assert (complaint.phase, complaint.agency, complaint.officer) == ("new", province.DUTY, None)
    assert (complaint.publication, complaint.identity.citizen_user, complaint.channel) == (
        "Undecided",
        None,
        "Web",
    )
    assert complaint.due_on.year < 2099
    assert complaint.name != "PA-1-000001"


def test_questions_are_asked_only_when_shown(file_one):
    assert "q_sick" in refusal(file_one, {})
    assert "q_people" in refusal(file_one, {"sick": "Có"})
    assert "q_people" in refusal(file_one, {"sick": "Có", "people": "nhiều"})
    assert "q_sick" in refusal(file_one, {"sick": "Không rõ"})
    assert "q_day" in refusal(file_one, {"sick": "Không", "day": "mùng ba Tết"})
    complaint = file_one(field=world.FOOD, answers={"sick": "Không", "people": "đừng đọc"})
    assert '"people"' not in complaint.question_answers


def refusal(file_one, answers):
    with pytest.raises(InvalidSubmission) as caught:
        file_one(field=world.FOOD, answers=answers)
    return caught.value.errors


def test_an_answer_that_stops_the_form_says_what_to_do_instead(file_one):
    assert refusal(file_one, {"sick": "Đang nguy kịch"}) == {"q_sick": "Hãy gọi ngay 115."}


def test_the_same_key_files_once(site, file_one):
    first = file_one(idempotency_key="one-tap")
    again = file_one(idempotency_key="one-tap", title="Another title")
    assert again.name == first.name
    assert file_one(idempotency_key="another").name != first.name
    assert site.db.count("Complaint", {"external_reference": first.external_reference}) == 1


def test_photos_lose_their_exif_and_stay_private(site, file_one):
    exif = Image.Exif()
    exif[0x010F] = "A maker"
    exif[0x8825] = {1: "N", 2: (19.0, 48.0, 0.0)}
    complaint = file_one(photos=[Upload("nhà tôi.jpg", photo(exif=exif)), Upload("b.png", photo("PNG"))])
    files = site.get_all(
        "File", filters={"attached_to_name": complaint.name}, fields=["name", "is_private", "file_url"]
    )
    assert len(files) == 2
    assert all(row.is_private and row.file_url.startswith("/private/files/") for row in files)
    for row in files:
        stored = Image.open(io.BytesIO(site.get_doc("File", row.name).get_content()))
        assert stored.format == "JPEG"
        assert not stored.getexif()


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script></html>", b"GIF89a" + b"\0" * 50, b"", b"%PDF-1.7", photo()[:200]],
    ids=["html", "gif", "empty", "pdf", "cut off"],
)
def test_what_is_no_photo_is_refused_whatever_its_name(file_one, content):
    assert "anh.jpg" in refused(file_one, "photos", photos=[Upload("anh.jpg", content)])


def test_a_picture_hidden_behind_a_script_is_made_anew(site, file_one):
    complaint = file_one(photos=[Upload("a.jpg", photo() + b"<script>alert(1)</script>")])
    name = site.get_all("File", filters={"attached_to_name": complaint.name}, pluck="name")[0]
    assert b"<script>" not in site.get_doc("File", name).get_content()


def test_too_many_and_too_large_photos_are_refused(file_one):
    assert "6" in refused(file_one, "photos", photos=[Upload("a.jpg", photo())] * 6)
    assert "to.jpg" in refused(file_one, "photos", photos=[Upload("to.jpg", b"x" * (10 * 1024 * 1024 + 1))])


def test_numbers_go_on_past_those_in_use_when_a_sequence_is_lost(site, file_one):
    """A restore from a dump without sequences must not give a number out twice."""
    from phanhoi_app.intake import numbers

    site.db.sql("delete from `tabComplaint` where name like 'PA-1999-%%'")
    site.db.commit()
    site.db.sql_ddl("drop sequence if exists `phanhoi_complaint_1999`")
    try:
        assert numbers.next_number(1999) == "PA-1999-000001"
        site.db.sql_ddl("drop sequence `phanhoi_complaint_1999`")
        site.db.sql(
            "insert into `tabComplaint` (name, creation, modified) values ('PA-1999-1000041', now(), now()), "
            "('PA-1999-999999', now(), now())"
        )
        site.db.commit()
        assert numbers.next_number(1999) == "PA-1999-1000042"
    finally:
        site.db.sql("delete from `tabComplaint` where name like 'PA-1999-%%'")
        site.db.commit()
        site.db.sql_ddl("drop sequence if exists `phanhoi_complaint_1999`")


def test_a_complaint_costs_at_most_25_statements(site, file_one):
    file_one()  # fills the caches
    statements = []
    database = site.local.db.__class__
    original = database.sql

    def counting(self, query, *args, **kwargs):
        statements.append(str(query))
        return original(self, query, *args, **kwargs)

    database.sql = counting
    try:
        file_one()
    finally:
        database.sql = original
    assert len(statements) <= 25, "\n".join(statements)


def test_the_desk_uses_the_same_checks(site, province):
    from helpers.people import acting

    with acting(site, province.COORDINATOR):
        with pytest.raises(InvalidSubmission):
            site.get_doc({"doctype": "Complaint", **province.GOOD, "title": "x"}).insert()
        complaint = site.get_doc(
            {
                "doctype": "Complaint",
                **province.GOOD,
                "citizen_name": "",
                "channel": "Phone",
                "phase": "closed",
            }
        ).insert()
    assert (complaint.phase, complaint.agency, complaint.channel) == ("new", province.DUTY, "Phone")
