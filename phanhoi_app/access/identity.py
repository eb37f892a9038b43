"""Who sent a complaint, and the words as typed: kept apart from the complaint, opened one at a time with a reason.

The complaint's own row holds none of it: lists, filters, sorting, reports, exports and search have nothing to leak.
What stands there instead is a mask, and the text with personal data taken out.
"""

import json

import frappe
from frappe import _

from phanhoi_app.access import roles, scope
from phanhoi_app.access.errors import IdentityRefused
from phanhoi_app.history import record, rows
from phanhoi_app.history.now import now
from phanhoi_app.rules import harmless, masks, phone, redaction, text
from phanhoi_app.rules.errors import RuleError

IDENTITY = ("citizen_name", "citizen_phone", "citizen_email", "citizen_address", "citizen_user")
# What the citizen typed on the complaint → where it is kept as typed, when something had to be taken out.
TYPED = {
    "title": "typed_title",
    "content": "typed_content",
    "address": "typed_address",
    "question_answers": "typed_answers",
}
JSON = {"question_answers": harmless.values}
# By which account, and under which id, a person wrote by chat.
CHAT = ("chat_account", "chat_id")
KEPT = (*IDENTITY, *CHAT, "tracking_code", *TYPED.values(), "typed_later")
FROM_EVERYBODY = "Hidden from the handling agency"
SHORTEST_REASON = 5


def put_away(complaint) -> None:
    """Take identity and typed words off a new complaint, before it is written; `store` writes them beside it."""
    kept = frappe._dict(dict.fromkeys(KEPT))
    for field in IDENTITY:
        kept[field] = complaint.get(field) or None
        complaint.set(field, None)
    kept.update(zip(CHAT, complaint.flags.chat or (None, None), strict=True))
    kept.tracking_code = complaint.flags.tracking_code
    for field, typed in TYPED.items():
        shown = taken_out(complaint.get(field), kept, JSON.get(field, harmless.text))
        if shown != (complaint.get(field) or ""):
            kept[typed] = complaint.get(field)
            complaint.set(field, shown)
    for df in complaint.meta.get(
        "fields", {"is_custom_field": 1}
    ):  # what an administrator's own field was told
        if isinstance(complaint.get(df.fieldname), str):
            complaint.set(df.fieldname, harmless.text(complaint.get(df.fieldname)))
    complaint.citizen_masked = mask(kept, complaint.identity_wish)
    complaint.flags.identity = kept


def store(complaint) -> None:
    """Write what `put_away` took off, in the transaction of the insert."""
    rows.insert("Complainant", [as_row(complaint)])


def as_row(complaint) -> dict:
    """What `put_away` took off a complaint, as a row of the table."""
    moment = now()
    return {
        "name": complaint.name,
        "owner": "Administrator",
        "modified_by": "Administrator",
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
        **complaint.flags.identity,
    }


def of(complaint: str) -> frappe._dict:
    """All that is kept of the citizen of a complaint (`KEPT`). For code that writes to the citizen or shows
    the citizen's own page: asks no permission."""
    return frappe.db.get_value("Complainant", complaint, KEPT, as_dict=True) or frappe._dict(
        dict.fromkeys(KEPT)
    )


def taken_out(value: str | None, identity, made_harmless=harmless.text) -> str:
    """The text with personal data taken out, the citizen's own name among it, in signs that mark nothing up."""
    names = [identity.citizen_name] if identity.citizen_name else []
    return made_harmless(redaction.redact(value or "", names))


def add_typed(complaint, said: str, kind: str) -> str:
    """Keep what the citizen said later as typed, if something must be taken out; returns it as everybody may read it.

    The caller holds the lock on the complaint.
    """
    identity = complaint.identity
    shown = taken_out(said, identity)
    if shown != said:
        later = json.loads(identity.typed_later or "[]")
        later.append({"kind": kind, "at": now().isoformat(timespec="seconds"), "text": said})
        identity.typed_later = json.dumps(later, ensure_ascii=False)
        frappe.db.set_value("Complainant", complaint.name, "typed_later", identity.typed_later)
    return shown


