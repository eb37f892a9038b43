"""Reorganisation: what the preview tells, what stands in the way, and what is so afterwards."""

import json

import pytest
from helpers import reorganising as r
from helpers.people import acting

from phanhoi_app.agencies.reorganisation import checks, job
from phanhoi_app.agencies.reorganisation.errors import ReorganisationRefused
from phanhoi_app.agencies.reorganisation.plan import of
from phanhoi_app.history import naming, read
from phanhoi_app.phanhoi_app.doctype.reorganisation import reorganisation
from phanhoi_app.sla import checking

A, B, C, N, M = r.A, r.B, r.C, r.N, r.M


def test_draft_and_preview_change_nothing_and_it_can_be_thrown_away(two, province):
    names = r.complaints(two, [A, B], 8)
    before = two.db.sql("select * from `tabComplaint` where name in %s order by name", (names,))
    doc = r.merging(two)
    found = reorganisation.make_preview(doc.name)
    assert found["errors"] == [] and found["complaints"] == 8
    assert sorted(tuple(flow.values()) for flow in found["flows"]) == [(A, N, 4), (B, N, 4)]
    assert two.db.sql("select * from `tabComplaint` where name in %s order by name", (names,)) == before
    assert not two.db.exists("Agency", N)
    two.delete_doc("Reorganisation", doc.name)
    assert not two.db.exists("Reorganisation", doc.name)


def test_merged_into_a_new_one(two, province):
    names = r.complaints(two, [A, B], 16)
    two.db.set_value("Complaint", names[0], {"officer": f"{A.lower()}.2@test.example"})
    doc = r.carry_out(two, r.merging(two))
    assert (doc.status, doc.moved_complaints, doc.total_complaints) == ("Done", 16, 16), doc.log
    r.assert_kept(two, names, {A: N, B: N}, sample=16)
    new, old = two.get_doc("Agency", N), two.get_doc("Agency", A)
    assert {row.user for row in new.members} == {
        f"{x.lower()}.{n}@test.example" for x in (A, B) for n in (1, 2, 3)
    }
    assert new.parent_agency == "T-PROVINCE" and str(new.valid_from) == two.utils.today()
    assert str(old.valid_to) == two.utils.add_days(two.utils.today(), -1)
    assert [(row.agency, row.legal_document) for row in old.successors] == [
        (N, "Nghị quyết 99/NQ-UBTVQH15, 12/06/2026")
    ]
    assert old.members == [] and old.agency_name == "UBND xã A"
    assert two.db.get_value("Complaint", names[0], "officer") == f"{A.lower()}.2@test.example", (
        "he came along"
    )
    event = read.last_event(names[0])
    assert (event.kind, event.actor) == ("reorganised", province.ADMINISTRATOR)
    assert "99/NQ-UBTVQH15" in event.reason


def test_merged_into_one_that_is_there_keeps_it_open(two):
    names = r.complaints(two, [A, B], 6)
    doc = r.carry_out(two, r.merging(two, targets=[{"agency": A}]))
    assert doc.status == "Done"
    r.assert_kept(two, names, {B: A}, sample=6)
    assert not two.db.get_value("Agency", A, "valid_to")
    assert len(two.get_doc("Agency", A).members) == 6


def test_who_was_in_both_keeps_the_higher_duty(two):
    two_fold = r.person(two, "zr-both@test.example", "Leader")
    for code, duty in ((A, "Officer"), (B, "Leader")):
        unit = two.get_doc("Agency", code)
        unit.append("members", {"user": two_fold, "duty": duty})
        unit.save()
    r.carry_out(two, r.merging(two))
    assert [row.duty for row in two.get_doc("Agency", N).members if row.user == two_fold] == ["Leader"]


