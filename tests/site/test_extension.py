"""More time: asked before expiry, within the policy's limits, decided by whom it names, told to the citizen."""

from datetime import timedelta

import pytest
from helpers.people import acting

from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.history import now as moments
from phanhoi_app.portal import tracking
from phanhoi_app.sla import api, checking, extending

REASON = "Phải chờ kết quả đo đạc"


@pytest.fixture
def extendable(site, province):
    """A policy by which the answer may be extended once, by at most 15 days; the level above decides on the complex."""
    rule = {"max_extensions": 1, "max_extension": 15, "max_extension_unit": "Calendar days"}
    row = {"amount": 17, "unit": "Calendar days", "start_rule": "Next working day"}
    policy = site.get_doc(
        {
            "doctype": "Deadline Policy",
            "policy_name": "Gia hạn thử",
            "rows": [
                row | rule,
                row | rule | {"severity": "Complex", "extension_approver": "Agency above"},
                row | {"severity": "Urgent", "amount": 4},
                row | {"clock": "screen", "amount": 1},
                row | {"clock": "hold", "amount": 5, "unit": "Working days"},
            ],
        }
    ).insert()
    site.db.set_single_value("Phanhoi Settings", "deadline_policy", policy.name)
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")
    yield policy.name
    site.db.rollback()
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")


@pytest.fixture
def held(extendable, file_one, act, province):
    """A complaint that the roads' office handles."""
    complaint = file_one()
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    return act(province.OFFICER, complaint, "take")


def _ask(site, user, complaint, days=5, **values):
    with acting(site, user):
        return extending.ask(
            complaint.name, complaint.due_on + timedelta(days=days), values.get("reason", REASON)
        )


def test_asked_and_granted_the_clock_moves_and_the_citizen_reads_why(site, held, province):
    first = held.due_on
    request = _ask(site, province.OFFICER, held)
    assert site.db.get_value("Complaint", held.name, "due_on") == first
    with acting(site, province.LEADER):
        extending.grant(request)
    after = site.get_doc("Complaint", held.name)
    assert (after.due_on, after.original_due_on) == (first + timedelta(days=5), first)
    kinds = site.get_all(
        "Complaint Event", {"complaint": held.name}, pluck="kind", order_by="sequence desc", limit=2
    )
    assert kinds == ["extension_granted", "extension_requested"]
    message = site.get_doc("Message", {"complaint": held.name, "event": "extended"})
    assert REASON in message.text
    page = tracking.view(after)
    assert page["clock"]["first"] and REASON in [line["reason"] for line in page["clock"]["lines"]]
    assert checking.check(held.name) == []
    said = site.db.get_value("Extension Request", request, ["status", "decided_by"])
    assert said == ("Granted", province.LEADER)


def test_refused_nothing_moves_and_who_asked_is_told_why(site, held, province):
    request = _ask(site, province.OFFICER, held)
    with acting(site, province.LEADER):
        with pytest.raises(MissingInput):
            extending.refuse(request, " ")
        extending.refuse(request, "Đã đủ thời gian")
        with pytest.raises(Conflict):
            extending.grant(request)
    assert site.db.get_value("Complaint", held.name, "due_on") == held.due_on
    told = site.get_doc("Message", {"complaint": held.name, "event": "extension_refused"})
    assert told.recipient_user == province.OFFICER and "Đã đủ thời gian" in told.text
    assert not site.db.exists("Message", {"complaint": held.name, "event": "extended"})


@pytest.mark.parametrize("days", [-1, 0, 20, 400])
def test_only_within_the_policys_limits(site, held, province, days):
    with pytest.raises(Conflict) as caught:
        _ask(site, province.OFFICER, held, days)
    assert caught.value.http_status_code == 409
    assert site.db.count("Extension Request", {"complaint": held.name}) == 0


@pytest.mark.parametrize("moment", ["", "hôm nào đó", None, "2026-13-45"])
def test_a_time_that_cannot_be_read_is_named(site, held, province, moment):
    with acting(site, province.OFFICER), pytest.raises(MissingInput) as caught:
        extending.ask(held.name, moment, REASON)
    assert caught.value.fieldname == "new_due_on"


def test_not_after_expiry_but_granted_after_it_when_asked_before(site, held, province):
    late = held.due_on + timedelta(hours=1)
    with moments.as_of(late), pytest.raises(Conflict):
        _ask(site, province.OFFICER, held)
    request = _ask(site, province.OFFICER, held)
    with moments.as_of(late), acting(site, province.LEADER):
        extending.grant(request)
    assert site.db.get_value("Complaint", held.name, "due_on") > held.due_on


