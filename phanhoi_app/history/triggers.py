"""The database's own lock on the history: triggers that refuse to change or delete an event, whoever asks.

Where the database's user may not make triggers the app works without the lock and says so (`verify`, install): the
chain and its anchor still show what was done.
"""

import frappe
from frappe import _

TABLE = "tabComplaint Event"
SENTENCE = "The history of a complaint cannot be changed or deleted."
TRIGGERS = {"phanhoi_event_not_changed": "UPDATE", "phanhoi_event_not_deleted": "DELETE"}
# No privilege TRIGGER · binary log without log_bin_trust_function_creators · no access to the database's own tables
NOT_ALLOWED = (1142, 1419, 1227, 1044, 1045)


def ensure() -> bool:
    """Make the triggers that are missing; whether they are all there afterwards. Commits (it changes the schema)."""
    for name in missing():
        try:
            frappe.db.sql_ddl(statement(name))
        except Exception as error:
            if not error.args or error.args[0] not in NOT_ALLOWED:
                raise
            return False
    return True


def statement(name: str) -> str:
    """The SQL that makes one of the triggers; an administrator of the database may run it as well."""
    return (
        f"create trigger `{name}` before {TRIGGERS[name]} on `{TABLE}` for each row "
        f"signal sqlstate '45000' set message_text = '{SENTENCE}'"
    )


def missing() -> list[str]:
    """The names of the triggers that are not there, or that this database's user cannot see."""
    found = frappe.db.sql(
        """select trigger_name, event_manipulation, action_statement from information_schema.triggers
        where trigger_schema = database() and event_object_table = %s and action_timing = 'BEFORE'""",
        TABLE,
    )
    there = {name for name, event, body in found if TRIGGERS.get(name) == event and SENTENCE in body}
    return [name for name in TRIGGERS if name not in there]


def drop() -> None:
    """Take the triggers away, for whoever works on the table with SQL. Commits."""
    for name in TRIGGERS:
        frappe.db.sql_ddl(f"drop trigger if exists `{name}`")


def warning() -> str:
    """What to tell people when the lock is missing; empty when it is there."""
    if not missing():
        return ""
    return _(
        "The database's own lock on the history is missing: whoever has SQL access can change events unhindered. "
        "The check would still find it. The operators' guide tells how to add the lock."
    )
