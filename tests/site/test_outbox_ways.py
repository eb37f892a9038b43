"""How the outbox gets through to a person: the next way when one fails, quiet hours, limits, a broken provider."""

from datetime import timedelta

import pytest
from helpers.people import acting

from phanhoi_app.channels import accounts, adapters
from phanhoi_app.channels.base import NoChannel, Refused, Sent, TryLater
from phanhoi_app.custody.errors import Conflict, NotAllowed
from phanhoi_app.history import read
from phanhoi_app.messaging import claims, delivery, health, pacing, policy, resending, standing, states


@pytest.fixture(autouse=True)
def without_commits(site, monkeypatch):
    monkeypatch.setattr(site.local.db.__class__, "commit", lambda self: None)


@pytest.fixture(autouse=True)
def at_noon(site, province, monkeypatch):
    """No quiet hours unless a test wants them; a daytime test must pass at night."""
    set_up(site, quiet_from=None, quiet_to=None, demo=0)
    yield
    site.db.rollback()
    site.clear_document_cache("Phanhoi Settings", "Phanhoi Settings")


class Provider:
    """Answers in turn: a Sent's id, or an error to raise; the last answer for ever after."""

    def __init__(self, *answers):
        self.answers, self.taken = list(answers), []

    def send(self, account, outgoing):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        self.taken.append(outgoing)
        return Sent(f"{answer}{len(self.taken)}")


@pytest.fixture
def provider(site, province, monkeypatch):
    """``provider("SMS", *answers)`` gives the channel an account whose provider answers so."""
    providers = {}
    monkeypatch.setattr(adapters, "of", lambda account: providers[account.channel])

    def make(channel, *answers):
        name = {"SMS": "SMS gateway", "Zalo": "Zalo OA"}[channel]
        secrets = ("zalo_app_id", "zalo_app_secret", "zalo_oa_secret", "zalo_refresh_token", "gateway_secret")
        account = site.get_doc(
            {
                "doctype": "Channel Account",
                "title": f"{channel} thử",
                "provider": name,
                "channel": channel,
                "gateway_url": "https://sms.example/send",
                **dict.fromkeys(secrets, "x"),
            }
        ).insert()
        providers[channel] = Provider(*(answers or ("id",)))
        return account, providers[channel]

    return make


def set_up(site, **values):
    settings = site.get_single("Phanhoi Settings")
    settings.update(values)
    settings.save()


def rows(site, complaint, **filters):
    return site.get_all(
        "Message", {"complaint": complaint.name, **filters}, ["*"], order_by="creation, channel desc"
    )


def run(site, complaint, channels=("SMS", "Zalo")):
    """What a worker does with this complaint's messages that are due; returns how many were claimed."""
    claimed = 0
    for channel in channels:
        due = site.get_all(
            "Message",
            {
                "complaint": complaint.name,
                "status": "Queued",
                "channel": channel,
                "next_attempt_on": ("<=", site.utils.now_datetime()),
            },
            pluck="name",
        )
        account = None if channel in policy.BUILT_IN else accounts.for_channel(channel)
        room = health.room(account.name if account else channel, channel, len(due)) if due else None
        if not room or not room.count:
            continue
        names = due[: room.count]
        site.db.sql(
            "update tabMessage set status = 'Sending', claimed_by = 'test', started_on = null where name in %s",
            (names,),
        )
        health.taken(account.name if account else channel, channel, len(names))
        claimed += delivery.send("test", names, account, trial=room.trial)
    return claimed


BOTH = {"citizen_phone": "0912345678", "citizen_email": "an@example.com"}


