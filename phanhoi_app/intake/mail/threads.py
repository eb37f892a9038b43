"""Which of our messages a mail answers: by a seal that we gave it, never by what its subject says."""

import frappe
from frappe.utils.password import get_encryption_key

from phanhoi_app.rules.mail import token
from phanhoi_app.rules.mail.reading import Mail


def secret() -> bytes:
    """The site's key with which tokens are sealed."""
    return get_encryption_key().encode()


def answered(mail: Mail) -> frappe._dict | None:
    """The message to a citizen that this mail answers: {name, complaint, event}; None when it answers none of ours.

    By In-Reply-To and References, by the address it was sent to, or by the token in the subject.
    """
    for name in token.found_in(secret(), *mail.references, *mail.recipients, mail.subject):
        found = _message(name)
        if found and found.audience == "Citizen":
            return found
    return None


def returned(mail: Mail) -> frappe._dict | None:
    """The message that a delivery report is about, of whatever audience; None when it is none of ours."""
    texts = (*mail.reports, *mail.references, *mail.recipients, mail.text)
    names = dict.fromkeys(token.found_in(secret(), *texts))
    return next((found for name in names if (found := _message(name))), None)


def is_ours(mail: Mail) -> bool:
    """Whether it is one of our own mails that came back as it was."""
    return any(True for _name in token.found_in(secret(), mail.message_id))


def _message(name: str):
    return frappe.db.get_value("Message", name, ["name", "complaint", "event", "audience"], as_dict=True)
