"""Give the complaints that are there their clocks, counted from their events.

Takes those without a clock, by number; what is done is committed, so that it goes on where it was interrupted.
"""

import frappe

from phanhoi_app.history import record
from phanhoi_app.sla import clocks

BATCH = 500


def execute() -> None:
    last = ""
    while names := frappe.db.sql_list(
        """select c.name from `tabComplaint` c where c.name > %s
        and not exists (select 1 from `tabComplaint Clock` k where k.complaint = c.name) order by c.name limit %s""",
        (last, BATCH),
    ):
        clocks.recount(names, record.Event("recounted"))
        frappe.db.commit()
        last = names[-1]
