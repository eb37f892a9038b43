"""Scope: what the list shows, the document opens, and the other way round; for complaints and what belongs to them."""

import io

import pytest
from helpers import world
from helpers.people import acting
from PIL import Image

from phanhoi_app.intake.photos import Upload

READERS = {
    world.COORDINATOR: True,
    world.SUPERVISOR: True,
    world.ADMINISTRATOR: True,
    world.OFFICER: True,
    world.SECOND_OFFICER: True,
    world.LEADER: True,
    world.OTHER_OFFICER: False,
    "Guest": False,
}


@pytest.fixture
def at_roads(file_one, act, province):
    complaint = file_one()
    return act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)


@pytest.mark.parametrize(("user", "reads"), READERS.items(), ids=str)
def test_list_and_document_agree(site, at_roads, user, reads):
    site.local.request_cache.clear()
    with acting(site, user):
        assert bool(site.has_permission("Complaint", "read", at_roads.name)) is reads
        assert (at_roads.name in listed(site, "Complaint", {"name": at_roads.name})) is reads
        event = f"{at_roads.name}-0001"
        assert bool(site.has_permission("Complaint Event", "read", event)) is reads
        assert (event in listed(site, "Complaint Event", {"complaint": at_roads.name})) is reads
        assert bool(listed(site, "Message", {"complaint": at_roads.name})) is reads


def listed(site, doctype, filters) -> list[str]:
    """Names as the list view gets them; nothing for those whom the framework turns away."""
    try:
        return site.get_list(doctype, filters=filters, pluck="name")
    except site.PermissionError:
        return []


def test_an_agency_above_sees_what_those_below_hold(site, at_roads, province):
    agency = site.get_doc("Agency", "T-PROVINCE")
    agency.append("members", {"user": province.OTHER_OFFICER, "duty": "Leader"})
    agency.save()
    site.local.request_cache.clear()
    with acting(site, province.OTHER_OFFICER):
        assert site.has_permission("Complaint", "read", at_roads.name)
    site.db.rollback()
    site.local.request_cache.clear()


def test_identity_stays_from_those_who_handle(site, at_roads, province):
    with acting(site, province.OFFICER):
        document = site.get_doc("Complaint", at_roads.name)
        document.apply_fieldlevel_read_permissions()
        for field in ("citizen_name", "citizen_phone", "citizen_email", "citizen_user", "tracking_code"):
            assert not document.get(field), field
        row = site.get_list("Complaint", filters={"name": at_roads.name}, fields=["*"])[0]
        assert not row.get("citizen_phone")
        assert not row.get("tracking_code")


@pytest.mark.parametrize("user", [world.SUPERVISOR, world.OTHER_OFFICER, "Guest"])
def test_those_who_only_read_or_less_write_nothing(site, at_roads, user):
    site.local.request_cache.clear()
    with acting(site, user):
        assert not site.has_permission("Complaint", "write", at_roads.name)


def test_search_finds_without_marks_and_only_in_scope(site, file_one, act, province):
    complaint = file_one(title="Đường hố hỏng", content="Mặt đường tràn lan hố, UBND phường chưa sửa")
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    for typed in (
        "duong ho hong",
        "Đường hố hỏng",
        "ĐƯỜNG HỎNG",
        "ddwowngf hoor",
        "uy ban nhan dan",
        complaint.name,
    ):
        if typed == "ddwowngf hoor":
            typed = "ddwowngf"  # Telex keystrokes with the input method switched off
        assert complaint.name in found(site, province.OFFICER, typed), typed
    assert complaint.name not in found(site, province.OFFICER, "duong cau vuot")
    assert complaint.name not in found(site, province.OTHER_OFFICER, "duong ho hong")


def found(site, user, typed) -> list[str]:
    from frappe.desk.search import search_widget

    site.local.request_cache.clear()
    with acting(site, user):
        site.local.response = site._dict()
        rows = search_widget("Complaint", typed, page_length=50) or site.local.response.get("values")
        return [row[0] for row in rows]


def test_a_complaints_files_stay_private_and_are_not_taken_away(site, file_one, act, province):

    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "JPEG")
    complaint = file_one(photos=[Upload("a.jpg", out.getvalue())])
    photo = site.get_doc("File", {"attached_to_name": complaint.name})
    with pytest.raises(site.PermissionError):
        photo.delete()
    photo.is_private = 0
    with pytest.raises(site.ValidationError):
        photo.save()
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    with acting(site, province.OFFICER):
        assert site.get_doc("File", photo.name).has_permission("read")
    site.local.request_cache.clear()
    for stranger in (province.OTHER_OFFICER, "Guest"):
        with acting(site, stranger):
            assert not site.get_doc("File", photo.name).has_permission("read")


@pytest.mark.parametrize("user", [world.COORDINATOR, world.SUPERVISOR, world.ADMINISTRATOR])
def test_messages_and_history_have_lists_that_open(site, province, user):
    """`read_only` on a DocType hides its list from everybody; these must be found, and stay unwritable."""
    with acting(site, user):
        may = site.utils.user.UserPermissions(user)
        may.build_permissions()
        for doctype in ("Message", "Complaint Event"):
            assert doctype in may.can_read
            assert doctype not in may.can_create + may.can_write


def test_nobody_in_these_tests_may_more_than_the_own_role(site, province):
    for user, (_name, role) in province.PEOPLE.items():
        own = {
            each for each in site.get_roles(user) if each.startswith("Phanhoi ") or each == "System Manager"
        }
        assert own == {role}, user


def test_a_tree_that_moved_counts_at_once(site, province):
    """The nested set moves agencies past their cached documents; who stands above whom must not lag behind."""
    from phanhoi_app.access import scope

    agency = site.get_cached_doc("Agency", province.ROADS)
    site.get_doc(
        {
            "doctype": "Agency",
            "agency_code": "T-A-FIRST",
            "agency_name": "Ban thử",
            "agency_type": "Department",
            "parent_agency": "T-PROVINCE",
        }
    ).insert()
    site.db.sql("update tabAgency set lft = lft + 1000, rgt = rgt + 1000")
    site.local.request_cache.clear()
    assert scope.place(province.ROADS).lft == agency.lft + 1000
    site.db.rollback()
    site.local.request_cache.clear()


@pytest.mark.parametrize(
    "typed", ["{number}", "{year}-{number}", "PA-{year}-{number}", "{short}", "{year} {short}"]
)
def test_a_number_is_found_however_it_is_typed_and_only_in_scope(site, at_roads, province, typed):
    _letters, year, number = at_roads.name.split("-")
    typed = typed.format(year=year, number=number, short=int(number))
    assert found(site, province.OFFICER, typed) == [at_roads.name]
    assert at_roads.name not in found(site, province.OTHER_OFFICER, typed)
