"""Which fields of a complaint a person may change by hand, and when: enforced at each save, whatever path it comes by.

What the verbs change is never changed by hand. The rest is data: the table "Who May Change What" in the settings.
"""

import frappe
from frappe import _
from frappe.utils import cstr, flt, get_datetime

from phanhoi_app.access import identity, roles, scope
from phanhoi_app.access.errors import ChangeRefused
from phanhoi_app.history import record

# Set by verbs, intake and clocks only; a form or a REST call that changes one is refused.
BY_VERBS_ONLY = (
    "workflow_state",
    "phase",
    "agency",
    "officer",
    "due_on",
    "original_due_on",
    "clock_state",
    "paused_on",
    "deadline_policy",
    "sealed",
    "citizen_masked",
    "citizen_name",
    "citizen_phone",
    "citizen_email",
    "citizen_address",
    "citizen_user",
    "received_at",
    "channel",
    "external_reference",
    "title",
    "content",
    "question_answers",
    "refusal_reason",
    "merged_into",
    "transfer_from",
    "bounces",
    "binding",
    "reply_by",
    "part_of",
    "parts",
    "publication",
    "published_on",
    "satisfaction",
    "satisfaction_comment",
    "rated_on",
    "reopened_count",
    "supporters_count",
    "answered_on",
    "closed_on",
)
# Column of the table that holds for a phase; what has ended is changed by nobody.
WHEN = {
    **dict.fromkeys(("new", "screening", "waiting"), "before_assigned"),
    **dict.fromkeys(("assigned", "processing", "approval"), "while_handled"),
    **dict.fromkeys(("answered", "closed"), "once_answered"),
}


def refuse(before, after) -> None:
    """Raise ChangeRefused for the first field that the session's user may not change now, in words that name it."""
    _refuse_first(BY_VERBS_ONLY, before, after)
    # A form does not send the anchor back; whoever sends one wants to change it.
    given = (field for field in record.ANCHOR if after.get(field) is not None)
    if changed := next((field for field in given if _differs(before, after, field)), None):
        raise ChangeRefused(
            _("“{0}” is kept by the history itself and cannot be changed.").format(_label(after, changed))
        )
    rows = frappe.get_cached_doc("Phanhoi Settings").field_guards
    for field in guarded_fields():
        if _differs(before, after, field):
            _check(field, before, [row for row in rows if row.guarded_field == field])


def refuse_identity(before, after) -> None:
    """Raise ChangeRefused when who sent the complaint is to be changed by hand."""
    _refuse_first(identity.IDENTITY, before, after)


def _refuse_first(fields, before, after) -> None:
    if changed := next((field for field in fields if _differs(before, after, field)), None):
        raise ChangeRefused(
            _("“{0}” cannot be changed here: use the actions of the complaint.").format(
                _label(after, changed)
            )
        )


def guarded_fields() -> list[str]:
    """The fields that the table may name; any other (an administrator's own) is free to those who act."""
    return frappe.get_meta("Field Guard").get_field("guarded_field").options.split("\n")


def open_fields(complaint) -> list[str]:
    """The guarded fields that the session's user may change on this complaint now, for the form."""
    rows = frappe.get_cached_doc("Phanhoi Settings").field_guards
    return [
        field
        for field in guarded_fields()
        if _allowed(complaint, [row for row in rows if row.guarded_field == field])
    ]


def _check(field: str, before, rows) -> None:
    if _allowed(before, rows):
        return
    label = _label(before, field)
    when = WHEN.get(before.phase)
    held = _roles(before)
    if not any(row.role in held for row in rows):
        raise ChangeRefused(_("Your role does not change “{0}”.").format(label))
    if not when or not any(row.get(when) and row.role in held for row in rows):
        raise ChangeRefused(
            _("“{0}” cannot be changed while the complaint is in the state “{1}”.").format(
                label, _(before.workflow_state)
            )
        )
    raise ChangeRefused(_("“{0}” is changed only by the officer who took the complaint.").format(label))


def _allowed(complaint, rows) -> bool:
    when, held = WHEN.get(complaint.phase), _roles(complaint)
    if not when:
        return False
    return any(
        row.get(when) and row.role in held and (not row.own_only or complaint.officer == frappe.session.user)
        for row in rows
    )


def _roles(complaint) -> set[str]:
    """The roles that count; past the coordinating desk, the leader of the agency that holds a sealed complaint puts it
    right. The framework's Administrator is bound by the table too, as all its roles."""
    held = scope.roles_on(complaint)
    if complaint.sealed and roles.LEADER in held:
        held.add(roles.COORDINATOR)
    return held


def _label(document, field: str) -> str:
    return _(document.meta.get_label(field))


def _differs(before, after, field: str) -> bool:
    df = after.meta.get_field(field)
    old, new = before.get(field), after.get(field)
    if df.fieldtype in ("Int", "Float", "Check"):
        return flt(old, 6) != flt(new, 6)
    if df.fieldtype == "Datetime":
        return (get_datetime(old) if old else None) != (get_datetime(new) if new else None)
    if df.fieldtype in ("Text", "Long Text", "Small Text"):
        # The browser writes line ends its own way.
        return _lines(old) != _lines(new)
    return cstr(old) != cstr(new)


def _lines(value) -> str:
    return cstr(value).replace("\r\n", "\n").strip()
