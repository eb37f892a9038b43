"""Search that forgives missing marks, for link fields and the desk's search box."""

import re

import frappe
from frappe.query_builder import DocType

from phanhoi_app.access import scope
from phanhoi_app.rules import searching

# "4321", "2026-4321", "PA-2026-004321"
NUMBER = re.compile(r"(?:(?:([A-Za-z]+)[\s-]*)?(\d{4})[\s-]+)?(\d{1,9})")
# By words, whoever sees many finds among so many of the newest: reading a million texts takes seconds.
REACH = 50_000
SHORTEST_REFERENCE = 3
SOURCES = ("national", "provincial")  # before the numbers of other portals
SMALL = 15_000  # complaints of a scope that is looked through whole


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def complaints(
    doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
):
    """Complaints in the user's scope as (name, title) rows, newest first: those whose number is `txt`, with or without
    year and zeros; else those whose number or text holds every word of `txt`.

    By words, the newest `REACH` of all complaints are looked through, and all of a scope of less than `SMALL`.
    """
    if not frappe.has_permission("Complaint", "read"):
        raise frappe.PermissionError
    complaint = DocType("Complaint")
    user = frappe.session.user
    query = frappe.qb.from_(complaint).select(complaint.name, complaint.title)
    criterion = scope.complaint_criterion(user, few=SMALL)
    if criterion is not None:
        query = query.where(criterion)
    query = query.orderby(complaint.received_at, order=frappe.qb.desc).limit(int(page_len)).offset(int(start))
    if found := _with_number(complaint, query, txt) or _with_reference(complaint, query, txt):
        return found
    for forms in searching.query_terms(txt):
        found = complaint.name.like(f"%{forms[0]}%")
        for form in forms:
            found |= complaint.search_text.like(f"%{form}%")
        query = query.where(found)
    if not scope.sees_few(user, SMALL) and (oldest := _oldest_within_reach()):
        query = query.where(complaint.received_at >= oldest)
    return query.run()


def _with_number(complaint, query, txt: str):
    match = NUMBER.fullmatch(txt.strip())
    if not match:
        return ()
    prefix, year, number = match.groups()
    ends = frappe.db.sql("select max(name), min(received_at), max(received_at) from `tabComplaint`")[0]
    if not all(ends):
        return ()
    # All numbers have one form (intake/numbers.py): the letters, the year, six digits or more.
    letters, years = ends[0].partition("-")[0], range(ends[1].year, ends[2].year + 1)
    names = [f"{prefix or letters}-{each}-{int(number):06d}" for each in ([year] if year else years)]
    return query.where(complaint.name.isin(names)).run()


def _with_reference(complaint, query, txt: str):
    """Those that bear the number of another system, or whose letter does, letter for letter."""
    number = txt.strip()
    if len(number) < SHORTEST_REFERENCE or not any(letter.isdigit() for letter in number):
        return ()
    letter = DocType("Incoming Letter")
    channels = frappe.get_meta("Complaint").get_field("channel").options.split("\n")
    registered = frappe.qb.from_(letter).select(letter.complaint).where(letter.letter_number == number)
    # With the channels named, the unique key is read and no row besides.
    known = (
        frappe.qb.from_(complaint)
        .select(complaint.name)
        .where(
            complaint.channel.isin(channels)
            & (complaint.external_reference.isin([number, *(f"{each}:{number}" for each in SOURCES)]))
        )
    )
    names = [row[0] for row in (*registered.run(), *known.run())]
    return query.where(complaint.name.isin(names)).run() if names else ()


def _oldest_within_reach():
    complaint = DocType("Complaint")
    query = frappe.qb.from_(complaint).select(complaint.received_at)
    rows = query.orderby(complaint.received_at, order=frappe.qb.desc).limit(1).offset(REACH).run()
    return rows[0][0] if rows else None