def test_when_one_way_fails_for_good_the_next_is_taken_once(site, file_one, provider):
    account, _sms = provider("SMS", "id")
    complaint = file_one(**BOTH)
    assert [row.channel for row in rows(site, complaint)] == ["SMS"], "one way at a time"
    run(site, complaint)
    (sms,) = rows(site, complaint)
    assert (sms.status, sms.account) == ("Sent", account.name)
    for _twice in range(2):
        states.heard(account, sms.provider_id, "Failed", "wrong number: +84912345678", None)
    first, second = rows(site, complaint)
    assert (first.status, first.status_note) == ("Failed", "wrong number: ***"), "without the number"
    assert (second.channel, second.instead_of, second.recipient) == ("E-mail", sms.name, "a***@e***.com")
    assert complaint.tracking_code in site.db.get_value("Letter", second.name, "text")
    assert complaint.tracking_code not in second.text


@pytest.mark.parametrize("error", [NoChannel(), Refused("blocked")], ids=["no channel", "refused"])
def test_what_cannot_be_sent_goes_by_the_next_way(site, file_one, provider, error):
    provider("SMS", error)
    complaint = file_one(**BOTH)
    run(site, complaint)
    assert [row.channel for row in rows(site, complaint)] == ["SMS", "E-mail"]


def test_ways_are_data_and_a_row_for_an_event_counts_more(site, file_one, provider):
    set_up(
        site,
        message_chains=[
            {"audience": "Citizen", "event": "", "first": "SMS"},
            {"audience": "Citizen", "event": "received", "first": "E-mail", "second": "SMS"},
        ],
    )
    (message,) = rows(site, file_one(**BOTH))
    assert message.channel == "E-mail"


def test_zalo_by_number_needs_an_approved_template(site, file_one, provider):
    provider("SMS", "id")
    _account, zalo = provider("Zalo", "zid")
    assert rows(site, file_one(**BOTH))[0].channel == "SMS"
    template = site.copy_doc(site.get_doc("Message Template", "received Citizen SMS vi"))
    template.update(
        {"channel": "Zalo", "provider_template": "ZNS-7", "provider_values": "ma=number, link", "enabled": 1}
    )
    template.insert()
    complaint = file_one(**BOTH)
    assert rows(site, complaint)[0].channel == "Zalo"
    run(site, complaint)
    (taken,) = zalo.taken
    assert (taken.template_id, taken.recipient) == ("ZNS-7", "0912345678")
    assert taken.values["ma"] == complaint.name and complaint.tracking_code in taken.values["link"]


def test_citizens_are_left_alone_in_quiet_hours_but_for_what_is_urgent(
    site, file_one, act, province, provider
):
    _account, _sms = provider("SMS", "id")
    now = site.utils.now_datetime()
    set_up(
        site,
        quiet_from=(now - timedelta(minutes=5)).strftime("%H:%M:%S"),
        quiet_to=(now + timedelta(hours=2)).strftime("%H:%M:%S"),
    )
    complaint = file_one()
    act(province.COORDINATOR, complaint, "ask", question="Nhà số mấy?")
    run(site, complaint)
    received, asked = (rows(site, complaint, event=event)[0] for event in ("received", "asked"))
    assert received.status == "Sent", "it answers somebody who is awake"
    assert (asked.status, asked.status_note, asked.attempts) == ("Queued", pacing.QUIET, 0)
    assert abs((asked.next_attempt_on - now) - timedelta(hours=2)) < timedelta(minutes=1)
    urgent = file_one()
    urgent.db_set("severity", "Urgent")
    urgent.reload()
    act(province.COORDINATOR, urgent, "ask", question="Cột điện nào?")
    run(site, urgent)
    assert rows(site, urgent, event="asked")[0].status == "Sent"


def test_nobody_is_flooded(site, file_one, provider):
    _account, sms = provider("SMS", "id")
    set_up(site, message_limits=[{"channel": "SMS", "per_person": 2}])
    complaints = [file_one(citizen_phone="0987000111") for _each in range(3)]
    for complaint in complaints:
        run(site, complaint)
    assert len(sms.taken) == 2
    (third,) = rows(site, complaints[2])
    assert (third.status, third.status_note, third.attempts) == ("Queued", pacing.MANY, 0)
    assert timedelta(minutes=58) < third.next_attempt_on - site.utils.now_datetime() <= timedelta(hours=1)
    other = file_one(citizen_phone="0987000222")
    run(site, other)
    assert rows(site, other)[0].status == "Sent"


