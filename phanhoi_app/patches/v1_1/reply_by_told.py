"""Say by when a reply is wanted in the templates that ask the citizen, where they read as they were shipped."""

import frappe

GROWN = (
    (
        " Trả lời tại {{ link }}",
        " Trả lời {% if reply_by %}trước ngày {{ reply_by }} {% endif %}tại {{ link }}",
    ),
    (" Reply at {{ link }}", " Reply {% if reply_by %}by {{ reply_by }} {% endif %}at {{ link }}"),
)


def execute() -> None:
    for name, text in frappe.get_all("Message Template", {"event": "asked"}, ["name", "text"], as_list=True):
        if "reply_by" in text:
            continue
        for old, new in GROWN:
            text = text.replace(old, new)
        frappe.db.set_value("Message Template", name, "text", text)
