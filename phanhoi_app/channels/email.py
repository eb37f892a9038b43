"""E-mail through the framework's own queue and the site's outgoing account."""

import frappe

from phanhoi_app.channels.base import NoChannel, Sent


def send(recipient: str, subject: str, text: str, letter: str | None = None) -> Sent:
    """Put one e-mail into Frappe's Email Queue, in the caller's transaction. Raises NoChannel.

    `letter` is the name of the Letter it comes from: who may not read that may not read the queue's row either.
    """
    # Here, not above: it takes half a second, and a worker's every job begins without it.
    from frappe.email.doctype.email_account.email_account import EmailAccount

    if not EmailAccount.find_outgoing(_raise_error=False):
        raise NoChannel
    body = frappe.utils.escape_html(text).replace("\n", "<br>")
    queued = frappe.sendmail(
        recipients=[recipient],
        subject=subject,
        message=body,
        delayed=True,
        reference_doctype="Letter" if letter else None,
        reference_name=letter,
        add_unsubscribe_link=0,
    )
    return Sent(queued.name if queued else "")
