"""What everybody may read: answered complaints that were published, by named columns only.

No document is ever handed out. Names, telephones, the tracking code and the text as typed are not selected.
"""

import frappe
from frappe.query_builder import DocType, Order
from frappe.query_builder.functions import Count
from frappe.utils import cint
from pypika.terms import Function

from phanhoi_app.history import naming
from phanhoi_app.portal import words
from phanhoi_app.rules import text

PAGE_SIZE = 12
PUBLISHED = "Published"
SHOWN_PHASES = ("answered", "closed")
COLUMNS = (
    "name",
    "public_title",
    "public_content",
    "field",
    "area",
    "agency",
    "received_at",
    "answered_on",
    "satisfaction",
)
TEXTS = ("public_title", "public_content", "public_answer")
SEARCH_WORDS = 6


def listing(field: str = "", area: str = "", query: str = "", page: int = 1) -> dict:
    """One page of published complaints, newest answer first.

    Returns {rows, total, page, pages}. `query` is matched without marks on the public title, content and answer,
    every word of it (at most `SEARCH_WORDS`).
    """
    complaint = DocType("Complaint")
    criterion = _published(complaint)
    if field:
        criterion &= complaint.field.isin(_field_and_below(field))
    if area:
        criterion &= complaint.area == area
    for token in text.search_key(query or "").split()[:SEARCH_WORDS]:
        criterion &= _contains(complaint, token)
    total = frappe.qb.from_(complaint).select(Count("*")).where(criterion).run()[0][0]
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, cint(page)), pages)
    rows = (
        frappe.qb.from_(complaint)
        .select(*(complaint[column] for column in COLUMNS))
        .where(criterion)
        .orderby(complaint.answered_on, order=Order.desc)
        .orderby(complaint.name, order=Order.desc)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).run(as_dict=True)
    return {"rows": _named(rows), "total": total, "page": page, "pages": pages}


def case(number: str) -> dict | None:
    """One published complaint by its number, with its public answer; None when it is not public."""
    complaint = DocType("Complaint")
    rows = (
        frappe.qb.from_(complaint)
        .select(
            *(
                complaint[column]
                for column in (*COLUMNS, "public_answer", "answer_document_number", "answer_date")
            )
        )
        .where(_published(complaint) & (complaint.name == number))
    ).run(as_dict=True)
    # MariaDB compares without case and marks: a number is a number only letter by letter.
    return _named(rows)[0] if rows and rows[0].name == number else None


def _published(complaint):
    return (complaint.publication == PUBLISHED) & complaint.phase.isin(SHOWN_PHASES)


def _field_and_below(code: str) -> list[str]:
    bounds = frappe.db.get_value("Field", code, ["lft", "rgt"])
    if not bounds:
        return [code]
    names = frappe.get_all(
        "Field", filters={"lft": [">=", bounds[0]], "rgt": ["<=", bounds[1]]}, pluck="name"
    )
    return names or [code]


def _contains(complaint, token: str):
    # The collation ignores tones and case but tells đ from d; the search key has neither.
    escaped = token.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    either = None
    for column in TEXTS:
        plain = Function("REPLACE", Function("LOWER", complaint[column]), "đ", "d")
        found = plain.like(f"%{escaped}%")
        either = found if either is None else either | found
    return either


def _named(rows: list) -> list:
    """The rows with the names of field, area, agency and rating, in the page's language."""
    fields = _names("Field", rows, "field", ["field_name", "field_name_en", "icon"])
    areas = _names("Area", rows, "area", ["area_name"])
    agencies = _names("Agency", rows, "agency", ["agency_name"])
    agencies_then = naming.earlier_names("Agency", list(agencies))
    areas_then = naming.earlier_names("Area", list(areas))
    levels = _levels()
    for row in rows:
        for column in TEXTS:
            if column in row:
                row[column] = words.as_typed(row[column])
        field, level = fields.get(row.field, {}), levels.get(row.satisfaction)
        row.field_name = words.local_name(field, "field_name", "field_name_en")
        row.field_icon = field.get("icon") or "other"
        row.area_name = naming.of_its_time(
            areas.get(row.area, {}).get("area_name"), areas_then.get(row.area), row.answered_on
        )
        row.agency_name = naming.of_its_time(
            agencies.get(row.agency, {}).get("agency_name"), agencies_then.get(row.agency), row.answered_on
        )
        row.rating = words.local_name(level, "label", "label_en") if level else ""
        row.rated_well = bool(level and level.counts_as_satisfied)
    return rows


def _names(doctype: str, rows: list, column: str, fields: list[str]) -> dict:
    wanted = {row[column] for row in rows if row[column]}
    if not wanted:
        return {}
    found = frappe.get_all(doctype, filters={"name": ["in", list(wanted)]}, fields=["name", *fields])
    return {row.name: row for row in found}


def _levels() -> dict:
    scale = frappe.get_cached_doc("Phanhoi Settings").rating_scale
    return (
        {level.level_code: level for level in frappe.get_cached_doc("Rating Scale", scale).levels}
        if scale
        else {}
    )


def figures() -> dict:
    """Counts for the home page, kept ten minutes: {received, answered, published}; whole numbers."""

    def count() -> dict:
        complaint = DocType("Complaint")
        rows = frappe.qb.from_(complaint).select(complaint.phase, Count("*")).groupby(complaint.phase).run()
        by_phase = dict(rows)
        # A letter that was split counts once.
        parts = (
            frappe.qb.from_(complaint)
            .select(complaint.phase, Count("*"))
            .where(complaint.part_of.isnotnull())
        )
        for phase, number in parts.groupby(complaint.phase).run():
            by_phase[phase] -= number
        published = frappe.qb.from_(complaint).select(Count("*")).where(_published(complaint)).run()[0][0]
        return {
            "received": sum(by_phase.values()),
            "answered": sum(by_phase.get(phase, 0) for phase in SHOWN_PHASES),
            "published": published,
        }

    key = "phanhoi_portal_figures"
    kept = frappe.cache.get_value(key)
    if kept is None:
        kept = count()
        frappe.cache.set_value(key, kept, expires_in_sec=600)
    return kept
