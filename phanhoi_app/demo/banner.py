"""Says that a site holds demo data."""

import frappe
from frappe.utils import cint


def boot(bootinfo) -> None:
    """Tell the desk (hook: extend_bootinfo)."""
    bootinfo.phanhoi_demo = cint(frappe.get_cached_doc("Phanhoi Settings").get("demo"))
