"""Changes the units themselves. Each function may run again: what is done is found done, and left."""

import frappe
from frappe.utils import getdate

from phanhoi_app.agencies.reorganisation.plan import Plan, Target
from phanhoi_app.custody import phases
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.sla import calendars

# The higher duty first: who had two of them keeps this one.
DUTIES = ("Leader", "Coordinator", "Officer", "Viewer")
SUCCESSOR_OF = {"Agency": "Agency Successor", "Area": "Area Successor"}


def make(plan: Plan) -> list[str]:
    """Make the targets that are new; returns their codes. Those that exist take in their area and become groups."""
    made = []
    for target in plan.targets.values():
        if frappe.db.exists(plan.subject, target.code):
            if plan.subject == "Agency" and target.row.answers_for:
                _set(plan, target.code, area=target.row.answers_for)
            continue
        _save(plan, frappe.get_doc(_new(plan, target)))
        made.append(target.code)
    return made


def _new(plan: Plan, target: Target) -> dict:
    tree, row = plan.tree, target.row
    values = {
        "doctype": tree.doctype,
        tree.code: target.code,
        tree.title: target.title,
        tree.kind: row.get(tree.kind),
        tree.parent: parent_of(plan, target),
        "valid_from": plan.day,
    }
    if values[tree.parent]:
        _become_group(plan, values[tree.parent])
    if plan.subject == "Agency":
        values |= {"area": row.answers_for, "working_calendar": calendar_of(plan, target)}
    return values


def parent_of(plan: Plan, target: Target) -> str | None:
    """Below which unit a new target stands: the one chosen, else the one above all that it comes from."""
    if parent := target.row.get(plan.tree.parent):
        return parent
    origins = origins_of(plan, target.code)
    parents = {frappe.db.get_value(plan.subject, source, plan.tree.parent) for source in origins}
    return parents.pop() if len(parents) == 1 else None


def calendar_of(plan: Plan, target: Target) -> str | None:
    """The calendar of its own that a new agency gets: the one chosen, else the one that all it comes from have."""
    if target.row.working_calendar:
        return target.row.working_calendar
    own = {
        frappe.db.get_value("Agency", source, "working_calendar") for source in origins_of(plan, target.code)
    }
    return own.pop() if len(own) == 1 else None


def origins_of(plan: Plan, code: str) -> list[str]:
    """The sources that go to this target, whole or in part."""
    return [source for source, target in plan.giving.items() if target in (code, None)]


def note_successors(plan: Plan) -> None:
    """Write into each source what came in its place, before anything moves: from then on who works in the new one is
    kept out of what is about the old one."""
    doctype = SUCCESSOR_OF[plan.subject]
    for source, goal in plan.giving.items():
        there = set(frappe.get_all(doctype, filters={"parent": source}, pluck=plan.tree.column))
        wanted = [goal] if goal else [code for code in plan.targets if code != source]
        missing = [code for code in wanted if code not in there]
        if not missing:
            continue
        unit = frappe.get_doc(plan.subject, source)
        for code in missing:
            row = {plan.tree.column: code, "date": plan.day, "legal_document": plan.reason}
            if plan.subject == "Agency" and not goal:
                row["area"] = next((r.area for r in plan.rules if r.target == code and r.area), None)
            unit.append("successors", row)
        _save(plan, unit)


def add_members(plan: Plan, agency: str, people: list[tuple[str, str]]) -> None:
    """Make each (user, duty) a member of the agency; who is one already has the higher duty of both."""
    unit = frappe.get_doc("Agency", agency)
    rows = {row.user: row for row in unit.members}
    before = [(row.user, row.duty) for row in unit.members]
    for user, duty in people:
        if user not in rows:
            phone = frappe.db.get_value("Agency Member", {"user": user, "phone": ("is", "set")}, "phone")
            rows[user] = unit.append("members", {"user": user, "duty": duty, "phone": phone})
        elif DUTIES.index(duty) < DUTIES.index(rows[user].duty):
            rows[user].duty = duty
    if before != [(row.user, row.duty) for row in unit.members]:
        _save(plan, unit)


