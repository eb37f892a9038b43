"""Before any method answers: what a request names and its user does not see is answered as what does not exist.

The framework's methods each look a document up before they ask a permission, and say different things of what is
missing and of what is hidden. Here both are told the same, whichever method is asked, of whichever app.
"""

import frappe

from phanhoi_app.access import columns, doors, named, scope

PAGES = ("/printview",)
UNSAVED = "new-"  # how the desk calls a document that is not in the database yet


def ask() -> None:
    """Raise frappe.DoesNotExistError when the request names a document of ours that its user does not see, or would
    write one that links to such.

    (hook: auth_hooks, the moment at which it is known who asks)
    """
    path, form = frappe.request.path, frappe.form_dict
    road = named.road(path, form.get("cmd"))
    if not road.command and not road.doctype and path not in PAGES:
        return
    _close_other_ways()
    asked = road.doctype or form.get("doctype")
    asked = asked if isinstance(asked, str) else None
    _refuse_other_spelling(asked)
    columns.check(asked, form, ours=asked in doors.GUARDED)
    if road.command in doors.led_through_ours():
        return
    for doctype, name in named.documents(road, form, doors.GUARDED):
        if isinstance(name, str) and name and not name.startswith(UNSAVED):
            doors.see(doctype, name)
            if form.get("include") and scope.reads_until(doctype, name):
                raise frappe.PermissionError  # what stands beside a document: also what came after the own part


def _refuse_other_spelling(doctype: str | None) -> None:
    """The database takes "complaint" for Complaint, where our rules would not."""
    if doctype and doctype not in doors.GUARDED and doctype.strip().casefold() in _SPELT:
        raise frappe.DoesNotExistError(doctype)


_SPELT = frozenset(doctype.casefold() for doctype in doors.GUARDED)


def _close_other_ways() -> None:
    """Leave our doors the only ones, once a process: a module that imports one of the framework's methods that are led
    through ours would be a way past it by another name."""
    global _closed
    if _closed:
        return
    for path in doors.led_through_ours():
        try:
            original = frappe.get_attr(path)
        except (ImportError, AttributeError, frappe.AppNotInstalledError):
            continue  # another version of the framework: no such method, no way
        if original in frappe.whitelisted and not original.__module__.startswith("phanhoi_app."):
            frappe.whitelisted.remove(original)
    _closed = True


_closed = False
