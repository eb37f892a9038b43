"""Why a reorganisation is not done. Each carries the HTTP status that a caller gets."""

import frappe


class ReorganisationRefused(frappe.ValidationError):
    """It cannot be done as it is; the message says why and what to do."""

    http_status_code = 409


def refuse(*sentences: str) -> None:
    """Raise ReorganisationRefused with these sentences, shown in the desk as they are: names hold no HTML."""
    lines = [frappe.utils.escape_html(sentence) for sentence in sentences]
    frappe.throw("<br>".join(lines), ReorganisationRefused, title=frappe._("Nothing was changed"))
