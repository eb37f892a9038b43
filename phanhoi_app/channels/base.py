"""What every adapter gives back or raises."""

from typing import NamedTuple


class Sent(NamedTuple):
    """A message that the provider took: its id there, and its state in our words ("Sent", "Delivered")."""

    provider_id: str
    status: str = "Sent"


class NoChannel(Exception):
    """There is no account for this channel: nothing was tried, and nothing will be until there is."""


class Refused(Exception):
    """The provider will never take this message (a wrong number, say)."""


class TryLater(Exception):
    """The provider could not be reached or was busy: the same message may go through later."""
