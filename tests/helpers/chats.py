"""Accounts of the fake providers, webhooks posted through the whole application, and the queue worked on at once."""

import threading

from fakes import facebook, sms, zalo
from werkzeug.test import Client

from helpers import world
from helpers.history import unlocked

TITLE = "Thử nghiệm "  # before each account's title
CREDENTIALS = {
    "Zalo OA": {
        "zalo_app_id": zalo.APP_ID,
        "zalo_app_secret": zalo.APP_SECRET,
        "zalo_oa_secret": zalo.OA_SECRET,
        "zalo_refresh_token": "refresh-0",
    },
    "Facebook Page": {
        "facebook_page_id": facebook.PAGE,
        "facebook_app_secret": facebook.APP_SECRET,
        "facebook_page_token": facebook.PAGE_TOKEN,
        "facebook_verify_token": facebook.VERIFY,
    },
    "SMS gateway": {
        "gateway_url": "https://sms.example.vn/send",
        "gateway_secret": sms.SECRET,
        "gateway_sender": "PHANHOI",
    },
    "Twilio": {
        "twilio_account_sid": sms.SID,
        "twilio_auth_token": sms.TOKEN,
        "twilio_sender": "PHANHOI",
    },
}
CHANNELS = {"Zalo OA": "Zalo", "Facebook Page": "Facebook", "SMS gateway": "SMS", "Twilio": "SMS"}


def account(frappe, provider: str, base_url: str = "", **more):
    """A Channel Account of the provider, with what its fake accepts; conversations are held."""
    return frappe.get_doc(
        {
            "doctype": "Channel Account",
            "title": f"{TITLE}{provider}",
            "provider": provider,
            "channel": CHANNELS[provider],
            "conversations": 1,
            "conversation_field": world.POTHOLES,
            "base_url": base_url,
            **CREDENTIALS[provider],
            **more,
        }
    ).insert()


def in_thread(work):
    """What `work()` gives in a thread of its own: the application makes and ends its own connection there."""
    found = []

    def run():
        try:
            found.append((work(), None))
        except BaseException as error:
            found.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    value, error = found[0]
    if error:
        raise error
    return value


def post(home, address: str, body: bytes, headers: dict, method: str = "POST"):
    """(status, text) of one request through the application; `address` as the account shows it."""
    return post_many(home, [(address, body, headers, method)])[0]


def post_many(home, requests) -> list[tuple[int, str]]:
    """(status, text) of each of the requests (address, body, headers, method)."""

    def work():
        from frappe.app import application

        client, answers = Client(application), []
        for address, body, headers, method in requests:
            path = "/" + address.split("/", 3)[3] if "://" in address else address
            headers = {"X-Frappe-Site-Name": home.site, **headers}
            answer = client.open(path, method=method, data=body, headers=headers)
            answers.append((answer.status_code, answer.get_data(as_text=True)))
        return answers

    return in_thread(work)


def clear(frappe) -> None:
    """Take away all that chats have left, and commit. Past the documents, which are never deleted."""
    frappe.db.rollback()
    frappe.set_user("Administrator")
    names = frappe.db.sql_list(
        "select c.name from `tabComplaint` c join `tabComplainant` i on i.name = c.name where i.chat_id is not null"
    )
    if names:
        with unlocked(frappe):
            frappe.db.sql("delete from `tabComplaint Event` where complaint in %s", (names,))
        messages = frappe.db.sql_list("select name from tabMessage where complaint in %s", (names,))
        if messages:
            frappe.db.sql("delete from tabLetter where name in %s", (messages,))
            frappe.db.sql("delete from tabMessage where name in %s", (messages,))
        for table, column in (
            ("Custody", "complaint"),
            ("Complaint Clock", "complaint"),
            ("Complainant", "name"),
            ("Complaint", "name"),
        ):
            frappe.db.sql(f"delete from `tab{table}` where `{column}` in %s", (names,))
        for file in frappe.get_all("File", {"attached_to_name": ("in", names)}, pluck="name"):
            frappe.db.delete("File", {"name": file})
    for table in ("Inbound Message", "Inbound Letter", "Conversation", "Conversation Photo"):
        frappe.db.sql(f"delete from `tab{table}`")
    frappe.db.delete("Error Log", {"method": ("like", "Inbound Message%")})
    for name in frappe.get_all("Channel Account", {"title": ("like", f"{TITLE}%")}, pluck="name"):
        frappe.delete_doc("Channel Account", name, force=True)
    frappe.db.commit()
    frappe.clear_cache(doctype="Channel Account")
