"""A citizen's own complaint: who finds it, what is shown of it, and what its citizen may do."""

import html
import re

import pytest
from helpers import world
from helpers.people import acting
from helpers.portal import Portal, text_of

from phanhoi_app.portal import files, timeline, tracking
from phanhoi_app.rules import codes

NAME, PHONE, EMAIL = "Trịnh Thị Bí Mật", "0987 123 456", "bi.mat@example.com"


@pytest.fixture
def portal(site, province):
    return Portal(site)


@pytest.fixture
def limits(site):
    def change(**values):
        for name, value in values.items():
            site.db.set_single_value("Phanhoi Settings", name, value)
        site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")

    yield change
    site.db.rollback()
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")


def link(complaint) -> str:
    return f"/tra-cuu/{codes.grouped(complaint.tracking_code)}"


def without_what_was_typed(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_the_code_and_the_last_four_digits_open_it(portal, file_one):
    complaint = file_one()
    typed = codes.grouped(complaint.tracking_code).lower().replace("-", " ")
    answer = portal.post("/tra-cuu", {"code": typed, "last4": "5678"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == link(complaint)


def test_wrong_and_unknown_get_the_same_reply(portal, file_one):
    complaint = file_one()
    other = file_one(citizen_phone="", citizen_email="an@example.com")
    code, none = complaint.tracking_code, codes.tracking_code(lambda n: b"\x07" * n)
    replies = [
        portal.post("/tra-cuu", {"code": code, "last4": "0000"}),
        portal.post("/tra-cuu", {"code": none, "last4": "5678"}),
        portal.post("/tra-cuu", {"code": "không phải mã", "last4": "5678"}),
        portal.post("/tra-cuu", {"code": other.tracking_code, "last4": "5678"}),
    ]
    assert {reply.status_code for reply in replies} == {404}
    assert len({without_what_was_typed(text_of(reply)) for reply in replies}) == 1


def test_a_wrong_code_costs_as_many_questions_to_the_database_as_wrong_digits(site, portal, file_one):
    complaint = file_one()

    def statements(code):
        asked = []
        original = site.db.sql

        def counted(*args, **kwargs):
            asked.append(args[0])
            return original(*args, **kwargs)

        site.db.sql = counted
        try:
            assert portal.post("/tra-cuu", {"code": code, "last4": "0000"}).status_code == 404
        finally:
            site.db.sql = original
        return len(asked)

    statements("AAAA")  # warms the caches
    assert statements(complaint.tracking_code) == statements("AAAA-AAAA-AAAA-AA") == statements("?")


def test_empty_or_odd_input_is_told_apart_from_a_wrong_code(portal):
    page = text_of(portal.post("/tra-cuu", {"code": "", "last4": "12a4"}))
    assert 'href="#f-code"' in page and 'href="#f-last4"' in page


def test_two_hundred_guesses_are_stopped(portal, file_one, limits, site):
    limits(guesses_per_address_per_hour=20)
    complaint = file_one()
    statuses = [
        portal.post("/tra-cuu", {"code": complaint.tracking_code, "last4": f"{n:04}"}).status_code
        for n in range(200)
    ]
    assert statuses == [404] * 20 + [429] * 180


def test_guesses_at_the_link_are_counted_too_and_others_go_on(portal, file_one, limits, site):
    limits(guesses_per_address_per_hour=3)
    complaint = file_one()
    for number in range(3):
        assert portal.get(f"/tra-cuu/AAAA-AAAA-AAAA-{number}{number}").status_code == 404
    with_right_code = portal.get(link(complaint))
    assert with_right_code.status_code == 429


def test_right_look_ups_are_never_counted(portal, file_one, limits):
    limits(guesses_per_address_per_hour=2)
    complaint = file_one()
    assert {portal.get(link(complaint)).status_code for _ in range(6)} == {200}


def test_the_page_shows_the_way_but_nobodys_name(portal, site, file_one, act, province):
    complaint = file_one(citizen_name=NAME, citizen_phone=PHONE, citizen_email=EMAIL)
    act(province.COORDINATOR, complaint, "accept", note="ghi chú nội bộ một")
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS, note="ghi chú nội bộ hai")
    act(province.OFFICER, complaint, "take")
    act(province.OFFICER, complaint, "submit", answer_text="Dự thảo chưa duyệt.")
    act(province.LEADER, complaint, "send_back", reason="lý do nội bộ ba")
    page = text_of(portal.get(link(complaint)))
    for secret in (NAME, "0987123456", PHONE, EMAIL, "nội bộ", "Dự thảo chưa duyệt"):
        assert secret not in page
    for user in (province.COORDINATOR, province.OFFICER, province.LEADER):
        assert user not in page
        assert world.PEOPLE[user][0] not in page
    assert "Sở Xây dựng Thử" in page
    assert complaint.name in page


def test_each_step_has_its_date_and_only_steps_of_the_citizen_are_told(site, answered):
    from phanhoi_app.history import read

    with acting(site, "Guest"):
        steps = timeline.steps(read.events(answered.name))
    assert len(steps) == 6
    assert all(step["at"] and step["title"] for step in steps)
    assert "Sở Xây dựng Thử" in steps[2]["title"]
    states = [stop["state"] for stop in timeline.milestones(answered)]
    assert states == ["done", "done", "done", "done"]


def test_the_answer_is_shown_and_judged_and_reopened(portal, site, answered):
    page = text_of(portal.get(link(answered)))
    assert "Đã vá ổ gà ngày 20/11." in page and "12/SXD" in page
    levels = re.findall(r'name="level" value="([^"]+)"', page)
    assert levels
    unhappy = levels[-1]
    done = portal.post(link(answered), {"action": "rate", "level": unhappy, "comment": "Vẫn còn <b>hỏng</b>"})
    assert done.status_code == 303
    page = text_of(portal.get(done.headers["Location"]))
    assert 'name="level"' not in page
    assert "Vẫn còn ‹b›hỏng‹/b›" in page
    assert 'value="reopen"' in page
    assert (
        portal.post(link(answered), {"action": "reopen", "reason": "Ổ gà lại lún xuống"}).status_code == 303
    )
    answered.reload()
    assert (answered.reopened_count, answered.phase) == (1, "assigned")
    page = text_of(portal.get(link(answered)))
    assert "Đã vá ổ gà" not in page
    assert "Ổ gà lại lún xuống" in page


def test_a_question_is_answered_with_a_photo(portal, site, file_one, act, province):
    from helpers.pictures import jpeg

    from phanhoi_app.intake import photos

    complaint = file_one()
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "ask", question="Ổ gà ở đoạn nào?")
    page = text_of(portal.get(link(complaint)))
    assert "Ổ gà ở đoạn nào?" in page
    sent = portal.post(link(complaint), {"action": "supply", "text": "Trước số 12"}, [("them.jpg", jpeg())])
    assert sent.status_code == 303
    complaint.reload()
    assert complaint.phase == "screening"
    assert len(photos.of(complaint.name)) == 1
    assert "Trước số 12" in text_of(portal.get(link(complaint)))


def test_a_refusal_tells_why(portal, file_one, act, province):
    complaint = file_one()
    act(province.COORDINATOR, complaint, "accept")
    act(
        province.COORDINATOR,
        complaint,
        "refuse",
        refusal_reason="outside_province",
        note="Việc này ở tỉnh bên.",
    )
    page = html.unescape(text_of(portal.get(link(complaint))))
    assert "Việc này ở tỉnh bên." in page
    assert 'class="stopped"' in page


def test_photos_are_served_only_with_the_right_code(portal, site, file_one):
    from helpers.pictures import jpeg

    from phanhoi_app.intake import photos
    from phanhoi_app.intake.photos import Upload

    mine = file_one(photos=[Upload("a.jpg", jpeg())])
    other = file_one()
    name = photos.of(mine.name)[0].name
    answer = portal.get(f"{link(mine)}/tep/{name}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert portal.get(f"{link(other)}/tep/{name}").status_code == 404
    assert portal.get(f"/tra-cuu/{codes.grouped('A' * 14)}/tep/{name}").status_code == 404


def test_files_of_a_draft_and_of_other_kinds_stay_inside(site, file_one, act, province):
    complaint = file_one()
    for field in (tracking.ANSWER_FILES, None, "internal"):
        file = site.get_doc(
            {
                "doctype": "File",
                "file_name": f"{field}.html",
                "attached_to_doctype": "Complaint",
                "attached_to_name": complaint.name,
                "attached_to_field": field,
                "is_private": 1,
                "content": "<script>alert(1)</script>",
            }
        ).insert()
        assert files.serve(complaint, file.name) is None
        if field == tracking.ANSWER_FILES:
            answers_file = file.name
    complaint.phase = "answered"
    answer = files.serve(complaint, answers_file)
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_markup_that_people_type_is_shown_not_run(portal, site, file_one, act, province):
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}"
    complaint = file_one(title=f"Tiêu đề {evil}", content=f"Nội dung {evil}", address=f"Chỗ {evil}")
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "ask", question=f"Hỏi {evil}")
    for path in (link(complaint), f"{link(complaint)}/bien-nhan"):
        page = text_of(portal.get(path))
        assert "<img src" not in page.replace('<img src="/assets/', "")
        assert "<script>alert" not in page
        assert "49" not in re.findall(r"Hỏi .*", page)
    assert "Hỏi &lt;img src=x onerror=alert(1)&gt;" in text_of(portal.get(link(complaint)))


def test_tracking_pages_are_kept_from_caches_and_search_engines(portal, file_one):
    answer = portal.get(link(file_one()))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
