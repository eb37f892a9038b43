"""Reads the history of a complaint."""

import json

import frappe

from phanhoi_app.history import verify as check
from phanhoi_app.history.record import SIGNED


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


def verify(complaint: str) -> list[check.Found]:
    """The breaks in a complaint's history; an empty list when it is whole. Raises frappe.DoesNotExistError."""
    return check.one(complaint).breaks
