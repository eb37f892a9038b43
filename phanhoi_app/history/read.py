"""Reads the history of a complaint, and checks that it is whole."""

import json

import frappe

from phanhoi_app.history.record import SIGNED, signed_part
from phanhoi_app.rules import chain


def events(complaint: str) -> list[dict]:
    """All events of a complaint, oldest first; `changes` is a dict. Asks no permission: the caller has."""
    rows = frappe.get_all(
        "Complaint Event",
        filters={"complaint": complaint},
        fields=["name", *SIGNED, "previous_hash", "hash"],
        order_by="sequence asc",
    )
    for row in rows:
        row.changes_text = row.changes
        row.changes = json.loads(row.changes or "{}")
    return rows


def last_event(complaint: str) -> dict | None:
    """The newest event (kind, actor, at), or None."""
    rows = frappe.get_all(
        "Complaint Event",
        filters={"complaint": complaint},
        fields=["kind", "actor", "at", "reason", "sequence"],
        order_by="sequence desc",
        limit=1,
    )
    return rows[0] if rows else None


def verify(complaint: str) -> list[chain.Break]:
    """The breaks in a complaint's chain of events; an empty list when it is whole."""
    rows = frappe.db.sql(
        "select * from `tabComplaint Event` where complaint = %s order by sequence", complaint, as_dict=True
    )
    return chain.verify(
        [
            {
                "event": signed_part(row),
                "sequence": row.sequence,
                "previous_hash": row.previous_hash,
                "hash": row.hash,
            }
            for row in rows
        ]
    )
