"""What everybody may read: published answers, found without marks, with nothing of the person who sent them."""

import re

import pytest
from helpers import world
from helpers.people import acting
from helpers.portal import Portal, text_of

from phanhoi_app.portal import public

NAME, PHONE, EMAIL = "Trịnh Thị Bí Mật", "0987 123 456", "bi.mat@example.com"
PRIVATE = (
    "citizen_name",
    "citizen_phone",
    "citizen_email",
    "citizen_user",
    "tracking_code",
    "title",
    "content",
    "address",
)


@pytest.fixture
def portal(site, province):
    return Portal(site)


@pytest.fixture
def published(site, file_one, act, province):
    """``published(title="…")`` makes an answered complaint and publishes it with these public texts."""
    from phanhoi_app.custody import publication

    def make(title="Đường hố hỏng", content="Mặt đường có ổ gà.", answer="Đã sửa xong.", **values):
        values = {"citizen_name": NAME, "citizen_phone": PHONE, "citizen_email": EMAIL, **values}
        complaint = file_one(content="Riêng tư: zebraxyz, nhà tôi số 12.", **values)
        act(province.COORDINATOR, complaint, "accept")
        act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
        act(province.OFFICER, complaint, "take")
        act(province.OFFICER, complaint, "submit", answer_text="Đã sửa.")
        act(province.LEADER, complaint, "approve")
        with acting(site, province.COORDINATOR):
            return publication.publish(complaint.name, title, content, answer)

    return make


def names(**filters) -> list[str]:
    return [row.name for row in public.listing(**filters)["rows"]]


def test_only_named_columns_are_read():
    assert not set(PRIVATE) & set(public.COLUMNS)


def test_a_published_answer_is_listed_and_shown_without_the_person(portal, published, province):
    case = published()
    listed, shown = text_of(portal.get("/phan-anh")), text_of(portal.get(f"/phan-anh/{case.name}"))
    assert "Đường hố hỏng" in listed
    assert "Đã sửa xong." in shown and "Sở Xây dựng Thử" in shown
    case.reload()
    secrets = (
        NAME,
        "0987123456",
        EMAIL,
        case.tracking_code,
        "zebraxyz",
        world.GOOD["title"],
        world.GOOD["address"],
    )
    for secret in (*secrets, world.PEOPLE[province.OFFICER][0]):
        assert secret not in listed + shown


def test_what_is_not_published_or_withheld_is_not_found(
    portal, site, published, answered, file_one, province
):
    from phanhoi_app.custody import publication

    withheld = published()
    with acting(site, province.COORDINATOR):
        publication.withhold(withheld.name, "Có dữ liệu cá nhân")
    for complaint in (answered, file_one(), withheld):
        assert portal.get(f"/phan-anh/{complaint.name}").status_code == 404
        assert complaint.name not in names()
    assert portal.get(f"/phan-anh/{answered.tracking_code}").status_code == 404


def test_a_reopened_complaint_leaves_the_public_page(portal, site, published):
    from phanhoi_app.custody import citizen

    case = published()
    citizen.reopen(case.name, "Vẫn hỏng như cũ")
    assert portal.get(f"/phan-anh/{case.name}").status_code == 404


def test_an_answer_published_after_a_visit_is_seen_at_once(portal, site, answered, province):
    from phanhoi_app.custody import publication

    assert portal.get(f"/phan-anh/{answered.name}").status_code == 404
    with acting(site, province.COORDINATOR):
        publication.publish(answered.name, "Tiêu đề", "Nội dung", "Trả lời")
    assert portal.get(f"/phan-anh/{answered.name}").status_code == 200


def test_the_number_is_taken_letter_by_letter(portal, published):
    case = published()
    assert portal.get(f"/phan-anh/{case.name.lower()}").status_code == 404
    assert portal.get(f"/phan-anh/{case.name}%20").status_code == 404


@pytest.mark.parametrize("query", ["duong ho hong", "Đường hố", "ĐƯỜNG", "hong duong", "sua xong", "o ga"])
def test_search_with_or_without_marks(published, query):
    assert published().name in names(query=query)


@pytest.mark.parametrize("query", ["zebraxyz", "trinh thi bi mat", "0987", "%", "_", "khong co chu nay"])
def test_search_reads_the_public_text_only(published, query):
    case = published()
    found = names(query=query)
    # Signs alone are no word: they ask for everything.
    assert (case.name in found) == (query in "%_")


def test_filters_by_field_with_what_lies_below_it_and_by_area(site, published, province):
    case = published()
    group = site.get_doc(
        {"doctype": "Field", "field_code": "t-above", "field_name": "Nhóm trên", "is_group": 1}
    ).insert()
    field = site.get_doc("Field", world.POTHOLES)
    field.parent_field = group.name
    field.save()
    assert case.name in names(field=world.POTHOLES)
    assert case.name in names(field="t-above")
    assert case.name not in names(field=world.FOOD)
    assert case.name in names(area=world.WARD)
    assert case.name not in names(area="no-such-area")


def test_pages_of_the_list_hold_each_answer_once(published, site):
    made = {published(title=f"Trang {number}").name for number in range(public.PAGE_SIZE + 2)}
    first = public.listing(query="trang", page=1)
    second = public.listing(query="trang", page=2)
    seen = [row.name for row in first["rows"] + second["rows"]]
    assert len(first["rows"]) == public.PAGE_SIZE
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    assert public.listing(query="trang", page=99)["page"] == first["pages"]
    assert public.listing(query="trang", page="x")["page"] == 1


def test_markup_in_published_text_is_shown_not_run(portal, site, published):
    case = published()
    site.db.set_value(
        "Complaint",
        case.name,
        {"public_title": "<script>alert(1)</script>", "public_answer": "<b onclick=x>"},
    )
    for path in ("/phan-anh", f"/phan-anh/{case.name}", "/"):
        page = text_of(portal.get(path))
        assert "<script>alert" not in page and "<b onclick" not in page


def test_a_query_with_markup_is_given_back_escaped(portal):
    page = text_of(portal.get('/phan-anh?q="><script>alert(1)</script>&field="><b>'))
    assert "<script>alert" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_a_log_of_an_error_gets_nothing_of_the_form(site, province, monkeypatch):
    """Newer frameworks put the request's form beside the traceback: names and telephones of people."""
    from phanhoi_app.portal import renderer

    told = []

    def broken():
        site.local.form_dict = site._dict(citizen_phone="0912345678")
        raise RuntimeError("out of order")

    monkeypatch.setattr(renderer, "ROUTES", ((re.compile("tra-cuu"), broken),))
    monkeypatch.setattr(site, "log_error", lambda **log: told.append((dict(site.form_dict), log["message"])))
    assert Portal(site).get("/tra-cuu").status_code == 500
    [(form, message)] = told
    assert form == {} and "0912345678" not in message
