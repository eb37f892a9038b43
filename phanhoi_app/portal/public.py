"""What everybody may read: answered complaints that were published, by named columns only.

No document is ever handed out. Names, telephones, the tracking code and the text as typed are not selected.
"""

import frappe
from frappe.query_builder import DocType, Order
from frappe.query_builder.functions import Count
from frappe.utils import cint
from pypika.terms import Function

from phanhoi_app.portal import words
from phanhoi_app.rules import text

PAGE_SIZE = 12
PUBLISHED = "Published"
SHOWN_PHASES = ("answered", "closed")
COLUMNS = ("name", "public_title", "public_content", "field", "area", "agency", "received_at", "answered_on", "satisfaction")
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
    return {"rows": [_named(row) for row in rows], "total": total, "page": page, "pages": pages}


def case(number: str) -> dict | None:
    """One published complaint by its number, with its public answer; None when it is not public."""
    complaint = DocType("Complaint")
    rows = (
        frappe.qb.from_(complaint)
        .select(*(complaint[column] for column in (*COLUMNS, "public_answer", "answer_document_number", "answer_date")))
        .where(_published(complaint) & (complaint.name == number))
    ).run(as_dict=True)
    # MariaDB compares without case and marks: a number is a number only letter by letter.
    return _named(rows[0]) if rows and rows[0].name == number else None


def _published(complaint):
    return (complaint.publication == PUBLISHED) & complaint.phase.isin(SHOWN_PHASES)


def _field_and_below(code: str) -> list[str]:
    bounds = frappe.db.get_value("Field", code, ["lft", "rgt"])
    if not bounds:
        return [code]
    names = frappe.get_all("Field", filters={"lft": [">=", bounds[0]], "rgt": ["<=", bounds[1]]}, pluck="name")
    return names or [code]


def _contains(complaint, token: str):
    # The collation ignores tones and case but tells đ from d; the search key has neither.
    escaped = token.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    either = None
    for column in ("public_title", "public_content", "public_answer"):
        plain = Function("REPLACE", Function("LOWER", complaint[column]), "đ", "d")
        found = plain.like(f"%{escaped}%")
        either = found if either is None else either | found
    return either


def _named(row: dict) -> dict:
    """The row with the names of its field, area and agency, and of the rating, in the page's language."""
    field = frappe.db.get_value("Field", row.field, ["field_name", "field_name_en", "icon"], as_dict=True, cache=True)
    level = _levels().get(row.satisfaction)
    row.field_name = words.local_name(field, "field_name", "field_name_en") if field else ""
    row.field_icon = field.icon if field else "other"
    row.area_name = frappe.db.get_value("Area", row.area, "area_name", cache=True) if row.area else ""
    row.agency_name = frappe.db.get_value("Agency", row.agency, "agency_name", cache=True) if row.agency else ""
    row.rating = words.local_name(level, "label", "label_en") if level else ""
    row.rated_well = bool(level and level.counts_as_satisfied)
    return row


def _levels() -> dict:
    scale = frappe.get_cached_doc("Phanhoi Settings").rating_scale
    return {level.level_code: level for level in frappe.get_cached_doc("Rating Scale", scale).levels} if scale else {}


def figures() -> dict:
    """Counts for the home page, kept ten minutes: {received, answered, published}; whole numbers."""

    def count() -> dict:
        complaint = DocType("Complaint")
        rows = frappe.qb.from_(complaint).select(complaint.phase, Count("*")).groupby(complaint.phase).run()
        by_phase = dict(rows)
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
