"""Takes a plan over: all of it in one transaction, or nothing."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _

from phanhoi_app.agencies.units import plan as plans
from phanhoi_app.agencies.units.unit import Unit
from phanhoi_app.intake.importer.errors import ImportRefused

LOCK_SECONDS = 60


class PlanChanged(ImportRefused):
    """What was previewed is not what would be done now."""

    http_status_code = 409


def take_over(units: list[Unit], fingerprint: str | None = None) -> plans.Plan:
    """Do what `plan.make(units)` says and commit; with a fingerprint, only if that is what was previewed.

    Asks the user's permission for each area. Doing it again changes nothing. Raises ImportRefused, PlanChanged,
    frappe.PermissionError; then nothing is written.
    """
    with alone():
        plan = plans.make(units)
        if plan.errors:
            row, sentence = plan.errors[0]
            raise ImportRefused(
                _("Nothing was taken over: {0} errors are to be corrected first. Row {1}: {2}").format(
                    len(plan.errors), row, sentence
                )
            )
        refuse_if_changed(plan.fingerprint(), fingerprint)
        _write(plan.changes)
        frappe.db.commit()
    return plan


def refuse_if_changed(now: str, previewed: str | None) -> None:
    """Raise PlanChanged unless what would be done is what was previewed."""
    if previewed and previewed != now:
        raise PlanChanged(_("The areas have changed since the preview. Please look at the preview again."))


@contextmanager
def alone() -> Iterator[None]:
    """One import of units at a time, on whatever machine; it sees what another has committed. Rolls back on errors."""
    name = f"{frappe.conf.db_name}:phanhoi_units"[:64]
    frappe.db.commit()  # a new view of the data
    if not frappe.db.sql("select get_lock(%s, %s)", (name, LOCK_SECONDS))[0][0]:
        raise ImportRefused(_("Another import is going on at this moment. Try again in a few minutes."))
    try:
        frappe.db.commit()
        yield
    except BaseException:
        frappe.db.rollback()
        raise
    finally:
        frappe.db.sql("select release_lock(%s)", name)


def _write(changes: list[plans.Change]) -> None:
    # A successor may stand further down in the file: links are set once all areas are there.
    for change in changes:
        if change.kind == "new":
            doc = frappe.get_doc({"doctype": "Area", "area_code": change.code, **change.values})
            doc.flags.tree_later = True
            doc.insert()
    for change in changes:
        if change.kind == "new" and not change.successors:
            continue
        doc = frappe.get_doc("Area", change.code, for_update=True)
        doc.update(change.values)
        if change.successors is not None:
            doc.set("successors", change.successors)
        doc.flags.tree_later = True
        doc.save()
    _number_tree()


def _number_tree() -> None:
    """Give every area its place (lft, rgt) in the tree: one pass, where the framework's own moves half of the table
    for each new area, or commits on the way."""
    rows = frappe.db.sql(
        "select name, parent_area, lft, rgt, old_parent from tabArea order by name for update", as_dict=True
    )
    numbers = numbered({row.name: row.parent_area or None for row in rows})
    for row in rows:
        left, right = numbers[row.name]
        if (row.lft, row.rgt, row.old_parent or None) != (left, right, row.parent_area or None):
            frappe.db.sql(
                "update tabArea set lft = %s, rgt = %s, old_parent = %s where name = %s",
                (left, right, row.parent_area or "", row.name),
            )


def numbered(parents: dict[str, str | None]) -> dict[str, tuple[int, int]]:
    """{code: (left, right)} of a nested set, from {code: parent's code or None}; children in the given order."""
    children: dict[str | None, list[str]] = defaultdict(list)
    for code, parent in parents.items():
        children[parent if parent in parents else None].append(code)
    left, numbers, counter = {}, {}, 0
    waiting: list[tuple[str, bool]] = [(code, False) for code in reversed(children[None])]
    while waiting:
        code, leaving = waiting.pop()
        counter += 1
        if leaving:
            numbers[code] = (left[code], counter)
            continue
        left[code] = counter
        waiting.append((code, True))
        waiting += [(child, False) for child in reversed(children[code])]
    return numbers
