"""Mails of citizens: what becomes a complaint, what an answer, what nothing; and that no subject is believed."""

import json

import pytest
from helpers.mails import mail_bytes

OWN = "phanhoi@tinh.example"


@pytest.fixture
def mailbox(site, province):
    """A Channel Account that takes mails, with the framework's account behind it."""
    if not site.db.exists("Email Account", "Hòm thư thử"):
        account = site.get_doc(
            {
                "doctype": "Email Account",
                "email_account_name": "Hòm thư thử",
                "email_id": OWN,
                "enable_incoming": 1,
                "enable_outgoing": 1,
                "default_outgoing": 1,
                "smtp_server": "127.0.0.1",
                "email_server": "127.0.0.1",
                "use_imap": 1,
                "imap_folder": [{"folder_name": "INBOX"}],
                "password": "x",
            }
        )
        account.flags.ignore_validate = True
        account.insert()
    account = site.get_doc(
        {
            "doctype": "Channel Account",
            "title": "Thư điện tử",
            "provider": "E-mail",
            "channel": "E-mail",
            "enabled": 1,
            "email_account": "Hòm thư thử",
            "plus_addressing": 1,
            "conversation_field": province.POTHOLES,
        }
    )
    return account.insert()


@pytest.fixture
def arrive(site, mailbox):
    """``arrive("plain")`` takes a mail in and works on it; {status, reason, complaint} of what became of it."""
    from phanhoi_app.intake.mail import inbox, work

    def come(name, **values):
        raw = name if isinstance(name, bytes) else mail_bytes(name, **values)
        message = inbox.take(mailbox, raw)
        outcome = work.hear(message, mailbox, inbox.raw_of(message))
        site.db.set_value("Inbound Message", message, {"status": outcome.status, "reason": outcome.reason})
        complaint = site.db.get_value("Inbound Letter", message, "complaint")
        return site._dict(outcome._asdict(), message=message, complaint=complaint)

    return come


@pytest.fixture
def seal(site):
    """``seal(message)`` is the token that stands in a message of ours."""
    from phanhoi_app.intake.mail import threads
    from phanhoi_app.rules.mail import token

    return lambda message: token.make(threads.secret(), message)


def message_of(site, complaint, event):
    return site.db.get_value("Message", {"complaint": complaint, "event": event, "audience": "Citizen"})


@pytest.mark.parametrize("name", ["plain", "tcvn3", "windows-1258"])
def test_a_mail_becomes_a_complaint_and_its_sender_stays_apart(site, arrive, name):
    done = arrive(name)
    assert done.status == "Done", done.reason
    complaint = site.get_doc("Complaint", done.complaint)
    assert (complaint.channel, complaint.phase) == ("E-mail", "new")
    assert "Trước nhà số 12 đường Lê Lợi có một ổ gà rất lớn" in complaint.content
    assert complaint.identity.citizen_name == "Phạm Thị Lan"
    assert complaint.identity.citizen_address.startswith("số 12 đường Lê Lợi")
    shown = str(complaint.as_dict())
    assert "Phạm Thị Lan" not in shown
    assert "lan.pham@" not in shown
    assert not site.get_all("Communication", {"reference_name": complaint.name})
    assert site.db.get_value("Inbound Message", done.message, "checks") == "DKIM: fail, SPF: pass"


def test_the_same_mail_twice_is_one_complaint(site, arrive):
    first, second = arrive("plain"), arrive("plain")
    assert first.message == second.message
    assert first.complaint == second.complaint


def test_files_are_checked_by_what_is_in_them_and_the_sender_is_told(site, arrive):
    from phanhoi_app.access import files
    from phanhoi_app.intake import photos

    done = arrive("photo")
    assert [file.file_name for file in photos.of(done.complaint)] == [f"{done.complaint}-1.jpg"]
    papers = photos.of(done.complaint, files.CITIZEN_PAPERS)
    assert [file.file_name for file in papers] == [f"{done.complaint}-1.pdf"]
    told = site.get_doc("Letter", message_of(site, done.complaint, "mail_files"))
    assert "anh.jpg" in told.text


