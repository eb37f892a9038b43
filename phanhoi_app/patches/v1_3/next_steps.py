"""Give the clocks that run the time at which their next reminder or escalation comes due.

The shipped steps come first, in force from the day of the upgrade: nobody is reminded of what was due before. Commits
what is done; a second run finds nothing to do but the same again.
"""

import frappe

from phanhoi_app import install
from phanhoi_app.sla import next_steps

BATCH = 1_000


def execute() -> None:
    install.make_lists()
    last = ""
    while names := frappe.db.sql_list(
        """select distinct k.complaint from `tabComplaint Clock` k
        where k.complaint > %s and k.state in ('Running', 'Paused') order by k.complaint limit %s""",
        (last, BATCH),
    ):
        next_steps.settle(names)
        frappe.db.commit()
        last = names[-1]
