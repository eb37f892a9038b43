"""A message is sent once more by hand: as a new message, to where the person can be reached today."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from phanhoi_app.access import identity, roles
from phanhoi_app.custody.errors import Conflict, NotAllowed
from phanhoi_app.history import record, rows
from phanhoi_app.messaging import outbox
from phanhoi_app.rules.message_states import ENDED, LOST

MAY_RESEND = frozenset({"System Manager", roles.ADMINISTRATOR, roles.COORDINATOR})
COPIED = ("complaint", "event", "audience", "recipient_user", "language", "template", "channel", "segments")
WORDS = ("subject", "text")
COLUMN = {"SMS": "citizen_phone", "Voice": "citizen_phone", "E-mail": "citizen_email"}


def outlook(message) -> dict:
    """{possible, warning} for the session's user: whether the message can be sent again, and what speaks against."""
    return {"possible": not _refusal(message), "warning": _warning(message)}


def resend(name: str, even_so: bool = False) -> dict:
    """Send a message again; {name} of the new one, or {warning} when it may have arrived and `even_so` is not said.

    Raises frappe.DoesNotExistError for a message the user does not see, NotAllowed (403), Conflict (409).
    """
    message = _seen(name)
    if not MAY_RESEND & set(frappe.get_roles()):
        raise NotAllowed(_("Your role does not send messages again."))
    # Two who press at once wait for each other, and the second finds the first one's message.
    status = frappe.db.sql(
        "select status, perhaps_twice from `tabMessage` where name = %s for update", name, as_dict=True
    )[0]
    message.update(status)
    if refusal := _refusal(message):
        raise Conflict(refusal)
    if not even_so and (warning := _warning(message)):
        return {"warning": warning}
    made = _copy(message)
    if message.complaint:
        extra = {"channel": message.channel, "message": made}
        record.append(message.complaint, record.Event("message_resent", extra=extra))
    return {"name": made}


def _seen(name: str):
    if not isinstance(name, str) or not frappe.db.exists("Message", name):
        raise frappe.DoesNotExistError(_("{0} {1} not found").format(_("Message"), name))
    message = frappe.get_doc("Message", name)
    if not message.has_permission("read"):
        raise frappe.DoesNotExistError(_("{0} {1} not found").format(_("Message"), name))
    return message


def _refusal(message) -> str | None:
    if not MAY_RESEND & set(frappe.get_roles()):
        return _("Your role does not send messages again.")
    if message.status not in ENDED:
        return _("This message is still on its way: it is sent by itself.")
    if message.event == "invited":
        return _("An invitation is sent again from the page “Personnel”.")
    if frappe.db.exists("Message", {"again_of": message.name, "status": ("not in", LOST)}):
        return _("This message was sent again already.")
    return None


def _warning(message) -> str | None:
    if message.status in ("Sent", "Delivered"):
        return _("The provider took this message: the recipient may have got it already.")
    if message.perhaps_twice:
        return _("Nobody knows whether this message went out: the recipient may have got it already.")
    if frappe.db.exists("Message", {"instead_of": message.name, "status": ("not in", LOST)}):
        return _("The recipient was told the same by another channel.")
    return None


def _copy(message) -> str:
    letter = frappe.db.get_value("Letter", message.name, ["*"], as_dict=True)
    recipient = _address(message, letter.recipient)
    times = frappe.db.count("Message", {"again_of": message.name})
    key = f"{message.name}:again:{times + 1}"
    moment = now_datetime()
    row = {
        "name": frappe.generate_hash(length=20),
        "owner": frappe.session.user,
        "modified_by": frappe.session.user,
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
    }
    made = row | {column: message.get(column) for column in (*COPIED, *WORDS)}
    made |= {
        "recipient": outbox.masked(recipient) if message.audience == "Citizen" else recipient,
        "status": "Queued",
        "attempts": 0,
        "next_attempt_on": moment,
        # Somebody is waiting for it, and has looked at the clock.
        "any_hour": 1,
        "again_of": message.name,
        "dedupe_key": key,
    }
    kept = {column: letter.get(column) for column in (*WORDS, "provider_template", "filled_in")}
    rows.insert("Message", [made])
    rows.insert("Letter", [row | kept | {"recipient": recipient}])
    frappe.db.after_commit.add(outbox.schedule_delivery)
    return row["name"]


def _address(message, earlier: str) -> str:
    """Where the citizen can be reached today: what was wrong may have been corrected since."""
    column = COLUMN.get(message.channel)
    if message.audience != "Citizen" or not column or not message.complaint:
        return earlier
    address = identity.of(message.complaint).get(column)
    if not address:
        raise Conflict(_("The citizen has left no address for this channel: {0}.").format(_(message.channel)))
    return address
