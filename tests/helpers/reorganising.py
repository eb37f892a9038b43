"""Agencies to reorganise and their complaints, many of them, made fast; and a look at what became of them."""

import json
from datetime import timedelta

from phanhoi_app.custody import parties
from phanhoi_app.history import read

MARK = "ZR-"  # before each code that these tests make
SOURCE = "test-import:zr"  # before each reference: helpers.cases takes the complaints away
A, B, C, N, M = (f"{MARK}{letter}" for letter in "ABCNM")
PHASES = ("assigned", "processing", "screening", "approval")


def district(frappe, communes: int = 12) -> list[str]:
    """A former district: commune agencies, each with its area, a leader and two officers; returns their codes."""
    _ensure(
        frappe,
        "Area",
        f"{MARK}P",
        area_code=f"{MARK}P",
        area_name="Tỉnh Sắp Xếp",
        area_type="Province",
        is_group=1,
    )
    for number in range(1, communes + 1):
        code = f"{MARK}X{number:02d}"
        _ensure(
            frappe,
            "Area",
            code,
            area_code=code,
            area_name=f"Xã Cũ {number}",
            area_type="Commune",
            parent_area=f"{MARK}P",
        )
        agency(frappe, code, f"UBND xã Cũ {number}", area=code, members=people(frappe, code))
    return [f"{MARK}X{number:02d}" for number in range(1, communes + 1)]


def agency(frappe, code: str, name: str, **values) -> str:
    """An agency of this code."""
    values = {"agency_type": "Commune", "parent_agency": "T-PROVINCE"} | values
    _ensure(frappe, "Agency", code, agency_code=code, agency_name=name, **values)
    return code


def people(frappe, code: str) -> list[dict]:
    """A leader and two officers of their own, as rows of members."""
    rows = []
    for number, duty in enumerate(("Leader", "Officer", "Officer"), 1):
        user = person(frappe, f"{code.lower()}.{number}@test.example", duty)
        rows.append({"user": user, "duty": duty})
    return rows


def person(frappe, user: str, duty: str = "Officer") -> str:
    """A user with the role of the duty, who never logs in."""
    if not frappe.db.exists("User", user):
        account = {
            "email": user,
            "first_name": f"Người {user.split('@')[0]}",
            "send_welcome_email": 0,
            "language": "vi",
        }
        doc = frappe.get_doc({"doctype": "User", **account, "roles": [{"role": f"Phanhoi {duty}"}]})
        doc.flags.no_welcome_mail = True
        doc.insert()
    return user


