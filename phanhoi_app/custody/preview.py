"""What an action will do, in sentences that stand in its dialog before it is done."""

from frappe import _
from frappe.utils import format_datetime

from phanhoi_app.custody import merging, phases, sealing, transfer
from phanhoi_app.custody.verb import agency_name


def sentences(complaint, verb: str | None, next_state: str | None = None) -> list[str]:
    """The new state and holder, who is told, what becomes of the deadline; one sentence each."""
    said = []
    if next_state and next_state != complaint.workflow_state:
        said.append(_("The complaint moves to “{0}”.").format(_(next_state)))
    said.append(_effect(complaint, verb, next_state))
    said.append(_deadline(complaint, phases.phase_of(next_state)) if next_state else "")
    return [sentence for sentence in said if sentence]


def _effect(complaint, verb, next_state) -> str:
    if verb == "decline":
        if phases.phase_of(next_state) == "screening":
            return _("It is the third “not ours”: the coordinating desk gets it and decides bindingly.")
        last_word = complaint.sealed and (complaint.bounces or 0) + 1 >= transfer.MOST_BOUNCES
        back_to = sealing.handler_of(complaint) if last_word else complaint.transfer_from
        return _("{0} holds it again and gets a notice.").format(agency_name(back_to))
    said = {
        "assign": _("The agency that you choose holds it and gets a notice."),
        "transfer": _(
            "The agency that you choose holds it and gets a notice; it takes it in hand, or returns it with a reason."
        ),
        "return": _("The coordinating desk holds it and gets a notice. It counts as “not ours”."),
        "take": _("You are the one who handles it."),
        "ask": _("The citizen gets your question."),
        "refuse": _("The citizen gets the reason."),
        "redirect": _("The citizen gets the reason and is told where to go."),
        "submit": _("The leader approves the answer or sends it back."),
        "answer": _("The citizen gets the answer."),
        "approve": _("The citizen gets the answer."),
        "send_back": _("The officer gets a notice and corrects it."),
        "merge": _("The citizen gets a notice, and the other complaint's answer when it comes."),
        "unmerge": _("It goes its own way again, with its own deadline."),
        "split": _(
            "Each part goes to its agency, with the deadline of its field. The citizen sees the whole."
        ),
        "invite": _(
            "The agency may read the complaint, gets a notice, and gives its opinion. You stay the lead."
        ),
        "contribute": _("The agency that leads gets a notice and reads your opinion."),
        "withdraw_invitation": _("The agency reads no further from now on."),
        "refer": _("The agency may read the complaint and gets a notice. It has nothing to do."),
        "end_refer": _("The agency reads no further from now on."),
        "write": _("The citizen gets it by the own channel and reads it on the tracking page."),
        "note": _("Only officials who see this complaint read it, never the citizen."),
    }.get(verb, "")
    if verb in ("answer", "approve") and (count := len(merging.followers(complaint.name))):
        said = _(
            "The citizen gets the answer, and those of {0} merged complaints too, with its files: name nobody in these."
        ).format(count)
    return said


def _deadline(complaint, phase: str | None) -> str:
    if not complaint.due_on:
        return ""
    if phase == "waiting":
        return _("The deadline stands still until the reply.")
    if phase not in phases.OPEN:
        return _("The clock stops.")
    if complaint.clock_state == "Paused":
        return _("The clock runs on.")
    return _("The answer stays due on {0}.").format(format_datetime(complaint.due_on, "HH:mm dd/MM/yyyy"))
