"""Channel Accounts: which one serves a channel, its secrets, its public address, and how it is doing."""

import hmac

import frappe
from frappe.utils import get_url
from frappe.utils.password import get_decrypted_password

from phanhoi_app.history.now import now

DOCTYPE = "Channel Account"
PATH = "/api/method/phanhoi_app.intake.webhook.receive"
# provider → the channels it serves
CHANNELS = {
    "Twilio": ("SMS", "WhatsApp", "Voice"),
    "SMS gateway": ("SMS",),
    "Zalo OA": ("Zalo",),
    "Facebook Page": ("Facebook",),
    "Call centre": ("Voice",),
    "E-mail": ("E-mail",),
}
# channels by which a person writes to us, and a conversation is held
TWO_WAY = ("SMS", "WhatsApp", "Zalo", "Facebook")
LONGEST_ERROR = 240


def for_channel(channel: str):
    """The enabled Channel Account that sends for this channel, the oldest of several; None when there is none."""
    names = frappe.get_all(
        DOCTYPE, {"channel": channel, "enabled": 1}, pluck="name", order_by="creation", limit=1
    )
    return get(names[0]) if names else None


def get(name: str):
    """The Channel Account document, from the cache."""
    return frappe.get_cached_doc(DOCTYPE, name)


def channel_of(name: str | None) -> str | None:
    """The channel of an account that is there and enabled; None else."""
    found = frappe.db.get_value(DOCTYPE, name, ["channel", "enabled"], as_dict=True) if name else None
    return found.channel if found and found.enabled else None


def by_key(key: str | None):
    """The enabled account of a webhook address; None when there is none."""
    if not key or len(key) > 100:
        return None
    name, known = frappe.db.get_value(
        DOCTYPE, {"webhook_key": key, "enabled": 1}, ["name", "webhook_key"]
    ) or (
        None,
        "",
    )
    # The database compares without regard to case, and takes as long as it takes.
    return get(name) if name and hmac.compare_digest(known.encode(), key.encode()) else None


def secret(account, field: str) -> str:
    """A password field of the account in clear; empty when it is not set."""
    return get_decrypted_password(DOCTYPE, account.name, field, raise_exception=False) or ""


def address(account) -> str:
    """The public address that the provider calls."""
    return get_url(f"{PATH}?key={account.webhook_key}")


def note_error(account, error: str) -> None:
    """Show the administrator what went wrong last, in the caller's transaction."""
    _write(account, {"state": "Failing", "last_error": error[:LONGEST_ERROR], "last_error_on": now()})


def note_success(account) -> None:
    """Show that the account works again."""
    if account.state != "Working":
        _write(account, {"state": "Working"})


def _write(account, values: dict) -> None:
    # Past the document: a form that is open is not made stale by what workers note.
    frappe.db.set_value(DOCTYPE, account.name, values, update_modified=False)
    frappe.clear_document_cache(DOCTYPE, account.name)
