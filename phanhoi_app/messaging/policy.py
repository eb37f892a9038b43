"""How messages are to be sent, as the administrators have set it: ways to a person, limits, quiet hours."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

import frappe
from frappe.utils import cint

from phanhoi_app.rules import sending

# Ways to a citizen where the settings name none.
USUAL_WAYS = ("Zalo", "SMS", "E-mail")
# The framework's own channels: always there, and written in the transaction that records them.
BUILT_IN = ("Desk", "E-mail")
# The same text may be said there as by SMS, with marks.
CHATS = ("Zalo", "WhatsApp", "Facebook")
# Reached by phone number with a template of the provider's alone.
BY_TEMPLATE = ("Zalo", "WhatsApp")
CHANNELS = ("SMS", "E-mail", "Desk", *CHATS, "Voice")


class Limit(NamedTuple):
    """Of a channel: messages a minute, and to one person an hour (0: no limit); whether it keeps quiet hours."""

    per_minute: int = 0
    per_person: int = 0
    quiet: bool = False


def settings():
    """The settings, from the cache."""
    return frappe.get_cached_doc("Phanhoi Settings")


def number(field: str) -> int:
    """A number of the settings; the field's default where it was never set."""
    value = settings().get(field)
    return cint(value if value is not None else settings().meta.get_field(field).default)


def ways(audience: str, event: str) -> tuple[str, ...]:
    """The channels by which such people are told of the event, in the order in which they are tried."""
    rows = [row for row in settings().message_chains if row.audience == audience]
    # A row for the event before the one for all events.
    for row in sorted(rows, key=lambda row: not row.event):
        if row.event in (None, "", event):
            return tuple(dict.fromkeys(way for way in (row.first, row.second, row.third) if way))
    return USUAL_WAYS


def limit(channel: str) -> Limit:
    """What the channel may carry."""
    for row in settings().message_limits:
        if row.channel == channel:
            return Limit(cint(row.per_minute), cint(row.per_person), bool(cint(row.quiet)))
    return Limit()


def quiet_until(now: datetime) -> datetime | None:
    """When the quiet hours end that `now` lies in; None outside of them."""
    return sending.quiet_until(now, _time(settings().quiet_from), _time(settings().quiet_to))


def too_old(created: datetime, now: datetime) -> bool:
    """Whether a message has waited so long that it is no longer worth sending."""
    hours = number("message_hours")
    return bool(hours) and created < now - timedelta(hours=hours)


def _time(value) -> time | None:
    return None if value in (None, "") else frappe.utils.get_time(value)
