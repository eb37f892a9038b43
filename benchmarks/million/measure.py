"""What the desk's list, its count and the search of a link field cost each kind of user: p50 and p95."""

import json
import time
from collections.abc import Callable

import frappe
from frappe.desk import reportview, search

from benchmarks.million import units
from phanhoi_app.access import doors

# What the desk asks of each list besides the columns it shows (frappe.model.std_fields_list), and what ours adds.
STANDARD = ("name", "owner", "creation", "modified", "modified_by", "_user_tags", "_comments", "_assign")
STANDARD += ("_liked_by", "docstatus", "idx")
ADDED = ("phase", "due_on", "clock_state", "paused_on", "severity", "publication")
OPEN_WORK = [["Complaint", "phase", "in", ["assigned", "processing"]]]
# Without marks: a frequent word, two words that few have, the end of a number.
SEARCHES = ("o ga", "karaoke tran phu", "004321")
FEWEST, SECONDS = 5, 3.0

VIEWERS = (
    ("officer of a commune", units.officer(units.commune(50))),
    ("officer of the largest commune", units.officer(units.commune(0))),
    ("leader above 58 agencies", units.LEADER),
    ("leader above 126 agencies", units.TOP_LEADER),
    ("coordinator", units.COORDINATOR),
    ("supervisor", units.SUPERVISOR),
    ("inspectorate's officer (sealed)", units.officer(units.INSPECTORATE)),
)


def measure(tell=print) -> list[dict]:
    """[{name, rows, times, least_ms, p50_ms, p95_ms}], by viewer and question; the least: the machine left alone."""
    found = []
    for who, user in VIEWERS:
        for ask, question in questions().items():
            found.append({"name": f"{who}: {ask}", **_times(user, question)})
            tell(f"{found[-1]['name']:<62}{found[-1]['rows']:>9}{found[-1]['p95_ms']:>9} ms")
    frappe.set_user("Administrator")
    return found


def questions() -> dict[str, Callable[[], int]]:
    """What is asked, by name: functions that return how many rows (or what number) came."""
    return {
        "list": lambda: _list(),
        "list, page 50": lambda: _list(start=980),
        "list of open work": lambda: _list(filters=OPEN_WORK),
        "count as the list shows it": lambda: _count(limit=1001),
        "count of all": lambda: _count(),
        "count of open work": lambda: _count(filters=OPEN_WORK, limit=1001),
        **{f"search “{text}”": lambda text=text: _search(text) for text in SEARCHES},
    }


def columns() -> list[str]:
    """The columns that the desk asks for in the list of complaints."""
    meta = frappe.get_meta("Complaint")
    shown = [field.fieldname for field in meta.fields if field.in_list_view]
    names = dict.fromkeys([*STANDARD, *shown, meta.title_field, *ADDED, meta.sort_field])
    return [f"`tabComplaint`.`{name}`" for name in names]


def _times(user: str, question: Callable[[], int]) -> dict:
    frappe.set_user(user)
    times: list[float] = []
    rows = 0
    begun = time.monotonic()
    while (spent := time.monotonic() - begun) < SECONDS or (len(times) < FEWEST and spent < 5 * SECONDS):
        if hasattr(frappe.local, "request_cache"):
            frappe.local.request_cache.clear()  # as each request begins
        frappe.local.response = frappe._dict(docs=[])
        one = time.perf_counter()
        rows = question()
        times.append((time.perf_counter() - one) * 1000)
    frappe.db.rollback()
    times = sorted(times)
    return {
        "rows": rows,
        "times": len(times),
        "least_ms": round(times[0], 1),
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[min(int(len(times) * 0.95), len(times) - 1)], 1),
    }


def _list(filters=(), start: int = 0) -> int:
    frappe.local.form_dict = frappe._dict(
        doctype="Complaint",
        fields=json.dumps(columns()),
        filters=json.dumps(list(filters)),
        order_by="`tabComplaint`.`received_at` desc",
        start=start,
        page_length=20,
        view="List",
        with_comment_count=1,
    )
    found = reportview.get()
    return len(found["values"]) if found else 0


def _count(filters=(), limit: int = 0) -> int:
    frappe.local.form_dict = frappe._dict(
        doctype="Complaint", filters=json.dumps(list(filters)), fields="[]", distinct="false", limit=limit
    )
    return doors.get_list_count()


def _search(text: str) -> int:
    search.search_link("Complaint", text)
    return len(frappe.response.get("results") or frappe.response.get("message") or ())
