"""Finds the field, agency or area that a value of the file means, and makes what is missing where the map says so."""

from collections import Counter, defaultdict
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from phanhoi_app.intake.importer.errors import ImportRefused, RowRejected
from phanhoi_app.intake.importer.mapping import LOOKUPS, Map, fold
from phanhoi_app.rules import text

MOST_CREATED = 1000  # more new fields than that is a wrong column, not a real list
LONGEST_CODE = 100
LOCK_SECONDS = 120


class Lookups:
    """The records that the file's values stand for, found once before the rows are read.

    `find(target, value)` gives a name. Raises RowRejected when nothing fits, or more than one.
    """

    def __init__(self, mapping: Map):
        self._mapping = mapping
        self._found: dict[str, dict[str, list[str]]] = {}
        self._reload()

    def find(self, target: str, value: str) -> str | None:
        """The name of the record; None for an empty value."""
        if not value:
            return None
        names = self._found[target].get(fold(value), [])
        if len(names) == 1:
            return names[0]
        label = _(LOOKUPS[target])
        if names:
            raise RowRejected(
                f"{target}_ambiguous",
                _("{0}: “{1}” is the name of {2} records. Give the code in the map.").format(
                    label, value[:100], len(names)
                ),
            )
        raise RowRejected(
            f"{target}_unknown",
            _("{0}: “{1}” is not known. Add it, or say in the map what it stands for.").format(
                label, value[:100]
            ),
        )

    def create_missing(self, values: dict[str, Counter]) -> dict[str, int]:
        """Make records for the values ({target: Counter of values as written}); returns how many of each target.

        Only where the map says `create_missing`. The commonest spelling becomes the name. Commits.
        Raises ImportRefused; frappe.PermissionError when the user may not make such records.
        """
        made = {}
        for target, seen in values.items():
            if self._mapping.sources[target].create is None:
                continue
            with _alone(target):
                frappe.db.commit()  # what another import made meanwhile is to be seen
                self._reload(target)
                made[target] = self._create(target, self._missing(target, seen))
                frappe.db.commit()
                self._reload(target)
        return made

    def _missing(self, target: str, seen: Counter) -> dict[str, str]:
        missing: dict[str, str] = {}
        for value, _count in seen.most_common():
            if value and fold(value) not in self._found[target]:
                missing.setdefault(fold(value), value)
        if len(missing) > MOST_CREATED:
            raise ImportRefused(
                _("{0}: {1} new records would be made. Is the column in the map the right one?").format(
                    _(LOOKUPS[target]), len(missing)
                )
            )
        return missing

    def _create(self, target: str, missing: dict[str, str]) -> int:
        doctype = LOOKUPS[target]
        taken = set(frappe.get_all(doctype, pluck="name"))
        for value in missing.values():
            name = text.clean_typed(value)[:140]
            code = new_code(name, taken)
            taken.add(code)
            frappe.get_doc(
                {
                    "doctype": doctype,
                    f"{target}_code": code,
                    f"{target}_name": name,
                    **self._mapping.sources[target].create,
                }
            ).insert()
        return len(missing)

    def _reload(self, *targets: str) -> None:
        for target in targets or [target for target in LOOKUPS if target in self._mapping.sources]:
            self._found[target] = _by_fold(target)


def new_code(name: str, taken: set[str]) -> str:
    """A code made from a name: its search key with underscores, numbered when the code is taken."""
    stem = text.search_key(name).replace(" ", "_")[:LONGEST_CODE] or "x"
    code, number = stem, 1
    while code in taken:
        number += 1
        code = f"{stem}_{number}"
    return code


def _by_fold(target: str) -> dict[str, list[str]]:
    """{folded code or name: [names of records]}. A code goes before a name, what is valid before what has ended."""
    doctype = LOOKUPS[target]
    ends = ["valid_to"] if frappe.get_meta(doctype).has_field("valid_to") else []
    rows = frappe.get_all(doctype, fields=["name", f"{target}_name as title", "is_group", *ends], limit=0)
    if target != "agency":  # a group of agencies may hold a complaint, a group of fields may not
        rows = [row for row in rows if not row.is_group]
    today = getdate(nowdate())
    titles: dict[str, list] = defaultdict(list)
    for row in rows:
        titles[fold(row.title or "")].append(row)
    found = {}
    for key, same in titles.items():
        valid = [row for row in same if not (row.get("valid_to") and getdate(row.valid_to) < today)]
        found[key] = [row.name for row in valid or same]
    for row in rows:
        found[fold(row.name)] = [row.name]
    found.pop("", None)
    return found


@contextmanager
def _alone(target: str):
    """Let one import at a time make records of a kind, on whatever machine: a tree's bounds are one queue."""
    name = f"{frappe.conf.db_name}:phanhoi_import:{target}"[:64]
    if not frappe.db.sql("select get_lock(%s, %s)", (name, LOCK_SECONDS))[0][0]:
        raise ImportRefused(_("Another import is making records at this moment. Try again in a few minutes."))
    try:
        yield
    finally:
        frappe.db.sql("select release_lock(%s)", name)
