"""Move what messages say, and to which number, out of the officials' sight."""

import frappe

from phanhoi_app.history import rows
from phanhoi_app.messaging.templates import SECRET
from phanhoi_app.rules import codes, masks

BATCH = 1000
MOVED = ("name", "owner", "modified_by", "creation", "modified", "recipient", "subject", "text")


def execute() -> None:
    while messages := _next():
        rows.insert("Letter", [{key: message[key] for key in MOVED} for message in messages])
        for message in messages:
            if message.audience == "Citizen":
                frappe.db.set_value("Message", message.name, _shown(message), update_modified=False)
        frappe.db.commit()


def _next() -> list:
    columns = ", ".join(f"message.{column}" for column in MOVED)
    return frappe.db.sql(
        f"""select {columns}, message.audience, complainant.tracking_code
        from `tabMessage` message
        left join `tabComplainant` complainant on complainant.name = message.complaint
        where message.name not in (select name from `tabLetter`) order by message.name limit %s""",  # noqa: S608
        BATCH,
        as_dict=True,
    )


def _shown(message) -> dict:
    code, text = message.tracking_code or "", message.text or ""
    for secret in filter(None, (code, codes.grouped(code) if code else "")):
        text = text.replace(secret, SECRET["code"])
    recipient = message.recipient or ""
    masked = masks.mask_email(recipient) if "@" in recipient else masks.mask_phone(recipient)
    return {"text": text, "recipient": masked, "recipient_user": None}
