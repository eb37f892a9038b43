"""E-mail through the framework's own queue and the site's outgoing account; answers come back by a seal."""

import frappe
from frappe.utils.password import get_encryption_key

from phanhoi_app.channels.base import Adapter, NoChannel, Outgoing, Refused, Sent
from phanhoi_app.rules.mail import token


class Email(Adapter):
    """The mailbox of the office: sends a trial; what comes in is fetched, no provider calls (`intake.mail`)."""

    provider = "E-mail"

    def send(self, account, outgoing: Outgoing) -> Sent:
        if not frappe.utils.validate_email_address(outgoing.recipient):
            raise Refused(f"{outgoing.recipient} is no e-mail address")
        sent = send(outgoing.recipient, outgoing.subject or account.title, outgoing.text)
        frappe.db.commit()
        return sent


def send(recipient: str, subject: str, text: str, letter: str | None = None) -> Sent:
    """Put one e-mail into Frappe's Email Queue, in the caller's transaction. Raises NoChannel.

    `letter` is the name of the Letter it comes from: who may not read that may not read the queue's row either. Its
    seal stands in the Message-ID, and in Reply-To or subject for those whose program leaves the first out.
    """
    # Here, not above: it takes half a second, and a worker's every job begins without it.
    from frappe.email.doctype.email_account.email_account import EmailAccount

    outgoing = EmailAccount.find_outgoing(_raise_error=False)
    if not outgoing:
        raise NoChannel
    body = frappe.utils.escape_html(text).replace("\n", "<br>")
    queued = frappe.sendmail(
        recipients=[recipient],
        message=body,
        delayed=True,
        reference_doctype="Letter" if letter else None,
        reference_name=letter,
        add_unsubscribe_link=0,
        **_sealed(subject, letter),
    )
    return Sent(queued.name if queued else "")


def _sealed(subject: str, letter: str | None) -> dict:
    """Subject, Message-ID and Reply-To of a mail whose answer shall be known."""
    mailbox = _mailbox() if letter else None
    if not mailbox:
        return {"subject": subject}
    seal = token.make(get_encryption_key().encode(), letter)
    domain = mailbox.address.rpartition("@")[2]
    headers = {"subject": subject, "message_id": f"{seal}@{domain}", "reply_to": mailbox.address}
    if mailbox.plus_addressing:
        headers["reply_to"] = token.tagged(mailbox.address, seal)
    else:
        headers["subject"] = f"{subject} [{seal}]"
    return headers


def _mailbox():
    """{address, plus_addressing} at which answers are taken; None when no account takes mails."""
    account = frappe.db.get_value(
        "Channel Account",
        {"provider": Email.provider, "enabled": 1},
        ["email_account", "plus_addressing"],
        as_dict=True,
        order_by="creation",
    )
    address = account and frappe.db.get_value("Email Account", account.email_account, "email_id")
    return frappe._dict(address=address, plus_addressing=account.plus_addressing) if address else None