def test_once_only_and_one_request_at_a_time(site, held, province):
    request = _ask(site, province.OFFICER, held)
    with pytest.raises(Conflict):
        _ask(site, province.SECOND_OFFICER, held)
    with acting(site, province.LEADER):
        extending.grant(request)
    with pytest.raises(Conflict):
        _ask(site, province.OFFICER, site.get_doc("Complaint", held.name), days=1)


@pytest.mark.parametrize("who", ["COORDINATOR", "OTHER_OFFICER", "SUPERVISOR"])
def test_asked_by_its_holder_only(site, held, province, who):
    with pytest.raises((NotAllowed, site.DoesNotExistError)):
        _ask(site, getattr(province, who), held)


@pytest.mark.parametrize("who", ["OFFICER", "SECOND_OFFICER", "COORDINATOR", "SUPERVISOR"])
def test_decided_by_its_leader_only(site, held, province, who):
    request = _ask(site, province.OFFICER, held)
    with acting(site, getattr(province, who)), pytest.raises(NotAllowed):
        extending.grant(request)
    assert site.db.get_value("Extension Request", request, "status") == "Asked"


def test_who_asks_does_not_decide(site, held, province):
    request = _ask(site, province.LEADER, held)
    with acting(site, province.LEADER), pytest.raises(NotAllowed):
        extending.grant(request)


def test_the_level_above_decides_where_the_policy_says_so(site, held, province):
    with acting(site, province.COORDINATOR):
        document = site.get_doc("Complaint", held.name)
        document.severity = "Complex"
        document.flags.by_verb = True
        document.save(ignore_permissions=True)
    held.reload()
    request = _ask(site, province.OFFICER, held)
    with acting(site, province.LEADER), pytest.raises(NotAllowed):
        extending.grant(request)
    above = site.get_doc("Agency", "T-PROVINCE")
    above.append("members", {"user": province.SUPERVISOR, "duty": "Leader"})
    above.save()
    site.local.request_cache.clear()
    with acting(site, province.SUPERVISOR):
        extending.grant(request)
    assert site.db.get_value("Complaint", held.name, "due_on") > held.due_on


def test_the_request_is_seen_by_whom_the_complaint_is(site, held, province):
    request = _ask(site, province.OFFICER, held)
    with acting(site, province.OTHER_OFFICER):
        assert not site.has_permission("Extension Request", "read", request)
        assert site.get_list("Extension Request", {"complaint": held.name}) == []
        assert site.get_list("Complaint Clock", {"complaint": held.name}) == []
    with acting(site, province.SECOND_OFFICER):
        assert site.get_list("Extension Request", {"complaint": held.name})
        assert site.get_list("Complaint Clock", {"complaint": held.name})


def test_the_preview_says_the_limits_or_why_not(site, held, province):
    with acting(site, province.OFFICER):
        allowed = api.extension_preview(held.name)
    assert (allowed["refused"], allowed["times"], allowed["granted"]) == ("", 1, 0)
    assert allowed["latest"] > held.due_on
    with acting(site, province.COORDINATOR):
        assert api.extension_preview(held.name)["refused"]


def test_a_policy_is_tried_for_a_complaint_and_for_facts(site, held, province):
    with acting(site, province.ADMINISTRATOR):
        tried = api.try_policy("Gia hạn thử", complaint=held.name)
        assert tried["due_on"] == held.due_on and tried["term"]
        assert tried["sentences"][0].startswith(("Row 1", "Áp dụng", "Dòng 1"))
        urgent = api.try_policy("Gia hạn thử", severity="Urgent", at="2026-11-20 16:30:00")
        assert "Khẩn" in urgent["sentences"][0] or "Urgent" in urgent["sentences"][0]
        none = api.try_policy("Gia hạn thử", clock="citizen_reply")
        assert none["due_on"] is None and len(none["sentences"]) == 1
    with acting(site, "Guest"), pytest.raises(site.PermissionError):
        api.try_policy("Gia hạn thử")


def test_the_form_tells_who_took_how_long(site, held, province):
    from phanhoi_app.sla import clock_words

    said = clock_words.for_form(held)
    assert [share["agency"] for share in said["shares"]] == ["Trung tâm điều hành Thử", "Sở Xây dựng Thử"]
    assert {clock["clock"] for clock in said["clocks"]} >= {"resolve", "screen", "hold"}
    assert all(clock["why"] for clock in said["clocks"])
