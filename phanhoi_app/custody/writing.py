"""Words between the office and the citizen that leave the state as it is."""

from frappe import _

from phanhoi_app.access import identity
from phanhoi_app.access.roles import CITIZEN
from phanhoi_app.custody import verb
from phanhoi_app.custody.cohandling import BesideVerb, leads
from phanhoi_app.custody.errors import MissingInput
from phanhoi_app.custody.locking import save
from phanhoi_app.custody.phases import ALL
from phanhoi_app.history.record import Event
from phanhoi_app.rules import text

LONGEST = 10_000  # characters of what a citizen writes at once


def _write(complaint, inputs):
    return Event("write", public_note=verb.needed(inputs, "text", _("Message to the citizen")))


WRITE = BesideVerb("write", _write, leads, tuple(phase for phase in ALL if phase != "merged"), ("text",))


def add(complaint, said: str, channel: str, from_another: bool = False):
    """Keep what the citizen wrote later by a channel, on a complaint that is locked; returns it saved.

    `from_another`: it came from an address that is not the citizen's as known here. The caller has proved that it
    belongs to this complaint. Raises MissingInput.
    """
    said = text.clean_typed(said or "")
    if not said:
        raise MissingInput(_("There is nothing to read in it."), "text")
    shown = identity.add_typed(complaint, said[:LONGEST], "wrote")
    extra = {"by": channel} | ({"from_another": 1} if from_another else {})
    return save(complaint, Event("citizen_wrote", public_note=shown, actor_role=CITIZEN, extra=extra))
