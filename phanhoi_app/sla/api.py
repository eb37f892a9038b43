"""The doors to deadlines for the desk and for REST: more time, urging, explanations, a policy tried."""

import frappe

from phanhoi_app.custody.errors import told
from phanhoi_app.sla import explaining, extending, trying, urging


@frappe.whitelist()
def extension_preview(complaint: str) -> dict:
    """What the policy allows now, see `extending.preview`."""
    return extending.preview(complaint)


@frappe.whitelist(methods=["POST"])
@told
def ask_extension(
    complaint: str, new_due_on: str, reason: str, legal_ground: str = "", modified: str | None = None
) -> str:
    """Ask for more time; returns the name of the Extension Request."""
    return extending.ask(complaint, new_due_on, reason, legal_ground, modified)


@frappe.whitelist(methods=["POST"])
@told
def grant_extension(request: str, told_citizen: str = "") -> None:
    """Grant an extension; the citizen is told why."""
    extending.grant(request, told_citizen)


@frappe.whitelist(methods=["POST"])
@told
def refuse_extension(request: str, reason: str) -> None:
    """Refuse an extension."""
    extending.refuse(request, reason)


@frappe.whitelist(methods=["POST"])
@told
def urge(complaint: str, note: str = "") -> int:
    """Urge the holder to act; returns how many people were told."""
    return urging.urge(complaint, note)


@frappe.whitelist(methods=["POST"])
@told
def urge_many(names: str | list, note: str = "") -> dict:
    """The same for several complaints, see `urging.urge_many`."""
    try:
        given = frappe.parse_json(names)
    except ValueError:
        given = None  # said in words by `urging`
    return urging.urge_many(given, note)


@frappe.whitelist(methods=["POST"])
@told
def explain(escalation: str, explanation: str) -> None:
    """Give the written explanation that a step asked an agency for."""
    explaining.give(escalation, explanation)


@frappe.whitelist()
def try_policy(
    policy: str,
    clock: str = "resolve",
    complaint: str | None = None,
    field: str | None = None,
    severity: str | None = None,
    kind: str | None = None,
    agency: str | None = None,
    channel: str | None = None,
    at: str | None = None,
) -> dict:
    """Which row of a policy holds, why, and when it would be due; for those who read policies."""
    frappe.get_doc("Deadline Policy", policy).check_permission("read")
    asked = {"complaint": complaint, "field": field, "severity": severity, "kind": kind}
    return trying.answer(policy, clock, asked | {"agency": agency, "channel": channel, "at": at})
