"""A complaint's messages in words, for the quiet lines of its timeline."""

import frappe
from frappe import _

from phanhoi_app.messaging import claims, delivery, outbox, pacing
from phanhoi_app.rules.message_states import LOST


def lines(complaint: str, last_readable: tuple | None = None) -> list[dict]:
    """[{at, sentence, note, lost}], newest first; the same news to several people is one line. No recipient is named.

    `at` is local time, `note` says why it was not sent, `lost` that it should have been. Asks no permission: the
    caller has. `last_readable`: (moment, sequence) after which nothing is told.
    """
    rows = frappe.get_all(
        "Message",
        filters={"complaint": complaint, **({"creation": ["<=", last_readable[0]]} if last_readable else {})},
        fields=["audience", "channel", "status", "status_note", "creation", "sent_on"],
        order_by="creation desc, name desc",
    )
    alike: dict[tuple, list] = {}
    for row in rows:
        alike.setdefault((row.audience, row.channel, row.status, row.creation), []).append(row)
    return [_line(same[0], len(same)) for same in alike.values()]


def _line(row, count: int) -> dict:
    words = (
        _("Message to the citizen by {0}: {1}")
        if row.audience == "Citizen"
        else _("Message to {2} officials by {0}: {1}")
    )
    return {
        "at": str((row.sent_on or row.creation).replace(microsecond=0)),
        "sentence": words.format(_(row.channel), str(_(row.status)).lower(), count),
        "note": _note(row.status_note or ""),
        "lost": row.status in LOST and row.status_note != outbox.RETOLD,
    }


def _note(note: str) -> str:
    """A reason in words where it is one of ours; what a provider says stays as it says it."""
    ours = {
        delivery.NO_CHANNEL: _("no channel is set up for it"),
        delivery.DEMO: _("this site holds demo data"),
        delivery.TOO_OLD: _("it has waited too long"),
        pacing.QUIET: _("it waits for the end of the quiet hours"),
        pacing.MANY: _("the recipient got several messages within an hour"),
        claims.TWICE: _("it may arrive twice"),
        outbox.RETOLD: _("it tells of something that happened earlier"),
    }
    return ours.get(note, note)
