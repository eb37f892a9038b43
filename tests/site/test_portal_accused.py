"""Which agency it is about: asked for sealed fields only, on the form that the public fills in."""

import pytest
from helpers.portal import Portal, text_of

from phanhoi_app.portal import form


@pytest.fixture
def conduct(site, province):
    field = site.get_doc(
        {
            "doctype": "Field",
            "field_code": "t-conduct-portal",
            "field_name": "Thái độ phục vụ thử",
            "sealed": 1,
            "sealed_agency": province.HEALTH,
        }
    ).insert()
    yield field.name
    site.db.rollback()
    site.clear_document_cache("Field", field.name)


def test_it_is_asked_for_sealed_fields_and_explained(site, conduct, province):
    page = text_of(Portal(site).get(f"/gui-phan-anh?field={conduct}"))
    assert 'name="accused_agency"' in page
    assert "Cơ quan bị phản ánh" in page
    assert "cấp trên xử lý" in page
    assert "UBND phường Thử Nghiệm" in page
    assert 'name="accused_agency"' not in text_of(
        Portal(site).get(f"/gui-phan-anh?field={province.POTHOLES}")
    )


def test_the_topmost_agency_is_not_offered(site, province):
    offered = {row["name"] for row in form.agencies()}
    assert province.WARD_OFFICE in offered
    assert "T-PROVINCE" not in offered


def test_what_is_chosen_seals_it_from_that_agency(site, conduct, province):
    values = {**province.GOOD, "field": conduct, "accused_agency": province.WARD_OFFICE, "kind": "Feedback"}
    answer = Portal(site).post("/gui-phan-anh", values)
    assert answer.status_code in (302, 303), text_of(answer)[:2000]
    complaint = site.get_last_doc("Complaint", {"field": conduct})
    assert (complaint.sealed, complaint.accused_agency, complaint.agency) == (
        1,
        province.WARD_OFFICE,
        province.HEALTH,
    )
