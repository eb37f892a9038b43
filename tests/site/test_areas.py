"""Areas: their time, what took their place, and which of them holds a pin."""

import json
from datetime import date, timedelta

import pytest
from frappe.utils import getdate
from helpers import places, world
from helpers.people import acting
from helpers.places import MARK, area, boundary, square
from helpers.portal import Portal, errors_in, text_of

from phanhoi_app.intake import areas, check
from phanhoi_app.intake.errors import InvalidSubmission

TODAY = date.today()
# Two days, whatever the zone of the machine is.
YESTERDAY, TOMORROW = TODAY - timedelta(days=2), TODAY + timedelta(days=2)
PIN = {"latitude": "10.05", "longitude": "60.05"}


@pytest.fixture(autouse=True)
def nothing_remembered(site):
    with places.forgetting_pins(site):
        yield


def codes(*names):
    return [f"{MARK}{name}" for name in names]


# its document


def test_names_that_differ_by_marks_or_not_at_all_stand_beside_each_other(site):
    made = [
        area(site, code, name)
        for code, name in [("1", "Xã Văn Lang"), ("2", "Xã Văn Lăng"), ("3", "Xã Văn Lang")]
    ]
    assert {doc.name: site.db.get_value("Area", doc.name, "area_name") for doc in made} == {
        f"{MARK}1": "Xã Văn Lang",
        f"{MARK}2": "Xã Văn Lăng",
        f"{MARK}3": "Xã Văn Lang",
    }


def test_a_code_is_there_once(site):
    area(site, "1")
    with pytest.raises(site.DuplicateEntryError):
        area(site, "1", "Xã khác")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"valid_from": "2025-07-01", "valid_to": "2025-06-30"}, "trước"),
        ({"boundary": "POLYGON((1 2))"}, "Không đọc được GeoJSON"),
        ({"boundary": boundary([[19, 105], [20, 105], [20, 106], [19, 105]])}, "kinh độ đứng trước"),
        ({"boundary": boundary(square(1, 1)[:4])}, "chưa khép kín"),
    ],
)
def test_what_cannot_be_is_refused_in_words(site, values, words):
    with pytest.raises(site.ValidationError, match=words):
        area(site, "1", **values)


def test_successors_are_others_and_each_is_listed_once(site):
    area(site, "new")
    with pytest.raises(site.ValidationError, match="hai dòng"):
        area(site, "old", successors=("new", "new"))
    doc = site.get_doc("Area", f"{MARK}new")
    doc.append("successors", {"area": doc.name})
    with pytest.raises(site.ValidationError, match="chính nó"):
        doc.save()


def test_a_successor_follows_the_day_after_the_last_one(site):
    area(site, "new")
    doc = area(site, "old", successors=("new",), valid_to="2025-06-30")
    assert str(doc.successors[0].date) == "2025-07-01"


def test_a_boundary_keeps_the_box_around_it_and_a_removed_one_none(site):
    doc = area(site, "1", boundary=boundary(square(60, 10)))
    doc = site.get_doc("Area", doc.name)
    assert (doc.min_latitude, doc.min_longitude, doc.max_latitude, doc.max_longitude) == (10, 60, 10.1, 60.1)
    doc.min_latitude = 5  # only the boundary decides
    doc.save()
    assert site.db.get_value("Area", doc.name, "min_latitude") == 10
    doc.boundary = " "
    doc.save()
    assert site.db.get_value("Area", doc.name, ["boundary", "max_latitude"]) == (None, 0)
    assert areas.area_of(10.05, 60.05) is None


# time


def test_successors_are_followed_to_those_that_stand(site):
    for code in ("c", "d", "e"):
        area(site, code)
    area(site, "b", successors=("d", "c"), valid_to="2020-12-31")
    area(site, "a", successors=("b", "e"), valid_to="2010-12-31")
    area(site, "gone", valid_to="2010-12-31")
    on = lambda code, day: areas.successors_on(f"{MARK}{code}", day)  # noqa: E731
    assert on("a", "2010-12-31") == codes("a")
    assert on("a", "2011-01-01") == codes("b", "e")
    assert on("a", getdate("2021-01-01")) == codes("e", "d", "c")
    assert on("gone", "2011-01-01") == on("nowhere", "2011-01-01") == []


