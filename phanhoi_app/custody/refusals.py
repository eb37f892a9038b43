"""Why a verb is out of the question for a complaint whatever its state: in words, before anything is tried."""

from frappe import _

from phanhoi_app.custody import splitting
from phanhoi_app.custody.verb import agency_name

LEGAL = ("Legal complaint", "Denunciation")
# What a complaint in law or a denunciation still goes through here; all else is for another procedure.
LEGAL_VERBS = frozenset(
    {"accept", "ask", "supply", "refuse", "redirect", "return", "close", "note", "rate", "unmerge", "write"}
)
NOT_FOR_PARTS = frozenset({"ask", "write", "merge", "split", "return", "publish"})
HANDS_ON = frozenset({"transfer", "decline", "return"})
ENDS_THE_WHOLE = frozenset({"submit", "answer", "approve", "refuse", "redirect"})


def refused(complaint, verb: str | None) -> str | None:
    """The sentence that says why not and what to do instead; None when nothing stands against it."""
    if complaint.kind in LEGAL and verb not in LEGAL_VERBS and verb is not None:
        return _(
            "A “{0}” is not handled here: redirect it with the guidance letter, or correct its kind."
        ).format(_(complaint.kind))
    if complaint.binding and verb in HANDS_ON:
        return _(
            "The coordinating desk has decided that {0} handles this: it cannot be passed on or returned any more."
        ).format(agency_name(complaint.agency))
    if complaint.part_of and verb in NOT_FOR_PARTS:
        return _("This is a part of {0}: do that there, the citizen sees the whole only.").format(
            complaint.part_of
        )
    if complaint.parts and verb == "merge":
        return _("This complaint was split into parts: it cannot be merged any more.")
    if complaint.parts and verb in ENDS_THE_WHOLE and (waiting := splitting.unanswered(complaint.name)):
        return _("These parts have no answer yet: {0}. The whole ends after them.").format(", ".join(waiting))
    return None
