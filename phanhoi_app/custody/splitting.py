"""One letter, several matters: each part is a complaint of its own, with its own holder and clock. The citizen
sees the whole, which is answered when all its parts are.
"""

import frappe
from frappe import _

from phanhoi_app.custody import locking, phases, sealing, verb
from phanhoi_app.custody.errors import MissingInput
from phanhoi_app.history.record import Event
from phanhoi_app.rules import text

FEWEST, MOST = 2, 10
SHORTEST_TITLE = 5
# What a part has from the whole.
SAME = (
    "kind",
    "severity",
    "area",
    "address",
    "latitude",
    "longitude",
    "occurred_at",
    "identity_wish",
    "channel",
    "accused_agency",
    "received_at",  # the citizen's term counts from when the letter came
)
WHO = ("citizen_name", "citizen_phone", "citizen_email", "citizen_address")


def split(complaint, inputs):
    """Verb: make the complaints of `parts`, [{title, content, field, agency}], each given to its agency."""
    given = _list(inputs.get("parts"))
    if not FEWEST <= len(given) <= MOST:
        raise MissingInput(_("Name between {0} and {1} parts.").format(FEWEST, MOST), "parts")
    checked = [_checked(complaint, number, each) for number, each in enumerate(given, 1)]
    made = [_make(complaint, each) for each in checked]
    complaint.parts = len(made)
    complaint.transfer_from = None
    complaint.officer = complaint.officer or frappe.session.user
    # A sealed part is nobody's to find from the whole's history.
    named = [part.name for part in made if not part.sealed or complaint.sealed]
    return Event("split", reason=verb.note(inputs), extra={"into": named})


def of(complaint: str, locked: bool = False) -> list:
    """The parts of a complaint: [{name, title, phase, agency, sealed, answer_text, due_on …}].

    `locked`: as they stand now, for a verb that has waited; a reader takes them as they stood when it began.
    """
    return frappe.db.sql(
        f"""select name, title, phase, workflow_state, agency, sealed, answer_text, answered_on, due_on, clock_state,
        refusal_reason from `tabComplaint` where part_of = %s order by name {"lock in share mode" if locked else ""}""",  # noqa: S608
        complaint,
        as_dict=True,
    )


def unanswered(complaint: str) -> list[str]:
    """The numbers of the parts that are still open."""
    return frappe.get_all(
        "Complaint",
        filters={"part_of": complaint, "phase": ("in", phases.OPEN), "sealed": 0},
        pluck="name",
        order_by="name",
    ) or (
        [_("a part under seal")]
        if frappe.db.exists("Complaint", {"part_of": complaint, "phase": ("in", phases.OPEN)})
        else []
    )


def part_changed(part, method: str | None = None) -> None:
    """When the last part has ended, prepare the whole's answer and lay it before who approves (hook: on_update)."""
    before = part.get_doc_before_save()
    if not part.part_of or before is None or before.phase == part.phase or part.phase in phases.OPEN:
        return
    whole = locking.lock(part.part_of)
    if whole.phase not in phases.OPEN or any(
        each.phase in phases.OPEN for each in of(whole.name, locked=True)
    ):
        return
    whole.answer_text = combined(whole, locked=True)
    if whole.phase in ("assigned", "processing"):
        whole.workflow_state = phases.state_for("approval")
    locking.save(whole, Event("parts_answered", actor_role=part.flags.acting_as or ""))


def combined(whole, locked: bool = False) -> str:
    """The answers of the parts under their titles: a draft, for a person to read and approve."""
    said = []
    for number, part in enumerate(of(whole.name, locked), 1):
        answer = part.answer_text
        if part.sealed and not whole.sealed:
            answer = _("This part is answered on its own.")
        elif part.phase in phases.ENDED and part.refusal_reason:
            reason = frappe.get_cached_doc("Refusal Reason", part.refusal_reason)
            answer = "\n".join(filter(None, (reason.label, reason.guidance)))
        title = part.title if whole.sealed or not part.sealed else _("Part {0}").format(number)
        said.append(f"{number}. {title} ({verb.agency_name(part.agency)})\n{answer or ''}".strip())
    return "\n\n".join(said)


def _list(given) -> list[dict]:
    """The parts as they were given, also as JSON; nothing for what is no list of parts."""
    try:
        parts = frappe.parse_json(given or [])
    except ValueError:
        return []
    return [each for each in parts if isinstance(each, dict)] if isinstance(parts, list) else []


def _checked(complaint, number: int, given: dict) -> frappe._dict:
    where = _("Part {0}").format(number)
    title = text.clean_typed(str(given.get("title") or ""))[:200]
    if len(title) < SHORTEST_TITLE:
        raise MissingInput(
            _("{0}: write a title of at least {1} characters.").format(where, SHORTEST_TITLE), "parts"
        )
    field = frappe.db.get_value(
        "Field", str(given.get("field") or complaint.field), ["name", "is_group", "enabled"], as_dict=True
    )
    if not field or field.is_group or not field.enabled:
        raise MissingInput(_("{0}: choose a field from the list.").format(where), "parts")
    sealed = sealing.is_sealed(field.name)
    if complaint.sealed and not sealed:
        raise MissingInput(_("{0}: a part of what is sealed needs a sealed field.").format(where), "parts")
    if sealed and not complaint.sealed:
        # Whoever sees the whole would see that there is such a part.
        raise MissingInput(
            _(
                "{0}: what belongs to a sealed field is no part: write it down as a complaint of its own."
            ).format(where),
            "parts",
        )
    try:
        agency = verb.agency(given)
        sealing.refuse_accused(complaint, agency)
    except MissingInput as error:
        raise MissingInput(": ".join((where, str(error))), "parts") from error
    content = text.clean_typed(str(given.get("content") or "")) or complaint.content
    return frappe._dict(title=title, content=content[: verb.MAX_NOTE * 2], field=field.name, agency=agency)


def _make(complaint, given):
    part = frappe.new_doc("Complaint")
    part.update({field: complaint.get(field) for field in SAME})
    part.update({field: complaint.identity.get(field) for field in WHO})
    part.update(given)
    part.part_of = complaint.name
    part.publication = "Withheld"  # what is published is the whole
    part.workflow_state = phases.state_for("assigned")
    part.flags.checked = True
    part.flags.event = Event("part", reason=complaint.name, actor_role=complaint.flags.acting_as)
    # The verb has checked who may do this, as in `locking.save`.
    part.flags.ignore_permissions = True
    part.insert()
    part.flags.ignore_permissions = False
    return part
