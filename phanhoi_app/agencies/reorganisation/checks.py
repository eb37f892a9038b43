"""What stands in the way of a reorganisation, and what whoever confirms it should know: sentences."""

import frappe
from frappe import _
from frappe.utils import getdate, today

from phanhoi_app.agencies.reorganisation.plan import Plan
from phanhoi_app.rules import text
from phanhoi_app.sla import calendars


def errors(plan: Plan) -> list[str]:
    """Sentences that say what must be put right first; empty when it can be done."""
    found = []
    if not plan.document:
        found.append(_("{0} is missing: please fill it in.").format(_("Legal Document")))
    if plan.day < getdate(today()):
        found.append(_("It cannot take effect in the past: choose today or a later day."))
    if not plan.sources:
        found.append(_("No unit is named that exists today: add at least one."))
    found += _wrong_sources(plan)
    if plan.divides:
        found += _wrong_targets(plan)
        found += _wrong_ways(plan)
    elif plan.kind == "Rename":
        found += _wrong_name(plan)
    else:
        found += _wrong_parent(plan)
    return found


def warnings(plan: Plan) -> list[str]:
    """Sentences about what will be done all the same."""
    found = []
    if plan.subject == "Agency" and plan.divides:
        found += _same_area(plan)
        found += _calendars_differ(plan)
    if plan.divides:
        unused = (
            set(plan.targets) - {t for s, t in plan.sources.items() if t} - {r.target for r in plan.rules}
        )
        for code in sorted(unused - set(plan.sources)):
            found.append(_("Nothing goes to “{0}” by any rule.").format(plan.title(code)))
    return found


def _wrong_sources(plan: Plan) -> list[str]:
    found = []
    for code in plan.sources:
        row = frappe.db.get_value(plan.subject, code, ["valid_from", "valid_to"], as_dict=True)
        if not row:
            found.append(_("{0} “{1}” does not exist: choose another.").format(_(plan.subject), code))
        elif row.valid_to and row.valid_to < plan.day:
            found.append(
                _("“{0}” is closed since {1}: take it out.").format(plan.title(code), _day(row.valid_to))
            )
        elif row.valid_from and row.valid_from >= plan.day and code in plan.closing:
            found.append(
                _("“{0}” exists only from {1} on: choose a later day.").format(
                    plan.title(code), _day(row.valid_from)
                )
            )
    return found


def _wrong_targets(plan: Plan) -> list[str]:
    found = []
    if not plan.targets:
        found.append(_("No unit is named that takes their place: add at least one."))
    for target in plan.targets.values():
        if not target.is_new:
            closed = frappe.db.get_value(plan.subject, target.code, "valid_to")
            if closed and closed < plan.day:
                found.append(
                    _("“{0}” is closed since {1}: choose another.").format(target.title, _day(closed))
                )
            continue
        if not target.title:
            found.append(_("{0}: the new unit needs a name.").format(target.code))
        if not target.row.get(plan.tree.kind):
            found.append(_("{0}: the new unit needs a type.").format(target.title or target.code))
        if _made_by_another(plan, target):
            found.append(
                _("The code {0} is taken by “{1}”: choose another.").format(
                    target.code, frappe.db.get_value(plan.subject, target.code, plan.tree.title)
                )
            )
        parent = target.row.get(plan.tree.parent)
        if parent in plan.closing:
            found.append(
                _("“{0}” would stand below “{1}”, which ends: choose another.").format(
                    target.title, plan.title(parent)
                )
            )
    return found


def _made_by_another(plan: Plan, target) -> bool:
    if not frappe.db.exists(plan.subject, target.code):
        return False
    status = frappe.db.get_value("Reorganisation", plan.name, "status")
    return status in (None, "Draft", "Previewed", "Confirmed")


