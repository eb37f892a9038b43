"""What is new in the settings begins with its default.

The framework gives defaults to a new document only: the settings that are there would be saved with zeros, and a
message that failed be tried again at once.
"""

import frappe

SETTINGS = "Phanhoi Settings"
NEW = (
    *("raw_days", "retry_seconds", "message_hours", "message_summary", "quiet_from", "quiet_to"),
    *("breaker_failures", "breaker_seconds", "rating_days", "rating_again_days"),
)


def execute() -> None:
    kept = frappe.db.get_singles_dict(SETTINGS)
    meta = frappe.get_meta(SETTINGS)
    for field in NEW:
        # None of them was ever in a release, so that a zero is nobody's choice.
        if meta.has_field(field) and kept.get(field) in (None, "", 0, "0"):
            frappe.db.set_single_value(SETTINGS, field, meta.get_field(field).default)
    frappe.clear_document_cache(SETTINGS, SETTINGS)
