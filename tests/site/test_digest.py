"""The digests: one message for each recipient, of what he may see, once, on working days, whatever breaks off."""

from datetime import datetime, timedelta

import pytest
from helpers import working_hours, world
from helpers.people import acting

from phanhoi_app.custody import perform
from phanhoi_app.history.now import as_of
from phanhoi_app.insight import digest
from phanhoi_app.messaging import delivery, outbox

TWO_DAYS = [{"amount": 2, "unit": "Working days", "start_rule": "Next working day"}]
MONDAY = datetime(2025, 3, 3, 9, 0)
THURSDAY = datetime(2025, 3, 6, 7, 5)  # due were those of Monday on Wednesday
PARENT = "T-PROVINCE"


@pytest.fixture
def week(site, province):
    """A calendar of weekdays and terms of two working days; nothing that other tests have left is open or waits."""
    with working_hours.in_force(TWO_DAYS):
        site.db.sql("update `tabComplaint` set phase = 'closed', clock_state = 'Stopped'")
        site.db.sql("update `tabComplaint` set received_at = '2020-01-01' where received_at between %s and %s",
                    ("2025-02-24", "2025-03-03"))  # fmt: skip
        # Rolled back after the test: what it would commit in parts too.
        with pytest.MonkeyPatch.context() as kept:
            kept.setattr(type(site.local.db), "commit", lambda *args, **kwargs: None)
            yield site


def assigned(site, at=MONDAY, agency=world.ROADS, **values):
    complaint = working_hours.received(at, **values)
    with as_of(at), acting(site, world.COORDINATOR):
        perform.perform_verb(complaint.name, "assign", {"agency": agency})
    return complaint


def told(site, user, kind=digest.DAILY):
    """{channel: (subject, text)} of the digest of a user, as it is sent."""
    found = {}
    for row in site.get_all(
        "Message", filters={"event": kind, "recipient_user": user}, fields=["name", "channel", "dedupe_key"]
    ):
        assert row.channel not in found, "one message by each channel"
        letter = site.db.get_value("Letter", row.name, ["subject", "text", "recipient"], as_dict=True)
        found[row.channel] = (letter.subject, letter.text)
    return found


def test_each_is_told_what_is_late_due_and_waiting_in_the_own_agency(week, province):
    overdue = assigned(week)
    assigned(week, MONDAY + timedelta(days=1), title="Đèn hỏng")  # Thursday
    assigned(week, MONDAY + timedelta(days=2), title="Cây đổ")  # Friday
    assigned(
        week, MONDAY + timedelta(days=3, hours=-3), title="Xa hơn"
    )  # Monday, the second working day ahead
    assigned(week, title="Của Sở Y tế", agency=province.HEALTH)
    waiting = assigned(week, MONDAY + timedelta(days=1), title="Chờ dân")
    week.db.set_value("Complaint", waiting.name, {"phase": "waiting", "clock_state": "Paused"})
    digest.send_daily(THURSDAY)
    letters = told(week, world.OFFICER)
    assert set(letters) == {"Desk", "E-mail"}
    subject, text = letters["Desk"]
    assert subject == "06/03/2025: 1 phản ánh quá hạn, 1 đến hạn hôm nay"
    lines = text.splitlines()
    assert lines[:6] == [
        "Sở Xây dựng Thử",
        "Quá hạn: 1",
        "Đến hạn hôm nay: 1",
        "Đến hạn trong hai ngày làm việc tới: 2",
        "Chờ người dân: 1",
        "Gấp nhất:",
    ]
    assert lines[6] == f"– {overdue.name} {overdue.title} (quá hạn từ 17:00 05/03/2025)"
    assert "Của Sở Y tế" not in text and "Chờ dân" not in text
    assert "Của Sở Y tế" in told(week, world.OTHER_OFFICER)["Desk"][1]
    assert told(week, world.LEADER) and not told(week, world.SUPERVISOR)


