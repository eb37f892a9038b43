"""What a reorganisation would do: counted and listed, nothing changed but the Reorganisation document itself."""

import json

import frappe
from frappe import _

from phanhoi_app.agencies.reorganisation import checks, complaints, pointers, units
from phanhoi_app.agencies.reorganisation.plan import Plan, of
from phanhoi_app.custody import phases
from phanhoi_app.rules import apportion
from phanhoi_app.sla import calendars

MEMBER, ROUTING, BELOW = "Member", "Routing", "Unit below"


def make(doc) -> dict:
    """Fill in the document's list of what goes along and its list to decide; returns what is shown:

    {flows: [{source, target, count}], units: {code: {title, is_new, ends}}, errors, warnings: [sentence],
    undecided, complaints, clocks: counts of open complaints, tree: {above, below} of a move}. The caller saves.
    """
    plan = of(doc)
    found = {"errors": checks.errors(plan), "warnings": checks.warnings(plan), "flows": [], "undecided": 0}
    found["units"] = {
        code: {
            "title": plan.title(code),
            "is_new": code in plan.targets and plan.targets[code].is_new,
            "ends": code in plan.closing,
        }
        for code in (*plan.sources, *plan.targets)
    }
    doc.set("followers", followers(plan, doc.followers) if plan.divides else [])
    found["warnings"] += _without_account(doc.followers)
    if plan.divides:
        found["flows"] = _flows(plan)
        found["undecided"] = list_undecided(plan)
        found["clocks"] = sum(f["count"] for f in found["flows"] if _clock_changes(plan, f))
    elif plan.kind == "Move" and plan.new_parent:
        found["tree"] = [
            {
                "title": plan.title(code),
                "before": plan.title(frappe.db.get_value(plan.subject, code, plan.tree.parent)),
                "after": plan.title(plan.new_parent),
            }
            for code in plan.sources
        ]
        found["clocks"] = _clocks_of_a_move(plan) if plan.subject == "Agency" else 0
    else:
        found["tree"] = [{"before": plan.title(code), "after": plan.new_name} for code in plan.sources]
    found["complaints"] = sum(flow["count"] for flow in found["flows"])
    doc.preview = json.dumps(found, ensure_ascii=False)
    return found


def followers(plan: Plan, decided=()) -> list[dict]:
    """Members, routing and units below, each with its target where that is clear or was decided before."""
    chosen = {_key(row): row.target for row in decided if row.target}
    rows = [*_members(plan), *_routing(plan), *_below(plan)]
    for row in rows:
        source = row["source"]
        if fixed := plan.sources[source]:
            row["target"] = fixed
            continue
        before = chosen.get(_key(frappe._dict(row)))
        if before in plan.targets:
            row["target"] = before
        elif not row.get("target") and source in plan.targets:
            row["target"] = source  # what is not told apart stays
    return rows


def list_undecided(plan: Plan) -> int:
    """Bring the list to decide up to date: what is new comes in, what is clear now goes; returns how many have no
    target yet. Decisions stay."""
    unclear = {row.name: row.source for row in complaints.undecided(plan)}
    there = frappe.get_all(
        "Reorganisation Case",
        filters={"reorganisation": plan.name, "retime": 0},
        fields=["name", "complaint", "target"],
    )
    gone = [
        r.name for r in there if r.complaint not in unclear or (r.target and r.target not in plan.targets)
    ]
    for start in range(0, len(gone), 500):
        frappe.db.sql("delete from `tabReorganisation Case` where name in %s", (gone[start : start + 500],))
    kept = {row.complaint: row.target for row in there if row.name not in set(gone)}
    units.note_cases(plan, [(name, unclear[name], None, "") for name in unclear if name not in kept])
    return sum(1 for name in unclear if not kept.get(name))


