"""What points at units besides complaints: routing, settings, permissions, whatever an administrator adds later.

Found through the meta, so that a link that comes with a later version follows too. Records of cases (complaints,
events, messages, whatever belongs to a complaint) tell what was, and stay.
"""

from typing import NamedTuple

import frappe
from frappe import _

# A DocType with more rows than this that point at one unit is taken as a whole.
MANY = 50
OWN = (
    *("Earlier Name", "Agency Successor", "Area Successor", "Agency Member", "Custody"),
    *("Departure", "Invitation", "Member Change", "Roster"),  # of people: what was done when
)


class Pointer(NamedTuple):
    """A row that points at `source` by a field; `name` is empty for all rows of the DocType at once."""

    doctype: str
    name: str
    field: str
    source: str
    title: str


def find(subject: str, sources: list[str]) -> list[Pointer]:
    """All that points at one of these units of the DocType `subject`."""
    found: list[Pointer] = []
    for doctype, fieldname in _links(subject):
        meta = frappe.get_meta(doctype)
        if meta.issingle:
            value = frappe.db.get_single_value(doctype, fieldname)
            if value in sources:
                found.append(Pointer(doctype, doctype, fieldname, value, _title(meta, fieldname)))
            continue
        for source in sources:
            found += _rows(meta, fieldname, {fieldname: source}, source)
    for source in sources:  # the one place where the framework keeps a unit without a link
        permission = frappe.get_meta("User Permission")
        found += _rows(permission, "for_value", {"allow": subject, "for_value": source}, source)
    return found


def turn(pointer: Pointer, target: str, subject: str) -> bool:
    """Let it point at the target; False when it does not point at the source (any more)."""
    doctype, name, field = pointer.doctype, pointer.name, pointer.field
    if frappe.get_meta(doctype).issingle:
        if frappe.db.get_single_value(doctype, field) != pointer.source:
            return False
        frappe.db.set_single_value(doctype, field, target)
        return True
    where = {field: pointer.source} | ({"name": name} if name else {})
    if doctype == "User Permission":
        where["allow"] = subject
    names = frappe.get_all(doctype, filters=where, pluck="name")
    for each in names:
        frappe.db.set_value(doctype, each, field, target)
    if frappe.get_meta(doctype).istable:  # the rows' documents are kept in the cache, not the rows
        for row in frappe.get_all(doctype, filters={"name": ("in", names)}, fields=["parent", "parenttype"]):
            frappe.clear_document_cache(row.parenttype, row.parent)
    return bool(names)


def _rows(meta, fieldname: str, filters: dict, source: str) -> list[Pointer]:
    count = frappe.db.count(meta.name, filters)
    if count > MANY:
        title = _("{0}: {1} rows").format(_title(meta, fieldname), count)
        return [Pointer(meta.name, "", fieldname, source, title)]
    shown = meta.get_title_field()
    columns = ["name", *([shown] if shown != "name" else []), *(["parent"] if meta.istable else [])]
    return [
        Pointer(
            meta.name,
            row.name,
            fieldname,
            source,
            f"{_title(meta, fieldname)}: {row.get('parent') or row.get(shown) or row.name}",
        )
        for row in frappe.get_all(meta.name, filters=filters, fields=columns, order_by="name asc")
    ]


def _links(subject: str) -> list[tuple[str, str]]:
    """(DocType, field) of the links that follow a unit to its successor."""
    fields = [
        (row[owner], row.fieldname)
        for table, owner in (("DocField", "parent"), ("Custom Field", "dt"))
        for row in frappe.get_all(
            table,
            filters={"fieldtype": "Link", "options": subject},
            fields=[owner, "fieldname"],
            order_by=f"{owner} asc, idx asc",
        )
    ]
    return [
        (doctype, field)
        for doctype, field in dict.fromkeys(fields)
        if doctype != subject and not _is_record(doctype) and not frappe.get_meta(doctype).is_virtual
    ]


def _is_record(doctype: str) -> bool:
    """Whether its rows tell what was: of a complaint, or of a reorganisation."""
    if doctype in OWN or doctype.startswith(("Complaint", "Reorganisation")):
        return True
    meta = frappe.get_meta(doctype)
    if any(df.options == "Complaint" for df in meta.get_link_fields()):
        return True
    if meta.istable:
        owners = frappe.get_all(
            "DocField",
            filters={"fieldtype": ("in", ("Table", "Table MultiSelect")), "options": doctype},
            pluck="parent",
        )
        return bool(owners) and all(_is_record(owner) for owner in owners if owner != doctype)
    return False


def _title(meta, fieldname: str) -> str:
    return f"{_(meta.name)}, {_(meta.get_label(fieldname))}"
