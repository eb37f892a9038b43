"""Writes rows that are complete, many by one statement, past documents and their hooks.

The framework's `bulk_insert` builds an object for each value: for an import that takes longer than all the rest.
"""

from collections.abc import Sequence
from typing import Any

import frappe


def insert(
    doctype: str,
    rows: Sequence[dict[str, Any]],
    ignore_duplicates: bool = False,
    replacing: Sequence[str] = (),
) -> None:
    """Insert rows that all have the columns of the first; rows whose unique key is there already are an error.

    With `ignore_duplicates` such rows are left out, with `replacing` these columns of theirs are written anew.
    Raises what the driver raises (IntegrityError …).
    """
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(f"`{column}`" for column in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    verb = "insert ignore into" if ignore_duplicates else "insert into"
    again = ", ".join(f"`{column}` = values(`{column}`)" for column in replacing)
    ending = f" on duplicate key update {again}" if again else ""
    frappe.db.sql(
        f"{verb} `tab{doctype}` ({names}) values {', '.join([places] * len(rows))}{ending}",
        tuple(row[column] for row in rows for column in columns),
    )
