"""Checking the whole history: events a second, in one process, of all that the parts before have left on the site."""

import frappe

from benchmarks import province
from phanhoi_app.history import verify
from phanhoi_app.intake.receive import receive

AT_LEAST = 2000  # complaints


def measure() -> list[dict]:
    """[{name, complaints, events, per_second, broken}]."""
    frappe.set_user("Guest")
    for number in range(AT_LEAST - frappe.db.count("Complaint")):
        receive({**province.COMPLAINT, "address": f"{number} Lê Lai"}, channel="Web")
    frappe.set_user("Administrator")
    frappe.db.commit()
    report = verify.everything()
    return [
        {
            "name": "Whole history",
            "complaints": report.complaints,
            "events": report.events,
            "per_second": round(report.rate),
            "broken": report.broken,
        }
    ]
