"""A new member's way in: a link that works once, for some days, and leads to the framework's own password page.

Only the hash of the link's key is kept with the invitation; the link itself stands in the message that carries it,
which nobody reads in the desk. It goes to the address on record for the account, never to one given later:
otherwise whoever names somebody else's unused account with his own number would get into it.
"""

import hashlib
import secrets
from datetime import timedelta

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import format_datetime, get_url

from phanhoi_app.agencies.errors import PeopleRefused
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.messaging import outbox
from phanhoi_app.rules import phone
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.message_states import LOST

DAYS = 7
PATH = "loi-moi"
SHORTEST_PAUSE = 10  # minutes between two invitations of one account


def invite(user: str, agency: str, channel: str) -> str:
    """Queue an invitation by "E-mail" or "SMS" in this transaction; returns its name. Earlier links end.

    The caller has checked who asks. Raises PeopleRefused when the account cannot be reached so, has a password
    already, or was invited a moment ago.
    """
    # The lock makes two people who press at once wait for each other.
    account = frappe.db.get_value(
        "User", user, ["name", "email", "mobile_no", "enabled"], as_dict=True, for_update=True
    )
    if not account or not account.enabled:
        raise PeopleRefused(_("The account {0} is disabled.").format(user))
    if signed_in([user]):
        raise PeopleRefused(
            _(
                "{0} has a password already. If it is forgotten: “Forgot Password?” on the log-in page."
            ).format(user)
        )
    recipient = address(account, channel)
    moment = now()
    _refuse_so_soon(user, moment)
    key = secrets.token_urlsafe(18)
    name = frappe.generate_hash(length=14)
    expires = moment + timedelta(days=DAYS)
    _end_earlier(user, moment)
    row = {
        "name": name,
        "owner": frappe.session.user,
        "modified_by": frappe.session.user,
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
        "user": user,
        "agency": agency,
        "channel": channel,
        "key_hash": _hash(key),
        "expires_on": expires,
    }
    rows.insert("Invitation", [row])
    letter = {
        "audience": "Officer",
        "channel": channel,
        "recipient": recipient,
        "recipient_user": user,
        "values": _values(user, agency, key, expires),
    }
    if not outbox.queue(None, "invited", name, [letter]):
        raise PeopleRefused(
            _("There is no message template for the event “invited” and the channel {0}.").format(_(channel))
        )
    return name


def address(account, channel: str) -> str:
    """Where the account (email, mobile_no) gets a message. Raises PeopleRefused."""
    if channel != "SMS":
        return account.email
    try:
        if account.mobile_no and phone.is_mobile(account.mobile_no):
            return phone.normalise(account.mobile_no)
    except RuleError:
        pass
    raise PeopleRefused(_("The account {0} has no mobile number: invite by e-mail.").format(account.name))


def signed_in(users: list[str]) -> set[str]:
    """Those of the accounts that have a password, or were ever used otherwise."""
    if not users:
        return set()
    found = frappe.db.sql(
        """select name from `__Auth` where doctype = 'User' and fieldname = 'password' and name in %(users)s
        union select name from `tabUser` where ifnull(last_login, '') != '' and name in %(users)s""",
        {"users": users},
    )
    return {row[0] for row in found}


def find(key: str):
    """The invitation that the key opens (name, user, agency, expires_on); None when it opens none (any more)."""
    row = frappe.db.get_value(
        "Invitation",
        {"key_hash": _hash(key)},
        ["name", "user", "agency", "expires_on", "used_on"],
        as_dict=True,
    )
    if not row or row.used_on or row.expires_on < now():
        return None
    return row if frappe.db.get_value("User", row.user, "enabled") else None


def accept(key: str) -> str | None:
    """Use the invitation up, and return the address of the framework's page where the password is set.

    None when the key opens nothing. Of two that come at once one gets through.
    """
    invitation = find(key)
    if not invitation:
        return None
    frappe.db.sql(
        "update `tabInvitation` set used_on = %s, modified = %s where name = %s and used_on is null",
        (now(), now(), invitation.name),
    )
    if frappe.db.sql("select row_count()")[0][0] != 1:
        return None
    user = frappe.get_doc("User", invitation.user)
    # Its name in later versions of the framework, where `reset_password` can be called from outside.
    make_link = getattr(user, "_reset_password", None) or user.reset_password
    return make_link()


def states(users: list[str]) -> dict[str, dict]:
    """{user: {state, at}} of the newest invitation: "sent" (not used yet), "used", "expired", or the message's trouble
    ("failed", with `note`)."""
    found: dict[str, dict] = {}
    if not users:
        return found
    invitations = frappe.get_all(
        "Invitation",
        filters={"user": ("in", users)},
        fields=["name", "user", "creation", "expires_on", "used_on"],
        order_by="creation asc",
    )
    newest = {row.user: row for row in invitations}
    troubles = _troubles(list(newest))
    for user, row in newest.items():
        state = "used" if row.used_on else "expired" if row.expires_on < now() else "sent"
        found[user] = {"state": state, "at": str(row.creation), "note": ""}
        trouble = troubles.get(user)
        if state == "sent" and trouble:
            found[user].update(state="failed", note=trouble)
    return found


def _troubles(users: list[str]) -> dict[str, str]:
    messages = frappe.get_all(
        "Message",
        filters={"event": "invited", "recipient_user": ("in", users)},
        fields=["recipient_user", "status", "status_note"],
        order_by="creation asc",
    )
    newest = {row.recipient_user: row for row in messages}
    return {user: row.status_note or row.status for user, row in newest.items() if row.status in LOST}


def _refuse_so_soon(user: str, moment) -> None:
    since = moment - timedelta(minutes=SHORTEST_PAUSE)
    if frappe.db.exists("Invitation", {"user": user, "creation": (">", since)}):
        raise PeopleRefused(
            _("An invitation was sent to {0} a moment ago: wait {1} minutes before the next one.").format(
                user, SHORTEST_PAUSE
            )
        )


def _end_earlier(user: str, moment) -> None:
    table = DocType("Invitation")
    (
        frappe.qb.update(table)
        .set(table.expires_on, moment)
        .where((table.user == user) & table.used_on.isnull() & (table.expires_on > moment))
        .run()
    )


def _values(user: str, agency: str, key: str, expires) -> dict:
    """A template may name all values that it may name for complaints; those of a complaint are empty here."""
    settings = frappe.get_cached_doc("Phanhoi Settings")
    return {
        "number": "",
        "title": "",
        "code": "",
        "field": "",
        "reply_by": "",
        "count": "",
        "desk_link": get_url("/app"),
        "link": get_url(f"/{PATH}/{key}"),
        "due_on": format_datetime(expires, "HH:mm dd/MM/yyyy"),
        "agency": frappe.get_cached_value("Agency", agency, "agency_name"),
        "note": user,
        "province": settings.province_name or "",
        "portal": settings.portal_title or "",
        "hotline": settings.hotline or "",
    }


def _hash(key: str) -> str:
    return hashlib.sha256((key or "").encode()).hexdigest()
