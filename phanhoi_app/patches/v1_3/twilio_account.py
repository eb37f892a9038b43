"""The Twilio account was a part of the settings; now it is a Channel Account like any other."""

import frappe
from frappe.utils.password import get_decrypted_password, remove_encrypted_password

OLD = ("twilio_account_sid", "twilio_auth_token", "twilio_sender")
SETTINGS = "Phanhoi Settings"


def execute() -> None:
    single = frappe.db.get_singles_dict(SETTINGS)
    values = {field: single.get(field) for field in OLD}
    values["twilio_auth_token"] = get_decrypted_password(
        SETTINGS, SETTINGS, "twilio_auth_token", raise_exception=False
    )
    known = frappe.db.exists("Channel Account", {"provider": "Twilio", "channel": "SMS"})
    if any(values.values()) and not known:
        account = frappe.get_doc(
            {
                "doctype": "Channel Account",
                "title": "Twilio",
                "provider": "Twilio",
                "channel": "SMS",
                **values,
            }
        )
        # Half of the credentials is kept, too, and not used until the rest is there.
        account.enabled = int(all(values.values()))
        account.insert()
    remove_encrypted_password(SETTINGS, SETTINGS, "twilio_auth_token")
    frappe.db.delete("Singles", {"doctype": SETTINGS, "field": ("in", OLD)})