def mask(identity, wish: str | None) -> str:
    """What those see who do not open the identity: "N*** V*** A · 09** *** 678"; nothing when it is hidden from all."""
    if wish == FROM_EVERYBODY:
        return ""
    return harmless.text(
        masks.mask_identity(identity.citizen_name, identity.citizen_phone, identity.citizen_email)
    )


def refused(complaint, user: str | None = None) -> str | None:
    """Why the user may not open the identity of this complaint, as a sentence; None when it is allowed."""
    user = user or frappe.session.user
    if not scope.may_see(complaint.name, user):
        return _("There is no such complaint.")
    duties = scope.duties_in(complaint.agency, user)
    if complaint.kind == "Denunciation":
        duty = frappe.get_cached_doc("Phanhoi Settings").denouncer_identity_duty or "Leader"
        if duty in duties:
            return None
        return _(
            "The identity of a denouncer is opened only by those with the duty “{0}” in the agency."
        ).format(_(duty))
    if roles.COORDINATOR in frappe.get_roles(user):
        return None
    if complaint.identity_wish == FROM_EVERYBODY:
        return _("The citizen wishes to stay unknown to the handling agency.")
    if duties.isdisjoint({"Officer", "Leader", "Coordinator"}):
        return _("Only those who handle the complaint may open the citizen's identity.")
    return None


@frappe.whitelist(methods=["POST"])
def open_identity(complaint: str, reason: str | None = None) -> dict:
    """Who sent the complaint and what was typed, after noting in the history who asked and why.

    Returns the values of `KEPT` that are set, without the tracking code and the chat's account. Raises IdentityRefused
    (403), and 422 without a reason.
    """
    doc = _locked(complaint)
    reason = _reason(reason)
    record.append(doc.name, record.Event("identity_opened", reason=reason))
    kept = of(doc.name)
    later = json.loads(kept.typed_later or "[]")
    kept.update({"typed_later": later, "tracking_code": None, "chat_account": None})
    return {key: value for key, value in kept.items() if value}


@frappe.whitelist(methods=["POST"])
def correct(
    complaint: str,
    reason: str,
    citizen_name: str | None = None,
    citizen_phone: str | None = None,
    citizen_email: str | None = None,
    citizen_address: str | None = None,
) -> None:
    """Correct name, phone, e-mail or address of a citizen; the history says that it was done, never the values.

    What is None stays; what is empty is taken away. Raises as `open_identity`, and 422 for a wrong value.
    """
    values = {
        "citizen_name": citizen_name,
        "citizen_phone": citizen_phone,
        "citizen_email": citizen_email,
        "citizen_address": citizen_address,
    }
    doc = _locked(complaint)
    reason = _reason(reason)
    wanted = {key: text.clean_typed(str(value)) for key, value in values.items() if value is not None}
    if wanted.get("citizen_phone"):
        try:
            wanted["citizen_phone"] = phone.normalise(wanted["citizen_phone"])
        except RuleError as error:
            raise IdentityRefused(error.sentence(_), 422) from error
    if wanted.get("citizen_email") and not frappe.utils.validate_email_address(wanted["citizen_email"]):
        raise IdentityRefused(_("The e-mail address is not complete."), 422)
    kept = of(doc.name)
    changed = {key: "changed" for key, value in wanted.items() if value != (kept[key] or "")}
    if not changed:
        return
    frappe.db.set_value("Complainant", doc.name, {key: wanted[key] or None for key in changed})
    kept.update(wanted)
    frappe.db.set_value("Complaint", doc.name, "citizen_masked", mask(kept, doc.identity_wish))
    record.append(doc.name, record.Event("identity_corrected", reason=reason), changed)


def _locked(name: str):
    if not frappe.db.exists("Complaint", name):
        raise IdentityRefused(_("There is no such complaint."), 404)
    doc = frappe.get_doc("Complaint", name, for_update=True)
    if why := refused(doc):
        raise IdentityRefused(why, 403 if scope.may_see(name) else 404)
    return doc


def _reason(reason: str) -> str:
    reason = text.clean_typed(str(reason or ""))
    if len(reason) < SHORTEST_REASON:
        raise IdentityRefused(_("Reason is missing: say in a few words why you need to know who it is."), 422)
    return reason[:500]
