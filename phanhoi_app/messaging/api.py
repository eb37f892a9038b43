"""The desk's doors to the outbox. Each asks for itself who may."""

import frappe

from phanhoi_app.custody.errors import told
from phanhoi_app.messaging import previewing, resending, standing


@frappe.whitelist()
def by_channel() -> list[dict]:
    """How each channel stands (`standing.by_channel`)."""
    return standing.by_channel()


@frappe.whitelist(methods=["POST"])
@told
def resend(name: str, even_so: bool = False) -> dict:
    """Send a message once more (`resending.resend`)."""
    return resending.resend(name, even_so=bool(frappe.utils.sbool(even_so)))


@frappe.whitelist(methods=["POST"])
@told
def preview(
    event: str,
    audience: str,
    channel: str,
    text: str | None = None,
    subject: str | None = None,
    without_marks: bool | int | str = False,
    complaint: str | None = None,
) -> dict:
    """A template as it would arrive (`previewing.preview`)."""
    frappe.has_permission("Message Template", "read", throw=True)
    return previewing.preview(
        event,
        audience,
        channel,
        text or "",
        subject or "",
        bool(frappe.utils.cint(without_marks)),
        complaint or None,
    )
