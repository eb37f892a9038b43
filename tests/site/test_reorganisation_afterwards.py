"""After a reorganisation: who may see, hold and handle what, and what still comes to the agencies that ended."""

import threading
import time

import pytest
from helpers import reorganising as r
from helpers.people import acting

from phanhoi_app.access import scope
from phanhoi_app.agencies.reorganisation import job
from phanhoi_app.custody import parties, perform
from phanhoi_app.custody.errors import Conflict, MissingInput
from phanhoi_app.history import read
from phanhoi_app.history.record import Event
from phanhoi_app.phanhoi_app.doctype.reorganisation import reorganisation

A, B, N = r.A, r.B, r.N


def test_an_agency_that_holds_open_complaints_is_not_closed_by_hand(two):
    r.complaints(two, [A], 1)
    unit = two.get_doc("Agency", A)
    unit.valid_to = two.utils.today()
    with pytest.raises(two.ValidationError, match="Sắp xếp"):
        unit.save()
    unit = two.get_doc("Agency", B)
    unit.valid_to = two.utils.today()
    unit.save()


def test_a_closed_one_gets_nothing_more(two, act, file_one, province):
    r.carry_out(two, r.merging(two))
    complaint = file_one()
    with pytest.raises(MissingInput):
        act(province.COORDINATOR, complaint, "assign", agency=A)
    locked = perform.lock(complaint.name)
    locked.agency = A
    with pytest.raises(Conflict):  # whatever way it came
        perform.save(locked, Event("assign"))


def test_who_assigns_while_it_is_being_closed_waits_and_is_told(two, act, file_one, province):
    complaint = file_one()
    two.db.commit()
    other = two.db.get_connection()  # another process, in the middle of closing A
    try:
        with other.cursor() as cursor:
            cursor.execute("update `tabAgency` set valid_to = '2021-01-01' where name = %s", (A,))
        timer = threading.Timer(1.5, other.commit)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(Conflict):
            act(province.COORDINATOR, complaint, "assign", agency=A)
        assert time.monotonic() - begun > 1, "it waited for the other"
        timer.join()
    finally:
        other.close()
    two.db.rollback()
    assert two.db.get_value("Complaint", complaint.name, "agency") == province.DUTY


def test_reopened_it_goes_to_the_successor(two, answered, act):
    two.db.set_value("Complaint", answered.name, "agency", A)
    r.carry_out(two, r.merging(two))
    from phanhoi_app.custody import citizen

    with acting(two, "Guest"):
        citizen.reopen(answered.name, "Vẫn còn ổ gà ở đó.")
    assert two.db.get_value("Complaint", answered.name, "agency") == N
    two.db.set_value("Complaint", answered.name, "agency", "T-ROADS")
    two.db.commit()


def test_the_past_of_a_merged_agency_is_its_successors_and_what_is_about_it_stays_hidden(two, province):
    past, about = r.complaints(two, [A], 2)
    two.db.set_value("Complaint", past, "phase", "closed")
    two.db.set_value("Complaint", about, {"sealed": 1, "accused_agency": B, "phase": "closed"})
    r.carry_out(two, r.merging(two))
    user = f"{B.lower()}.2@test.example"
    two.local.request_cache.clear()
    assert scope.may_see(past, user), "A closed this one; who came from B now answers for it too"
    assert not scope.may_see(about, user), "it is about B, from which they came"
    two.db.set_value("Complaint", about, {"sealed": 0, "accused_agency": None})


def test_a_sealed_one_does_not_come_to_the_agency_it_is_about(two):
    names = r.complaints(two, [A], 2)
    two.db.set_value("Complaint", names[0], {"sealed": 1, "accused_agency": B})
    doc = r.merging(two)
    assert reorganisation.make_preview(doc.name)["complaints"] == 1, "who confirms does not hear of it"
    assert r.carry_out(two, doc).moved_complaints == 1
    assert two.db.get_value("Complaint", names[0], "agency") == "T-PROVINCE"
    assert two.db.get_value("Complaint", names[1], "agency") == N
    two.db.set_value("Complaint", names[0], {"sealed": 0, "accused_agency": None})


def test_what_comes_in_while_it_is_being_closed_is_taken_along_later(two):
    (late,) = r.complaints(two, [A], 1)
    doc = r.carry_out(two, r.merging(two))
    two.db.set_value(
        "Complaint", late, "agency", A
    )  # as an intake that had looked before, and commits only now
    two.db.commit()
    job.look_after()
    two.db.commit()
    job.execute(doc.name)
    assert two.db.get_value("Complaint", late, "agency") == N
    assert two.db.get_value("Reorganisation", doc.name, "status") == "Done"


def test_found_impossible_on_its_day_it_can_be_taken_back(two):
    doc = r.merging(two, effective_on=two.utils.add_days(two.utils.today(), 3))
    reorganisation.make_preview(doc.name)
    reorganisation.confirm(doc.name)
    two.db.set_value("Agency", A, "valid_to", "2021-01-01")
    two.db.set_value("Reorganisation", doc.name, "effective_on", two.utils.today())
    two.db.commit()
    job.execute(doc.name)
    doc.reload()
    assert doc.status == "Failed" and "UBND xã A" in doc.log and not two.db.exists("Agency", N)
    reorganisation.withdraw(doc.name)
    assert two.db.get_value("Reorganisation", doc.name, "status") == "Previewed"


def test_who_contributes_or_is_informed_goes_on_in_the_successor(two, act, file_one, province):
    complaint = file_one()
    day = two.utils.add_days(two.utils.today(), 3)
    act(province.COORDINATOR, complaint, "invite", agency=A, question="Đường này ai quản lý?", due_on=day)
    act(province.COORDINATOR, complaint, "refer", agency=B)
    two.db.commit()
    r.carry_out(two, r.merging(two))
    parts = {(part.party, part.part) for part in parties.open_parts(complaint.name)}
    assert parts == {(province.DUTY, parties.HOLDER), (N, parties.CONTRIBUTOR), (N, parties.INFORMED)}
    assert two.get_all("Contribution", {"complaint": complaint.name}, pluck="agency") == [N]
    assert read.last_event(complaint.name).kind == "reorganised"
    act(f"{A.lower()}.2@test.example", complaint, "contribute", opinion="Do xã quản lý.")
    assert two.db.get_value("Contribution", {"complaint": complaint.name}, "status") == "Given"


def test_what_was_passed_on_by_the_agency_that_now_holds_it_is_nobodys_to_decline(two, province):
    back_and_forth, passed_on = r.complaints(two, [A], 2)
    two.db.set_value("Complaint", back_and_forth, "transfer_from", B)
    two.db.set_value("Complaint", passed_on, "transfer_from", province.ROADS)
    r.carry_out(two, r.merging(two, targets=[{"agency": B}]))
    assert two.db.get_value("Complaint", back_and_forth, "transfer_from") is None
    assert two.db.get_value("Complaint", passed_on, "transfer_from") == province.ROADS
