"""What the public reads of an answered complaint: decided by a person, on a text from which names are taken."""

from frappe import _

from phanhoi_app.access import roles, scope
from phanhoi_app.custody import perform, refusals, transitions
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.custody.phases import ANSWERED
from phanhoi_app.history.now import now
from phanhoi_app.history.record import Event
from phanhoi_app.rules import redaction, text

NEVER_PUBLISHED = refusals.LEGAL
AROUND = 20  # letters


def proposal(complaint) -> dict:
    """Title, content and answer as they might be published: redacted, for a person to look over."""
    names = _names(complaint)
    return {
        "public_title": complaint.public_title or redaction.redact(complaint.title or "", names),
        "public_content": complaint.public_content or redaction.redact(complaint.content or "", names),
        "public_answer": complaint.public_answer or redaction.redact(complaint.answer_text or "", names),
    }


def publish(name: str, public_title: str, public_content: str, public_answer: str, seen_modified=None):
    """Publish an answered complaint with these texts; returns the saved Complaint."""
    doc = _locked_for_decision(name, seen_modified)
    if doc.kind in NEVER_PUBLISHED or doc.sealed:
        raise Conflict(_("Complaints of this kind or field are never published."))
    if reason := refusals.refused(doc, "publish"):
        raise Conflict(reason)
    texts = {"public_title": public_title, "public_content": public_content, "public_answer": public_answer}
    labels = {
        "public_title": _("Public Title"),
        "public_content": _("Public Content"),
        "public_answer": _("Public Answer"),
    }
    for field, value in texts.items():
        value = text.clean_typed(value or "")
        if not value:
            raise MissingInput(_("{0} is missing: please fill it in.").format(labels[field]), field)
        found = redaction.find(value, _names(doc))
        if found:
            raise MissingInput(
                _("{0} still holds personal data ({1}), here: “{2}”. Take it out before publishing.").format(
                    labels[field], _kind(found[0].kind), _place(value, _names(doc))
                ),
                field,
            )
        doc.set(field, value)
    doc.publication = "Published"
    doc.published_on = now()
    return perform.save(doc, Event("publish"))


def withhold(name: str, reason: str, seen_modified=None):
    """Decide that an answered complaint is not (or no longer) public; returns the saved Complaint."""
    doc = _locked_for_decision(name, seen_modified)
    reason = text.clean_typed(reason or "")
    if not reason:
        raise MissingInput(_("{0} is missing: please fill it in.").format(_("Reason")), "reason")
    if doc.publication == "Withheld":
        raise Conflict(_("This complaint is already withheld from the public."))
    doc.publication = "Withheld"
    doc.published_on = None
    return perform.save(doc, Event("withhold", reason=reason))


def _kind(kind: str) -> str:
    """What was found, in words, and not the thing itself: who publishes may be one from whom the citizen is hidden."""
    return {
        "phone": _("a telephone number"),
        "email": _("an e-mail address"),
        "identity": _("an identity number"),
        "account": _("an account number"),
        "code": _("an insurance, tax or customer number"),
        "passport": _("a passport number"),
        "plate": _("a number plate"),
        "name": _("the citizen's name"),
    }.get(kind, _("a long number"))


def _place(value: str, names: list[str]) -> str:
    """Some words before and after the first piece, with all pieces taken out."""
    shown = redaction.redact(value, names)
    at = shown.index(redaction.MASK)
    begin, end = max(0, at - AROUND), at + len(redaction.MASK) + AROUND
    return f"{'…' if begin else ''}{shown[begin:end].strip()}{'…' if end < len(shown) else ''}"


def _names(complaint) -> list[str]:
    name = complaint.identity.citizen_name
    return [name] if name else []


def _locked_for_decision(name: str, seen_modified):
    doc = perform.lock(name)
    if not scope.may_see(doc.name):
        raise perform.missing()
    if roles.PUBLISHES.isdisjoint(scope.roles_on(doc)) or not doc.has_permission("write"):
        raise NotAllowed(_("Your role does not decide on publication."))
    transitions.refuse_if_changed(doc, seen_modified)
    if doc.phase not in ANSWERED:
        raise Conflict(_("Only an answered complaint can be published or withheld."))
    return doc
