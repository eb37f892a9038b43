"""The history is only ever added to: no door changes it, the database refuses too, and meddling is found and named."""

import frappe as framework
import pytest
from frappe import client
from frappe.desk import reportview
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs
from frappe.model.rename_doc import update_document_title
from helpers.people import acting

from phanhoi_app.custody.verbs import VERBS
from phanhoi_app.history import check, read, record, verify, words
from phanhoi_app.history.record import Event
from phanhoi_app.phanhoi_app.doctype.complaint_event import complaint_event

EVENT, COMPLAINT = "Complaint Event", "Complaint"


def rows_of(site, complaint) -> list:
    return site.db.sql(
        "select * from `tabComplaint Event` where complaint = %s order by sequence", complaint.name
    )


# Each is tried as Administrator, who may do all that the framework lets anybody do: (what is done, how).
DOORS = {
    "saved": lambda event: event.save(),
    "saved without permissions": lambda event: event.save(ignore_permissions=True),
    "deleted": lambda event: event.delete(),
    "deleted by force": lambda event: framework.delete_doc(EVENT, event.name, force=1),
    "deleted past the list": lambda event: client.delete(EVENT, event.name),
    "renamed": lambda event: event.rename("PA-X"),
    "renamed without its validation": lambda event: event.rename("PA-X", validate_rename=False),
    "renamed from the title": lambda event: update_document_title(
        doctype=EVENT, docname=event.name, name="PA-X"
    ),
    "renamed by force": lambda event: framework.rename_doc(EVENT, event.name, "PA-X", force=True),
    "set over REST": lambda event: client.set_value(EVENT, event.name, "reason", "forged"),
    "written directly": lambda event: event.db_set("reason", "forged"),
    "updated directly": lambda event: event.db_update(),
    "saved from a form": lambda event: savedocs(event.as_json(), "Save"),
    "inserted": lambda event: client.insert(event.as_dict() | {"name": None, "sequence": 99}),
    "commented on": lambda event: event.add_comment("Comment", "Chú thích"),
    "assigned": lambda event: framework.get_doc(
        {"doctype": "ToDo", "description": "x", "reference_type": EVENT, "reference_name": event.name}
    ).insert(),
}


@pytest.mark.parametrize("door", DOORS)
def test_an_event_cannot_be(site, answered, door):
    before = rows_of(site, answered)
    event = site.get_doc(EVENT, f"{answered.name}-0002")
    event.reason = "forged"
    with pytest.raises((site.PermissionError, site.ValidationError)) as refused:
        DOORS[door](event)
    assert "lịch sử" in str(refused.value).lower()
    assert rows_of(site, answered) == before


def test_bulk_actions_leave_events_alone(site, answered, monkeypatch):
    for ending in ("commit", "rollback"):  # what the test wrote is to stay until its end
        monkeypatch.setattr(site.db, ending, lambda **options: None)
    before, names = rows_of(site, answered), [f"{answered.name}-000{n}" for n in (1, 2)]
    reportview.delete_bulk(EVENT, names)
    submit_cancel_or_update_docs(EVENT, names, "update", {"reason": "forged"})
    assert rows_of(site, answered) == before


@pytest.mark.parametrize("force", [False, True])
def test_a_complaint_takes_its_history_neither_away_nor_along(site, answered, force):
    for refused in (
        lambda: site.delete_doc(COMPLAINT, answered.name, force=force),
        lambda: site.rename_doc(COMPLAINT, answered.name, "PA-X", force=force),
        lambda: answered.rename("PA-X", force=force, validate_rename=not force),
        lambda: site.rename_doc(
            COMPLAINT, answered.name, read.events(answered.name)[0].complaint, merge=True
        ),
    ):
        with pytest.raises(site.PermissionError):
            refused()
    assert read.verify(answered.name) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update `tabComplaint Event` set reason = 'forged' where complaint = %s",
        "update `tabComplaint Event` set modified_by = 'Guest' where complaint = %s",
        "delete from `tabComplaint Event` where complaint = %s",
        "replace into `tabComplaint Event` select * from `tabComplaint Event` where complaint = %s",
    ],
)
def test_the_database_itself_refuses(site, answered, statement):
    before = rows_of(site, answered)
    with pytest.raises(Exception, match="history of a complaint cannot be changed") as refused:
        site.db.sql(statement, answered.name)
    assert refused.value.args[0] == 1644
    assert rows_of(site, answered) == before


def test_writing_past_documents_is_refused_by_the_database(site, answered):
    name = f"{answered.name}-0002"
    for write in (
        lambda: site.db.set_value(EVENT, name, "reason", "forged"),
        lambda: site.db.delete(EVENT, {"name": name}),
    ):
        with pytest.raises(Exception, match="history of a complaint"):
            write()
    assert read.verify(answered.name) == []


