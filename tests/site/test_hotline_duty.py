"""The duty roster: nobody in two places, notes that are read first, urgent complaints told out of hours."""

from datetime import datetime, timedelta

import pytest
from helpers import cast, hotline, world
from helpers.people import acting

from phanhoi_app.history.now import as_of, now
from phanhoi_app.hotline import api, handover, out_of_hours, shifts
from phanhoi_app.hotline.errors import HotlineRefused

ME, OTHER = world.COORDINATOR, world.SECOND_COORDINATOR
NIGHT = datetime(2026, 11, 24, 23, 0)
MONDAY = datetime(2026, 12, 7)


@pytest.fixture
def told(site):
    """``told(user, door, …)``: (status, answer)."""

    def ask(user, door, *args, **kwargs):
        site.local.response = site._dict({"docs": []})
        site.local.request_cache.clear()
        with acting(site, user):
            answer = door(*args, **kwargs)
        return site.local.response.get("http_status_code") or 200, answer

    return ask


def test_nobody_is_booked_twice(site, province):
    hotline.shift(site, ME)
    with pytest.raises(HotlineRefused, match="đã có ca trực từ"):
        hotline.shift(site, ME, begins=2)
    hotline.shift(site, ME, begins=3)
    hotline.shift(site, OTHER)


def test_a_shift_is_of_those_who_can_act_there(site, province):
    with pytest.raises(HotlineRefused, match="không thể trực ở đó"):
        hotline.shift(site, world.OFFICER)
    hotline.shift(site, world.OFFICER, agency=world.ROADS)
    for begins, lasts in ((0, 0), (0, -1), (0, 25)):
        with pytest.raises(HotlineRefused):
            hotline.shift(site, ME, begins=begins, lasts=lasts)


def test_who_sets_up_a_roster(site, province):
    with acting(site, world.LEADER):
        made = hotline.shift(site, world.OFFICER, agency=world.ROADS, begins=5)
        with pytest.raises(site.PermissionError):
            hotline.shift(site, ME, begins=5)
    for user in (world.OFFICER, world.SUPERVISOR):
        with acting(site, user):
            assert site.get_doc("Duty Shift", made.name).has_permission("read")
            with pytest.raises(site.PermissionError):
                site.get_doc("Duty Shift", made.name).save()
    with acting(site, "Guest"), pytest.raises(site.PermissionError):
        site.get_list("Duty Shift")


def test_the_week_says_what_is_wrong(site, province):
    start = MONDAY.replace(hour=6)
    for number, user in enumerate((ME, OTHER, ME)):
        site.get_doc(
            {
                "doctype": "Duty Shift",
                "agency": world.DUTY,
                "user": user,
                "starts_at": start + timedelta(hours=8 * number),
                "ends_at": start + timedelta(hours=8 * number + 8),
            }
        ).insert()
    # Past the checks, as a restored or an edited table may have it.
    site.get_doc(
        {"doctype": "Duty Shift", "agency": world.ROADS, "user": OTHER, "person": "Phạm Văn Trực"}
    ).update({"starts_at": start + timedelta(hours=9), "ends_at": start + timedelta(hours=10)}).db_insert()
    picture = shifts.week(world.DUTY, MONDAY.date())
    assert [shift["span"] for shift in picture["days"][0]["shifts"]] == [
        [360, 840],
        [840, 1320],
        [1320, 1440],
    ]
    assert picture["days"][0]["gaps"] == [[0, 360]]
    assert picture["days"][1]["gaps"] == [[360, 1440]]
    said = " ".join(picture["problems"])
    assert "Không có người trực từ 00:00 07/12/2026 đến 06:00 07/12/2026." in said
    assert "Phạm Văn Trực bị xếp trùng ca: 14:00 07/12/2026–22:00 07/12/2026 và 15:00" in said
    days = shifts.year(world.DUTY, 2026)["days"]
    assert len(days) == 365
    assert days["2026-12-07"][0] == "partly" and "Lê Thị Điều Phối" in days["2026-12-07"][1]
    assert days["2026-12-20"][0] == "nobody"
    assert shifts.year(world.HEALTH, 2026)["days"]["2026-12-07"] == ["free", ""]