def test_who_gives_no_name_or_address_is_asked_and_waited_for(site, arrive, seal):
    first = arrive("anonymous")
    assert (first.status, first.complaint) == ("Waiting", None)
    asked = site.db.get_value("Inbound Letter", first.message, "asked")
    letter = site.get_doc("Letter", asked)
    assert letter.recipient == "nguoidan77@example.vn"
    assert "họ và tên, địa chỉ nơi ở" in letter.text.lower()
    answer = mail_bytes("reply", TOKEN=seal(asked))
    answer = answer.replace(
        "Ổ gà ở trước số nhà 12, cạnh trạm xe buýt.".encode(), "Nguyễn Văn Bình\nThôn 3, xã Hà Trung".encode()
    )
    second = arrive(answer)
    assert second.complaint, second.reason
    complaint = site.get_doc("Complaint", second.complaint)
    assert complaint.identity.citizen_name == "Nguyễn Văn Bình"
    assert complaint.identity.citizen_address == "Thôn 3, xã Hà Trung"
    assert "ổ gà rất lớn" in complaint.content
    assert site.db.get_value("Inbound Message", first.message, "status") == "Done"


def test_an_administrator_files_a_mail_that_waits_as_it_is(site, arrive, province):
    from helpers.people import acting

    from phanhoi_app.phanhoi_app.doctype.inbound_message.inbound_message import file_as_it_is

    first = arrive("anonymous")
    with acting(site, province.COORDINATOR), pytest.raises(site.PermissionError):
        file_as_it_is(first.message)
    with acting(site, province.ADMINISTRATOR):
        assert file_as_it_is(first.message) == "Done"
    complaint = site.db.get_value("Inbound Letter", first.message, "complaint")
    assert site.get_doc("Complaint", complaint).identity.citizen_name is None
    with acting(site, province.ADMINISTRATOR), pytest.raises(site.ValidationError):
        file_as_it_is(first.message)


@pytest.mark.parametrize("by", ["reply", "reply-by-address"])
def test_an_answer_that_bears_our_seal_goes_to_its_complaint(site, arrive, act, seal, province, by):
    from phanhoi_app.history import read

    complaint = arrive("plain").complaint
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "ask", question="Trước số nhà nào?")
    answered = arrive(
        by, TOKEN=seal(message_of(site, complaint, "asked") or message_of(site, complaint, "received"))
    )
    assert answered.complaint == complaint
    doc = site.get_doc("Complaint", complaint)
    event = read.events(complaint)[-1]
    assert (doc.phase, event.kind, event.actor_role) == ("screening", "supply", "Citizen")
    assert event.public_note.startswith("Ổ gà ở trước số nhà 12")
    assert "đã viết" not in event.public_note
    assert "7KX3" not in event.public_note


def test_words_out_of_turn_are_kept_and_told_to_who_handles_it(site, arrive, act, seal, province):
    from phanhoi_app.history import read

    complaint = arrive("plain").complaint
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    act(province.OFFICER, complaint, "take")
    other = mail_bytes("reply", TOKEN=seal(message_of(site, complaint, "received")))
    arrive(other.replace(b"lan.pham@example.vn", b"em.gai@example.vn"))
    event = read.events(complaint)[-1]
    assert (event.kind, event.changes.get("from_another")) == ("citizen_wrote", 1)
    assert site.db.exists(
        "Message", {"complaint": complaint, "event": "citizen_wrote", "recipient_user": province.OFFICER}
    )


def test_a_number_in_the_subject_opens_nothing(site, arrive, seal):
    complaint = arrive("plain").complaint
    before = site.db.get_value("Complaint", complaint, "event_count")
    forged = arrive("forged-subject", NUMBER=complaint)
    assert forged.complaint != complaint
    made_up = seal(message_of(site, complaint, "received"))[:-4] + "aaaa"
    assert arrive("reply", TOKEN=made_up).complaint != complaint
    assert site.db.get_value("Complaint", complaint, "event_count") == before


