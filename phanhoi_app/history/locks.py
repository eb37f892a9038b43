"""What the database says when somebody else's transaction stands in the way."""

import frappe

RECORD_CHANGED = 1020  # MariaDB: "Record has changed since last read"


def lost_to_another(error: Exception) -> bool:
    """Whether a statement failed only because of another's transaction: the same may be tried again.

    MariaDB 11.6 and later isolate snapshots unless told not to: a row that was changed after this transaction
    first read cannot be locked. version-16 of the framework counts that among the deadlocks, version-15 does not.
    """
    if isinstance(error, frappe.QueryTimeoutError | frappe.QueryDeadlockError):
        return True
    return bool(error.args) and error.args[0] == RECORD_CHANGED