def test_people_are_renamed_and_deleted_without_touching_the_history(site, file_one, act, province):
    old, new = "moves.on@test.example", "moved.on@test.example"
    user = site.get_doc(
        {
            "doctype": "User",
            "email": old,
            "first_name": "Cán Bộ Chuyển Đi",
            "send_welcome_email": 0,
            "roles": [{"role": "Phanhoi Coordinator"}],
        }
    ).insert()
    complaint = act(old, file_one(), "accept")
    before = rows_of(site, complaint)
    site.rename_doc("User", old, new)
    assert site.db.exists("User", new)
    assert rows_of(site, complaint) == before
    assert words.timeline(complaint.name)[0]["who"] == "Cán Bộ Chuyển Đi"
    site.delete_doc("User", new)
    assert not site.db.exists("User", user.name) and not site.db.exists("User", new)
    assert rows_of(site, complaint) == before
    assert read.verify(complaint.name) == []
    assert words.timeline(complaint.name)[0]["who"] == "Cán Bộ Chuyển Đi"


def test_the_complaint_knows_its_last_event_and_nobody_else_writes_it(site, file_one, province):
    complaint = file_one()
    record.append(complaint.name, Event("note", reason="Đã gọi điện"))
    with acting(site, province.COORDINATOR):
        stale = site.get_doc(COMPLAINT, complaint.name)
        record.append(complaint.name, Event("note", reason="Gọi lần hai"))
        stale.flags.by_verb = True
        stale.severity = "Urgent"
        stale.save()
        forged = site.get_doc(COMPLAINT, complaint.name)
        assert forged.event_count == 4
        for field, value in (("event_count", 1), ("last_hash", "x")):
            with pytest.raises(site.PermissionError, match="lịch sử"):
                client.set_value(COMPLAINT, complaint.name, field, value)
    assert "last_hash" not in forged.as_dict()
    assert read.verify(complaint.name) == []


def test_many_complaints_get_their_event_at_once(site, file_one):
    some = [file_one(title=f"Ổ gà số {n}") for n in range(3)]
    record.append_to_many([(doc.name, Event("note", reason="Sáp nhập"), None) for doc in some])
    for doc in some:
        assert [event.kind for event in read.events(doc.name)] == ["received", "note"]
        assert read.verify(doc.name) == []
    with pytest.raises(site.DoesNotExistError):
        record.append_to_many([(some[0].name, Event("note"), None), ("PA-NONE", Event("note"), None)])
    assert len(read.events(some[0].name)) == 2


MEDDLING = {
    "an event changed": (
        "update `tabComplaint Event` set actor = 'Guest' where name = '{0}-0003'",
        ["sự kiện 3 đã bị sửa"],
    ),
    "a name changed": (
        "update `tabComplaint Event` set name = 'X' where name = '{0}-0003'",
        ["sự kiện 3 đã bị sửa"],
    ),
    "one from the middle deleted": (
        "delete from `tabComplaint Event` where name = '{0}-0003'",
        ["thiếu sự kiện 3"],
    ),
    "the last two deleted": (
        "delete from `tabComplaint Event` where complaint = '{0}' and sequence > 4",
        ["thiếu các sự kiện từ 5 đến 6"],
    ),
    "all deleted": (
        "delete from `tabComplaint Event` where complaint = '{0}'",
        ["thiếu các sự kiện từ 1 đến 6"],
    ),
    "its complaint deleted": ("delete from `tabComplaint` where name = '{0}'", ["còn lại 6 sự kiện"]),
}


@pytest.mark.parametrize("meddling", MEDDLING)
def test_meddling_is_found_and_named(site, unlocked_history, answered, meddling):
    statement, expected = MEDDLING[meddling]
    site.db.sql(statement.format(answered.name))
    found = [verify.in_words(each) for each in verify.one(answered.name).breaks]
    assert len(found) == len(expected)
    for sentence, part in zip(found, expected, strict=True):
        assert sentence.startswith(f"{answered.name}: ") and part in sentence


def test_an_event_that_was_put_on_by_hand_is_found(site, answered):
    last = site.db.sql(
        "select * from `tabComplaint Event` where name = %s", f"{answered.name}-0006", as_dict=True
    )[0]
    forged = record.build(answered.name, Event("publish"), None, 7, last.hash)
    record.insert([forged])
    found = verify.one(answered.name).breaks
    assert [(each.sequence, each.reason) for each in found] == [(7, "added")]


def test_what_was_cut_off_stays_missing_when_life_goes_on(site, unlocked_history, answered):
    site.db.sql("delete from `tabComplaint Event` where name = %s", f"{answered.name}-0006")
    record.append(answered.name, Event("note"))
    assert [(each.sequence, each.reason) for each in read.verify(answered.name)] == [(6, "missing")]


