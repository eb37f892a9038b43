"""Complaint numbers such as PA-2026-000123, from a MariaDB sequence a year.

A sequence takes no lock that lasts until commit, so two people filing at once do not wait for one another;
the price is that a number whose transaction failed is never used.
"""

import frappe

PREFIX = "PA"
_MISSING_SEQUENCE = (1146, 4091)  # "table doesn't exist", "unknown sequence"


def next_number(year: int) -> str:
    """The next number of the year; the year's sequence is made when it is missing."""
    name = sequence_name(year)
    try:
        value = _next_value(name)
    except Exception as error:
        if not _is_missing(error):
            raise
        ensure_sequence(year)
        value = _next_value(name)
    return f"{PREFIX}-{year}-{value:06d}"


def next_numbers(year: int, count: int) -> list[str]:
    """As many numbers of the year, ascending, by one statement. The year's sequence must exist."""
    rows = ", ".join(["(0)"] * count)
    query = f"select nextval(`{sequence_name(year)}`) from (values {rows}) as wanted"  # noqa: S608 - our own names
    values = frappe.db.sql(query)
    return [f"{PREFIX}-{year}-{value:06d}" for value in sorted(row[0] for row in values)]


def sequence_name(year: int) -> str:
    """Name of the year's sequence in the site's database."""
    return f"phanhoi_complaint_{int(year):04d}"


def ensure_sequence(year: int) -> None:
    """Make the year's sequence, starting past the numbers in use; on a connection of its own.

    Making it commits, as every change of a schema does: the caller's transaction must not be the one.
    """
    current = frappe.local.db
    frappe.connect(set_admin_as_user=False)
    try:
        pattern = f"{PREFIX}-{year}-%"
        # As numbers: compared as text, the millionth of a year would come before the second.
        last = frappe.db.sql(
            """select max(cast(substring_index(name, '-', -1) as unsigned))
            from `tabComplaint` where name like %s""",
            pattern,
        )[0][0]
        used = int(last or 0)
        frappe.db.sql_ddl(
            f"create sequence if not exists `{sequence_name(year)}` start with {used + 1} cache 100"
        )
        # After a restore the sequence may stand behind the numbers; setval never goes back.
        frappe.db.sql(f"select setval(`{sequence_name(year)}`, {used}, 1)")
        frappe.db.commit()
    finally:
        frappe.db.close()
        frappe.local.db = current


def ensure_sequences() -> None:
    """Make this year's and the next year's sequence (at install, at migration and each day)."""
    year = frappe.utils.now_datetime().year
    for each in (year, year + 1):
        ensure_sequence(each)


def _next_value(name: str) -> int:
    return frappe.db.sql(f"select nextval(`{name}`)")[0][0]


def _is_missing(error: Exception) -> bool:
    return bool(error.args) and error.args[0] in _MISSING_SEQUENCE
