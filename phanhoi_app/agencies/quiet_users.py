"""Keeps the framework from emptying all of its caches at each account that is saved.

It writes down anew, at every save of a User, whose mail accounts wait for a password: the same empty list each
time, after which every cache of the site is emptied. Two thousand accounts took half an hour, and held a row
that every other save of an account needs. Where nobody waits, there is nothing to write.
"""

import frappe
from frappe.core.doctype.user import user as framework

_framework_update = getattr(framework, "ask_pass_update", None)  # a version without it has nothing to quieten


def ask_pass_update():
    """The framework's own, when somebody waits or did."""
    if frappe.db.exists("User Email", {"awaiting_password": 1}) or frappe.db.get_default(
        "email_user_password"
    ):
        _framework_update()


def install() -> None:
    """Put ours where the controller looks the framework's up. Safe to call again."""
    if _framework_update and framework.ask_pass_update is not ask_pass_update:
        framework.ask_pass_update = ask_pass_update
