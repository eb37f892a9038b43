"""Gives each complaint the number of its events and the last one's hash, and the events an owner that is never renamed.

Runs before the database's lock on the events is made (`install.set_up`). May run again.
"""

import frappe

BATCH = 10_000


def execute() -> None:
    last = ""
    while names := _names_after(last):
        # Read and write the part between two numbers; what has an anchor keeps it.
        bounds = {"after": last, "last": names[-1]}
        frappe.db.sql(
            """update `tabComplaint` c
            join (select complaint, max(sequence) as sequence from `tabComplaint Event`
                where complaint > %(after)s and complaint <= %(last)s group by complaint) m on m.complaint = c.name
            join `tabComplaint Event` e on e.complaint = m.complaint and e.sequence = m.sequence
            set c.event_count = e.sequence, c.last_hash = e.hash
            where ifnull(c.event_count, 0) = 0""",
            bounds,
        )
        frappe.db.sql(
            """update `tabComplaint Event` set owner = 'Administrator', modified_by = 'Administrator'
            where complaint > %(after)s and complaint <= %(last)s and owner != 'Administrator'""",
            bounds,
        )
        frappe.db.commit()
        last = names[-1]


def _names_after(name: str) -> list[str]:
    return frappe.db.sql_list(
        "select name from `tabComplaint` where name > %s order by name limit %s", (name, BATCH)
    )
