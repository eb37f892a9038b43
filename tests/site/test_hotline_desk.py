"""The operator's desk: a call is one operator's, a complaint is filed once, and nobody learns what is not theirs."""

import json

import pytest
from helpers import cast, hotline, world
from helpers.people import acting

from phanhoi_app.hotline import api, calls, desk

ME, OTHER = world.COORDINATOR, world.SECOND_COORDINATOR


@pytest.fixture
def call(site, province):
    """A call that waits, from the citizen's number."""
    return calls.take_in({"call_id": "c-1", "caller": hotline.NUMBER, "line": "1022"})


def as_user(site, user, door, *args, **kwargs):
    """(status, answer) of a door."""
    site.local.response = site._dict({"docs": []})
    site.local.request_cache.clear()
    with acting(site, user):
        answer = door(*args, **kwargs)
    return site.local.response.get("http_status_code") or 200, answer


@pytest.fixture
def keep(site, monkeypatch):
    """A door's rollback takes back only what the door did."""
    monkeypatch.setattr(site.db, "rollback", lambda **_options: None)


def test_what_is_told_becomes_a_complaint_that_is_read_aloud(site, call):
    _status, opened = as_user(site, ME, api.take, call)
    assert opened["masked"] == "09** *** 678"
    assert hotline.NUMBER not in json.dumps(opened, default=str)
    status, told = as_user(site, ME, api.save, hotline.TOLD, call, 1, "t")
    assert status == 200, told
    complaint = site.get_doc("Complaint", told["complaint"])
    assert complaint.channel == "Phone"
    assert complaint.title == "Trước số nhà 12 Lê Lai có ổ gà rất sâu"
    assert complaint.identity.citizen_phone == hotline.NUMBER
    assert told["code"].replace("-", "") == complaint.tracking_code
    sms = site.get_all("Message", {"complaint": complaint.name, "event": "received"}, pluck="channel")
    assert sms == ["SMS"]
    assert told["sms"] and not told["again"]
    assert calls.complaints_of("c-1") == [complaint.name]


def test_a_double_tap_files_once_and_a_second_complaint_of_the_call_is_another(site, call):
    as_user(site, ME, api.take, call)
    _status, first = as_user(site, ME, api.save, hotline.TOLD, call, 1, "t")
    _status, again = as_user(site, ME, api.save, hotline.TOLD, call, 1, "t")
    assert (again["complaint"], again["again"]) == (first["complaint"], True)
    _status, second = as_user(site, ME, api.save, hotline.TOLD, call, 2, "u")
    assert second["complaint"] != first["complaint"]
    assert calls.of(call).filed == 2


def test_without_a_call_the_token_tells_one_filling_in_from_another(site, province):
    values = {**hotline.TOLD, "citizen_phone": "0987 654 321"}
    _status, first = as_user(site, ME, api.save, values, "", 1, "one")
    _status, again = as_user(site, ME, api.save, values, "", 1, "one")
    _status, other = as_user(site, OTHER, api.save, values, "", 1, "one")
    assert first["complaint"] == again["complaint"] != other["complaint"]
    status, told = as_user(site, ME, api.save, values, "", 1, "")
    assert (status, "mở lại trang" in told["errors"][""]) == (422, True)


def test_a_call_is_taken_by_one(site, call, keep):
    assert as_user(site, ME, api.take, call)[0] == 200
    status, told = as_user(site, OTHER, api.take, call)
    assert (status, told["errors"][""]) == (409, "Lê Thị Điều Phối đã nhận cuộc gọi này.")
    status, told = as_user(site, OTHER, api.save, hotline.TOLD, call, 1, "t")
    assert status == 409 and "không phải của ông/bà" in told["errors"][""]
    assert as_user(site, ME, api.give_back, call)[0] == 200
    assert as_user(site, OTHER, api.take, call)[0] == 200
    as_user(site, OTHER, api.save, hotline.TOLD, call, 1, "t")
    assert as_user(site, OTHER, api.give_back, call)[0] == 422


