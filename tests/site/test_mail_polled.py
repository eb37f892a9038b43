"""The mailbox over IMAP, as the framework's scheduler looks into it: each mail once, also when the line breaks."""

import pytest
from helpers.imap import Mailbox
from helpers.mails import mail_bytes

NAME = "Hòm thư IMAP thử"


@pytest.fixture
def polled(site, province):
    """``polled(mailbox)`` looks into a mail server; (mails fetched, the Channel Account). Cleans up what it commits."""
    made = site.get_doc(
        {
            "doctype": "Email Account",
            "email_account_name": NAME,
            "email_id": "phanhoi@tinh.example",
            "email_server": "127.0.0.1",
            "use_imap": 1,
            "imap_folder": [{"folder_name": "INBOX"}],
            "password": "x",
        }
    )
    made.flags.ignore_validate = True
    made.insert()
    site.db.set_value("Email Account", made.name, "enable_incoming", 1)
    account = site.get_doc(
        {
            "doctype": "Channel Account",
            "title": NAME,
            "provider": "E-mail",
            "channel": "E-mail",
            "enabled": 1,
            "email_account": made.name,
            "conversation_field": province.POTHOLES,
        }
    ).insert()
    site.db.commit()

    def look(mailbox):
        from phanhoi_app.intake.mail import inbox

        site.db.set_value("Email Account", made.name, "incoming_port", str(mailbox.port))
        site.cache.delete_value("workers:no-internet")
        fetched = inbox.poll(site.get_doc("Email Account", made.name))
        account.reload()
        return fetched, account

    yield look
    site.db.rollback()
    for message in site.get_all("Inbound Message", {"account": account.name}, pluck="name"):
        for file in site.get_all("File", {"attached_to_name": message}, pluck="name"):
            site.delete_doc("File", file, force=True, delete_permanently=True)
        for doctype in ("Inbound Message", "Inbound Letter"):
            site.db.delete(doctype, {"name": message})
    site.db.delete("Channel Account", {"name": account.name})
    site.db.delete("Email Account", {"name": made.name})
    site.db.delete("IMAP Folder", {"parent": made.name})
    site.db.delete("Error Log", {"method": ("like", f"%{NAME}%")})
    site.db.commit()


def written(site, account) -> int:
    return site.db.count("Inbound Message", {"account": account.name})


def test_each_unread_mail_is_written_down_before_it_is_marked_read(site, polled):
    from phanhoi_app.intake.mail import inbox

    mails = [mail_bytes("plain"), mail_bytes("tcvn3"), mail_bytes("photo"), b"\xff\x00 no mail at all"]
    with Mailbox(mails) as mailbox:
        fetched, account = polled(mailbox)
        assert (fetched, written(site, account), mailbox.seen) == (4, 4, {1, 2, 3, 4})
        assert polled(mailbox)[0] == 0
        mailbox.seen.clear()  # somebody marked them unread by hand
        polled(mailbox)
        assert written(site, account) == 4
    names = site.get_all("Inbound Message", {"account": account.name}, pluck="name")
    # The framework's files are written with the transaction; what was kept is what came.
    assert mails[1] in [inbox.raw_of(name).replace(b"\r\n", b"\n") for name in names]
    assert account.state == "Working"
    assert not site.get_all("Communication", {"email_account": NAME})


def test_when_the_line_breaks_the_rest_comes_next_time(site, polled):
    mails = [mail_bytes("plain"), mail_bytes("tcvn3"), mail_bytes("photo")]
    with Mailbox(mails, breaks_after=1) as mailbox:
        _fetched, account = polled(mailbox)
        assert (written(site, account), mailbox.seen, account.state) == (1, {1}, "Failing")
        mailbox.breaks_after = None
        assert polled(mailbox)[0] == 2
        assert (written(site, account), account.state) == (3, "Working")


def test_one_mail_that_cannot_be_written_down_holds_up_no_other(site, polled, monkeypatch):
    from phanhoi_app.intake.mail import inbox

    take = inbox.take

    def refuse_the_first(account, raw):
        if b"plain-1" in raw:
            raise ValueError("disk")
        return take(account, raw)

    monkeypatch.setattr(inbox, "take", refuse_the_first)
    with Mailbox([mail_bytes("plain"), mail_bytes("tcvn3")]) as mailbox:
        fetched, account = polled(mailbox)
        assert (fetched, mailbox.seen, written(site, account)) == (1, {2}, 1)
