"""When a person last wrote to us by an account: providers let us answer for a while, and then only by template."""

import hashlib
import hmac
from datetime import datetime, timedelta

import frappe
from frappe.utils.password import get_encryption_key

from phanhoi_app.history.now import now


def row_of(account: str, sender: str) -> str:
    """The name of the Conversation between an account and a person."""
    # With the site's key: a plain hash of a telephone number is soon guessed back.
    key = get_encryption_key().encode()
    return hmac.new(key, f"{account}:{sender}".encode(), hashlib.sha256).hexdigest()[:20]


def last_heard(account: str, sender: str) -> datetime | None:
    """The moment of the person's last message; None when there was none."""
    return frappe.db.get_value("Conversation", row_of(account, sender), "heard_on")


def is_open(account: str, sender: str, window: timedelta) -> bool | None:
    """Whether the window is open; None when we have never heard of the person, and the provider must say."""
    heard = last_heard(account, sender)
    return None if heard is None else now() - heard <= window
