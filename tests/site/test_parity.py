"""Who sees what: forty complaints, fifteen kinds of users, every way to look.

The expectation is a table that anybody can read (tests/helpers/who_sees_what.csv); a list never shows what a document
hides, and the other way round.
"""

import io
from functools import partial

import pytest
from helpers import cast, world
from helpers.doors import Door
from helpers.portal import Portal
from PIL import Image

from phanhoi_app.access import scope

KINDS = list(cast.KINDS)
SEEN = (cast.READS, cast.ONCE, cast.ACTS)


@pytest.fixture(scope="module")
def cases(site_session, province):
    """{number of the table's row: complaint}; made once, rolled back after this file."""
    frappe = site_session
    frappe.db.rollback()
    frappe.set_user("Administrator")
    frappe.local.lang = "vi"
    cast.people(frappe)
    teller = cast.Storyteller(frappe)
    made = {}
    for row in cast.table():
        name = teller.tell(row["tình huống"], row["giai đoạn"])
        _beside(frappe, name)
        made[row["số"]] = name
    yield made
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.local.request_cache.clear()
    frappe.clear_cache()


def _beside(frappe, name: str) -> None:
    """A photo, a comment, a to-do, a tag, a note in the bell and a letter beside each complaint."""
    from phanhoi_app.intake import photos

    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    frappe.set_user("Administrator")
    photos.attach(name, [out.getvalue()])
    about = {"reference_doctype": "Complaint", "reference_name": name}
    frappe.get_doc({"doctype": "Comment", "comment_type": "Comment", "content": "x", **about}).insert()
    frappe.get_doc(
        {"doctype": "Communication", "subject": "x", "content": "x", "communication_medium": "Other", **about}
    ).insert()
    frappe.get_doc(
        {"doctype": "ToDo", "description": "x", "reference_type": "Complaint", "reference_name": name}
    ).insert()
    frappe.get_doc(
        {"doctype": "Tag Link", "document_type": "Complaint", "document_name": name, "tag": "x"}
    ).insert(ignore_links=True)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.replace(" ", "_"))
def kind(request, cases, site_session):
    site_session.local.request_cache.clear()
    yield request.param
    site_session.set_user("Administrator")


def expected(kind: str, *cells: str) -> set[str]:
    return {row["số"] for row in cast.table() if row[kind] in cells}


def numbers(cases, names) -> set[str]:
    """The table's numbers of those complaints among the names."""
    back = {name: number for number, name in cases.items()}
    return {back[name] for name in names if name in back}


def ask(frappe, user, question, nothing=()):
    """The answer as this user; nothing where the framework turns the user away."""
    frappe.local.request_cache.clear()
    frappe.set_user(user)
    frappe.local.lang = "vi"
    try:
        return question()
    except (frappe.PermissionError, frappe.DoesNotExistError):
        return nothing
    finally:
        frappe.set_user("Administrator")


LISTS = {
    "danh sách": lambda f, names: f.get_list("Complaint", {"name": ("in", names)}, pluck="name", limit=0),
    "bộ lọc hoặc": lambda f, names: f.get_list(
        "Complaint", or_filters={"name": ("in", names)}, pluck="name", limit=0
    ),
    "nhóm": lambda f, names: f.get_list(
        "Complaint",
        {"name": ("in", names)},
        ["name", "count(*) as n"],
        group_by="name",
        pluck="name",
        limit=0,
    ),
    "lịch sử": lambda f, names: f.get_list(
        "Complaint Event", {"complaint": ("in", names), "sequence": 1}, pluck="complaint", limit=0
    ),
    "phần việc": lambda f, names: f.get_list(
        "Custody", {"complaint": ("in", names)}, pluck="complaint", limit=0
    ),
    "tin nhắn": lambda f, names: f.get_list(
        "Message", {"complaint": ("in", names), "event": "received"}, pluck="complaint", limit=0
    ),
}


@pytest.mark.parametrize("path", LISTS)
def test_lists_show_the_table(site_session, cases, kind, path):
    names = list(cases.values())
    found = ask(site_session, cast.KINDS[kind], lambda: LISTS[path](site_session, names))
    # Messages of the time before a part began are part of what is read; after its end they are not: so "received" is.
    assert numbers(cases, found) == expected(kind, *SEEN)


@pytest.mark.parametrize("few", [True, False], ids=["looked up one by one", "gone through"])
def test_both_shapes_of_the_criterion_show_the_table(site_session, cases, kind, few, monkeypatch):
    monkeypatch.setattr(scope, "_has_few", lambda user, most: few)
    names = list(cases.values())
    for path, question in LISTS.items():
        found = ask(site_session, cast.KINDS[kind], lambda question=question: question(site_session, names))
        assert numbers(cases, found) == expected(kind, *SEEN), path


def test_documents_open_as_lists_show(site_session, cases, kind):
    frappe, user = site_session, cast.KINDS[kind]

    def may(ptype):
        asked = {
            number: ask(frappe, user, partial(frappe.has_permission, "Complaint", ptype, name), False)
            for number, name in cases.items()
        }
        return {number for number, answer in asked.items() if answer}

    assert may("read") == expected(kind, *SEEN)
    assert may("write") == expected(kind, cast.ACTS)
    for ptype in ("delete", "share"):
        assert may(ptype) == set()