def test_a_circle_of_successors_ends(site):
    area(site, "a", valid_to="2010-12-31")
    area(site, "b", successors=("a",), valid_to="2011-12-31")
    doc = site.get_doc("Area", f"{MARK}a")
    doc.append("successors", {"area": f"{MARK}b"})
    doc.save()
    assert areas.successors_on(f"{MARK}a", "2015-01-01") == []


@pytest.fixture
def reorganised(site, province):
    """Two communes that ended yesterday: one became one other, one became two."""
    area(site, "n1", "Xã Mới Một")
    area(site, "n2", "Xã Mới Hai")
    area(site, "merged", "Xã Cũ Gộp", successors=("n1",), valid_to=YESTERDAY)
    area(site, "split", "Xã Cũ Chia", successors=("n1", "n2"), valid_to=YESTERDAY)
    area(site, "dead", "Xã Cũ Mất", valid_to=YESTERDAY)
    area(site, "later", "Xã Sắp Có", valid_from=TOMORROW)


def submitted(**values):
    return check.submission({**world.GOOD, **values}, {})[0]


def test_an_ended_area_that_became_one_is_taken_for_that_one(reorganised):
    assert submitted(area=f"{MARK}merged")["area"] == f"{MARK}n1"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("split", "được chia về Xã Mới Một (T-A-n1), Xã Mới Hai (T-A-n2). Vui lòng chọn"),
        ("dead", "không có trong danh sách"),
        ("later", "không có trong danh sách"),
        ("nowhere", "không có trong danh sách"),
    ],
)
def test_an_ended_area_that_became_several_is_asked_about(reorganised, code, words):
    with pytest.raises(InvalidSubmission) as refused:
        submitted(area=f"{MARK}{code}")
    assert words in refused.value.errors["area"]


def test_a_finished_case_of_old_keeps_its_area_and_an_open_one_needs_todays(reorganised):
    then = TODAY - timedelta(days=30)
    values = {**world.GOOD, "area": f"{MARK}split"}
    assert check.historical(values, then)["area"] == f"{MARK}split"
    with pytest.raises(InvalidSubmission, match="được chia về"):
        check.historical(values, then, TODAY)


def test_an_official_cannot_put_a_complaint_into_an_ended_area(site, reorganised, file_one):
    complaint = file_one()
    with acting(site, world.COORDINATOR):
        doc = site.get_doc("Complaint", complaint.name)
        doc.area = f"{MARK}split"
        with pytest.raises(site.ValidationError, match="được chia về"):
            doc.save()
        doc = site.get_doc("Complaint", complaint.name)
        doc.area = f"{MARK}merged"
        doc.save()
    assert doc.area == f"{MARK}n1"


def test_a_complaint_keeps_an_area_that_has_ended(site, file_one):
    doc = area(site, "1")
    complaint = file_one(area=doc.name)
    doc.valid_to = YESTERDAY
    doc.valid_from = None
    doc.save()
    complaint = site.get_doc("Complaint", complaint.name)
    complaint.severity = "Urgent"
    complaint.save()
    assert complaint.area == doc.name


def test_ended_areas_are_not_offered(site, reorganised):
    page = text_of(Portal(site).get(f"/gui-phan-anh?field={world.POTHOLES}"))
    assert "Xã Mới Một" in page
    assert not any(name in page for name in ("Xã Cũ Gộp", "Xã Cũ Chia", "Xã Sắp Có"))
    with acting(site, world.COORDINATOR):
        found = areas.offered("Area", "xa moi", "name", 0, 20, {"is_group": 0})
        assert [row[0] for row in found] == codes("n2", "n1")
        assert areas.offered("Area", "Xã Cũ", "name", 0, 20) == []
        assert areas.offered("Area", f"{MARK}N2", "name", 0, 20)[0][1] == "Xã Mới Hai"
    with acting(site, "Guest"), pytest.raises(site.PermissionError):
        areas.offered("Area", "", "name", 0, 20)


# a pin