def remove_members(plan: Plan, agency: str, users: set[str]) -> None:
    """Take users out of an agency that stays, because they went along with a part of it."""
    unit = frappe.get_doc("Agency", agency)
    kept = [row for row in unit.members if row.user not in users]
    if len(kept) < len(unit.members):
        unit.set("members", kept)
        _save(plan, unit)


def close(plan: Plan, source: str) -> None:
    """End a source with the day before the new order; its people have gone, its name and history stay."""
    unit = frappe.get_doc(plan.subject, source, for_update=True)
    unit.valid_to = plan.last_day
    if plan.subject == "Agency":
        unit.set("members", [])
    _save(plan, unit)


def rename(plan: Plan) -> None:
    """Give the one source its new name; the old one is kept with its days."""
    for code in plan.sources:
        unit = frappe.get_doc(plan.subject, code)
        old = unit.get(plan.tree.title)
        if old == plan.new_name:
            continue
        earlier = [getdate(row.valid_to) for row in unit.earlier_names]
        begin = frappe.utils.add_days(max(earlier), 1) if earlier else unit.valid_from
        if not begin or getdate(begin) <= plan.last_day:  # a name of no day at all is a mistake put right
            unit.append(
                "earlier_names",
                {
                    "earlier_name": old,
                    "valid_from": begin,
                    "valid_to": plan.last_day,
                    "legal_document": plan.reason,
                },
            )
        unit.set(plan.tree.title, plan.new_name)
        _save(plan, unit)


def reparent(plan: Plan, code: str, parent: str) -> None:
    """Put a unit, with all below it, under another one. Complaints whose deadlines count by another calendar
    afterwards are noted in the same transaction (Reorganisation Case): their clocks follow one by one."""
    unit = frappe.get_doc(plan.subject, code)
    if unit.get(plan.tree.parent) == parent:
        return
    _become_group(plan, parent)
    below = (
        frappe.get_all(plan.subject, filters={"lft": (">=", unit.lft), "rgt": ("<=", unit.rgt)}, pluck="name")
        if plan.subject == "Agency"
        else []
    )
    before = {each: calendars.name_for(each) for each in below}
    unit.reload()
    unit.set(plan.tree.parent, parent)
    _save(plan, unit)
    for each, calendar in before.items():
        if calendars.name_for(each) != calendar:
            _note_for_retiming(plan, each, calendar)


def _note_for_retiming(plan: Plan, agency: str, calendar: str | None) -> None:
    names = frappe.get_all(
        "Complaint",
        filters={"agency": agency, "phase": ("in", phases.OPEN), "due_on": ("is", "set")},
        pluck="name",
    )
    note_cases(plan, [(name, agency, None, calendar or "") for name in names], retime=1)


def note_cases(plan: Plan, cases: list[tuple[str, str, str | None, str]], retime: int = 0) -> None:
    """Write (complaint, source, target, former calendar) as rows of Reorganisation Case; those there stay."""
    moment = now()
    lines = [
        {
            "name": frappe.generate_hash(length=14),
            "owner": frappe.session.user,
            "modified_by": frappe.session.user,
            "creation": moment,
            "modified": moment,
            "docstatus": 0,
            "idx": 0,
            "reorganisation": plan.name,
            "complaint": complaint,
            "source": source,
            "target": target,
            "retime": retime,
            "old_calendar": calendar,
        }
        for complaint, source, target, calendar in cases
    ]
    for start in range(0, len(lines), 500):
        rows.insert("Reorganisation Case", lines[start : start + 500], ignore_duplicates=True)


def _become_group(plan: Plan, code: str) -> None:
    if not frappe.db.get_value(plan.subject, code, "is_group"):
        _set(plan, code, is_group=1)


def _set(plan: Plan, code: str, **values) -> None:
    unit = frappe.get_doc(plan.subject, code)
    if any(unit.get(field) != value for field, value in values.items()):
        unit.update(values)
        _save(plan, unit)


def _save(plan: Plan, unit) -> None:
    """Save a unit, whose guards know the reorganisation. What was confirmed is done, whoever confirmed it may have
    lost the role since."""
    unit.flags.reorganisation = plan.name
    unit.flags.ignore_permissions = True
    unit.save() if unit.get("creation") else unit.insert()
