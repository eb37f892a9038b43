"""Writes rows that are complete, many by one statement, past documents and their hooks.

The framework's `bulk_insert` builds an object for each value: for an import that takes longer than all the rest.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
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


def read(
    doctype: str, columns: Iterable[str], moments: Iterable[str], ending: str, values: Sequence | dict
) -> list[dict[str, Any]]:
    """Rows with these columns and `moments` (columns too, of times); `ending` is what follows the table's name.

    A time takes the framework's driver twenty times as long to read as it takes here, which counts for millions.
    """
    moments = tuple(moments)
    listed = [f"`{column}`" for column in columns]
    listed += [f"cast(`{column}` as char) as `{column}`" for column in moments]
    found = frappe.db.sql(f"select {', '.join(listed)} from `tab{doctype}` {ending}", values, as_dict=True)  # noqa: S608
    for row in found:
        for column in moments:
            if row[column]:
                row[column] = datetime.fromisoformat(row[column])
    return found
