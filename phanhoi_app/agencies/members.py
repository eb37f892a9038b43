"""The members of an agency, as whoever manages them sees them."""

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count

from phanhoi_app.access import scope
from phanhoi_app.agencies import invitations, leaving, powers
from phanhoi_app.custody import phases
from phanhoi_app.rules import masks


def of(agency: str) -> dict:
    """The members of an agency that the session's user manages. Raises NotThere, NotYours.

    {agency, agency_name, appoints_coordinators, members: [{user, full_name, duty, phone (masked), enabled, signed_in,
    last_login, open, invitation: {state, at, note}, leaving (name of a running Departure), why_not (he may not be
    changed)}]}.
    `open` counts what the user may see: sealed complaints are counted for nobody who does not.
    """
    row = powers.check(agency)
    members = frappe.get_all(
        "Agency Member",
        filters={"parent": row.name, "parenttype": "Agency"},
        fields=["user", "duty", "phone"],
        order_by="idx asc",
    )
    users = [member.user for member in members]
    accounts = {
        each.name: each
        for each in frappe.get_all(
            "User", filters={"name": ("in", users)}, fields=["name", "full_name", "enabled", "last_login"]
        )
    }
    held, opened, invited = powers.roles_of(users), _open_counts(row.name), invitations.states(users)
    signed_in = invitations.signed_in(users)
    departures = leaving.running(row.name)
    return {
        "agency": row.name,
        "agency_name": row.agency_name,
        "appoints_coordinators": powers.is_administrator(),
        "members": [
            {
                "user": member.user,
                "full_name": accounts[member.user].full_name or member.user,
                "duty": member.duty,
                "phone": masks.mask_phone(member.phone or ""),
                "enabled": accounts[member.user].enabled,
                "signed_in": member.user in signed_in,
                "last_login": str(accounts[member.user].last_login or ""),
                "open": opened.get(member.user, 0),
                "invitation": invited.get(member.user),
                "leaving": departures.get(member.user),
                "why_not": powers.why_not(member.user, member.duty, member.duty, held[member.user]),
            }
            for member in members
            if member.user in accounts
        ],
    }


def _open_counts(agency: str) -> dict[str, int]:
    complaint = DocType("Complaint")
    query = (
        frappe.qb.from_(complaint)
        .select(complaint.officer, Count(complaint.name))
        .where((complaint.agency == agency) & complaint.phase.isin(phases.OPEN))
        .groupby(complaint.officer)
    )
    criterion = scope.complaint_criterion(frappe.session.user)
    return dict(query.where(criterion).run() if criterion is not None else query.run())
