"""A provider's account. Thin: it checks what was typed, and offers a trial message and a new address."""

import secrets
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from phanhoi_app.channels import accounts, adapters, client
from phanhoi_app.channels.base import NoChannel, Outgoing, Refused, TryLater

# What each provider cannot do without.
NEEDED = {
    "Twilio": ("twilio_account_sid", "twilio_auth_token", "twilio_sender"),
    "SMS gateway": ("gateway_url", "gateway_secret"),
    "Zalo OA": ("zalo_app_id", "zalo_app_secret", "zalo_oa_secret", "zalo_refresh_token"),
    "Facebook Page": (
        "facebook_page_id",
        "facebook_app_secret",
        "facebook_page_token",
        "facebook_verify_token",
    ),
    "Call centre": ("call_secret",),
    "E-mail": ("email_account",),
}
# Written by the system; what a form or a REST call says of them is not taken.
OURS = (
    *("state", "last_error", "last_error_on", "last_event_on", "rejected", "last_rejected_on"),
    *("webhook_key", "zalo_token_until"),
)
LONGEST_TEST = 300


class ChannelAccount(Document):
    @property
    def webhook_address(self) -> str:
        """The public address that the provider calls; empty before the account is saved."""
        return accounts.address(self) if self.webhook_key else ""

    def before_validate(self):
        before = self.get_doc_before_save()
        for field in OURS:
            self.set(field, before.get(field) if before else None)
        self.webhook_key = self.webhook_key or secrets.token_urlsafe(32)
        self.title = (self.title or "").strip()

    def validate(self):
        channels = accounts.CHANNELS.get(self.provider) or ()
        if self.channel not in channels:
            frappe.throw(
                _("{0} does not serve the channel “{1}”. Choose one of: {2}.").format(
                    _(self.provider), _(self.channel), ", ".join(map(_, channels))
                )
            )
        for field in NEEDED[self.provider]:
            if self.enabled and not self.get(field):
                frappe.throw(
                    _("{0} is missing: fill it in, or take the tick off “{1}”.").format(
                        _(self.meta.get_label(field)), _("Enabled")
                    )
                )
        self._check_address()
        self._check_conversation()
        if self._tokens_typed():
            self.zalo_token_until = None  # what was typed is tried, and exchanged when it does not hold

    def on_update(self):
        frappe.clear_document_cache(self.doctype, self.name)

    def _check_address(self):
        if self.provider != "SMS gateway" or not self.gateway_url:
            return
        parts = urlsplit(self.gateway_url)
        if not parts.hostname or parts.username or (parts.scheme != "https" and not client.trial()):
            frappe.throw(
                _("“{0}” must be an address that begins with https://").format(_("Address for Sending"))
            )

    def _check_conversation(self):
        if self.channel not in accounts.TWO_WAY:
            self.conversations = 0
        if self.provider == "E-mail":
            self._check_mailbox()
        elif not cint(self.conversations):
            return
        field = frappe.db.get_value(
            "Field", self.conversation_field, ["enabled", "is_group", "route_by_area"], as_dict=True
        )
        if not field or field.is_group or not field.enabled:
            frappe.throw(
                _("“{0}” is missing: choose the field that a complaint has until it is screened.").format(
                    _("Field Until It Is Screened")
                )
            )
        if field.route_by_area:
            frappe.throw(
                _("Choose a field that is not routed by area: in a chat the commune may stay unknown.")
            )

    def _check_mailbox(self):
        other = frappe.db.get_value(
            self.doctype, {"email_account": self.email_account, "name": ("!=", self.name or "")}, "title"
        )
        if other:
            frappe.throw(
                _("The mailbox “{0}” is taken by “{1}” already: choose another.").format(
                    self.email_account, other
                )
            )
        if self.enabled and not frappe.db.get_value("Email Account", self.email_account, "enable_incoming"):
            frappe.throw(
                _("The mailbox “{0}” does not fetch mails: tick “Enable Incoming” there first.").format(
                    self.email_account
                )
            )

    def _tokens_typed(self) -> bool:
        typed = (self.get("zalo_access_token"), self.get("zalo_refresh_token"))
        return any(token and not self.is_dummy_password(token) for token in typed)


@frappe.whitelist(methods=["POST"])
def send_test(name: str, recipient: str, text: str | None = None) -> dict:
    """Send a trial message now; {sent, words}. `recipient`: a telephone number, or a person's id at the provider.

    Raises frappe.PermissionError (403) unless the user may change the account.
    """
    account = frappe.get_doc(accounts.DOCTYPE, name)
    account.check_permission("write")
    recipient = (recipient or "").strip()
    if not recipient:
        frappe.throw(_("Please say to whom: a telephone number, or the person's id at the provider."))
    text = (text or "").strip()[:LONGEST_TEST] or _("A trial message from {0}.").format(
        frappe.db.get_single_value("Phanhoi Settings", "portal_title") or "Phản hồi"
    )
    # Sending may wait for the provider: not in a transaction that holds anything.
    frappe.db.commit()
    try:
        sent = adapters.of(account).send(
            account, Outgoing(recipient, text, key=f"test-{secrets.token_hex(8)}")
        )
    except NoChannel:
        return _failed(account, _("The account has no complete credentials."), noted=False)
    except Refused as error:
        return {"sent": False, "words": _("The provider refuses: {0}").format(str(error))}
    except TryLater as error:
        return _failed(account, _("The provider cannot be reached now: {0}").format(str(error)))
    accounts.note_success(account)
    return {"sent": True, "words": _("Sent. The provider calls it {0}.").format(sent.provider_id or "–")}


@frappe.whitelist(methods=["POST"])
def new_address(name: str) -> str:
    """Give the account another webhook address; the old one is closed at once. Returns the new one."""
    account = frappe.get_doc(accounts.DOCTYPE, name)
    account.check_permission("write")
    key = secrets.token_urlsafe(32)
    account.db_set("webhook_key", key, notify=True)
    account.add_comment("Info", _("has given the account a new webhook address"))
    frappe.clear_document_cache(accounts.DOCTYPE, name)
    return accounts.address(account)


def _failed(account, words: str, noted: bool = True) -> dict:
    if noted:
        accounts.note_error(account, words)
    return {"sent": False, "words": words}