def _wrong_ways(plan: Plan) -> list[str]:
    found = []
    for source, target in plan.sources.items():
        if target and target not in plan.targets:
            found.append(
                _("“{0}” goes to {1}, which is not in the list: choose another.").format(
                    plan.title(source), target
                )
            )
        elif not target and plan.kind == "Merge":
            found.append(_("Choose where “{0}” goes.").format(plan.title(source)))
    for rule in plan.rules:
        if rule.target not in plan.targets:
            found.append(
                _("A rule of division names {0}, which is not in the list: choose another.").format(
                    rule.target
                )
            )
        if not rule.area and not rule.field:
            found.append(_("A rule of division names neither an area nor a field: fill in one of them."))
    if plan.targets and plan.sources and not plan.giving:
        found.append(_("Nothing would change: each unit stays what it is."))
    if plan.kind == "Split" and len(plan.targets) < 2:
        found.append(
            _("A division needs at least two units; one of them may be the one that is there already.")
        )
    return found


def _wrong_name(plan: Plan) -> list[str]:
    found = []
    if len(plan.sources) > 1:
        found.append(_("One unit is renamed at a time: keep one row."))
    if not plan.new_name:
        found.append(_("{0} is missing: please fill it in.").format(_("New Name")))
    for code in plan.sources:
        if text.search_key(plan.new_name) and plan.title(code) == plan.new_name:
            found.append(_("“{0}” has this name already.").format(plan.new_name))
    return found


def _wrong_parent(plan: Plan) -> list[str]:
    if not plan.new_parent:
        label = _("New Parent Agency") if plan.subject == "Agency" else _("New Parent Area")
        return [_("{0} is missing: please fill it in.").format(label)]
    found = []
    place = frappe.db.get_value(plan.subject, plan.new_parent, ["lft", "rgt", "valid_to"], as_dict=True)
    if place and place.valid_to and place.valid_to < plan.day:
        found.append(
            _("“{0}” is closed since {1}: choose another.").format(
                plan.title(plan.new_parent), _day(place.valid_to)
            )
        )
    for code in plan.sources:
        row = frappe.db.get_value(plan.subject, code, ["lft", "rgt", plan.tree.parent], as_dict=True)
        if place and row and row.lft <= place.lft and row.rgt >= place.rgt:
            found.append(
                _("“{0}” cannot stand below itself: “{1}” is it, or is below it.").format(
                    plan.title(code), plan.title(plan.new_parent)
                )
            )
        elif row and row[plan.tree.parent] == plan.new_parent:
            found.append(
                _("“{0}” stands below “{1}” already.").format(plan.title(code), plan.title(plan.new_parent))
            )
    return found


def _same_area(plan: Plan) -> list[str]:
    areas: dict[str, list[str]] = {}
    for target in plan.targets.values():
        area = target.row.answers_for or (
            None if target.is_new else frappe.db.get_value("Agency", target.code, "area")
        )
        if area:
            areas.setdefault(area, []).append(target.title)
    for area, titles in areas.items():
        others = frappe.get_all(
            "Agency",
            filters={"area": area, "valid_to": ("is", "not set")},
            fields=["name", "agency_name", "agency_type"],
        )
        titles += [
            row.agency_name
            for row in others
            if row.name not in {*plan.sources, *plan.targets} and row.agency_type != "One-stop centre"
        ]
    return [
        _("{0} agencies answer for the area “{1}”: {2}. New complaints are suggested to the first.").format(
            len(titles), frappe.db.get_value("Area", area, "area_name"), ", ".join(titles)
        )
        for area, titles in areas.items()
        if len(titles) > 1
    ]


def _calendars_differ(plan: Plan) -> list[str]:
    found = []
    for target in plan.targets.values():
        names = {calendars.name_for(source) for source, goal in plan.giving.items() if goal == target.code}
        if len(names) > 1:
            found.append(
                _("“{0}” takes in units with different calendars; deadlines move to its own.").format(
                    target.title
                )
            )
    return found


def _day(day) -> str:
    return f"{getdate(day):%d/%m/%Y}"