def test_bad_input_is_said_at_the_field_and_writes_nothing(site, call):
    as_user(site, ME, api.take, call)
    site.db.commit()
    try:
        before = site.db.count("Complaint")
        status, told = as_user(site, ME, api.save, {"content": "ngắn", "citizen_phone": "12"}, call, 1, "t")
        assert status == 422
        assert set(told["errors"]) == {"content", "field", "citizen_phone"}
        bad = {**hotline.TOLD, "severity": "Sống còn"}
        status, told = as_user(site, ME, api.save, bad, call, 1, "t")
        assert (status, list(told["errors"])) == (422, ["severity"])
        for values in ("[1]", "{", "5"):
            assert as_user(site, ME, api.save, values, call, 1, "t")[0] == 422
        assert as_user(site, ME, api.save, hotline.TOLD, call, 99, "t")[0] == 422
        assert as_user(site, ME, api.take, "nothing")[0] == 404
        status, told = as_user(site, ME, api.begin, "không phải số")
        assert (status, list(told["errors"])) == (422, ["number"])
        assert site.db.count("Complaint") == before
    finally:
        hotline.clear(site)


@pytest.mark.parametrize("user", [world.OFFICER, world.LEADER, world.SUPERVISOR, world.ADMINISTRATOR])
def test_those_without_the_duty_are_refused(site, call, user, keep):
    doors = [
        (api.start,),
        (api.waiting,),
        (api.take, call),
        (api.give_back, call),
        (api.begin, hotline.NUMBER),
        (api.save, hotline.TOLD, call, 1, "t"),
        (api.alike, world.POTHOLES, world.WARD),
    ]
    if user != world.ADMINISTRATOR:
        doors.append((api.open_kept, call, "Number", "gọi lại cho người dân"))
        if user != world.SUPERVISOR:
            doors.append((api.complaints_of, call))
    for door, *args in doors:
        assert as_user(site, user, door, *args)[0] == 403, door
    assert calls.of(call).operator is None
    with acting(site, user):
        assert not site.has_permission("Caller", "read")
        assert user == world.ADMINISTRATOR or not site.has_permission("Call Log", "read")


def test_no_role_reads_a_callers_number(site, call):
    for user in (ME, world.ADMINISTRATOR, "system@test.example"):
        with acting(site, user):
            assert not site.has_permission("Caller", "read")
            with pytest.raises(site.PermissionError):
                site.get_list("Caller", fields=["number"])
            row = site.get_doc("Call Log", call).as_dict()
        assert hotline.NUMBER not in json.dumps(row, default=str)
    with pytest.raises(site.PermissionError):
        site.get_doc("Caller", call).save()
    with pytest.raises(site.PermissionError):
        site.get_doc("Call Log", call).delete()


def test_the_number_is_opened_with_a_reason_that_stays(site, call, keep):
    assert as_user(site, ME, api.open_kept, call, "Number", "")[0] == 422
    assert as_user(site, ME, api.open_kept, call, "Recording", "nghe lại")[0] == 404
    _status, told = as_user(site, ME, api.open_kept, call, "Number", "gọi lại cho người dân")
    assert told == {"value": hotline.NUMBER}
    (opening,) = site.get_doc("Call Log", call).openings
    assert (opening.user, opening.what, opening.reason) == (ME, "Number", "gọi lại cho người dân")


