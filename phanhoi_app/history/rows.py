"""Writes rows that are complete, many by one statement, past documents and their hooks.

The framework's `bulk_insert` builds an object for each value: for an import that takes longer than all the rest.
"""

from collections.abc import Sequence
from typing import Any

import frappe


def insert(doctype: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the columns of the first. Raises what the driver raises (IntegrityError …)."""
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(f"`{column}`" for column in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    frappe.db.sql(
        f"insert into `tab{doctype}` ({names}) values {', '.join([places] * len(rows))}",  # noqa: S608 - our own names
        tuple(row[column] for row in rows for column in columns),
    )