def test_a_plan_is_looked_at_and_then_written_whole(site, province, told):
    args = {"agency": world.DUTY, "users": [ME, OTHER], "first": "2026-12-14", "last": "2026-12-20"}
    hours = {"hours": "06:00-14:00, 14:00-22:00, 22:00-06:00"}
    assert told(ME, api.plan, **args, **hours) == (200, {"count": 21, "problems": [], "written": 0})
    assert told(ME, api.plan, **args, **hours, write=1)[1]["written"] == 21
    assert shifts.week(world.DUTY, datetime(2026, 12, 14).date())["days"][3]["gaps"] == []
    _status, again = told(ME, api.plan, **args, **hours, write=1)
    assert again["written"] == 0 and "bị xếp trùng ca" in again["problems"][0]
    _status, wrong = told(ME, api.plan, **args | {"users": [world.OFFICER]}, **hours, write=1)
    assert wrong["problems"] == ["Trần Văn Đường không thể trực ở đó."]


def test_a_plan_that_cannot_be_read_is_refused_in_words(site, province, told):
    good = {
        "agency": world.DUTY,
        "users": f'["{ME}"]',
        "first": "2026-12-14",
        "last": "2026-12-20",
        "hours": "6h-14h",
    }
    for change, words in (
        ({"hours": "sáng"}, "không phải giờ của một ca"),
        ({"users": "[]"}, "ít nhất một người"),
        ({"last": "2026-12-01"}, "trước ngày đầu"),
        ({"first": "hôm qua"}, "Không đọc được ngày"),
        ({"at_once": 3}, "không thể cùng lúc"),
        ({"agency": "T-NONE"}, "chọn cơ quan"),
    ):
        status, answer = told(ME, api.plan, **good | change)
        assert status in (404, 422) and words in answer["errors"][""], change
        site.local.message_log.clear()
    assert told(world.OFFICER, api.plan, **good)[0] == 403


def test_the_note_is_read_before_the_first_call(site, province, told):
    before = hotline.shift(site, OTHER, begins=-8, lasts=8)
    hotline.shift(site, ME, begins=-0.1)
    site.db.commit()
    try:
        status, answer = told(ME, api.hand_over, before.name, "Có ba phản ánh ngập.")
        assert status == 409 and "của người khác" in answer["errors"][""]
        assert told(OTHER, api.hand_over, before.name, " ")[0] == 422
        assert told(OTHER, api.hand_over, "none", "Không có gì")[0] == 404
        status, _name = told(
            OTHER, api.hand_over, before.name, "Bà Nguyễn Thị Lan 0912 345 678 gọi lại lúc 7h."
        )
        site.db.commit()
        assert status == 200
        _status, waiting = told(ME, api.waiting)
        (note,) = waiting["unread"]
        assert "345 678" not in note["note"], "whoever reads the note may not know the citizen"
        status, answer = told(ME, api.begin, "")
        assert (status, answer["errors"][""]) == (422, "Hãy đọc nội dung bàn giao của ca trước đã.")
        assert told(world.OTHER_OFFICER, api.note_read, note["name"])[0] == 404
        assert told(ME, api.note_read, note["name"]) == (200, [])
        told(ME, api.note_read, note["name"])
        assert site.db.count("Duty Reading", {"parent": note["name"]}) == 1
        assert told(ME, api.begin, "")[0] == 200
        told(OTHER, api.hand_over, before.name, "Thêm: đường 47 ngập.")
        assert handover.unread(ME), "what was added has not been read"
    finally:
        hotline.clear(site)


def test_notes_are_read_in_the_own_agency(site, province):
    mine = hotline.shift(site, world.OFFICER, agency=world.ROADS)
    with acting(site, world.OFFICER):
        name = handover.write(mine.name, "Không có gì đặc biệt.")
    for user, sees in ((world.LEADER, True), (ME, True), (world.OTHER_OFFICER, False)):
        site.local.request_cache.clear()
        with acting(site, user):
            assert bool(site.get_list("Duty Handover", {"name": name})) == sees
            assert site.get_doc("Duty Handover", name).has_permission("read") == sees


