"""What an edited calendar would do to open deadlines, said before it is saved."""

from math import ceil

import frappe
from frappe.utils import now_datetime

from phanhoi_app.sla import calendars, changes, recompute

EXACT = 20_000  # complaints counted one by one; of more, every n-th stands for n
EXAMPLES = 5


def of(document) -> dict:
    """What saving the document (a Working Calendar as it is edited, checked already) would do. Writes nothing.

    {"counts": whether deadlines count otherwise, "estimated": whether the numbers are from a sample, "looked_at",
    "later", "earlier", "become_late", "no_longer_late": numbers of complaints, "most_later", "most_earlier": seconds,
    "skipped", "legal_document", "examples": [{name, title, old, new}] of those that the user may see}.
    """
    before = frappe.get_doc("Working Calendar", document.name)
    old, new = calendars.snapshot(before), calendars.snapshot(document)
    change = recompute.Change("", document.name, now_datetime(), old, new) if old != new else None
    return of_change(change) | {"reason": changes.reason(document, before)}


def of_agency(agency: str, calendar: str | None, parent: str | None) -> dict:
    """What giving an agency this calendar, under this parent, would do: as `of`, without a reason."""
    document = frappe.get_doc("Agency", agency)
    old = calendars.holding(agency).calendar
    document.working_calendar, document.parent_agency = calendar, parent
    return of_change(changes.given(agency, old, changes.calendar_of(document)))


def of_settings(calendar: str | None) -> dict:
    """What giving the settings this calendar would do: as `of`, without a reason."""
    return of_change(changes.given(recompute.SETTINGS, calendars.holding(None).calendar, calendar))


def of_change(change: recompute.Change | None) -> dict:
    """What a change that is not saved would do, see `of`; None counts nothing otherwise."""
    result = {"counts": change is not None, "estimated": False, "looked_at": 0, "skipped": 0, "examples": []}
    numbers = dict.fromkeys(
        ("later", "earlier", "become_late", "no_longer_late", "most_later", "most_earlier"), 0
    )
    result |= numbers
    if not change or not (concerned := recompute.affected(change)):
        return result
    total = recompute.count(concerned)
    one_in = ceil(total / EXACT) or 1
    rows = recompute.sample(concerned, one_in)
    found = recompute.Recount(change).moves(rows)
    result |= {"looked_at": total, "estimated": one_in > 1, "skipped": len(found.failed) * one_in}
    result |= {key: value * one_in for key, value in _numbers(found.moved).items()}
    steps = [(move.new - move.old).total_seconds() for move in found.moved]
    result["most_later"], result["most_earlier"] = max([0, *steps]), -min([0, *steps])
    result["examples"] = _examples(found.moved)
    return result


def _numbers(moved: list) -> dict:
    now = now_datetime()
    return {
        "later": sum(move.new > move.old for move in moved),
        "earlier": sum(move.new < move.old for move in moved),
        "become_late": sum(move.new < now <= move.old for move in moved),
        "no_longer_late": sum(move.old < now <= move.new for move in moved),
    }


def _examples(moved: list) -> list[dict]:
    """Those that move furthest, of the ones that the user may see."""
    furthest = sorted(moved, key=lambda move: abs(move.new - move.old), reverse=True)[:200]
    by_name = {move.complaint: move for move in furthest}
    if not by_name or not frappe.has_permission("Complaint", "read"):
        return []
    seen = frappe.get_list(
        "Complaint",
        filters={"name": ["in", list(by_name)]},
        fields=["name", "title"],
        limit_page_length=EXAMPLES,
    )
    return [
        {**row, "old": str(by_name[row.name].old), "new": str(by_name[row.name].new)}
        for row in sorted(seen, key=lambda row: by_name[row.name].old)
    ]
