"""Be somebody else for a while, and forget what was known of people."""

import contextlib


@contextlib.contextmanager
def acting(frappe, user: str):
    """Be another user for a while."""
    before = frappe.session.user
    frappe.set_user(user)
    frappe.local.lang = "vi"
    try:
        yield
    finally:
        frappe.set_user(before)
        frappe.local.lang = "vi"


def forget(frappe) -> None:
    """Drop what the caches know of people and rows, after a rollback or a deletion past the documents.

    DocTypes, hooks and translations stay, which `frappe.clear_cache()` drops too: to read them again takes longer than
    most tests.
    """
    from frappe import cache_manager

    if hasattr(frappe, "client_cache"):  # a framework that keeps some of it in the process
        return frappe.clear_cache()
    frappe.local.document_cache = {}
    frappe.local.cache = {}
    frappe.local.role_permissions = {}
    frappe.local.request_cache.clear()
    frappe.utils.caching._SITE_CACHE.clear()
    for name in ("system_settings", "website_settings"):
        if hasattr(frappe.local, name):
            delattr(frappe.local, name)
    frappe.cache.delete_keys("document_cache::")
    for key in (
        *cache_manager.user_cache_keys,
        *cache_manager.doctype_map_keys,
        "webhooks",
        "system_settings",
    ):
        frappe.cache.delete_key(key)
    cache_manager.clear_defaults_cache()