def test_divided_by_area_and_field_with_a_list_to_decide(two, province):
    by_area = r.complaints(two, [A], 4, area=province.WARD)
    unclear = r.complaints(two, [A], 3, first=10, area="T-PROVINCE", field=province.FOOD)
    by_field = r.complaints(two, [A], 2, first=20, area="T-PROVINCE", field=province.POTHOLES)
    doc = r.splitting(
        two, rules=[{"area": province.WARD, "target": N}, {"field": province.POTHOLES, "target": M}]
    )
    found = reorganisation.make_preview(doc.name)
    assert found["undecided"] == 3
    with pytest.raises(ReorganisationRefused, match="3"):
        reorganisation.confirm(doc.name)
    page = reorganisation.undecided(doc.name)
    assert [row.complaint for row in page["rows"]] == sorted(unclear) and page["undecided"] == 3
    assert reorganisation.decide(doc.name, M, json.dumps(unclear[:1])) == 2
    assert reorganisation.decide(doc.name, N, "[]", rest=1) == 0
    with pytest.raises(ReorganisationRefused, match="zr-a"):  # where its people go is not told by any rule
        reorganisation.confirm(doc.name)
    doc.reload()
    for row in doc.followers:
        row.target = N
    doc.save()
    doc = r.carry_out(two, doc)
    assert doc.status == "Done", doc.log
    r.assert_kept(two, [*by_area, *unclear, *by_field], {A: {N, M}}, sample=20)
    where = dict(
        two.get_all(
            "Complaint",
            filters={"name": ("in", [*by_area, *unclear, *by_field])},
            fields=["name", "agency"],
            as_list=True,
        )
    )
    assert {where[name] for name in by_area} == {N} and {where[name] for name in by_field} == {M}
    assert (where[unclear[0]], where[unclear[1]]) == (M, N)
    assert two.db.get_value("Agency", A, "valid_to")


def test_what_comes_in_unclear_after_the_confirmation_waits_for_a_decision(two, province):
    r.complaints(two, [A], 2, area=province.WARD)
    doc = r.splitting(
        two, rules=[{"area": province.WARD, "target": N}, {"field": province.POTHOLES, "target": M}]
    )
    reorganisation.make_preview(doc.name)
    doc.reload()
    for row in doc.followers:
        row.target = N
    doc.save()
    reorganisation.confirm(doc.name)
    late = r.complaints(two, [A], 1, first=50, area="T-PROVINCE", field=province.FOOD)
    two.db.commit()
    job.execute(doc.name)
    doc.reload()
    assert doc.status == "To Decide" and not two.db.get_value("Agency", A, "valid_to")
    assert two.db.get_value("Complaint", late[0], "agency") == A, "with its old agency until somebody decides"
    reorganisation.decide(doc.name, M, json.dumps(late))
    reorganisation.go_on(doc.name)
    two.db.commit()
    job.execute(doc.name)
    doc.reload()
    assert doc.status == "Done" and two.db.get_value("Complaint", late[0], "agency") == M


def test_routing_settings_and_units_below_follow(two, province):
    two.db.set_value("Field", province.TOGETHER, {"default_agency": A, "sealed_agency": B})
    two.db.set_single_value("Phanhoi Settings", "screening_agency", B)
    child = r.agency(two, C, "Trung tâm một cửa xã A", agency_type="One-stop centre")
    unit = two.get_doc("Agency", A)
    unit.is_group = 1
    unit.save()
    unit = two.get_doc("Agency", child)
    unit.parent_agency = A
    unit.save()
    permission = two.get_doc(
        {"doctype": "User Permission", "user": "zr-a.2@test.example", "allow": "Agency", "for_value": A}
    ).insert()
    doc = r.merging(two)
    try:
        reorganisation.make_preview(doc.name)
        doc.reload()
        assert {(row.kind, row.target) for row in doc.followers} == {
            ("Member", N),
            ("Routing", N),
            ("Unit below", N),
        }
        r.carry_out(two, doc)
        assert two.db.get_value("Field", province.TOGETHER, ["default_agency", "sealed_agency"]) == (N, N)
        assert two.db.get_single_value("Phanhoi Settings", "screening_agency") == N
        assert two.db.get_value("User Permission", permission.name, "for_value") == N
        assert two.db.get_value("Agency", C, "parent_agency") == N
        place, above = (two.db.get_value("Agency", x, ["lft", "rgt"], as_dict=True) for x in (C, N))
        assert above.lft < place.lft < place.rgt < above.rgt
    finally:
        two.db.set_value("Field", province.TOGETHER, {"default_agency": None, "sealed_agency": None})
        two.db.set_single_value("Phanhoi Settings", "screening_agency", province.DUTY)
        two.delete_doc("User Permission", permission.name)
        two.db.commit()