BESIDE = {
    "Comment": ("reference_doctype", "reference_name"),
    "Communication": ("reference_doctype", "reference_name"),
    "File": ("attached_to_doctype", "attached_to_name"),
    "Tag Link": ("document_type", "document_name"),
    "ToDo": ("reference_type", "reference_name"),
}


@pytest.mark.parametrize("doctype", BESIDE)
def test_what_belongs_to_a_complaint_follows_it(site_session, cases, kind, doctype):
    """Never more than the table; what was written after a part had ended belongs to nobody's past."""
    frappe, user = site_session, cast.KINDS[kind]
    by, of = BESIDE[doctype]
    rows = frappe.get_all(
        doctype, {by: "Complaint", of: ("in", list(cases.values()))}, ["name", of + " as complaint"]
    )
    listed = ask(
        frappe,
        user,
        lambda: frappe.get_list(doctype, {"name": ("in", [r.name for r in rows])}, of, pluck=of, limit=0),
    )
    opened = [
        r.complaint
        for r in rows
        if ask(frappe, user, lambda r=r: frappe.get_doc(doctype, r.name).has_permission("read"), False)
    ]
    allowed = expected(kind, cast.READS, cast.ACTS)
    assert numbers(cases, listed) <= allowed
    assert numbers(cases, opened) <= allowed
    if doctype == "File" and kind != "khách":
        assert numbers(cases, opened) == allowed


DOORS = {
    "frappe.client.get": lambda name: {"doctype": "Complaint", "name": name},
    "frappe.client.get_value": lambda name: {
        "doctype": "Complaint",
        "fieldname": "title",
        "filters": {"name": name},
    },
    "frappe.client.get_list": lambda name: {"doctype": "Complaint", "filters": {"name": name}},
    "frappe.client.get_count": lambda name: {"doctype": "Complaint", "filters": {"name": name}},
    "frappe.client.validate_link": lambda name: {"doctype": "Complaint", "docname": name},
    "frappe.client.has_permission": lambda name: {"doctype": "Complaint", "docname": name},
    "frappe.client.get_doc_permissions": lambda name: {"doctype": "Complaint", "docname": name},
    "frappe.desk.form.load.getdoc": lambda name: {"doctype": "Complaint", "name": name},
    "frappe.desk.form.load.get_docinfo": lambda name: {"doctype": "Complaint", "name": name},
    "frappe.desk.form.load.get_communications": lambda name: {"doctype": "Complaint", "name": name},
    "frappe.desk.reportview.get": lambda name: {
        "doctype": "Complaint",
        "fields": ["name", "title"],
        "filters": [["Complaint", "name", "=", name]],
    },
    "frappe.desk.reportview.get_count": lambda name: {
        "doctype": "Complaint",
        "filters": [["Complaint", "name", "=", name]],
        "fields": ["name"],
        "distinct": "false",
    },
    "frappe.desk.search.search_link": lambda name: {"doctype": "Complaint", "txt": name},
    "frappe.desk.search.get_link_title": lambda name: {"doctype": "Complaint", "docname": name},
    "frappe.desk.link_preview.get_preview_data": lambda name: {"doctype": "Complaint", "docname": name},
    "frappe.www.printview.get_html_and_style": lambda name: {"doc": "Complaint", "name": name},
    "frappe.realtime.can_subscribe_doc": lambda name: {"doctype": "Complaint", "docname": name},
    "frappe.desk.form.linked_with.get": lambda name: {"doctype": "Complaint", "docname": name},
    "frappe.share.get_users": lambda name: {"doctype": "Complaint", "name": name},
    "phanhoi_app.custody.api.publication_proposal": lambda name: {"complaint": name},
}
MISSING = "PA-2026-999999"


@pytest.mark.parametrize("door", DOORS)
def test_every_door_answers_for_what_is_hidden_as_for_what_is_not_there(site_session, cases, kind, door):
    """Same status, same words but for the number: not even that it exists can be learned."""
    user = Door(site_session, cast.KINDS[kind])
    shown = expected(kind, *SEEN)
    wanted = DOORS[door]
    nothing = user.method(door, **wanted(MISSING))
    for number, name in cases.items():
        if number in shown:
            continue
        answer = user.method(door, **wanted(name))
        assert _without(answer, name) == _without(nothing, MISSING), (number, name)


def _without(answer, name: str) -> str:
    return str(answer).replace(name, "…")


def test_the_public_and_the_citizens_own_page_are_the_portals(site_session, cases):
    frappe = site_session
    portal = Portal(frappe)
    published = {n for n, name in cases.items() if portal.get(f"/phan-anh/{name}").status_code == 200}
    assert published == expected("khách", "công khai") == expected("người dân khác", "công khai")
    for name in cases.values():
        code = frappe.db.get_value("Complainant", name, "tracking_code")
        assert portal.get(f"/tra-cuu/{code}").status_code == 200


def test_the_table_is_as_large_as_it_claims():
    rows = cast.table()
    assert len(rows) == 40 and len(KINDS) >= 12
    assert {row["giai đoạn"] for row in rows} >= {
        *(
            "new",
            "screening",
            "waiting",
            "assigned",
            "processing",
            "approval",
            "answered",
            "closed",
            "refused",
            "redirected",
        )
    }
    assert {cell for row in rows for cell in list(row.values())[3:]} == {"", *SEEN, "qua cổng", "công khai"}
    assert world.OFFICER in cast.KINDS.values()
