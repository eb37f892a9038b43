"""Where a complaint should go: its area's commune, or its field's agency."""

from helpers import world

from phanhoi_app.custody import routing


def test_a_fields_default_agency_is_suggested(file_one, province):
    assert routing.suggested_agency(file_one()) == province.ROADS


def test_the_areas_commune_is_suggested_and_not_its_one_stop_centre(site, file_one, province):
    site.get_doc(
        {
            "doctype": "Agency",
            "agency_code": "T-A-ONE-STOP",
            "agency_name": "Trung tâm Phục vụ hành chính công thử",
            "agency_type": "One-stop centre",
            "parent_agency": "T-PROVINCE",
            "area": province.WARD,
        }
    ).insert()
    assert routing.suggested_agency(file_one(field=world.TOGETHER)) == province.WARD_OFFICE


def test_an_agency_that_has_ended_is_not_suggested(site, file_one, province):
    site.db.set_value("Agency", province.WARD_OFFICE, "valid_to", "2020-01-01")
    assert routing.suggested_agency(file_one(field=world.TOGETHER)) is None
