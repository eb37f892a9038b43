"""A reorganisation: twelve commune agencies with open complaints become four; complaints a second, all included."""

import time
from datetime import timedelta

import frappe

from benchmarks import province
from phanhoi_app.agencies.reorganisation import job
from phanhoi_app.intake import bulk, check, numbers
from phanhoi_app.phanhoi_app.doctype.reorganisation import reorganisation

OLD = [f"B-OLD{number:02d}" for number in range(1, 13)]
NEW = [f"B-NEW{number}" for number in range(1, 5)]
PHASES = ("screening", "assigned", "processing", "approval")


def measure(count: int) -> list[dict]:
    """[{name, complaints, seconds, per_second}] of one merger."""
    for code in OLD:
        if not frappe.db.exists("Agency", code):
            unit = {"agency_code": code, "agency_name": f"UBND xã {code}", "agency_type": "Commune"}
            frappe.get_doc({"doctype": "Agency", **unit}).insert()
    _complaints(count)
    doc = frappe.get_doc(
        {
            "doctype": "Reorganisation",
            "kind": "Merge",
            "document_number": "Nghị quyết 1/NQ",
            "document_date": frappe.utils.today(),
            "effective_on": frappe.utils.today(),
            "sources": [{"agency": code, "target": NEW[place // 3]} for place, code in enumerate(OLD)],
            "targets": [{"code": code, "title": f"UBND xã {code}", "agency_type": "Commune"} for code in NEW],
        }
    ).insert()
    reorganisation.make_preview(doc.name)
    doc.reload()
    # As `confirm` leaves it, without putting the job into a worker's queue: this process runs it.
    doc.db_set({"status": job.CONFIRMED, "confirmed_by": "Administrator"})
    frappe.db.commit()
    begun = time.monotonic()
    job.execute(doc.name)
    seconds = time.monotonic() - begun
    doc.reload()
    row = {
        "name": f"{len(OLD)} agencies → {len(NEW)}",
        "complaints": doc.moved_complaints,
        "seconds": round(seconds, 1),
        "per_second": round(doc.moved_complaints / seconds, 1),
    }
    _clear(doc.name)
    return [row]


def _complaints(count: int) -> None:
    now = frappe.utils.now_datetime().replace(microsecond=0)
    cases = []
    for number in range(count):
        received = now - timedelta(hours=number % 300 + 1)
        values = {key: province.COMPLAINT[key] for key in ("title", "content", "field", "area", "address")}
        numbers.ensure_sequence(received.year)
        cases.append(
            bulk.Case(
                channel="Phone",
                reference=f"benchmark-reorganising-{number}",
                received_at=received,
                values=check.historical(values, received),
                phase=PHASES[number // len(OLD) % len(PHASES)],
                agency=OLD[number % len(OLD)],
                due_on=received + timedelta(days=15),
            )
        )
    for start in range(0, count, 500):
        bulk.insert(cases[start : start + 500])
        frappe.db.commit()


def _clear(name: str) -> None:
    """Take the units away, so that the next run founds them anew; `province.clear` takes the complaints."""
    frappe.db.set_value("Reorganisation", name, "status", job.DRAFT)
    frappe.delete_doc("Reorganisation", name, force=True)
    for code in OLD:
        frappe.db.delete("Agency Successor", {"parent": code})
    for code in OLD + NEW:
        frappe.delete_doc("Agency", code, force=True)
    frappe.db.commit()
