"""Sealed complaints change hands too, but never by way of those complained about or of the coordinating desk."""

import pytest
from helpers.people import acting

from phanhoi_app.custody.errors import Conflict, MissingInput


@pytest.fixture
def sealed(site, file_one, province):
    """About the ward office; its field names Health, so Health holds it from the start."""
    field = site.get_doc(
        {
            "doctype": "Field",
            "field_code": "t-conduct-custody",
            "field_name": "Thái độ cán bộ thử",
            "sealed": 1,
            "sealed_agency": province.HEALTH,
        }
    ).insert()
    site.clear_cache(doctype="Field")
    site.local.request_cache.clear()
    yield file_one(field=field.name, accused_agency=province.WARD_OFFICE)
    site.db.rollback()
    site.clear_document_cache("Field", field.name)


def test_it_starts_with_the_agency_that_the_field_names(sealed, province):
    assert (sealed.sealed, sealed.phase, sealed.agency) == (1, "assigned", province.HEALTH)


@pytest.mark.parametrize("to", ["T-WARD", "T-DUTY"])
def test_it_goes_to_neither_the_accused_nor_the_desk(sealed, act, province, to):
    with pytest.raises(MissingInput) as caught:
        act(province.OTHER_OFFICER, sealed, "transfer", agency=to, reason="x")
    assert caught.value.fieldname == "agency"
    with pytest.raises(MissingInput):
        act(province.OTHER_OFFICER, sealed, "invite", agency="T-WARD", question="x", due_on="2026-12-31")
    with pytest.raises(MissingInput):
        act(province.OTHER_OFFICER, sealed, "refer", agency="T-WARD")


def test_the_third_not_ours_ends_with_who_the_field_names(site, sealed, act, province):
    for bounces, phase_holder in ((1, province.HEALTH), (3, province.HEALTH)):
        act(province.OTHER_OFFICER, sealed, "transfer", agency=province.ROADS, reason="Về xây dựng")
        back = act(province.OFFICER, sealed, "decline", reason="Không phải")
        assert (back.phase, back.agency, back.bounces) == ("assigned", phase_holder, bounces)
    assert back.binding
    with pytest.raises(Conflict):
        act(province.OTHER_OFFICER, sealed, "transfer", agency=province.ROADS, reason="Lại")


def test_the_desk_does_nothing_with_it(site, sealed, act, file_one, province):
    for verb, inputs in (
        ("assign", {"agency": "T-ROADS"}),
        ("note", {"text": "x"}),
        ("refer", {"agency": "T-ROADS"}),
    ):
        with pytest.raises(site.DoesNotExistError):
            act(province.COORDINATOR, sealed, verb, **inputs)
    with pytest.raises(MissingInput) as caught:  # as if there were none
        act(province.COORDINATOR, file_one(), "merge", into=sealed.name)
    assert "Không có phản ánh" in str(caught.value)


def test_what_is_sealed_is_no_part_of_what_others_see(sealed, act, file_one, province):
    parts = [
        {"title": "Ổ gà trước số 12", "agency": province.ROADS},
        {"title": "Cán bộ nhũng nhiễu", "agency": province.HEALTH, "field": sealed.field},
    ]
    with pytest.raises(MissingInput) as caught:
        act(province.COORDINATOR, file_one(), "split", parts=parts)
    assert "Phần 2" in str(caught.value)


def test_what_others_see_is_not_merged_with_it(site, sealed, act, file_one, province):
    other = act(province.COORDINATOR, file_one(), "assign", agency=province.HEALTH)
    agency = site.get_doc("Agency", province.HEALTH)
    agency.append("members", {"user": province.LEADER, "duty": "Leader"})
    agency.save()
    site.local.request_cache.clear()
    with acting(site, province.LEADER), pytest.raises(MissingInput) as caught:
        act(province.LEADER, other, "merge", into=sealed.name)
    assert "phạm vi người xem" in str(caught.value)
    site.db.rollback()
    site.local.request_cache.clear()
    site.clear_document_cache("Agency", province.HEALTH)