@pytest.fixture
def closed(site, province, monkeypatch):
    """No agency works at this moment."""
    monkeypatch.setattr(out_of_hours, "at_work", lambda agency: False)


def letters(site, complaint) -> set[tuple[str, str]]:
    rows = site.get_all(
        "Message", {"complaint": complaint.name, "event": "out_of_hours"}, ["channel", "recipient_user"]
    )
    return {(row.channel, row.recipient_user) for row in rows}


def test_urgent_complaints_are_told_to_those_on_duty(site, file_one, closed):
    member = site.get_doc("Agency", world.DUTY).members[0]
    site.db.set_value("Agency Member", member.name, "phone", "0988123456")
    site.clear_document_cache("Agency", world.DUTY)
    hotline.shift(site, ME)
    assert letters(site, file_one()) == set(), "an ordinary field can wait for the morning"
    site.db.set_value("Field", world.POTHOLES, "urgent", 1)
    site.clear_document_cache("Field", world.POTHOLES)
    try:
        assert letters(site, file_one()) == {("Desk", ME), ("SMS", ME)}
        hotline.shift(site, world.OFFICER, agency=world.ROADS)
        first = file_one()
        assert letters(site, first) == set() or ("Desk", world.OFFICER) not in letters(site, first)
        with as_of(NIGHT):
            assert letters(site, file_one()) == set(), "what is retold is not news"
    finally:
        site.db.rollback()
        site.clear_document_cache("Field", world.POTHOLES)
        site.clear_document_cache("Agency", world.DUTY)


def test_whoever_is_on_duty_in_the_agency_is_told_when_it_comes_there(site, file_one, act, closed):
    hotline.shift(site, world.OFFICER, agency=world.ROADS)
    complaint = file_one()
    complaint.db_set("severity", "Urgent")
    complaint = act(ME, complaint.name, "assign", agency=world.ROADS)
    assert letters(site, complaint) == {("Desk", world.OFFICER)}


def test_in_working_hours_nobody_on_duty_is_woken(site, file_one, province, monkeypatch):
    hotline.shift(site, ME)
    complaint = file_one()
    complaint.severity = "Urgent"
    monkeypatch.setattr(out_of_hours, "at_work", lambda agency: True)
    out_of_hours.complaint_received(complaint)
    assert letters(site, complaint) == set()


def test_what_is_sealed_is_told_only_to_those_who_may_see_it(site, file_one, closed):
    cast.people(site)
    hotline.shift(site, ME)
    complaint = file_one(field=cast.CONDUCT, accused_agency=world.ROADS)
    complaint.severity = "Urgent"
    out_of_hours.complaint_received(complaint)
    assert letters(site, complaint) == set()


def test_who_has_left_is_named_in_the_roster(site, province):
    hotline.shift(site, OTHER, begins=1)
    site.db.set_value("User", OTHER, "enabled", 0)
    try:
        said = shifts.week(world.DUTY, now().date())["problems"]
        assert "Phạm Văn Trực không thể trực ở đó." in said
    finally:
        site.db.rollback()
        site.clear_document_cache("User", OTHER)


def test_who_is_on_duty_now(site, province, told):
    hotline.shift(site, ME)
    hotline.shift(site, OTHER, begins=3)
    assert ME in [row["user"] for row in shifts.on_duty(world.DUTY)]
    assert OTHER not in [row["user"] for row in shifts.on_duty(world.DUTY)]
    assert [row["user"] for row in shifts.covering(world.HEALTH)] == [ME]
    status, rows = told(world.OFFICER, api.on_duty_now)
    assert status == 200 and "Lê Thị Điều Phối" in [row["person"] for row in rows]
    assert shifts.on_duty(world.DUTY, now() + timedelta(hours=4))[0]["user"] == OTHER
    assert told("Guest", api.on_duty_now)[0] == 403
