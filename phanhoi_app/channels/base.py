"""What an adapter is given, gives back and raises: the same for every provider."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class Outgoing(NamedTuple):
    """One message to hand over. `recipient` is a phone number, or the id by which the provider knows the person.

    `template_id` is the provider's own template and `values` what stands in it, where one must be used; `key` tells
    the message from all others (a provider that takes one refuses to send it twice). `by_hand`: an official has written
    it to this person, which some providers allow for longer than what a machine writes.
    """

    recipient: str
    text: str
    subject: str = ""
    template_id: str = ""
    values: Mapping[str, str] | None = None
    key: str = ""
    by_hand: bool = False


class Sent(NamedTuple):
    """A message that the provider took: its id there, and its state in our words ("Sent", "Delivered")."""

    provider_id: str
    status: str = "Sent"


class Request(NamedTuple):
    """A request as it came: the body's bytes untouched, header names in lower case, the query, the posted form."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]


class Attachment(NamedTuple):
    """A file that the provider keeps for us to fetch: its address, and what it says the file is ("image" …)."""

    url: str
    kind: str


class InboundEvent(NamedTuple):
    """Something that a person did. `id` is the provider's and unique within the account.

    `kind`: message · comment · follow · unfollow · call · other. `sender`: a phone number, or the provider's id of the
    person; `at`: local time without zone; `location`: (latitude, longitude) in degrees.
    """

    id: str
    kind: str
    sender: str
    at: datetime
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    location: tuple[float, float] | None = None
    # of a call: call_id, caller, line, agent, recording_url, and times in ISO 8601, local; what is not known is missing
    call: Mapping[str, str] | None = None


class StatusUpdate(NamedTuple):
    """What became of a message that the provider took: "Sent", "Delivered" or "Failed", with the reason."""

    provider_id: str
    status: str
    note: str
    at: datetime


class NoChannel(Exception):
    """There is no account for this channel: nothing was tried, and nothing will be until there is."""


class Refused(Exception):
    """The provider will never take this message (a wrong number, say)."""


class OutsideWindow(Refused):
    """The person has not written to us for too long: by this channel only a template could be sent."""


class TryLater(Exception):
    """The provider could not be reached or was busy: the same message may go through later.

    `after`: seconds that the provider asks us to wait; None when it says nothing. `unknown`: the message was handed
    over and the answer never came, so that the provider may have taken it.
    """

    def __init__(self, reason: str = "", after: float | None = None, unknown: bool = False):
        super().__init__(reason)
        self.after = after
        self.unknown = unknown


class NotAuthentic(Exception):
    """The request is not the provider's: no signature, a wrong one, or one from outside the replay window."""


class Unreadable(Exception):
    """The request is the provider's, but its body is not what its documentation says."""


class Adapter:
    """One provider. `provider` is the account's choice; an adapter keeps nothing between calls.

    `account` is the Channel Account document. Each method may be left as it is where a provider has no such thing.
    """

    provider = ""
    # Hosts, and all below them, from which a person's photo may be fetched.
    photo_hosts: tuple[str, ...] = ()
    # Seconds for which a request may be repeated, when the account says nothing else; 0: it bears no time.
    replay_window = 0

    def greeting(self, account, request: Request) -> str | None:
        """The text with which a GET that checks the address is answered; None: 403."""
        return None

    def is_probe(self, request: Request) -> bool:
        """Whether it is an unsigned trial request that only wants to be answered."""
        return False

    def verify(self, account, request: Request) -> None:
        """Raise NotAuthentic unless the provider sent this now."""
        raise NotAuthentic

    def parse(self, account, request: Request) -> list[InboundEvent]:
        """What people did, of a request that was verified; [] when nothing concerns us. Raises Unreadable."""
        return []

    def status(self, account, request: Request) -> list[StatusUpdate]:
        """What became of our messages, of a request that was verified. Raises Unreadable."""
        return []

    def send(self, account, outgoing: Outgoing) -> Sent:
        """Hand over one message, outside of any transaction. Raises NoChannel, Refused, TryLater."""
        raise NoChannel

    def reply_in_private(self, account, comment: str, text: str) -> Sent:
        """Answer a public comment in private. Raises as `send`."""
        raise NoChannel
