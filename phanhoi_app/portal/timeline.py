"""The steps of a complaint as its citizen understands them, read from the history; internal notes stay inside."""

import frappe
from frappe import _

from phanhoi_app.custody import phases
from phanhoi_app.history import naming
from phanhoi_app.portal import words

MILESTONES = ("sent", "accepted", "handled", "answered")
REACHED = {
    "new": 1,
    "screening": 2,
    "waiting": 2,
    "assigned": 3,
    "processing": 3,
    "approval": 3,
    "answered": 4,
    "closed": 4,
    "refused": 2,
    "redirected": 2,
    "merged": 2,
}
# Whose words a note is: the citizen reads both, under different names.
CITIZEN_KINDS = ("supply", "reopen", "citizen_wrote")


def headline(phase: str) -> dict:
    """Where it stands: {title, text, tone}; tone is one of wait, work, ask, good, stop."""
    said = {
        "new": ("wait", _("Complaint sent"), _("We have it. The receiving desk will look at it soon.")),
        "screening": (
            "work",
            _("Received by us"),
            _("The receiving desk is checking it and choosing who handles it."),
        ),
        "waiting": ("ask", _("We need more from you"), _("Please answer the question below; then we go on.")),
        "assigned": ("work", _("With the agency"), _("It is with the agency that must act.")),
        "processing": ("work", _("Being handled"), _("The agency is looking into it.")),
        "approval": (
            "work",
            _("Answer being approved"),
            _("The answer is written and waits for a signature."),
        ),
        "answered": ("good", _("Answered"), _("The answer is below.")),
        "closed": ("good", _("Case finished"), _("The answer is below.")),
        "refused": ("stop", _("Not accepted"), _("It could not be accepted. The reason is below.")),
        "redirected": (
            "stop",
            _("Belongs elsewhere"),
            _("Another place decides this. Where to turn is below."),
        ),
        "merged": (
            "work",
            _("Joined with another"),
            _("The same matter was sent before. Both are handled together."),
        ),
    }
    tone, title, text = said.get(phase) or said["new"]
    return {"tone": tone, "title": title, "text": text}


def phase_label(phase: str) -> str:
    """The phase in a word or two."""
    return headline(phase)["title"]


def milestones(complaint) -> list[dict]:
    """The four stations of the way: [{label, state}], state one of done, now, todo, stopped."""
    labels = {
        "sent": _("Complaint sent"),
        "accepted": _("Received by us"),
        "handled": _("Handled"),
        "answered": _("Answered"),
    }
    reached = REACHED.get(complaint.phase, 1)
    ended = complaint.phase in phases.ENDED
    result = []
    for number, name in enumerate(MILESTONES, 1):
        if ended and number > reached:
            continue
        state = (
            "done"
            if number < reached or (number == 4 and reached == 4)
            else "now"
            if number == reached
            else "todo"
        )
        result.append({"label": labels[name], "state": state})
    if ended:
        result[-1] = {"label": phase_label(complaint.phase), "state": "stopped"}
    return result


def steps(events: list[dict]) -> list[dict]:
    """[{at, title, note, from_citizen}] oldest first; only what moved the complaint or was said to the citizen.

    `events` as `history.read.events` gives them, here and below.
    """
    result = []
    for event in events:
        title = _title(event)
        if not title:
            continue
        result.append(
            {
                "at": event["at"],
                "title": title,
                "note": event["public_note"] or "",
                "from_citizen": event["kind"] in CITIZEN_KINDS,
            }
        )
    return result


def open_question(complaint, events: list[dict]) -> str:
    """What the citizen was asked last and has not answered; empty when nothing is asked."""
    if complaint.phase != "waiting":
        return ""
    asked = [event["public_note"] for event in events if event["kind"] == "ask"]
    return asked[-1] if asked else _("Please tell us more about what happened.")


def ending(complaint, events: list[dict]) -> dict | None:
    """Why it ended without an answer: {reason, text, other}; None while it goes on or when it was answered."""
    if complaint.phase not in phases.ENDED:
        return None
    said = [e["public_note"] for e in events if _moved_to(e) == complaint.phase]
    reason = ""
    if complaint.refusal_reason:
        row = frappe.get_cached_doc("Refusal Reason", complaint.refusal_reason)
        reason = words.local_name(row, "label", "label_en")
    # Only the number of the other complaint: whether it may be read is decided where it is shown.
    return {
        "reason": reason,
        "text": said[-1] if said and said[-1] else "",
        "other": complaint.merged_into or "",
    }


def _moved_to(event: dict) -> str | None:
    change = event["changes"].get("phase")
    return change[1] if isinstance(change, list) and change[0] != change[1] else None


def _title(event: dict) -> str:
    """A step's heading in words, empty for what is not the citizen's to follow."""
    kind, to = event["kind"], _moved_to(event)
    if kind == "received":
        return _("You sent it")
    if kind == "supply":
        return _("You added")
    if kind == "citizen_wrote":
        return _("You wrote")
    if kind == "reopen":
        return _("You asked to open it again")
    if kind == "rate":
        return _("You rated the answer")
    if kind == "extension_granted":
        return _("The time for the answer was extended")
    if kind == "publish":
        return _("The answer was published")
    agency = event["changes"].get("agency")
    if kind == "reorganised" and isinstance(agency, list):
        return _("Agencies were reorganised: {0} goes on with it").format(
            naming.name_at("Agency", agency[1], event["at"])
        )
    if kind in ("assign", "transfer") or (
        isinstance(agency, list) and (to == "assigned" or kind == "decline")
    ):
        if to == "screening":
            return _("Received by the desk")
        name = naming.name_at("Agency", agency[1], event["at"]) if isinstance(agency, list) else ""
        return _("Passed on to {0}").format(name) if name else _("Passed on to the agency in charge")
    if kind == "split":
        return _("Divided into parts, each with the agency it concerns")
    if kind == "unmerge":
        return _("Handled on its own again")
    titles = {
        "screening": _("Received by the desk"),
        "waiting": _("We asked you"),
        "processing": _("The agency began its work"),
        "approval": _("The answer went for approval"),
        "answered": _("Answered"),
        "closed": _("Case finished"),
        "refused": _("Not accepted"),
        "redirected": _("You were shown the right place"),
        "merged": _("Joined with another complaint"),
    }
    if to == "processing" and kind == "send_back":
        return ""  # between the agency and its leader
    if to in titles:
        return titles[to]
    return _("Message to you") if event["public_note"] else ""
