"""Who takes part in a complaint, as its form shows it. Asks for what else is named whether the reader may see it."""

import frappe
from frappe import _

from phanhoi_app.access import files, scope
from phanhoi_app.custody import cohandling, merging, parties, splitting
from phanhoi_app.custody.verb import agency_name


def shown(complaint) -> dict:
    """{holder, passed_on_by, opinions, informed, merged, parts, whole,
    combined_answer}; names in words, ready to show."""
    informed = frappe.get_list(
        "Custody",
        filters={"complaint": complaint.name, "part": parties.INFORMED, "until": ("is", "not set")},
        fields=["party", "since"],
        order_by="since asc",
    )
    return {
        "holder": agency_name(complaint.agency),
        "passed_on_by": agency_name(complaint.transfer_from),
        "opinions": [_opinion(row) for row in cohandling.contributions(complaint.name)],
        "informed": [
            {"agency": row.party, "agency_name": agency_name(row.party), "since": row.since}
            for row in informed
        ],
        "merged": [_row(name) for name in merging.followers(complaint.name)],
        "parts": [_row(part.name) for part in splitting.of(complaint.name) if scope.may_see(part.name)]
        if complaint.parts
        else [],
        "whole": _row(complaint.part_of) if complaint.part_of else None,
        "combined_answer": splitting.combined(complaint)
        if complaint.parts and not complaint.answer_text
        else "",
    }


def related_photos(complaint) -> list[str]:
    """The complaints whose photos are shown with this one's: those merged into it, and the whole of a part."""
    return [*merging.followers(complaint.name), *([complaint.part_of] if complaint.part_of else [])]


def _opinion(row) -> dict:
    attached = frappe.get_all(
        "File",
        filters={"attached_to_doctype": "Complaint", "attached_to_field": files.OPINION_FILES + row.name},
        fields=["file_name", "file_url"],
        order_by="creation asc",
    )
    return {
        **row,
        "agency_name": agency_name(row.agency),
        "status_label": _(row.status),
        "asked_by": _person(row.asked_by),
        "given_by": _person(row.given_by),
        "files": attached,
    }


def _person(user: str | None) -> str:
    return (frappe.get_cached_value("User", user, "full_name") or user) if user else ""


def _row(name: str) -> dict:
    row = frappe.db.get_value(
        "Complaint",
        name,
        ["name", "title", "workflow_state", "agency", "due_on", "clock_state"],
        as_dict=True,
    )
    row.agency_name = agency_name(row.agency)
    row.state = _(row.workflow_state)
    row.opens = scope.may_see(name)
    return row