def test_a_pin_finds_its_commune_the_smallest_that_stands(site):
    area(site, "large", boundary=boundary(square(60, 10, 1)))
    assert areas.area_of(10.05, 60.05) == f"{MARK}large"
    places_before = areas.area_of(30, 30)
    area(site, "small", boundary=boundary(square(60, 10), square(60.04, 10.04, 0.002)))
    area(site, "ended", boundary=boundary(square(60, 10, 0.06)), valid_to=YESTERDAY)
    area(site, "later", boundary=boundary(square(60, 10, 0.06)), valid_from=TOMORROW)
    area(site, "province", boundary=boundary(square(60, 10, 0.06)), is_group=1)
    areas._next_generation()
    assert areas.area_of(10.05, 60.05) == f"{MARK}small"
    assert areas.area_of(10.1, 60.05) == f"{MARK}small", "the border belongs to it"
    assert areas.area_of(10.041, 60.041) == f"{MARK}large", "the hole does not"
    assert areas.area_of(10.5, 60.5) == f"{MARK}large"
    assert places_before is None


def test_a_changed_boundary_counts_once_it_is_committed(site):
    doc = area(site, "1")
    assert areas.area_of(10.05, 60.05) is None
    assert not areas.boundaries_known()
    doc.boundary = boundary(square(60, 10))
    doc.save()
    assert areas.area_of(10.05, 60.05) is None, "what is not committed is nobody else's"
    site.db.after_commit.run()
    assert areas.area_of(10.05, 60.05) == doc.name
    assert areas.boundaries_known()


def test_finding_a_pin_uses_the_index_of_boxes(site):
    plan = site.db.sql(
        "explain select name from tabArea where min_latitude <= 10 and max_latitude >= 10 "
        "and min_longitude <= 60 and max_longitude >= 60",
        as_dict=True,
    )[0]
    assert plan.key == "bounding_box"


def test_the_pin_fills_in_what_was_not_chosen_and_changes_nothing_that_was(site, province):
    area(site, "1", boundary=boundary(square(60, 10)))
    assert submitted(area="", **PIN)["area"] == f"{MARK}1"
    assert submitted(area=world.WARD, **PIN)["area"] == world.WARD
    assert submitted(area="", latitude="30", longitude="30")["area"] is None


def test_without_a_script_a_required_commune_is_told_by_the_pin(site, province):
    area(site, "1", boundary=boundary(square(60, 10)))
    portal = Portal(site)
    form = {**world.GOOD, "field": world.TOGETHER, "kind": "Feedback", "area": "", "token": ""}
    assert "area" in errors_in(text_of(portal.post("/gui-phan-anh", form)))
    area(site, "1", boundary=boundary(square(60, 10)))  # the refusal took it away
    areas._next_generation()
    answer = portal.post("/gui-phan-anh", {**form, **PIN})
    assert answer.status_code == 303
    assert site.get_last_doc("Complaint").area == f"{MARK}1"


# what the form's script asks


def ask(site, query, address=None):
    answer = Portal(site, address).get(f"/dia-ban?{query}", Accept="application/json")
    return answer.status_code, json.loads(text_of(answer))


def test_anybody_may_ask_for_a_pins_commune(site):
    area(site, "1", boundary=boundary(square(60, 10)))
    assert ask(site, "latitude=10.05&longitude=60.05") == (200, {"area": f"{MARK}1"})
    assert ask(site, "latitude=10,05&longitude=60,05") == (200, {"area": f"{MARK}1"})
    assert ask(site, "latitude=30&longitude=30") == (200, {"area": None})
    assert ask(site, "") == (200, {"area": None})


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("latitude=x&longitude=1", "Không đọc được"),
        ("latitude=99&longitude=1", "nằm ngoài"),
        ("latitude=nan&longitude=1", "nằm ngoài"),
        ("latitude=10", "Không đọc được"),
    ],
)
def test_an_unreadable_place_is_refused_in_words(site, query, words):
    status, answer = ask(site, query)
    assert status == 422
    assert words in answer["errors"][0]["text"]


def test_a_network_that_asks_too_often_is_told_to_choose(site, monkeypatch):
    monkeypatch.setattr("phanhoi_app.intake.guests.PINS_PER_ADDRESS_PER_HOUR", 2)
    address = Portal(site).address
    statuses = [ask(site, "latitude=30&longitude=30", address)[0] for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_without_boundaries_the_form_asks_for_nothing(site, province):
    path = f"/gui-phan-anh?field={world.POTHOLES}"
    assert "data-area-of" not in text_of(Portal(site).get(path))
    area(site, "1", boundary=boundary(square(60, 10)))
    areas._next_generation()
    assert 'data-area-of="/dia-ban"' in text_of(Portal(site).get(path))
