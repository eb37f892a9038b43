"""Lets a form with all its photos through the framework's limit on a request's size."""

import frappe
from frappe.installer import update_site_config
from frappe.utils import cint

TEXT = 2 * 1024 * 1024  # bytes: all that is not photos, with room
MEGABYTE = 1024 * 1024


def needed() -> int:
    """Bytes of the largest form that the settings allow. One photo more, so that one too many is told in words."""
    settings = frappe.get_cached_doc("Phanhoi Settings")
    return (cint(settings.max_photos or 5) + 1) * cint(settings.max_photo_mb or 10) * MEGABYTE + TEXT


def allow() -> bool:
    """Raise the site's `max_file_size` to what is needed; never lowers it. True when it was changed.

    The framework cuts off a larger request before any page is asked, with an English sentence. nginx has a limit
    of its own (`client_max_body_size`, 50 MB in bench's and in Docker's settings): docs/operators/install.md.
    """
    if cint(frappe.conf.get("max_file_size")) >= needed():
        return False
    update_site_config("max_file_size", needed(), validate=False)
    frappe.local.conf.max_file_size = needed()
    return True
