"""More of the framework's doors that ask too little, led through ours as those of `doors`: arrows, boards, counts,
archives, letters, the console."""

from typing import Any

import frappe
from frappe import _
from frappe.desk.doctype.kanban_board import kanban_board
from frappe.desk.form import utils as form_utils

from phanhoi_app.access import scope
from phanhoi_app.access.doors import GUARDED, see

NO_CARDS = "[]"


@frappe.whitelist()
def get(doctype: str, name: Any = None, filters: Any = None, parent: str | None = None):
    """A document by name or by the first that matches; ours only among those the user sees."""
    from frappe.client import get as original

    if doctype in GUARDED:
        if not name:
            found = frappe.get_list(doctype, frappe.parse_json(filters or {}), pluck="name", limit=1)
            name = found[0] if found else filters
        see(doctype, name)
    return original(doctype, name, filters, parent)


@frappe.whitelist()
def get_next(doctype: str, value: Any, prev: Any, **values: Any):
    """The next document in the order of one that the user sees: of another its place would be told."""
    see(doctype, value)
    values = {key: values[key] for key in ("filters", "sort_order", "sort_field") if key in values}
    return form_utils.get_next(doctype, value, prev, **values)


@frappe.whitelist()
def count_states(doctype: str, workflow_state_field: str, states: Any):
    """How many documents stand in other states than these; of what the user sees. The framework counts all."""
    if doctype not in GUARDED:
        from frappe.workflow.doctype.workflow.workflow import get_workflow_state_count as original

        return original(doctype, workflow_state_field, states)
    rows = frappe.get_list(
        doctype,
        filters={workflow_state_field: ("not in", frappe.parse_json(states) or [""])},
        fields=[workflow_state_field],
        limit=0,
        order_by=None,
    )
    counts: dict[str, int] = {}
    for row in rows:
        if row[workflow_state_field]:
            counts[row[workflow_state_field]] = counts.get(row[workflow_state_field], 0) + 1
    return [{workflow_state_field: state, "count": count} for state, count in counts.items()]


@frappe.whitelist()
def update_order(board_name: str, order: Any):
    """Put cards into columns; each card of ours is one that the user sees."""
    board = frappe.get_doc("Kanban Board", board_name)
    if board.reference_doctype in GUARDED:
        for card in (card for cards in frappe.parse_json(order).values() for card in cards):
            see(board.reference_doctype, card)
    return kanban_board.update_order(board_name, order if isinstance(order, str) else frappe.as_json(order))


@frappe.whitelist()
def update_order_for_single_card(
    board_name: str, docname: str | int, from_colname: str, to_colname: str, old_index: Any, new_index: Any
):
    """Move a card. The order of ours is not kept, so that nothing but the value changes."""
    board = frappe.get_doc("Kanban Board", board_name)
    if board.reference_doctype not in GUARDED:
        return kanban_board.update_order_for_single_card(
            board_name, docname, from_colname, to_colname, old_index, new_index
        )
    see(board.reference_doctype, docname)
    if from_colname != to_colname:
        if board.field_name in ("phase", "workflow_state"):
            frappe.throw(_("A complaint changes its state by its actions: open it and choose one."))
        frappe.set_value(board.reference_doctype, docname, board.field_name, to_colname)
    return board


@frappe.whitelist()
def add_card(board_name: str, docname: str | int, colname: str):
    """Put a new card on a board."""
    board = frappe.get_doc("Kanban Board", board_name)
    if board.reference_doctype in GUARDED:
        return board
    return kanban_board.add_card(board_name, docname, colname)


def forget_cards(board, method: str | None = None) -> None:
    """Keep no numbers of complaints on a board: all read it, whoever moved the cards (Kanban Board: validate)."""
    if board.reference_doctype in GUARDED:
        for column in board.columns:
            column.order = NO_CARDS


@frappe.whitelist()
def zip_files(files: Any):
    """Several files in one archive, each asked for."""
    from frappe.core.api.file import zip_files as original

    names = frappe.parse_json(files)
    for name in names:
        frappe.get_doc("File", name).check_permission("read")
    return original(frappe.as_json(names))


@frappe.whitelist(methods=["POST"])
def rebuild_tree(doctype: str, parent_field: str | None = None):
    """Number a tree anew, by its own column and by whoever may change it: the numbers decide who sees what."""
    from frappe.utils.nestedset import rebuild_tree as original

    frappe.has_permission(doctype, "write", throw=True)
    own = frappe.get_meta(doctype).get("nsm_parent_field") or f"parent_{frappe.scrub(doctype)}"
    if parent_field not in (None, own):
        raise frappe.PermissionError(_("A tree is numbered by its own column."))
    return original(doctype, *([parent_field] if parent_field else []))


@frappe.whitelist(methods=["POST"])
def relink(name: str, reference_doctype: str | None = None, reference_name: str | None = None):
    """Hang a letter on another document; none is taken off a complaint or put on one past its rules."""
    from frappe.email import relink as original

    letter = frappe.get_doc("Communication", name)
    letter.check_permission("write")
    if GUARDED & {letter.reference_doctype, reference_doctype}:
        raise frappe.PermissionError(_("The letters of a complaint stay where they are."))
    return original(name, reference_doctype, reference_name)


@frappe.whitelist(methods=["POST"])
def execute_code(doc: str):
    """The console, whose SQL reads every table: for the framework's Administrator alone."""
    if not scope.is_root(frappe.session.user):
        raise frappe.PermissionError(_("Only the account Administrator may use the console."))
    from frappe.desk.doctype.system_console.system_console import execute_code as original

    return original(doc)