def test_an_agency_with_nothing_to_tell_gets_none(week, province):
    assigned(week, agency=province.HEALTH)
    digest.send_daily(THURSDAY)
    assert not told(week, world.OFFICER) and told(week, world.OTHER_OFFICER)


def test_on_working_days_only(week, province):
    assigned(week)
    assert digest.send_daily(datetime(2025, 3, 8, 7, 5)) == 0, "a Saturday"
    week.db.set_value("Agency", province.ROADS, "working_calendar", "Trực 24/7")
    assert digest.send_daily(datetime(2025, 3, 8, 7, 5)) > 0, "who works round the clock is told"


def test_twice_or_broken_off_in_the_middle_doubles_nothing(week, province, monkeypatch):
    assigned(week)
    assigned(week, agency=province.HEALTH)
    monkeypatch.setattr(digest, "PART", 1)
    original, calls = outbox.queue_many, []

    def breaks_off(letters):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(letters)

    monkeypatch.setattr(outbox, "queue_many", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        digest.send_daily(THURSDAY)
    first = week.db.count("Message", {"event": digest.DAILY})
    assert first == 4
    monkeypatch.setattr(outbox, "queue_many", original)
    assigned(week, title="Đến sau")
    for _run in range(2):
        digest.send_daily(THURSDAY)
    messages = week.get_all("Message", {"event": digest.DAILY}, ["recipient_user", "channel", "name"])
    assert len({(row.recipient_user, row.channel) for row in messages}) == len(messages) == 8
    assert all(week.db.exists("Letter", row.name) for row in messages)


def test_what_is_sealed_is_counted_for_those_who_see_it_and_never_named(week, province):
    complaint = assigned(week, title="Tố cáo ông X")
    about_them = assigned(week, title="Tố cáo giám đốc sở")
    for each, accused in ((complaint, province.WARD_OFFICE), (about_them, province.ROADS)):
        week.db.set_value("Complaint", each.name, {"sealed": 1, "accused_agency": accused})
    digest.send_daily(THURSDAY)
    for subject, text in told(week, world.OFFICER).values():
        assert "Bảo mật, quá hạn hoặc sắp đến hạn: 1" in text
        assert "0 phản ánh quá hạn" in subject
        assert "Tố cáo" not in text and complaint.name not in text and about_them.name not in text
    assert digest.kept.count(digest.kept.Asked(MONDAY.date(), MONDAY.date()), "Administrator") == {}


def test_one_message_for_who_belongs_to_two_agencies(week, province):
    health = week.get_doc("Agency", province.HEALTH)
    health.append("members", {"user": world.OFFICER, "duty": "Officer"})
    health.save()
    assigned(week)
    assigned(week, agency=province.HEALTH, title="Ngộ độc")
    digest.send_daily(THURSDAY)
    text = told(week, world.OFFICER)["Desk"][1]
    assert "Sở Xây dựng Thử" in text and "Sở Y tế Thử" in text
    assert told(week, world.OFFICER)["Desk"][0].startswith("06/03/2025: 2 phản ánh quá hạn")


def test_leaders_have_the_week_with_the_agencies_below(week, province):
    top = week.get_doc("Agency", PARENT)
    top.append("members", {"user": world.LEADER, "duty": "Leader"})
    top.save()
    late, good = assigned(week), assigned(week, agency=province.HEALTH)
    for complaint, days in ((late, 4), (good, 1)):
        values = {"state": "Stopped", "stopped_on": MONDAY + timedelta(days=days)}
        week.db.set_value("Complaint Clock", {"complaint": complaint.name, "clock": "resolve"}, values)
        week.db.set_value("Complaint", complaint.name, {"phase": "answered", "clock_state": "Stopped"})
    digest.send_weekly(datetime(2025, 3, 8, 7, 0))
    assert not told(week, world.LEADER, digest.WEEKLY), "a Saturday"
    digest.send_weekly(datetime(2025, 3, 10, 7, 0))
    digest.send_weekly(datetime(2025, 3, 11, 7, 0))
    [(subject, text), _mail] = told(week, world.LEADER, digest.WEEKLY).values()
    assert (
        subject == "Tuần 03/03–09/03/2025: 2 trả lời trễ hạn, 0 đang quá hạn"
        or "1 trả lời trễ hạn" in subject
    )
    assert "UBND tỉnh Thử\nĐã tiếp nhận: 2\nTrả lời đúng hạn: 1\nTrễ hạn: 1" in text
    assert "– Sở Xây dựng Thử: tiếp nhận 1, đúng hạn 0, trễ hạn 1, đang quá hạn 0" in text
    assert not told(week, world.OFFICER, digest.WEEKLY)


def test_at_the_hour_of_the_settings_once_a_day_and_not_when_switched_off(week, monkeypatch):
    done = []
    monkeypatch.setattr(digest, "send_daily", lambda now: done.append("daily"))
    monkeypatch.setattr(digest, "send_weekly", lambda now: done.append("weekly"))
    settings = week.get_single("Phanhoi Settings")
    monkeypatch.setattr(digest.frappe, "get_cached_doc", lambda *names: settings)
    monkeypatch.setattr(digest, "now_datetime", lambda: datetime(2025, 3, 6, 6, 50))
    settings.update({"digest_daily": 1, "digest_weekly": 1, "digest_hour": 7})
    digest.send_due()
    assert done == []
    monkeypatch.setattr(digest, "now_datetime", lambda: datetime(2025, 3, 6, 7, 0))
    settings.digest_weekly = 0
    digest.send_due()
    digest.send_due()
    assert done == ["daily"]
    monkeypatch.setattr(digest, "now_datetime", lambda: datetime(2025, 3, 7, 7, 0))
    settings.digest_daily = 0
    digest.send_due()
    assert done == ["daily"]


def test_it_arrives_in_the_desk_of_its_recipient(week, monkeypatch):
    assigned(week)
    digest.send_daily(THURSDAY)
    name = week.db.get_value(
        "Message", {"event": digest.DAILY, "recipient_user": world.OFFICER, "channel": "Desk"}
    )
    week.db.sql("update tabMessage set status = 'Sending', claimed_by = 'test' where name = %s", name)
    delivery.send("test", [name])
    assert week.db.get_value("Message", name, "status") == "Delivered"
    with acting(week, world.OFFICER):
        [note] = week.get_list(
            "Notification Log", {"for_user": world.OFFICER, "subject": ("like", "06/03/2025%")}
        )
        assert week.get_doc("Notification Log", note.name).has_permission("read")
        assert week.get_list("Message", {"event": digest.DAILY}) == []


def test_few_statements_whatever_the_number_and_an_index(week, province):
    def statements():
        counted = []
        original = week.db.sql
        week.db.sql = lambda *args, **kwargs: counted.append(args) or original(*args, **kwargs)
        try:
            digest.due_of(THURSDAY)
        finally:
            del week.db.sql
        return [each for each in counted if "tabComplaint" in str(each[0])]

    assigned(week)
    few = statements()
    for number in range(5):
        assigned(week, title=f"Ổ gà số {number}")
    assert len(statements()) == len(few) == 3
    for statement, *values in few:
        plan = week.db.sql(f"explain {statement}", *values, as_dict=True)
        assert any("phase_due" in (row.possible_keys or "") for row in plan), plan


def test_a_wrong_hour_and_a_wrong_template_are_refused(site, province):
    settings = site.get_single("Phanhoi Settings")
    settings.digest_hour = 24
    with pytest.raises(site.ValidationError, match="Giờ gửi"):
        settings.save()
    template = site.get_doc("Message Template", "digest_daily Officer Desk vi")
    template.text = "{{ number }}"
    with pytest.raises(site.ValidationError, match="summary"):
        template.save()