@pytest.fixture
def with_hold(two, file_one, act, province):
    """Complaints that A holds, three, each with a clock of its holder's own besides the whole one."""
    policy = two.get_doc("Deadline Policy", "Thời hạn chung")
    policy.append("rows", {"clock": "hold", "amount": 4, "unit": "Working hours", "start_rule": "At once"})
    policy.save()
    names = [file_one(address=f"{number} Lê Lai").name for number in range(3)]
    for name in names:
        act(province.COORDINATOR, name, "accept")
        act(province.COORDINATOR, name, "assign", agency=A)
    two.db.commit()
    yield names
    policy.reload()
    policy.remove(policy.rows[-1])
    policy.save()
    two.db.set_value("Complaint", {"name": ("in", names)}, "agency", province.ROADS)
    two.db.commit()


def _holders_clocks(two, names):
    columns = ["complaint", "cycle", "agency", "state", "due_on"]
    rows = two.get_all("Complaint Clock", {"complaint": ("in", names), "clock": "hold"}, columns, limit=0)
    return {row.complaint: row for row in sorted(rows, key=lambda row: row.cycle)}


def test_a_successor_takes_the_terms_over_on_its_own_calendar_and_the_citizens_stays(two, with_hold):
    whole = {name: two.db.get_value("Complaint", name, "due_on") for name in with_hold}
    doc = r.merging(two, targets=[r.target(N, "UBND xã Mới", working_calendar=r.day_and_night(two))])
    try:
        r.carry_out(two, doc)
        after = _holders_clocks(two, with_hold)
        assert {(row.cycle, row.agency, row.state) for row in after.values()} == {(1, N, "Running")}
        assert {name: two.db.get_value("Complaint", name, "due_on") for name in with_hold} == whole
        assert [each for name in with_hold for each in checking.check(name)] == []
    finally:
        two.db.set_value("Agency", N, "working_calendar", None)


def test_renamed_the_old_name_stays_with_its_time(two, answered):
    yesterday = two.utils.add_days(two.utils.now_datetime(), -1)
    two.db.set_value(
        "Complaint", answered.name, {"agency": A, "answered_on": yesterday, "publication": "Published"}
    )
    two.db.set_value("Agency", A, "valid_from", "2020-01-01")
    doc = r.document(two, kind="Rename", sources=[{"agency": A}], new_name="UBND xã Anh Hùng")
    assert r.carry_out(two, doc).status == "Done"
    assert two.db.get_value("Agency", A, "agency_name") == "UBND xã Anh Hùng"
    assert naming.name_at("Agency", A, yesterday) == "UBND xã A"
    assert (
        naming.name_at("Agency", A, two.utils.now_datetime())
        == naming.name_at("Agency", A)
        == "UBND xã Anh Hùng"
    )
    from phanhoi_app.portal import public, tracking

    assert public.case(answered.name).agency_name == "UBND xã A"
    assert tracking.view(two.get_doc("Complaint", answered.name))["answer"]["agency"] == "UBND xã A"
    two.db.set_value("Complaint", answered.name, "answered_on", two.utils.now_datetime())
    assert public.case(answered.name).agency_name == "UBND xã Anh Hùng"
    two.db.set_value("Complaint", answered.name, "agency", "T-ROADS")
    two.db.commit()


