"""What a request may ask the database for by name: plain columns, and of linked documents those that its user reads.

The framework lets any column of a linked document through ("officer.reset_password_key"), and pastes the columns that a
card or chart counts into its SQL.
"""

import re

import frappe
from frappe import _
from frappe.permissions import get_role_permissions

from phanhoi_app.access.permissions import GUARDED

# Parameters in which the framework's methods and REST take columns.
COLUMNS = ("fields", "fieldname", "filter_fields", "field")
ORDERS = ("order_by", "group_by")
FILTERS = ("filters", "or_filters", "searchfield", "stats")
ACCOUNTS = "User"
CHOSEN = frozenset(
    (
        "full_name",
        "first_name",
        "middle_name",
        "last_name",
        "user_image",
        "enabled",
        "user_type",
        "email",
        "name",
    )
)
CRAFTED = ("doc", "chart")
ADDED = ("columns", "custom_columns")  # to a report: their values are fetched past every permission
DRAWN = ("start", "end", "title", "color")  # of a calendar: pasted into its SQL
COUNTED = (
    "aggregate_function_based_on",
    "based_on",
    "group_by_based_on",
    "value_based_on",
)
_LINKED = re.compile(r"(?<![\w.])(\w+)\.(\w+)")
_ORDER = re.compile(
    r"(?:count\(\*\)|_?\w+|`?_?\w+`?|`?tab[\w ]+`?\.`?\w+`?)(?:\s+(?:asc|desc))?", re.IGNORECASE
)


def check(doctype: str | None, form, ours: bool) -> None:
    """Raise frappe.PermissionError for a column that the request may not name. `ours`: the DocType is guarded."""
    _check_accounts(doctype, form)
    _check_expanded(doctype, form)
    if doctype:
        for key in COLUMNS:
            if isinstance(value := form.get(key), str) and "." in value:
                _check_linked(doctype, value)
    if doctype and ours:
        for key in ORDERS:
            for part in str(form.get(key) or "").split(","):
                if part.strip() and not _ORDER.fullmatch(part.strip()):
                    _refuse(part.strip())
    for key in CRAFTED:
        _check_crafted(form.get(key))
    for key in ADDED:
        _check_added(form.get(key))
    if form.get("field_map"):
        _check_drawn(doctype, form.get("field_map"))


def check_readable(doctype: str, column: str) -> None:
    """Raise frappe.PermissionError unless it is a plain column that the user reads of the DocType."""
    if not _reads(doctype) or column not in _readable(doctype) | set(frappe.model.default_fields):
        _refuse(str(column))


def _check_accounts(doctype: str | None, form) -> None:
    """Whoever may only choose accounts (everybody may) reads, filters and sorts by what a choice shows: the framework
    gives all columns, among them phones and the keys with which a password is set anew."""
    if ACCOUNTS not in (doctype, form.get("parent")) or _reads(ACCOUNTS):
        return
    if doctype != ACCOUNTS:
        _refuse(str(doctype))
    hidden = {df.fieldname for df in frappe.get_meta(ACCOUNTS).fields} - CHOSEN
    for key in (*COLUMNS, *ORDERS, *FILTERS):
        value = form.get(key)
        text = value if isinstance(value, str) else frappe.as_json(value or "")
        if key in COLUMNS and "*" in text:
            _refuse("*")
        if named := hidden.intersection(re.findall(r"\w+", text)):
            _refuse(min(named))


def _check_expanded(doctype: str | None, form) -> None:
    """Whole linked documents in the place of their names (newer versions): none of ours, and only of DocTypes that a
    role of the user reads."""
    if not (form.get("expand") or form.get("expand_links")) or not frappe.db.exists("DocType", doctype):
        return
    meta = frappe.get_meta(doctype)
    below = [
        df for table in meta.get_table_fields() for df in frappe.get_meta(table.options).get_link_fields()
    ]
    wanted = [*meta.get_link_fields(), *(below if form.get("expand_links") else [])]
    for df in wanted:
        if form.get("expand") and df.fieldname not in re.findall(r"\w+", str(form.get("expand"))):
            continue
        if not _reads(df.options) or df.options in GUARDED:
            _refuse(df.fieldname)


def _check_linked(doctype: str, value: str) -> None:
    if not frappe.db.exists("DocType", doctype):
        return
    meta = frappe.get_meta(doctype)
    for link, column in _LINKED.findall(value.replace("`", "")):
        df = meta.get_field(link)
        if df and df.fieldtype == "Link" and column not in _readable(df.options):
            _refuse(f"{link}.{column}")


def _readable(doctype: str) -> set[str]:
    """Columns of a DocType that the user may ask for: its title, and all of the levels that a reader reads."""
    meta = frappe.get_meta(doctype)
    columns = {"name", meta.get_title_field()}
    if _reads(doctype):
        levels = meta.get_permlevel_access("read")
        stored = (df for df in meta.fields if df.fieldtype in frappe.model.data_fieldtypes)
        columns |= {df.fieldname for df in stored if df.permlevel in levels}
    return columns


def _reads(doctype: str) -> bool:
    """Whether a role of the user reads the DocType; that one's own account is shared with everybody does not count."""
    return bool(get_role_permissions(frappe.get_meta(doctype)).get("read"))


def _check_crafted(value) -> None:
    value = _parsed(value)
    if not isinstance(value, dict) or not frappe.db.exists("DocType", value.get("document_type")):
        return
    readable = _readable(value["document_type"]) | set(frappe.model.default_fields)
    for key in COUNTED:
        if value.get(key) and value[key] not in readable:
            _refuse(str(value[key]))


def _check_added(value) -> None:
    rows = _parsed(value)
    for row in rows if isinstance(rows, list) else ():
        # the column of the report itself names no DocType; the framework calls an added one "fieldname-DocType"
        if not isinstance(row, dict) or not (doctype := row.get("doctype") or row.get("parent")):
            continue
        if doctype in GUARDED or not frappe.db.exists("DocType", doctype):
            _refuse(str(row.get("fieldname")))
        check_readable(doctype, str(row.get("fieldname") or "").removesuffix(f"-{doctype}"))


def _check_drawn(doctype: str | None, value) -> None:
    names = _parsed(value)
    for name in (names.get(key) for key in DRAWN) if isinstance(names, dict) else ():
        if not name:
            continue
        if not re.fullmatch(r"\w+", str(name)):
            _refuse(str(name))
        if doctype in GUARDED:
            check_readable(doctype, str(name))


def _parsed(value):
    try:
        return frappe.parse_json(value) if isinstance(value, str) else value
    except ValueError:
        return None


def _refuse(column: str) -> None:
    raise frappe.PermissionError(_("You may not ask for “{0}”.").format(column[:80]))