def test_a_complaint_without_any_event_is_found(site, file_one):
    site.db.sql("insert into `tabComplaint` (name, creation, modified) values ('PA-0001-BARE', now(), now())")
    found = verify.one("PA-0001-BARE").breaks
    assert [(each.sequence, each.reason) for each in found] == [(1, "missing")]


def test_all_histories_are_checked_in_batches(site, unlocked_history, answered, file_one, monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 2)
    monkeypatch.setattr(site.db, "commit", lambda: None)  # what the test wrote is to be rolled back
    others = [file_one(title=f"Ổ gà số {n}") for n in range(4)]
    told = []
    report = verify.everything(tell=lambda now: told.append(now.complaints) or True)
    assert report.broken == 0
    assert report.complaints == report.total == site.db.count(COMPLAINT)
    assert report.events == site.db.count(EVENT)
    assert len(told) > 3
    site.db.sql("update `tabComplaint Event` set reason = 'x' where complaint = %s", others[1].name)
    site.db.sql("delete from `tabComplaint` where name = %s", others[3].name)
    report = verify.everything()
    named = {(each.complaint, each.reason) for each in report.breaks}
    assert named == {(others[1].name, "tampered"), (others[3].name, "orphan")}
    assert verify.everything(since="2999-01-01").complaints == 0
    assert verify.everything(since=answered.creation).broken == 1


def test_the_forms_button_tells_its_reader_and_nobody_else(site, answered, province):
    with acting(site, province.OFFICER):
        told = complaint_event.check(answered.name)
    assert told == {"whole": True, "words": ["Lịch sử nguyên vẹn: 6 sự kiện."], "locked": True}
    with (
        acting(site, province.OTHER_OFFICER),
        pytest.raises((site.PermissionError, site.DoesNotExistError)),
    ):
        complaint_event.check(answered.name)


def test_a_whole_check_is_started_by_administrators_and_read_by_supervisors(site, province):
    from phanhoi_app.phanhoi_app.doctype.history_check import history_check

    for user in (province.OFFICER, province.SUPERVISOR, province.COORDINATOR):
        with acting(site, user), pytest.raises(site.PermissionError):
            history_check.start()
    with acting(site, province.ADMINISTRATOR):
        name = history_check.start()
        with pytest.raises(site.ValidationError, match=name):
            history_check.start()
    site.db.commit()
    try:
        check.execute(name)
        check.execute(name)  # a job that comes twice finds it taken
        with acting(site, province.SUPERVISOR):
            doc = site.get_doc("History Check", name)
            doc.check_permission("read")
        assert (doc.status, doc.breaks, doc.database_lock) == ("Intact", 0, 1)
        assert doc.events == site.db.count(EVENT) and doc.complaints == site.db.count(COMPLAINT)
        assert doc.outcome.startswith(("Lịch sử nguyên vẹn", "History intact"))
        with pytest.raises(site.PermissionError):
            site.get_doc("History Check", name).save()
        with pytest.raises(site.PermissionError):
            site.delete_doc("History Check", name)
    finally:
        site.db.rollback()
        site.db.delete("History Check", {"name": name})
        site.db.commit()


def test_each_verb_has_its_sentence_and_a_new_kind_is_told_by_its_code(site, answered, province):
    known = words.kinds()
    assert set(VERBS) - set(known) == set()
    assert all("{who}" in kind.sentence or kind.sentence.startswith("Hệ thống") for kind in known.values())
    record.append(answered.name, Event("phoned_back", reason="Gọi lại cho người dân"))
    told = words.timeline(answered.name)
    assert told[0]["sentence"] == "{who} ghi nhận: Phoned back."
    assert (told[-1]["who"], told[-1]["sentence"]) == ("Người dân", "{who} gửi phản ánh.")
    taken = next(event for event in told if event["kind"] == "take")
    assert (taken["who"], taken["agency"]) == ("Trần Văn Đường", "Sở Xây dựng Thử")
    assigned = next(event for event in told if event["kind"] == "assign")
    assert assigned["sentence"] == "{who} giao Sở Xây dựng Thử xử lý."


def test_a_citizen_with_an_account_is_not_named_in_the_history(site, file_one, province):
    site.get_doc(
        {
            "doctype": "User",
            "email": "dan@test.example",
            "first_name": "Nguyễn Văn Dân",
            "send_welcome_email": 0,
            "user_type": "Website User",
            "roles": [{"role": "Citizen"}],
        }
    ).insert()
    complaint = file_one()
    site.db.set_value("Complainant", complaint.name, "citizen_user", "dan@test.example")
    with acting(site, "dan@test.example"):
        record.append(complaint.name, Event("supply", public_note="Ở cạnh trường học", actor_role="Citizen"))
        record.append(complaint.name, Event("note"))
    told = words.timeline(complaint.name)
    assert {event["who"] for event in told} == {"Người dân"}
    assert not site.db.sql(
        "select name from `tabComplaint Event` where complaint = %s and actor_name != ''", complaint.name
    )
