"""Before any method answers: what a request names and its user does not see is answered as what does not exist.

The framework's methods each look a document up before they ask a permission, and say different things of what is
missing and of what is hidden. Here both are told the same, whichever method is asked, of whichever app.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import frappe

from phanhoi_app.access import columns, doors

# How methods call the DocType and the document's name.
NAMED = (
    ("doctype", ("name", "docname", "doc_name", "old_name", "old", "docnames", "names")),
    ("dt", ("dn", "docs")),
    ("doc", ("name",)),
    ("reference_doctype", ("reference_name",)),
    ("reference_dt", ("reference_doc",)),
    ("reminder_doctype", ("reminder_docname",)),
)
REST = re.compile(r"/api/(?:v1/|v2/)?(?:resource|document|doctype)/([^/]+)")
OWN = "/api/method/phanhoi_app."
PAGES = ("/printview",)
UNSAVED = "new-"  # how the desk calls a document that is not in the database yet


def ask() -> None:
    """Raise frappe.DoesNotExistError when the request names a document of ours that its user does not see.

    (hook: auth_hooks, the moment at which it is known who asks)
    """
    path, form = frappe.request.path, frappe.form_dict
    command = path.removeprefix("/api/method/") if path.startswith("/api/method/") else form.get("cmd")
    listed = _listed(path)
    if not command and not listed and path not in PAGES:
        return
    _close_other_ways()
    asked = listed or form.get("doctype")
    asked = asked if isinstance(asked, str) else None
    columns.check(asked, form, ours=asked in doors.GUARDED)
    if command in doors.led_through_ours():
        return
    for doctype, name in _named(form, path):
        if isinstance(name, str) and name and not name.startswith(UNSAVED):
            doors.see(doctype, name)


def _listed(path: str) -> str | None:
    """The DocType of which REST lists or reads."""
    found = REST.match(path)
    return unquote(found.group(1)) if found else None


def _named(form, path: str) -> Iterator[tuple[str, str]]:
    """(doctype, name) of the documents of ours that the values name."""
    for by, keys in NAMED:
        doctype = form.get(by)
        if isinstance(doctype, str) and doctype in doors.GUARDED:
            for key in keys:
                yield from ((doctype, name) for name in _names(form.get(key)))
    if path.startswith(OWN) and form.get("complaint"):
        yield doors.COMPLAINT, form.get("complaint")
    for row in _rows(form.get("docs")):
        if row.get("doctype") in doors.GUARDED:
            yield row["doctype"], row.get("docname")


def _names(value) -> list:
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _read(value)
    return value if isinstance(value, list) else [value]


def _rows(value) -> list[dict]:
    value = _read(value) if isinstance(value, str) else value
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _read(value: str):
    try:
        return frappe.parse_json(value)
    except ValueError:
        return value


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
