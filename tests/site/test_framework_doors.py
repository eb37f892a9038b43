"""The framework's own doors, led through ours: the same answers whichever version of the framework is behind them."""

import json

import pytest
from helpers.people import acting

from phanhoi_app.access import doors


@pytest.fixture
def at_roads(site, file_one, act, province):
    complaint = act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)
    site.local.request_cache.clear()
    return complaint


def test_a_count_is_of_what_the_list_shows(site, at_roads, province):
    filters = json.dumps({"name": at_roads.name})
    with acting(site, province.OFFICER):
        assert doors.get_count("Complaint", filters) == 1
        assert doors.get_count("Complaint") == len(site.get_list("Complaint", pluck="name"))
    with acting(site, province.OTHER_OFFICER):
        assert doors.get_count("Complaint", filters) == 0


def test_the_number_beside_the_list_is_counted_no_further_than_the_list_says(
    site, at_roads, file_one, act, province
):
    """As newer versions of the list ask; without a limit it is the whole number."""
    act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)

    def counted(user, **asked):
        with acting(site, user):  # which forgets the request's values
            site.local.form_dict = site._dict(doctype="Complaint", fields="[]", distinct="false", **asked)
            return doors.get_list_count()

    one = json.dumps([["Complaint", "name", "=", at_roads.name]])
    with acting(site, province.OFFICER):
        all_of_them = len(site.get_list("Complaint", pluck="name"))
    assert all_of_them > 1
    assert counted(province.OFFICER, filters="[]") == all_of_them
    assert counted(province.OFFICER, filters="[]", limit="1") == 1
    assert counted(province.OFFICER, filters="[]", limit=1001) == all_of_them
    assert counted(province.OFFICER, filters=one, limit=1001) == 1
    assert counted(province.OTHER_OFFICER, filters=one, limit=1001) == 0


def test_a_document_with_two_rows_is_counted_once(site, province):
    filters = [["Agency Member", "user", "is", "set"], ["Agency", "name", "=", province.ROADS]]
    assert len(site.get_doc("Agency", province.ROADS).members) > 1
    assert doors.get_count("Agency", filters) == 1


def test_a_percent_sign_is_a_filter_not_a_parameter(site, at_roads):
    assert doors.get_count("Complaint", {"name": ("like", at_roads.name[:-1] + "%")}) >= 1


@pytest.mark.parametrize("newer", [False, True], ids=["rows", "rows and how many are hidden"])
def test_links_are_those_the_user_sees(site, at_roads, province, monkeypatch, newer):
    rows = [site._dict(name=at_roads.name), site._dict(name="none-such")]
    found = {"Complaint": {"docs": rows, "hidden_count": 7} if newer else rows}
    monkeypatch.setattr(doors.linked_with, "get", lambda doctype, docname: dict(found))
    with acting(site, province.OFFICER):
        linked = doors.get_linked("Agency", province.ROADS)
    kept = [site._dict(name=at_roads.name)]
    assert linked == {"Complaint": {"docs": kept, "hidden_count": 0} if newer else kept}
    with acting(site, province.OTHER_OFFICER):
        assert doors.get_linked("Agency", province.ROADS) == {}


def test_a_form_opens_where_the_framework_takes_two_arguments(site, at_roads, province, monkeypatch):
    opened = []
    monkeypatch.setattr(doors.load, "getdoc", lambda doctype, name: opened.append((doctype, name)))
    with acting(site, province.OFFICER):
        doors.getdoc("Complaint", at_roads.name)
    with acting(site, province.OTHER_OFFICER):
        assert doors.getdoc("Complaint", at_roads.name) == []
    assert opened == [("Complaint", at_roads.name)]


@pytest.mark.parametrize("name", [0, 26, None, ["like", "%"], [""]], ids=repr)
def test_only_a_text_names_a_document_of_ours(site, at_roads, province, name):
    with acting(site, province.OFFICER):
        assert doors.sees("Complaint Event", f"{at_roads.name}-0001")
        assert not doors.sees("Complaint Event", name)


def test_the_follow_button_asks_whether_the_user_sees_the_document(site, at_roads, province, monkeypatch):
    asked = []
    monkeypatch.setattr(doors.document_follow, "update_follow", lambda *given: asked.append(given))
    with acting(site, province.OTHER_OFFICER):
        with pytest.raises(site.DoesNotExistError):
            doors.update_follow("Complaint", at_roads.name, following=True)
        doors.update_follow("Complaint", at_roads.name, following="false")
    with acting(site, province.OFFICER):
        doors.update_follow("Complaint", at_roads.name, following=True)
    assert asked == [("Complaint", at_roads.name, False), ("Complaint", at_roads.name, True)]


def test_only_what_is_led_through_ours_is_closed_by_other_names(site):
    """The framework forwards old paths of its methods to new ones in the same way: those stay open."""
    from phanhoi_app.access import gate

    gate._close_other_ways()
    for path in ("frappe.core.api.file.get_max_file_size", "frappe.core.api.file.get_files_in_folder"):
        assert site.get_attr(path) in site.whitelisted
    assert site.get_attr("frappe.desk.search.get_link_title") not in site.whitelisted
