"""Which agency came in the place of which: what a reorganisation left behind (child table Agency Successor).

Who works in the new agency answers for what the old one did, and is kept out of what is about the old one.
"""

import frappe
from frappe.query_builder import DocType
from frappe.utils.caching import request_cache


def successors(agency: str) -> set[str]:
    """The agencies that took over the place of this one or parts of it, and those that followed these."""
    return _reach((agency,), "parent", "agency")


def predecessors(agencies: list[str]) -> set[str]:
    """The agencies whose place, or a part of it, one of these took, and those before them."""
    return _reach(tuple(sorted(agencies)), "agency", "parent")


def taken_over(agencies: list[str]) -> set[str]:
    """The closed agencies whose one and only successor is among these: their past is theirs too."""
    return {name for name in predecessors(agencies) if heir(name) in agencies}


def heir(agency: str | None) -> str | None:
    """The agency that stands today in the place of this one: itself while it stands, else its only successor (or that
    one's); None when it was divided, or closed without a successor."""
    seen = set()
    while agency and agency not in seen:
        seen.add(agency)
        if not is_closed(agency):
            return agency
        next_ones = {row[1] for row in _links() if row[0] == agency}
        agency = next_ones.pop() if len(next_ones) == 1 else None
    return None


def is_closed(agency: str) -> bool:
    """Whether its last day is over."""
    last = frappe.get_cached_value("Agency", agency, "valid_to")
    return bool(last and frappe.utils.getdate(last) < frappe.utils.getdate())


def _reach(names: tuple[str, ...], origin: str, goal: str) -> set[str]:
    pairs = [row if origin == "parent" else row[::-1] for row in _links()]
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        for begin, end in pairs:
            if begin == name and end not in found:
                found.add(end)
                waiting.append(end)
    return found - set(names)


@request_cache
def _links() -> list[tuple[str, str]]:
    """(old, new) of all successions: some hundreds in a province. Kept for the request."""
    table = DocType("Agency Successor")
    rows = frappe.qb.from_(table).select(table.parent, table.agency).where(table.parenttype == "Agency")
    return [tuple(row) for row in rows.run()]
