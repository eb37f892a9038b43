"""One matter sent twice: a complaint is merged into another, and its citizen follows that one's way and answer."""

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.access import scope
from phanhoi_app.custody import locking, phases, verb
from phanhoi_app.custody.errors import MissingInput
from phanhoi_app.custody.transfer import screening_agency
from phanhoi_app.history.record import Event
from phanhoi_app.rules import redaction

LONGEST_CHAIN = 50  # of complaints merged one into the other; a guard, never met


def merge(complaint, inputs):
    """Verb: merge into the complaint `into`, which is open, of the same scope, and not merged itself."""
    number = verb.needed(inputs, "into", _("Complaint to merge into")).upper()
    if number == complaint.name:
        raise MissingInput(_("A complaint is not merged into itself: choose another."), "into")
    target = _target(number)
    if target.phase == "merged":
        raise MissingInput(
            _("Complaint {0} was itself merged into {1}: choose that one.").format(
                number, target.merged_into
            ),
            "into",
        )
    if target.phase not in phases.OPEN:
        raise MissingInput(
            _("Complaint {0} is no longer open: choose one that is still being handled.").format(number),
            "into",
        )
    if target.part_of:
        raise MissingInput(
            _("Complaint {0} is a part of {1}: choose that one.").format(number, target.part_of), "into"
        )
    if (target.sealed, target.accused_agency) != (complaint.sealed, complaint.accused_agency):
        raise MissingInput(
            _("Complaint {0} is seen by others than this one: the two cannot be merged.").format(number),
            "into",
        )
    complaint.merged_into = number
    _count(target, 1 + cint(complaint.supporters_count))
    locking.save(target, Event("merged_in", reason=complaint.name, actor_role=_role(complaint)))
    return Event("merge", reason=verb.note(inputs), extra={"into": number})


def unmerge(complaint, inputs):
    """Verb: take it out again; it goes its own way from where it was screened."""
    reason = verb.needed(inputs, "reason", _("Reason"))
    target = frappe.get_doc("Complaint", complaint.merged_into, for_update=True)
    _count(target, -1 - cint(complaint.supporters_count))
    locking.save(target, Event("taken_out", reason=complaint.name, actor_role=_role(complaint)))
    complaint.merged_into = None
    complaint.officer = None
    if not complaint.sealed:
        complaint.agency = screening_agency()
    return Event("unmerge", reason=reason, extra={"from": target.name})


def other_of_merge(name: str, inputs: dict) -> str | None:
    """The complaint to be locked beside the one that is merged."""
    return str(inputs.get("into") or "").strip().upper() or None


def other_of_unmerge(name: str, inputs: dict) -> str | None:
    """The complaint out of which it is taken."""
    return frappe.db.get_value("Complaint", name, "merged_into")


def followers(complaint: str, locked: bool = False) -> list[str]:
    """All that were merged into this one, and into those: whose citizens get its answer.

    `locked`: those of this moment, for whoever tells them and has waited for a merging to end.
    """
    found, level = [], [complaint]
    while level:
        rows = frappe.db.sql(
            f"""select name from `tabComplaint` where merged_into in %s and phase = 'merged'
            order by name {"lock in share mode" if locked else ""}""",  # noqa: S608
            (level,),
        )
        level = [row[0] for row in rows if row[0] not in found]
        found += level
    return found


def followed(complaint):
    """The complaint whose way a merged one goes now (the last of the chain); None when it is not merged."""
    seen, current = {complaint.name}, complaint
    while current.phase == "merged" and current.merged_into and current.merged_into not in seen:
        if len(seen) > LONGEST_CHAIN:
            break
        seen.add(current.merged_into)
        current = frappe.get_doc("Complaint", current.merged_into)
    return None if current is complaint else current


def answer_for_followers(complaint) -> str:
    """The answer as others than its own citizen may read it: the published text, else with personal data taken out."""
    if complaint.publication == "Published" and complaint.public_answer:
        return complaint.public_answer
    name = complaint.identity.citizen_name
    return redaction.redact(complaint.answer_text or "", [name] if name else [])


def _target(number: str):
    """The complaint of this number, in the user's scope; one that is not there and one that is not seen are alike."""
    if frappe.db.exists("Complaint", number):
        target = frappe.get_doc("Complaint", number, for_update=True)
        if scope.may_act(target):
            return target
    raise MissingInput(
        _("There is no complaint {0} that you may act on: check the number.").format(number), "into"
    )


def _count(target, more: int) -> None:
    target.supporters_count = max(0, cint(target.supporters_count) + more)


def _role(complaint) -> str:
    return complaint.flags.acting_as or ""
