"""What a request names: the method, the DocType, the documents, and those to which what it would write is to link.

It may come by any road of any version of the framework: /api/method, /api/resource, the same below /api/v1, and
/api/v2/method, /api/v2/document, /api/v2/doctype; with its values in the address, in a form or as JSON.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import frappe

from phanhoi_app.access.permissions import COMPLAINT

# How methods call the DocType and the document's name.
NAMED = (
    ("doctype", ("name", "docname", "doc_name", "old_name", "old", "docnames", "names")),
    ("dt", ("dn", "docs")),
    ("doc", ("name",)),
    ("reference_doctype", ("reference_name",)),
    ("reference_dt", ("reference_doc",)),
    ("reminder_doctype", ("reminder_docname",)),
)
# Parameters that hold whole documents, or rows that name one and what is to be changed of it. In any other they count
# where they say their DocType themselves.
WHOLE = ("doc", "docs", "document", "data")
ROAD = re.compile(r"/api/(?:v\d+/)?(method|resource|document|doctype)/([^/]+)(?:/([^/]+))?")
OF_ALL = ("bulk_delete", "bulk_update", "meta", "count", "search")  # what v2 does with a DocType
OWN = "phanhoi_app."


class Road(NamedTuple):
    """Where a request leads: the method's path, or the DocType and, of one document, its name."""

    command: str | None
    doctype: str | None
    name: str | None


def road(path: str, command: str | None) -> Road:
    """`command`: what stands as `cmd` in the values, which the framework does rather than what the address says."""
    found = ROAD.match(path)
    kind, first, second = found.groups() if found else (None, None, None)
    if command:
        return Road(command, None, None)
    if kind == "method":
        # /api/v2/method/<DocType>/<method of its module>: no door of ours by that name, so it is asked in full
        return Road(f"{first}/{second}" if second else first, None, None)
    return Road(None, first, None if second in OF_ALL else second)


def documents(road: Road, form, ours) -> Iterator[tuple[str, Any]]:
    """(DocType, name) of each document of ours (`ours`: their DocTypes) that a request names."""
    if road.doctype in ours:
        yield from ((road.doctype, name) for name in (road.name, *_names(form.get("names"))))
    for by, keys in NAMED:
        doctype = form.get(by)
        if isinstance(doctype, str) and doctype in ours:
            for key in keys:
                yield from ((doctype, name) for name in _names(form.get(key)))
    if (road.command or "").startswith(OWN) and form.get("complaint"):
        yield COMPLAINT, form.get("complaint")
    for row in written(road, form):
        if row.get("doctype") in ours:
            yield row["doctype"], row.get("docname") or row.get("name")
        yield from _linked(row, ours)


def written(road: Road, form) -> Iterator[dict]:
    """The documents, or parts of them, that a request hands in: {doctype, name, …}, as the client wrote them."""
    doctype = road.doctype or form.get("doctype")
    rows = [row for key, value in form.items() for row in _rows(value) if key in WHOLE or row.get("doctype")]
    if road.doctype and frappe.request.method not in ("GET", "HEAD", "DELETE"):
        # what the address says goes before what the body claims to be
        body = [form, *_rows(form.get("data")), *_rows(frappe.request.get_data(as_text=True))]
        rows += [{**row, "doctype": doctype} for row in body]
    if form.get("fieldname"):  # frappe.client.set_value: one column, or several of them as JSON
        values = _read(form.get("fieldname"))
        rows.append(values if isinstance(values, dict) else {str(values): form.get("value")})
    name = road.name or form.get("name")
    for row in rows:
        yield {
            **row,
            "doctype": row.get("doctype") or doctype,
            "name": row.get("name") or row.get("docname") or name,
        }


def links(meta, ours) -> list:
    """The fields of a DocType that may link to what is ours, its Dynamic Links among them."""
    return [
        df
        for df in meta.fields
        if df.fieldtype == "Dynamic Link" or (df.fieldtype == "Link" and df.options in ours)
    ]


def _linked(row: dict, ours) -> Iterator[tuple[str, str]]:
    """(DocType, name) of what is ours and a row, or a row of its tables, is to link to and does not so far."""
    meta = _meta(row.get("doctype"))
    if not meta:
        return
    for df in links(meta, ours):
        value = row.get(df.fieldname)
        if not isinstance(value, str) or not value:
            continue
        goal = df.options if df.fieldtype == "Link" else row.get(df.options) or _stored(row, df.options)
        if goal in ours and value != _stored(row, df.fieldname):
            yield goal, value
    for df in meta.get_table_fields():
        for child in _rows(row.get(df.fieldname)):
            yield from _linked({**child, "doctype": df.options}, ours)


def _stored(row: dict, column: str):
    name = row.get("name")
    return frappe.db.get_value(row["doctype"], name, column) if isinstance(name, str) and name else None


def _meta(doctype):
    if not isinstance(doctype, str) or not frappe.db.exists("DocType", doctype, cache=True):
        return None
    meta = frappe.get_meta(doctype)
    return None if meta.issingle or meta.get("is_virtual") else meta


def _names(value) -> list:
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _read(value)
    return value if isinstance(value, list) else [value]


def _rows(value) -> list[dict]:
    if isinstance(value, str):
        value = _read(value) if value.lstrip()[:1] in ("[", "{") else None
    if isinstance(value, dict):
        return [value]
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _read(value):
    try:
        return frappe.parse_json(value)
    except ValueError:
        return value
