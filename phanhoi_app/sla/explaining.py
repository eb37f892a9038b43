"""The written explanation that a step asks an agency for: given once, by its people, kept beside the step."""

import frappe
from frappe import _
from frappe.utils import format_datetime

from phanhoi_app.access import scope, succession
from phanhoi_app.custody import perform
from phanhoi_app.custody.errors import Conflict, NotAllowed
from phanhoi_app.custody.verb import agency_name, needed
from phanhoi_app.history import record
from phanhoi_app.history.now import now

DOCTYPE, ASKS = "Escalation", "Ask for a written explanation"
SHOWN = (
    *("name", "said", "at", "given_on", "effect", "result", "agency", "told_to"),
    *("explanation", "explained_by", "explained_on"),
)


def give(escalation: str, explanation: str) -> None:
    """Explain for the agency that was asked why it is late, as its officer or leader; also when it has lost the
    complaint since. Raises frappe.DoesNotExistError; custody.errors: Conflict, NotAllowed, MissingInput."""
    name = frappe.db.get_value(DOCTYPE, {"name": escalation, "effect": ASKS}, "complaint")
    if not name:
        raise _missing()
    complaint = perform.lock(name)
    if not scope.may_see(name):
        raise _missing()
    asked = frappe.db.get_value(DOCTYPE, escalation, list(SHOWN), as_dict=True, for_update=True)
    if not _is_of(asked.agency):
        raise NotAllowed(_("Officers and leaders of {0} explain this.").format(agency_name(asked.agency)))
    if asked.explained_on:
        who = frappe.get_cached_value("User", asked.explained_by, "full_name")
        moment = format_datetime(asked.explained_on, "HH:mm dd/MM/yyyy")
        raise Conflict(_("{0} has explained this already, at {1}.").format(who, moment))
    text = needed({"explanation": explanation}, "explanation", _("Explanation"))
    given = {"explanation": text, "explained_by": frappe.session.user, "explained_on": now()}
    frappe.db.set_value(DOCTYPE, escalation, given)
    perform.save(complaint, record.Event("explained", reason=text, extra={"with": asked.agency}))


def for_form(complaint: str) -> list[dict]:
    """The steps that a complaint was given, newest first, as far as the user may see them: `SHOWN`, names in words,
    and whether it waits for an explanation and the user may give it."""
    rows = frappe.get_list(
        DOCTYPE,
        filters={"complaint": complaint},
        fields=list(SHOWN),
        order_by="given_on desc, at desc",
        limit=0,
    )
    for row in rows:
        waits = row.effect == ASKS and not row.explained_on
        row.update(
            {
                "waits": waits,
                "may_explain": waits and _is_of(row.agency),
                "agency": agency_name(row.agency),
                "effect": _(row.effect),
                "explained_by": frappe.get_cached_value("User", row.explained_by, "full_name")
                if row.explained_by
                else "",
            }
        )
    return rows


def _is_of(agency: str | None) -> bool:
    """Whether the user handles or leads in this agency itself, or in the one that stands in its place."""
    agency = succession.heir(agency) or agency
    return any(
        row.agency == agency and row.duty in ("Officer", "Leader")
        for row in scope.memberships(frappe.session.user)
    )


def _missing() -> frappe.DoesNotExistError:
    return frappe.DoesNotExistError(_("There is no such request."))