def test_moved_in_the_tree_calendars_and_clocks_follow(two, with_hold):
    day_and_night = r.day_and_night(two)
    before = _holders_clocks(two, with_hold)
    two.db.set_value("Agency", B, "working_calendar", day_and_night)
    doc = r.document(two, kind="Move", sources=[{"agency": A}], new_parent_agency=B)
    try:
        assert reorganisation.make_preview(doc.name)["clocks"] >= 3
        assert r.carry_out(two, doc).status == "Done"
        place, above = (two.db.get_value("Agency", x, ["lft", "rgt"], as_dict=True) for x in (A, B))
        assert above.lft < place.lft < place.rgt < above.rgt
        after = _holders_clocks(two, with_hold)
        assert {row.cycle for row in after.values()} == {1}
        assert all(after[name].due_on != before[name].due_on for name in with_hold)
        assert [each for name in with_hold for each in checking.check(name)] == []
        assert not two.db.exists("Reorganisation Case", {"reorganisation": doc.name})
    finally:
        two.db.set_value("Agency", B, "working_calendar", None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "Move", "new_parent_agency": A}, "chính nó"),
        ({"kind": "Rename", "new_name": ""}, "Tên mới"),
        ({"kind": "Merge", "targets": []}, "thay thế"),
        ({"kind": "Merge", "targets": [{"code": B, "title": "Trùng", "agency_type": "Commune"}]}, "đã có"),
        ({"kind": "Merge", "targets": [{"code": N, "title": "", "agency_type": "Commune"}]}, "tên"),
        ({"kind": "Split", "targets": [{"agency": A}]}, "ít nhất hai"),
        ({"effective_on": "2020-01-01"}, "quá khứ"),
        ({"kind": "Merge", "targets": [{"agency": C}]}, "giải thể"),
    ],
)
def test_what_cannot_be_is_told_before(two, change, words):
    r.agency(two, C, "Đã giải thể", valid_to="2021-01-01")
    doc = r.document(
        two, **{"kind": "Merge", "sources": [{"agency": A}], "targets": [r.target(N, "Mới")]} | change
    )
    found = reorganisation.make_preview(doc.name)
    assert any(words in sentence for sentence in found["errors"]), found["errors"]
    with pytest.raises(ReorganisationRefused):
        reorganisation.confirm(doc.name)
    assert not two.db.exists("Agency", N)


def test_two_for_one_area_and_people_without_account_are_warned_of(two, province):
    two.db.set_value("User", "zr-a.1@test.example", "enabled", 0)
    doc = r.splitting(two)
    for row in doc.targets:
        row.answers_for = province.WARD
    doc.save()
    warned = reorganisation.make_preview(doc.name)["warnings"]
    assert any("Phường Thử Nghiệm" in sentence for sentence in warned)
    assert any("zr-a.1" in sentence for sentence in warned)
    two.db.set_value("User", "zr-a.1@test.example", "enabled", 1)


def test_one_of_a_later_day_waits_for_it_and_can_be_taken_back(two):
    r.complaints(two, [A, B], 2)
    doc = r.merging(two, effective_on=two.utils.add_days(two.utils.today(), 3))
    reorganisation.make_preview(doc.name)
    assert reorganisation.confirm(doc.name) == "Confirmed"
    job.execute(doc.name)
    assert not two.db.exists("Agency", N)
    with pytest.raises(ReorganisationRefused):
        two.delete_doc("Reorganisation", doc.name)
    doc.reload()
    doc.document_number = "khác"
    with pytest.raises(ReorganisationRefused):
        doc.save()
    reorganisation.withdraw(doc.name)
    reorganisation.confirm(doc.name)
    two.db.set_value("Reorganisation", doc.name, "effective_on", two.utils.today())
    two.db.commit()
    started = []
    # Accounts that lose a duty start jobs of their own.
    job.frappe.enqueue = lambda method, **options: "name" in options and started.append(options["name"])
    job.begin_due()
    assert started == [doc.name]
    job.execute(doc.name)
    assert two.db.get_value("Reorganisation", doc.name, "status") == "Done"


def test_officers_can_do_none_of_it(two, province):
    doc = r.merging(two)
    for user in (province.OFFICER, province.LEADER, province.COORDINATOR, province.SUPERVISOR):
        with acting(two, user):
            assert not two.has_permission("Reorganisation", "read")
            for method in (reorganisation.make_preview, reorganisation.confirm, reorganisation.go_on):
                with pytest.raises(two.PermissionError):
                    method(doc.name)
            with pytest.raises(two.PermissionError):
                reorganisation.undecided(doc.name)
            with pytest.raises(two.PermissionError):
                reorganisation.decide(doc.name, N, "[]", rest=1)


def test_a_form_cannot_write_what_the_job_writes(two):
    doc = r.merging(two)
    doc.update({"status": "Done", "moved_complaints": 9, "confirmed_by": "Guest"})
    doc.save()
    doc.reload()
    assert (doc.status, doc.moved_complaints, doc.confirmed_by) == ("Draft", 0, None)


