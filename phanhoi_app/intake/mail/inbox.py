"""Mails come in: fetched from the mailbox, written down once each, worked on later by the queue."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.core.api.file import get_max_file_size
from frappe.utils import add_days, cint

from phanhoi_app.channels import accounts, windows
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.intake import inbound
from phanhoi_app.rules import traces
from phanhoi_app.rules.mail import reading

PROVIDER, KIND = "E-mail", "mail"
LETTERS = "Inbound Letter"
MOST_AT_ONCE = 100  # mails of one look into the mailbox


def account_of(email_account: str):
    """The enabled Channel Account that takes an Email Account's mails; None: they are not ours."""
    name = frappe.db.get_value(
        accounts.DOCTYPE, {"provider": PROVIDER, "email_account": email_account, "enabled": 1}
    )
    return accounts.get(name) if name else None


def take(account, raw: bytes) -> str:
    """Write a mail down, in the caller's transaction; the name of its Inbound Message.

    One that was written down before, by account and Message-ID, is the same row. Never raises for what is in a mail.
    """
    # What the framework does not keep is cut off: the words stand before the files.
    raw = raw[: get_max_file_size()]
    mail = reading.read(raw)
    name = hashlib.sha256(f"{account.name}:{KIND}:{mail.key}".encode()).hexdigest()[:20]
    if frappe.db.exists("Inbound Message", name):
        return name
    moment = now()
    own = {"name": name, "owner": "Administrator", "modified_by": "Administrator", "docstatus": 0, "idx": 0}
    own |= {"creation": moment, "modified": moment}
    message = own | {
        "account": account.name,
        "kind": KIND,
        "external_id": mail.key[:140],
        # One person's mails are worked on in their order.
        "conversation": windows.row_of(account.name, mail.sender or mail.key),
        "received_on": moment,
        "status": "Queued",
        "attempts": 0,
        "next_attempt_on": moment,
    }
    letter = own | {"sender": mail.sender[:140], "event": "{}"}
    rows.insert("Inbound Message", [message], ignore_duplicates=True)
    rows.insert(LETTERS, [letter], ignore_duplicates=True)
    _keep(name, raw)
    frappe.db.after_commit.add(inbound.schedule)
    return name


def raw_of(name: str) -> bytes | None:
    """The bytes of a mail; None when they are not kept any more."""
    file = _file(name)
    if not file:
        return None
    return Path(frappe.get_doc("File", file).get_full_path()).read_bytes()


def forget(before) -> None:
    """Delete the bytes of mails that came before a moment (daily; the rows are deleted with all others)."""
    old = frappe.get_all(
        "File", {"attached_to_doctype": LETTERS, "creation": ("<", before)}, pluck="name", limit=5000
    )
    for name in old:
        frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)


def forget_old() -> None:
    """The same by the days of the settings (hook: daily)."""
    days = cint(frappe.get_cached_doc("Phanhoi Settings").get("raw_days")) or 30
    forget(add_days(now(), -days))


def poll(email_account) -> int:
    """Fetch what is new in a mailbox; how many mails were written down. Each is committed before it is marked read.

    `email_account` is the framework's document. What goes wrong stands on the Channel Account.
    """
    account = account_of(email_account.name)
    fetched = 0
    try:
        server = email_account.get_incoming_server(in_receive=True)
        if not server:
            return 0
        for raw, done in _new_mails(email_account, server):
            if _taken(account, raw):
                done()
                fetched += 1
        server.logout()
    except Exception as error:  # the mailbox is away or refuses: nothing is lost, it is looked into again
        frappe.db.rollback()
        frappe.log_error(title=f"E-mail {email_account.name}", message=traces.without_values(error))
        accounts.note_error(account, f"{type(error).__name__}: {str(error)[:150]}")
    else:
        accounts.note_success(account)
    frappe.db.commit()
    return fetched


def _taken(account, raw: bytes) -> bool:
    """Whether it is safe. One mail that cannot be written down stays unread and holds up no other."""
    try:
        take(account, raw)
        frappe.db.commit()
    except Exception as error:
        frappe.db.rollback()
        frappe.log_error(title=f"E-mail {account.title}", message=traces.without_values(error))
        frappe.db.commit()
        return False
    return True


def _new_mails(email_account, server) -> Iterator[tuple]:
    """(bytes, what to call once they are safe) of the mails that nobody has read."""
    if not cint(email_account.use_imap):
        count = len(server.pop.list()[1])
        for number in range(1, min(count, MOST_AT_ONCE) + 1):
            lines = server.pop.retr(number)[1]
            yield b"\r\n".join(lines), lambda number=number: server.pop.dele(number)
        return
    folders = [row.folder_name for row in email_account.get("imap_folder") or ()] or ["INBOX"]
    for folder in folders:
        if server.imap.select(f'"{folder}"')[0] != "OK":
            continue
        found = server.imap.uid("search", None, "UNSEEN")[1]
        for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
            answer = server.imap.uid("fetch", uid, "(BODY.PEEK[])")[1]
            raw = next((part[1] for part in answer or () if isinstance(part, tuple)), None)
            if raw is not None:
                yield raw, lambda uid=uid: server.imap.uid("store", uid, "+FLAGS", "(\\Seen)")


def _keep(name: str, raw: bytes) -> None:
    file = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"{name}.eml",
            "attached_to_doctype": LETTERS,
            "attached_to_name": name,
            "is_private": 1,
            "content": raw,
        }
    )
    file.flags.ignore_permissions = True
    file.insert()


def _file(name: str) -> str | None:
    return frappe.db.get_value("File", {"attached_to_doctype": LETTERS, "attached_to_name": name})