def test_a_channel_carries_so_many_a_minute(site, provider):
    account, _sms = provider("SMS", "id")
    set_up(site, message_limits=[{"channel": "SMS", "per_minute": 60}])
    room = health.room(account.name, "SMS", 50)
    health.taken(account.name, "SMS", room.count)
    assert room.count == 50
    assert health.room(account.name, "SMS", 50).count == 10
    health.taken(account.name, "SMS", 10)
    assert health.room(account.name, "SMS", 50).count == 0
    site.db.set_value("Channel Health", account.name, "minute", site.utils.add_to_date(None, minutes=-1))
    assert health.room(account.name, "SMS", 50).count == 50


def test_a_provider_that_is_down_is_left_alone_and_tried_with_one(site, file_one, provider):
    account, sms = provider("SMS", TryLater("sms.example: HTTP 503"))
    set_up(site, breaker_failures=3, breaker_seconds=60)
    complaints = [file_one(citizen_phone=f"09120000{number:02}") for number in range(5)]
    for complaint in complaints:
        run(site, complaint)
    found = [rows(site, complaint)[0] for complaint in complaints]
    assert [row.attempts for row in found] == [1, 1, 1, 0, 0], "those that wait use up nothing"
    assert {row.status for row in found} == {"Queued"}
    assert health.is_open(account.name)
    with acting(site, "administrator@test.example"):
        (told,) = [row for row in standing.by_channel() if row["channel"] == "SMS"]
    assert (told["breaker"], told["last_error"]) == ("Open", "sms.example: HTTP 503")

    # half-open: one message of one worker
    past = site.utils.add_to_date(None, seconds=-1)
    site.db.set_value("Channel Health", account.name, "open_until", past)
    assert health.room(account.name, "SMS", 50) == (1, True)
    assert health.room(account.name, "SMS", 50) == (0, False), "another worker waits"
    site.db.set_value("Channel Health", account.name, "open_until", past)
    run(site, complaints[3])
    assert rows(site, complaints[3])[0].attempts == 0, "trying for all is not an attempt of its own"
    assert site.db.get_value("Channel Health", account.name, "openings") == 2

    sms.answers = ["id"]
    site.db.set_value("Channel Health", account.name, "open_until", past)
    run(site, complaints[4])
    assert rows(site, complaints[4])[0].status == "Sent"
    assert not health.is_open(account.name)
    assert site.db.get_value("Channel Health", account.name, "failures") == 0


def test_a_provider_that_asks_for_a_pause_gets_it(site, file_one, provider):
    account, _sms = provider("SMS", TryLater("sms.example: HTTP 429", after=30))
    complaint = file_one()
    run(site, complaint)
    (message,) = rows(site, complaint)
    assert (message.status, message.attempts) == ("Queued", 0)
    assert health.is_open(account.name)
    assert site.db.get_value("Channel Health", account.name, "failures") == 0


def test_what_has_waited_for_days_is_given_up(site, file_one, provider):
    complaint = file_one(**BOTH)
    site.db.sql(
        "update tabMessage set creation = creation - interval 4 day where complaint = %s", complaint.name
    )
    assert delivery.give_up_old() >= 1
    old, following = rows(site, complaint)
    assert (old.status, old.status_note, following.channel) == ("Gave up", delivery.TOO_OLD, "E-mail")


def test_its_course_is_kept_and_what_comes_early_or_late_changes_nothing(site, file_one, provider):
    account, _sms = provider("SMS", "id")
    complaint = file_one()
    states.heard(account, "id1", "Delivered", "", None)  # before we have written down that it was taken
    run(site, complaint)
    assert states.match_early() == 1
    (message,) = rows(site, complaint)
    assert message.status == "Delivered"
    assert not states.heard(account.name, "id1", "Sent", "", None)
    assert not states.heard(account.name, "id1", "Delivered", "", None)
    assert not states.heard(account.name, "of somebody else", "Failed", "", None)
    course = [row["status"] for row in states.of(message.name, message.creation)]
    assert course == ["Queued", "Sending", "Sent", "Delivered"]


