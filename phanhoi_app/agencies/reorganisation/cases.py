"""The complaints for which a person decides where they go, because no rule of the division tells."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count

from phanhoi_app.access import scope
from phanhoi_app.agencies.reorganisation.errors import refuse
from phanhoi_app.agencies.reorganisation.plan import Plan

PAGE = 20


def page(plan: Plan, start: int = 0) -> dict:
    """{rows: [{complaint, title, field, area, target}], undecided, total}, those without a target first.

    Only what the session's user may see.
    """
    case, complaint = DocType("Reorganisation Case"), DocType("Complaint")
    query = (
        frappe.qb.from_(case)
        .join(complaint)
        .on(complaint.name == case.complaint)
        .where((case.reorganisation == plan.name) & (case.retime == 0) & (complaint.sealed == 0))
    )
    if (criterion := scope.complaint_criterion(frappe.session.user)) is not None:
        query = query.where(criterion)
    rows = (
        query.select(
            case.complaint, complaint.title, complaint.field, complaint.area, case.target, case.source
        )
        .orderby(case.target)
        .orderby(case.complaint)
        .limit(PAGE)
        .offset(max(0, start))
    ).run(as_dict=True)
    for row in rows:
        row.field = frappe.get_cached_value("Field", row.field, "field_name") or ""
        row.area = frappe.get_cached_value("Area", row.area, "area_name") if row.area else ""
    total, decided = query.select(Count("*"), Count(case.target)).run()[0]
    return {"rows": rows, "total": total, "undecided": total - decided}


def decide(plan: Plan, target: str, complaints: list[str], rest: bool = False) -> int:
    """Send the complaints (or all the rest) to the target; returns how many have none yet.

    Raises ReorganisationRefused when the target is not one of the plan's.
    """
    if target not in plan.targets:
        refuse(_("{0} is not among the units that take their place.").format(target))
    case = DocType("Reorganisation Case")
    query = (
        frappe.qb.update(case)
        .set(case.target, target)
        .where((case.reorganisation == plan.name) & (case.retime == 0))
    )
    if rest:
        query.where(case.target.isnull()).run()
    elif complaints:
        query.where(case.complaint.isin(list(complaints))).run()
    return frappe.db.count(
        "Reorganisation Case", {"reorganisation": plan.name, "retime": 0, "target": ("is", "not set")}
    )
