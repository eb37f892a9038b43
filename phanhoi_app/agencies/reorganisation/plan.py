"""What a Reorganisation document asks for, in the form in which it is previewed and carried out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import frappe
from frappe.utils import getdate

from phanhoi_app.rules import apportion, geo


class Tree(NamedTuple):
    """The column names of a tree of units; `column` is the complaint's that points at them."""

    doctype: str
    column: str
    title: str
    parent: str
    code: str
    kind: str


TREES = {
    "Agency": Tree("Agency", "agency", "agency_name", "parent_agency", "agency_code", "agency_type"),
    "Area": Tree("Area", "area", "area_name", "parent_area", "area_code", "area_type"),
}


@dataclass
class Target:
    """A unit that is there afterwards. `row` is the document's, None for one that stays where it is."""

    code: str
    title: str
    is_new: bool
    row: object = None


@dataclass
class Plan:
    """`sources`: {code: code of the target, None when it is divided by `rules`}; `targets`: {code: Target}.

    `day` is the first day of the new order.
    """

    name: str
    subject: str
    kind: str
    day: date
    document: str
    reason: str
    sources: dict[str, str | None] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    rules: list[apportion.Rule] = field(default_factory=list)
    new_name: str = ""
    new_parent: str | None = None

    @property
    def tree(self) -> Tree:
        """The tree that is changed."""
        return TREES[self.subject]

    @property
    def divides(self) -> bool:
        """Whether units end, or give something away."""
        return self.kind in ("Merge", "Split")

    @property
    def giving(self) -> dict[str, str | None]:
        """The sources that give something away: all but those merged into themselves."""
        return {source: target for source, target in self.sources.items() if source != target}

    @property
    def closing(self) -> list[str]:
        """The sources that end."""
        return [source for source in self.sources if source not in self.targets] if self.divides else []

    @property
    def last_day(self) -> date:
        """The last day of the old order."""
        return self.day - timedelta(days=1)

    def destination(self, source: str, complaint) -> str | None:
        """The target of a complaint of this source (the columns of `told_by`), the source itself where it stays.

        None when it is for a person to decide.
        """
        if target := self.sources.get(source):
            return target
        lines = self.lines("Area", complaint.area), self.lines("Field", complaint.field)
        return apportion.choose(self.rules, *lines) or self._around(complaint)

    @property
    def told_by(self) -> tuple[str, ...]:
        """The complaint's columns that tell where it goes."""
        return ("area", "field", "latitude", "longitude") if self._boundaries else ("area", "field")

    def _around(self, complaint) -> str | None:
        """The one new area whose boundary holds the complaint's pin."""
        if not self._boundaries or not (complaint.latitude and complaint.longitude):
            return None
        around = [
            code
            for code, boundary in self._boundaries.items()
            if geo.holds(boundary, complaint.latitude, complaint.longitude)
        ]
        return around[0] if len(around) == 1 else None

    @cached_property
    def _boundaries(self) -> dict[str, geo.Boundary]:
        """Of the areas, already there, among which an area is divided."""
        if self.subject != "Area" or self.kind != "Split":
            return {}
        there = frappe.get_all(
            "Area", filters={"name": ("in", list(self.targets) or [""])}, fields=["name", "boundary"]
        )
        return {row.name: geo.stored_boundary(row.boundary) for row in there if row.boundary}

    def lines(self, doctype: str, code: str | None) -> list[str]:
        """The code and those above it, nearest first."""
        parents, line = self._parents[doctype], []
        while code and code not in line:
            line.append(code)
            code = parents.get(code)
        return line

    @cached_property
    def _parents(self) -> dict[str, dict[str, str]]:
        return {
            "Area": dict(frappe.db.sql("select name, parent_area from `tabArea`")),
            "Field": dict(frappe.db.sql("select name, parent_field from `tabField`")),
        }

    def title(self, code: str | None) -> str:
        """What a unit of the plan is called."""
        if code in self.targets:
            return self.targets[code].title
        return frappe.db.get_value(self.subject, code, self.tree.title) or code or ""


def of(doc) -> Plan:
    """The plan of a Reorganisation document. What is missing in it is missing in the plan: `checks` says so."""
    subject = doc.subject or "Agency"
    column = TREES[subject].column
    number, dated = (doc.document_number or "").strip(), doc.document_date
    plan = Plan(
        name=doc.name,
        subject=subject,
        kind=doc.kind,
        day=getdate(doc.effective_on),
        document=number,
        reason=f"{number}, {getdate(dated):%d/%m/%Y}" if dated else number,
        new_name=" ".join((doc.new_name or "").split()),
        new_parent=doc.new_parent_agency if subject == "Agency" else doc.new_parent_area,
    )
    if plan.divides:
        plan.targets = {target.code: target for target in _targets(doc.targets, plan.tree)}
    only = next(iter(plan.targets), None) if len(plan.targets) == 1 and doc.kind == "Merge" else None
    for row in doc.sources:
        if code := row.get(column):
            plan.sources[code] = row.target or only
    if doc.kind == "Split":
        plan.rules = [apportion.Rule(row.target, row.area or None, row.field or None) for row in doc.rules]
        plan.rules += _rules_of_places(plan)
    return plan


def _targets(rows: Iterable, tree: Tree) -> Iterable[Target]:
    for row in rows:
        existing = row.get(tree.column)
        if existing:
            title = frappe.db.get_value(tree.doctype, existing, tree.title) or existing
            yield Target(existing, title, False, row)
        elif row.code:
            yield Target(row.code.strip(), " ".join((row.title or "").split()), True, row)


def _rules_of_places(plan: Plan) -> list[apportion.Rule]:
    """An agency gets what lies in the area that it answers for, without a rule that says so."""
    if plan.subject != "Agency":
        return []
    rules = []
    for target in plan.targets.values():
        area = target.row.answers_for or (
            None if target.is_new else frappe.db.get_value("Agency", target.code, "area")
        )
        if area and target.code not in plan.sources:
            rules.append(apportion.Rule(target.code, area))
    return rules
