"""One conversation across channels: in order, masked, only what the reader may see; and the bell that goes with it."""

import pytest
from helpers.people import acting


@pytest.fixture
def talk(site):
    """``talk(user, complaint)`` is the conversation as that user reads it."""
    from phanhoi_app.messaging import conversation

    def read(user, complaint):
        with acting(site, user):
            site.local.request_cache.clear()
            return conversation.of(getattr(complaint, "name", complaint))

    return read


@pytest.fixture
def taken(file_one, act, province):
    """A complaint that an officer of Roads has in hand."""
    complaint = file_one(citizen_email="an.nguyen@gmail.com")
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    return act(province.OFFICER, complaint, "take")


def test_it_holds_both_sides_in_order_and_names_nobody(site, taken, act, talk, province):
    from phanhoi_app.custody import citizen

    act(province.OFFICER, taken, "write", text="Sáng mai chúng tôi đến kiểm tra.")
    with acting(site, "Guest"):
        citizen.write(taken.name, "Tôi ở nhà cả ngày, số của tôi 0912 345 678.", "E-mail", from_another=True)
    told = talk(province.OFFICER, taken)
    entries = told["entries"]
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    assert entries[0]["text"].startswith("Trước số nhà 12 có ổ gà")
    written = [entry for entry in entries if "Sáng mai" in entry["text"]]
    assert [(entry["direction"], entry["channel"]) for entry in written] == [("out", "SMS")]
    heard = next(entry for entry in entries if "cả ngày" in entry["text"])
    assert (heard["direction"], heard["channel"], bool(heard["note"])) == ("in", "Thư điện tử", True)
    shown = str(told)
    for hidden in ("0912345678", "0912 345 678", "Nguyễn Văn An", "an.nguyen", taken.tracking_code):
        assert hidden not in shown


def test_who_leads_writes_with_ready_made_texts_and_others_do_not(site, taken, talk, province):
    told = talk(province.OFFICER, taken)
    assert told["may_write"]
    assert any(taken.name in reply["text"] for reply in told["replies"])
    told = talk(province.SUPERVISOR, taken)
    assert (told["may_write"], told["replies"]) == (False, [])
    with pytest.raises(site.DoesNotExistError):
        talk(province.OTHER_OFFICER, taken)


def test_after_the_own_part_has_ended_nothing_new_is_read(site, taken, act, talk, province):
    act(province.OFFICER, taken, "transfer", agency=province.HEALTH, reason="Thuộc ngành y tế")
    act(province.OTHER_OFFICER, taken, "take")
    act(province.OTHER_OFFICER, taken, "write", text="Sở Y tế đã nhận việc này.")
    assert "Sở Y tế đã nhận" in str(talk(province.OTHER_OFFICER, taken))
    assert "Sở Y tế đã nhận" not in str(talk(province.OFFICER, taken))


def test_a_sealed_complaint_is_talked_about_by_nobody_outside(site, taken, talk, province):
    site.db.set_value("Complaint", taken.name, {"sealed": 1, "accused_agency": province.ROADS})
    for user in (province.OFFICER, province.COORDINATOR, province.SUPERVISOR):
        with pytest.raises(site.DoesNotExistError):
            talk(user, taken)


def test_a_part_and_a_case_of_law_are_not_written_to(site, taken, act, province):
    from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed

    with pytest.raises(MissingInput):
        act(province.OFFICER, taken, "write", text=" ")
    with pytest.raises(NotAllowed):
        act(province.SUPERVISOR, taken, "write", text="x")
    site.db.set_value("Complaint", taken.name, "part_of", taken.name)
    with pytest.raises(Conflict):
        act(province.OFFICER, taken, "write", text="x")


def test_the_citizen_reads_it_on_the_own_page(site, taken, act, province):
    from phanhoi_app.history import read
    from phanhoi_app.portal import timeline

    act(province.OFFICER, taken, "write", text="Sáng mai chúng tôi đến kiểm tra.")
    step = timeline.steps(read.events(taken.name))[-1]
    assert (step["note"], step["from_citizen"]) == ("Sáng mai chúng tôi đến kiểm tra.", False)


def test_the_bell_rings_once_leads_to_the_complaint_and_is_quiet_when_read(site, taken, talk, province):
    from frappe.desk.doctype.notification_log import notification_log

    from phanhoi_app.channels import desk

    desk.send(province.OFFICER, f"Mới: {taken.name}", "x", "Complaint", taken.name)

    def bell(user):
        with acting(site, user):
            site.local.request_cache.clear()
            rows = notification_log.get_notification_logs()["notification_logs"]
            return [row for row in rows if row.document_name == taken.name]

    assert [(row.document_type, row.read) for row in bell(province.OFFICER)] == [("Complaint", 0)]
    assert bell(province.OTHER_OFFICER) == []
    talk(province.OFFICER, taken)
    assert [row.read for row in bell(province.OFFICER)] == [1]
    site.db.set_value("Complaint", taken.name, {"sealed": 1, "accused_agency": province.ROADS})
    assert bell(province.OFFICER) == []