def test_what_a_dead_worker_had_is_taken_back_and_only_what_it_had_started_is_marked(
    site, file_one, provider
):
    provider("SMS", "id")
    started, claimed = (rows(site, file_one(citizen_phone=f"091200012{n}"))[0].name for n in range(2))
    site.db.sql(
        "update tabMessage set status = 'Sending', claimed_by = 'gone' where name in %s",
        ((started, claimed),),
    )
    site.db.sql("update tabMessage set started_on = now(), attempts = 1 where name = %s", started)
    with claims.worker() as alive:
        other = rows(site, file_one(citizen_phone="0912000129"))[0].name
        site.db.sql(
            "update tabMessage set status = 'Sending', claimed_by = %s where name = %s", (alive, other)
        )
        assert claims.take_back() >= 2
        assert site.db.get_value("Message", other, "status") == "Sending", "its worker lives"
    found = {
        name: site.db.get_value("Message", name, ["status", "perhaps_twice"]) for name in (started, claimed)
    }
    assert found == {started: ("Queued", 1), claimed: ("Queued", 0)}


def test_sending_again_is_for_some_warns_and_is_told_in_the_history(site, file_one, provider, province):
    provider("SMS", Refused("wrong number"), "id")
    complaint = file_one()
    run(site, complaint)
    (failed,) = rows(site, complaint)
    for user in (province.OFFICER, province.SUPERVISOR, province.OTHER_OFFICER):
        with acting(site, user), pytest.raises((NotAllowed, site.DoesNotExistError)):
            resending.resend(failed.name)
    # The number was corrected meanwhile.
    site.db.set_value("Complainant", complaint.name, "citizen_phone", "0912999888")
    with acting(site, province.COORDINATOR):
        made = resending.resend(failed.name)["name"]
        with pytest.raises(Conflict):
            resending.resend(failed.name)  # pressed twice
    assert site.db.get_value("Letter", made, "recipient") == "0912999888"
    assert site.db.get_value("Message", made, "recipient") == "09** *** 888"
    assert read.last_event(complaint.name).kind == "message_resent"
    run(site, complaint)
    with acting(site, province.ADMINISTRATOR):
        assert "warning" in resending.resend(made)
        assert "name" in resending.resend(made, even_so=True)


def test_nobody_reads_states_past_their_message(site, file_one, provider, province):
    provider("SMS", "id")
    complaint = file_one()
    run(site, complaint)
    for user in (province.COORDINATOR, province.ADMINISTRATOR, province.OFFICER):
        with acting(site, user), pytest.raises(site.PermissionError):
            site.get_list("Message State", fields=["note"])


def test_the_day_is_summed_up_for_administrators(site, file_one, provider, province):
    provider("SMS", "id")
    complaint = file_one()
    run(site, complaint)
    day = site.utils.getdate("2001-05-05")
    site.db.sql("update tabMessage set creation = %s where complaint = %s", (day, complaint.name))
    lines = standing.summary(day)
    assert lines.startswith("SMS: 1 đã gửi, 0 thất bại") and "2 đoạn SMS" in lines
    assert standing.tell_of_yesterday() >= 1
    told = site.get_all(
        "Message", {"event": "message_summary", "recipient_user": province.ADMINISTRATOR}, ["name", "channel"]
    )
    assert {row.channel for row in told} == {"Desk", "E-mail"}
    before = site.db.count("Message", {"event": "message_summary"})
    standing.tell_of_yesterday()
    assert site.db.count("Message", {"event": "message_summary"}) == before, "once a day"
    with acting(site, province.OFFICER), pytest.raises(site.PermissionError):
        standing.by_channel()