@pytest.mark.parametrize("name", ["auto-reply", "list", "loop"])
def test_mails_of_machines_become_nothing_and_get_no_answer(site, arrive, name):
    before = site.db.count("Message")
    done = arrive(name)
    assert (done.status, done.complaint) == ("Ignored", None)
    assert site.db.count("Message") == before


def test_a_mail_that_came_back_is_marked_on_its_message(site, arrive, seal):
    complaint = arrive("plain").complaint
    message = message_of(site, complaint, "received")
    site.db.set_value("Message", message, "status", "Sent")
    assert arrive("bounce", TOKEN=seal(message)).status == "Done"
    status, note = site.db.get_value("Message", message, ["status", "status_note"])
    assert status == "Failed"
    assert "5.1.1" in note
    assert "lan.pham" not in note


def test_too_many_of_one_sender_wait_for_a_person(site, arrive, monkeypatch):
    from phanhoi_app.intake.mail import work

    monkeypatch.setattr(work, "MOST_AN_HOUR", 2)
    raw = mail_bytes("plain")
    outcomes = [arrive(raw.replace(b"plain-1", f"many-{n}".encode())) for n in range(3)]
    assert [each.status for each in outcomes] == ["Done", "Done", "Failed"]
    assert "more than" in outcomes[-1].reason


def test_mutated_mails_never_stop_the_mailbox(site, mailbox):
    import random

    from helpers.mails import names

    from phanhoi_app.intake.mail import inbox, work

    rng = random.Random(5)
    whole = [mail_bytes(name) for name in names()]
    seen = set()
    for _round in range(60):
        raw = bytearray(rng.choice(whole))
        for _change in range(rng.randint(1, 25)):
            place = rng.randrange(len(raw))
            raw[place] = rng.randrange(256)
            del raw[place + 1 : place + rng.randint(1, 20)]
        message = inbox.take(mailbox, bytes(raw))
        outcome = work.hear(message, mailbox, inbox.raw_of(message))
        seen.add(outcome.status)
        assert outcome.status in ("Done", "Ignored", "Waiting", "Failed")
        assert outcome.status != "Failed" or outcome.reason
    assert {"Done", "Waiting"} <= seen


def test_what_we_send_bears_a_seal_and_can_be_answered(site, mailbox, arrive, monkeypatch):
    from phanhoi_app.channels import email

    sent = []
    monkeypatch.setattr(site, "sendmail", lambda **values: sent.append(values))
    monkeypatch.setattr(
        "frappe.email.doctype.email_account.email_account.EmailAccount.find_outgoing", lambda **_any: True
    )
    complaint = arrive("plain").complaint
    message = message_of(site, complaint, "received")
    email.send("lan.pham@example.vn", "Đã nhận", "…", letter=message)
    assert sent[0]["message_id"].startswith("ph-")
    assert sent[0]["reply_to"].startswith("phanhoi+ph-")
    assert sent[0]["subject"] == "Đã nhận"
    token = sent[0]["message_id"].partition("@")[0]
    assert arrive("reply", TOKEN=token).complaint == complaint


def test_the_frameworks_own_intake_leaves_our_mailbox_alone(site, mailbox, monkeypatch):
    from phanhoi_app.intake.mail import inbox

    account = site.get_doc("Email Account", "Hòm thư thử")
    polled = []
    monkeypatch.setattr(inbox, "poll", lambda doc: polled.append(doc.name))
    account.receive()
    assert polled == ["Hòm thư thử"]
    assert account.get_inbound_mails() == []


def test_nobody_reads_what_a_mail_said_but_by_its_complaint(site, arrive, province):
    from helpers.people import acting

    message = arrive("plain").message
    file = site.db.get_value("File", {"attached_to_doctype": "Inbound Letter", "attached_to_name": message})
    assert file
    for user in (province.COORDINATOR, province.ADMINISTRATOR, province.OFFICER):
        with acting(site, user):
            assert not site.get_doc("File", file).is_downloadable()
            assert not site.has_permission("Inbound Letter", doc=message)
    assert json.loads(site.db.get_value("Inbound Letter", message, "event")) == {}