def _members(plan: Plan) -> list[dict]:
    if plan.subject != "Agency" or not plan.giving:
        return []
    found = frappe.get_all(
        "Agency Member",
        filters={"parent": ("in", list(plan.giving)), "parenttype": "Agency"},
        fields=["parent", "user", "duty"],
        order_by="parent asc, idx asc",
    )
    names = dict(
        frappe.get_all(
            "User",
            filters={"name": ("in", [row.user for row in found] or [""])},
            fields=["name", "full_name"],
            as_list=True,
        )
    )
    return [
        {
            "kind": MEMBER,
            "title": f"{names.get(row.user) or row.user} ({_(row.duty)})",
            "source": row.parent,
            "duty": row.duty,
            "reference_doctype": "User",
            "reference_name": row.user,
        }
        for row in found
    ]


def _routing(plan: Plan) -> list[dict]:
    found = []
    for pointer in pointers.find(plan.subject, list(plan.giving)):
        guess = None
        if pointer.doctype == "Field" and pointer.name:
            guess = apportion.choose(plan.rules, [], plan.lines("Field", pointer.name))
        found.append(
            {
                "kind": ROUTING,
                "title": pointer.title,
                "source": pointer.source,
                "target": guess,
                "reference_doctype": pointer.doctype,
                "reference_name": pointer.name,
                "reference_field": pointer.field,
            }
        )
    return found


def _below(plan: Plan) -> list[dict]:
    tree, found = plan.tree, []
    columns = ["name", tree.title, tree.parent, "valid_to"] + (["area"] if plan.subject == "Agency" else [])
    rows = frappe.get_all(
        plan.subject,
        filters={tree.parent: ("in", list(plan.giving) or [""])},
        fields=columns,
        order_by="lft asc",
    )
    for row in rows:
        if row.name in plan.sources or row.name in plan.targets or (row.valid_to and row.valid_to < plan.day):
            continue
        place = row.area if plan.subject == "Agency" else row.name
        found.append(
            {
                "kind": BELOW,
                "title": row[tree.title],
                "source": row[tree.parent],
                "target": apportion.choose(plan.rules, plan.lines("Area", place), []),
                "reference_doctype": plan.subject,
                "reference_name": row.name,
            }
        )
    return found


def _key(row) -> tuple:
    return tuple(
        row.get(field) or ""
        for field in ("kind", "reference_doctype", "reference_name", "reference_field", "source")
    )


def _without_account(rows) -> list[str]:
    users = [row.reference_name for row in rows if row.kind == MEMBER]
    if not users:
        return []
    working = set(frappe.get_all("User", filters={"name": ("in", users), "enabled": 1}, pluck="name"))
    return [
        _("{0} has no account in use; the membership goes along all the same.").format(row.title)
        for row in rows
        if row.kind == MEMBER and row.reference_name not in working
    ]


def _flows(plan: Plan) -> list[dict]:
    """How many open complaints go where; sealed ones are not told of, those to decide have no target."""
    if not plan.giving:
        return []
    counts: dict[tuple, int] = {(source, target): 0 for source, target in plan.giving.items() if target}
    for group in complaints.groups(plan, list(plan.giving)):
        way = (group.source, plan.destination(group.source, group))
        counts[way] = counts.get(way, 0) + group["count"]
    return [
        {"source": source, "target": target, "count": count} for (source, target), count in counts.items()
    ]


def _clock_changes(plan: Plan, flow: dict) -> bool:
    if plan.subject != "Agency" or not flow["target"] or flow["target"] == flow["source"]:
        return False
    target = plan.targets.get(flow["target"])
    if target is None:
        return False
    if target.is_new:
        goes_by = units.calendar_of(plan, target) or calendars.name_for(units.parent_of(plan, target))
    else:
        goes_by = calendars.name_for(target.code)
    return goes_by != calendars.name_for(flow["source"])


def _clocks_of_a_move(plan: Plan) -> int:
    count, by = 0, calendars.name_for(plan.new_parent)
    for code in plan.sources:
        if by == calendars.name_for(code):
            continue
        names, waiting = [], [code]
        while waiting:
            each = waiting.pop()
            if not frappe.db.get_value("Agency", each, "working_calendar"):
                names.append(each)
                waiting += frappe.get_all("Agency", filters={"parent_agency": each}, pluck="name")
        if names:
            count += frappe.db.count(
                "Complaint",
                {"agency": ("in", names), "phase": ("in", phases.OPEN), "sealed": 0, "due_on": ("is", "set")},
            )
    return count