def complaints(frappe, agencies: list[str], count: int, first: int = 0, **values) -> list[str]:
    """Open complaints, shared out evenly among the agencies and the phases, past the form; returns their names."""
    from phanhoi_app.intake import bulk, check

    now = frappe.utils.now_datetime().replace(microsecond=0)
    cases = []
    for number in range(first, first + count):
        place = agencies[number % len(agencies)]
        received = now - timedelta(hours=number % 200 + 1)
        area = place if frappe.db.exists("Area", place, cache=True) else "99001"
        given = {
            "title": f"Rác thải chưa dọn số {number}",
            "content": "Rác để ba ngày chưa có người dọn.",
            "field": "t-together",
            "area": area,
            "kind": "Feedback",
            "identity_wish": "Hidden from the public",
            **values,
        }
        cases.append(
            bulk.Case(
                channel="Phone",
                reference=f"{SOURCE}-{number}",
                received_at=received,
                values=check.historical(given, received),
                phase=PHASES[number // len(agencies) % len(PHASES)],
                agency=place,
                due_on=received + timedelta(days=20),
            )
        )
    names = []
    for start in range(0, count, 500):
        names += bulk.insert(cases[start : start + 500])
    return names


def document(frappe, **values):
    """A Reorganisation with a legal document, taking effect today, saved."""
    return frappe.get_doc(
        {
            "doctype": "Reorganisation",
            "document_number": "Nghị quyết 99/NQ-UBTVQH15",
            "document_date": "2026-06-12",
            "effective_on": frappe.utils.today(),
            **values,
        }
    ).insert()


def merging(frappe, **values):
    """A draft that merges agencies A and B into the new N."""
    values = {"sources": [{"agency": A}, {"agency": B}], "targets": [target(N, "UBND xã Mới")]} | values
    return document(frappe, kind="Merge", **values)


def splitting(frappe, **values):
    """A draft that divides agency A among the new N and M."""
    targets = [target(N, "UBND xã Bắc"), target(M, "UBND xã Nam")]
    return document(frappe, kind="Split", sources=[{"agency": A}], targets=targets, **values)


def carry_out(frappe, doc, user: str = "administrator@test.example"):
    """Preview, confirm, and run it in this process; returns the document as it is afterwards."""
    from helpers.people import acting
    from phanhoi_app.agencies.reorganisation import job
    from phanhoi_app.phanhoi_app.doctype.reorganisation import reorganisation

    with acting(frappe, user):
        reorganisation.make_preview(doc.name)
        reorganisation.confirm(doc.name)
        frappe.db.commit()
        job.execute(doc.name)
    frappe.local.request_cache.clear()
    return frappe.get_doc("Reorganisation", doc.name)


def target(code: str, name: str, **values) -> dict:
    """A row for an agency that is newly founded."""
    return {"code": code, "title": name, "agency_type": "Commune", **values}


def day_and_night(frappe) -> str:
    """A calendar without pauses."""
    name = "ZR suốt ngày đêm"
    _ensure(frappe, "Working Calendar", name, calendar_name=name, round_the_clock=1)
    return name


def assert_kept(frappe, complaints: list[str], ways: dict[str, str | set[str]], sample: int = 40) -> None:
    """Nothing is lost: each complaint is with (one of) its agency's successors, has one open holder, and a whole
    history with one event that tells of it. `ways`: {old agency: new agency, or several}."""
    rows = frappe.db.sql(
        "select name, agency from `tabComplaint` where name in %s", (complaints,), as_dict=True
    )
    assert len(rows) == len(complaints)
    holders: dict[str, list] = {}
    for part in frappe.db.sql(
        "select complaint, party, until, until_sequence from `tabCustody` where complaint in %s and part = %s",
        (complaints, parties.HOLDER),
        as_dict=True,
    ):
        holders.setdefault(part.complaint, []).append(part)
    events = frappe.db.sql(
        "select complaint, changes, sequence from `tabComplaint Event` where complaint in %s and kind = 'reorganised'",
        (complaints,),
        as_dict=True,
    )
    moved = {}
    for event in events:
        assert event.complaint not in moved, f"{event.complaint} moved twice"
        moved[event.complaint] = event
    for row in rows:
        parts = holders[row.name]
        now = [part for part in parts if not part.until]
        assert [part.party for part in now] == [row.agency], f"{row.name}: exactly one holder"
        if row.name not in moved:
            assert row.agency not in ways
            continue
        old, new = json.loads(moved[row.name].changes)["agency"]
        goal = ways[old]
        assert row.agency == new and (new in goal if isinstance(goal, set) else new == goal)
        before = [part for part in parts if part.until]
        assert [part.party for part in before] == [old]
        assert before[0].until_sequence == moved[row.name].sequence
    for name in complaints[:: max(1, len(complaints) // sample)]:
        assert read.verify(name) == []


def clear(frappe) -> None:
    """Take away all that these tests made and committed."""
    from helpers import cases

    frappe.db.rollback()
    cases.clear(frappe)
    for doctype in ("Reorganisation", "Reorganisation Case"):
        frappe.db.delete(doctype)
    for child in ("Source", "Target", "Rule", "Follower"):
        frappe.db.delete(f"Reorganisation {child}")
    for name in frappe.get_all("Working Calendar", filters={"name": ("like", "ZR %")}, pluck="name"):
        frappe.delete_doc("Working Calendar", name, force=True)
    for doctype in ("Agency", "Area"):
        made = frappe.get_all(doctype, filters={"name": ("like", f"{MARK}%")}, fields=["name", "lft", "rgt"])
        for row in made:
            frappe.db.delete(f"{doctype} Successor", {"parent": row.name})
        for row in sorted(made, key=lambda row: row.rgt - row.lft):  # what stands below first
            frappe.delete_doc(doctype, row.name, force=True)
    frappe.db.commit()


def _ensure(frappe, doctype: str, name: str, **values) -> None:
    if not frappe.db.exists(doctype, name):
        frappe.get_doc({"doctype": doctype, **values}).insert()
