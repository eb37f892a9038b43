"""Zalo's tokens: the access token lives a day, and the refresh token is used up by being used.

Whoever refreshes holds the account's row, so that no two workers spend the same refresh token; both new ones are
written in one transaction, before anybody uses them.
"""

import contextlib
from datetime import timedelta

import frappe
from frappe.utils import cint, get_datetime
from frappe.utils.password import set_encrypted_password

from phanhoi_app.channels import accounts, client
from phanhoi_app.channels.base import NoChannel, Refused, TryLater
from phanhoi_app.history.now import now

OAUTH = "https://oauth.zaloapp.com"
EARLY = timedelta(minutes=10)  # before its end a token is exchanged
LIFE = 25 * 3600  # seconds, where the answer does not say


def access_token(account, instead_of: str | None = None) -> str:
    """A token to call with; a new one when the time of the old is up or `instead_of` was not accepted.

    Commits. Raises NoChannel without tokens, TryLater when there is no new one: the account then says so.
    """
    token = accounts.secret(account, "zalo_access_token")
    until = frappe.db.get_value(accounts.DOCTYPE, account.name, "zalo_token_until")
    if token and token != instead_of and until and now() < get_datetime(until) - EARLY:
        return token
    frappe.db.commit()
    # What somebody else has exchanged while we waited is good for us, too.
    frappe.db.sql("select name from `tabChannel Account` where name = %s for update", account.name)
    fresh = accounts.secret(account, "zalo_access_token")
    if fresh and fresh not in (token, instead_of):
        frappe.db.commit()
        return fresh
    try:
        said = _exchanged(account)
    except (TryLater, Refused) as error:
        frappe.db.rollback()
        accounts.note_error(account, f"Zalo tokens: {error}")
        frappe.db.commit()
        raise TryLater(f"Zalo tokens: {error}") from error
    for field, key in (("zalo_access_token", "access_token"), ("zalo_refresh_token", "refresh_token")):
        set_encrypted_password(accounts.DOCTYPE, account.name, said[key], field)
    ends = now() + timedelta(seconds=min(cint(said.get("expires_in")) or LIFE, 90 * 86_400))
    frappe.db.set_value(accounts.DOCTYPE, account.name, "zalo_token_until", ends, update_modified=False)
    frappe.db.commit()
    frappe.clear_document_cache(accounts.DOCTYPE, account.name)
    return said["access_token"]


def keep_alive() -> None:
    """Exchange what has run out (daily): a refresh token that is not used for three months is lost, and one that was
    lost is told of before somebody waits for a message."""
    for name in frappe.get_all(accounts.DOCTYPE, {"provider": "Zalo OA", "enabled": 1}, pluck="name"):
        with contextlib.suppress(NoChannel, TryLater):  # what went wrong stands on the account
            access_token(accounts.get(name))


def _exchanged(account) -> dict:
    """What Zalo gives for the refresh token: access_token, refresh_token, expires_in (seconds)."""
    refresh = accounts.secret(account, "zalo_refresh_token")
    secret = accounts.secret(account, "zalo_app_secret")
    if not (refresh and secret and account.zalo_app_id):
        frappe.db.rollback()
        raise NoChannel
    form = {"refresh_token": refresh, "app_id": account.zalo_app_id, "grant_type": "refresh_token"}
    url = f"{client.base(account, OAUTH)}/v4/oa/access_token"
    said = client.decoded(client.call("POST", url, data=form, headers={"secret_key": secret}))
    if not all(isinstance(said.get(key), str) and said[key] for key in ("access_token", "refresh_token")):
        raise TryLater(
            f"{said.get('error')}: {said.get('error_description') or said.get('error_name')}"[:200]
        )
    return said