def test_a_pin_tells_to_which_part_of_an_area_a_complaint_belongs(two):
    codes = r.district(two, communes=1)
    parts = [f"{r.MARK}Y{n}" for n in (1, 2)]
    for code, west in zip(parts, (105.0, 106.0), strict=True):
        ring = [[west, 19], [west + 1, 19], [west + 1, 20], [west, 20], [west, 19]]
        boundary = json.dumps({"type": "Polygon", "coordinates": [ring]})
        area = {"area_code": code, "area_name": f"Xã {code}", "area_type": "Commune", "boundary": boundary}
        two.get_doc({"doctype": "Area", **area}).insert()
    west, east, nowhere = r.complaints(two, codes, 3)
    for name, longitude in ((west, 105.5), (east, 106.5)):
        two.db.set_value("Complaint", name, {"latitude": 19.5, "longitude": longitude})
    targets = [{"area": code} for code in parts]
    doc = r.document(two, subject="Area", kind="Split", sources=[{"area": codes[0]}], targets=targets)
    assert reorganisation.make_preview(doc.name)["undecided"] == 1
    assert [row.complaint for row in reorganisation.undecided(doc.name)["rows"]] == [nowhere]
    reorganisation.decide(doc.name, parts[0], json.dumps([nowhere]))
    doc.reload()
    for row in doc.followers:
        row.target = parts[0]
    doc.save()
    r.carry_out(two, doc)
    assert [two.db.get_value("Complaint", name, "area") for name in (west, east, nowhere)] == [
        *parts,
        parts[0],
    ]


def test_areas_are_merged_and_renamed(two):
    old = r.district(two, communes=2)
    hamlet = f"{r.MARK}H"
    two.db.set_value("Area", old[0], "is_group", 1)
    area = {"area_code": hamlet, "area_name": "Thôn Đông", "area_type": "Other", "parent_area": old[0]}
    two.get_doc({"doctype": "Area", **area}).insert()
    names = r.complaints(two, old, 4)
    new = f"{r.MARK}Y1"
    doc = r.document(
        two,
        subject="Area",
        kind="Merge",
        sources=[{"area": code} for code in old],
        targets=[{"code": new, "title": "Xã Hợp Nhất", "area_type": "Commune"}],
    )
    assert r.carry_out(two, doc).status == "Done"
    assert {two.db.get_value("Complaint", name, "area") for name in names} == {new}
    assert {two.db.get_value("Complaint", name, "agency") for name in names} == set(old), "the agencies stay"
    assert {two.db.get_value("Agency", code, "area") for code in old} == {new}
    place, above = (
        two.db.get_value("Area", x, ["lft", "rgt", "parent_area"], as_dict=True) for x in (hamlet, new)
    )
    assert place.parent_area == new and above.lft < place.lft < place.rgt < above.rgt
    assert above.parent_area == f"{r.MARK}P"
    r.carry_out(
        two, r.document(two, subject="Area", kind="Rename", sources=[{"area": hamlet}], new_name="Thôn Đoài")
    )
    assert naming.name_at("Area", hamlet, "2026-01-01") == "Thôn Đông"
    assert naming.name_at("Area", hamlet) == "Thôn Đoài"


def test_areas_are_divided_too(two, province):
    codes = r.district(two, communes=1)
    names = r.complaints(two, codes, 4)
    parts = [{"code": f"{r.MARK}Y{n}", "title": f"Xã Mới {n}", "area_type": "Commune"} for n in (1, 2)]
    doc = r.document(two, subject="Area", kind="Split", sources=[{"area": codes[0]}], targets=parts)
    assert reorganisation.make_preview(doc.name)["undecided"] == 4
    reorganisation.decide(doc.name, f"{r.MARK}Y1", json.dumps(names[:1]))
    reorganisation.decide(doc.name, f"{r.MARK}Y2", "[]", rest=1)
    doc.reload()
    for row in doc.followers:  # the agency that answers for the area
        row.target = f"{r.MARK}Y1"
    doc.save()
    doc = r.carry_out(two, doc)
    assert doc.status == "Done", doc.log
    assert [two.db.get_value("Complaint", name, "area") for name in names] == [
        f"{r.MARK}Y{n}" for n in (1, 2, 2, 2)
    ]
    assert {row.area for row in two.get_doc("Area", codes[0]).successors} == {f"{r.MARK}Y1", f"{r.MARK}Y2"}
    assert two.db.get_value("Agency", codes[0], "area") == f"{r.MARK}Y1"
    assert two.db.get_value("Area", codes[0], "valid_to")
    assert checks.errors(of(doc)), "it cannot be done again"