def test_earlier_complaints_are_those_that_may_be_seen(site, file_one, province):
    """Of one number: the open one; none that is sealed, a denunciation, or of whom wished to be known to nobody."""
    cast.people(site)
    with acting(site, ME):
        known = {row["name"] for row in desk.earlier(hotline.NUMBER)}
    shown = file_one(citizen_phone="0912.345.678").name
    file_one(field=cast.CONDUCT, accused_agency=world.ROADS)
    file_one(field=cast.CONDUCT)
    file_one(kind="Denunciation")
    file_one(identity_wish="Hidden from the handling agency")
    file_one(citizen_phone="0987 654 321")
    site.local.request_cache.clear()
    for typed in ("0912345678", "+84 912 345 678"):
        _status, opened = as_user(site, ME, api.begin, typed)
        assert opened["earlier"][0]["name"] == shown
        assert {row["name"] for row in opened["earlier"]} - known == {shown}
    assert as_user(site, ME, api.begin, "")[1]["earlier"] == []
    mine = site.get_all("Call Log", {"operator": ME, "source": "By hand"}, pluck="caller_masked")
    assert mine.count("09** *** 678") == 2, "each look-up leaves a row"


def test_looking_up_numbers_has_a_limit(site, province, monkeypatch):
    monkeypatch.setattr(desk, "LOOKED_UP_AN_HOUR", 1)
    assert as_user(site, ME, api.begin, "0901 234 567")[0] == 200
    assert as_user(site, ME, api.begin, "0901 234 568")[0] == 422


def test_alike_are_of_the_same_field_and_place(site, file_one, province):
    same = file_one().name
    other = file_one(field=world.FOOD, answers={"sick": "Không"}).name
    _status, found = as_user(site, ME, api.alike, world.POTHOLES, world.WARD)
    names = [row["name"] for row in found]
    assert names[0] == same and other not in names
    assert as_user(site, ME, api.alike, world.POTHOLES, "")[1] == []


def test_the_queue_has_what_waits_and_hides_what_is_sealed(site, call, file_one, province):
    cast.people(site)
    calls.take_in({"call_id": "c-2", "caller": "0901234567"})
    calls.take_in({"call_id": "c-3", "caller": "0901234568", "ended_at": calls.now()})
    site.db.sql("update `tabComplaint` set received_at = '2000-01-01' where name = %s", (file_one().name,))
    sealed = file_one(field=cast.CONDUCT)
    site.db.sql(
        "update `tabComplaint` set phase = 'new', received_at = '1999-01-01' where name = %s", (sealed.name,)
    )
    as_user(site, OTHER, api.take, call)
    site.local.request_cache.clear()
    _status, told = as_user(site, ME, api.waiting)
    states = {row["name"]: row["state"] for row in told["calls"]}
    assert states == {calls.name_of("c-2"): "Waiting", calls.name_of("c-3"): "Missed"}
    assert sealed.name not in [row["name"] for row in told["complaints"]]
    assert str(told["complaints"][0]["received_at"]).startswith("2000")
    assert "0901234567" not in json.dumps(told, default=str)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Đèn đường hỏng. Đã ba ngày.", "Đèn đường hỏng"),
        ("Ờ. Đường ngập sâu nửa mét", "Ờ. Đường ngập sâu nửa mét"),
        ("Mất nước\ntừ sáng", "Mất nước"),
        ("", ""),
        ("x" * 200, "x" * 90 + "…"),
    ],
)
def test_a_title_is_made_from_the_content(content, title):
    assert desk.title_from(content) == title


def test_the_page_gets_fields_with_their_scripts(site, province):
    site.db.set_value("Field", world.POTHOLES, {"hotline_script": "Ở đâu?\n\nTừ bao giờ?", "urgent": 1})
    _status, told = as_user(site, ME, api.start)
    fields = {row["value"]: row for row in told["fields"]}
    assert fields[world.POTHOLES]["script"] == ["Ở đâu?", "Từ bao giờ?"]
    assert fields[world.POTHOLES]["urgent"] == 1
    assert fields[world.FOOD]["script"][0] == "Có người bị ngộ độc không?", "else what the form asks"
    assert {"value": world.WARD, "label": "Phường Thử Nghiệm", "words": "phuong thu nghiem"} in told["areas"]
    assert ["114" in row["sentence"] for row in told["emergency"]].count(True) == 1
    assert told["severities"][1] == {"value": "Urgent", "label": "Khẩn"}
