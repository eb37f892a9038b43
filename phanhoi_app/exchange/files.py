"""The files of an exchange with another portal: made, attached, read."""

import csv
import io
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.exchange import statuses
from phanhoi_app.exchange.errors import ExchangeRefused
from phanhoi_app.intake.importer import table
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.rules import text

SEND, TAKE = "Send", "Take in"
NEEDED = frozenset(("external_number", "status"))
SHORTEST_REASON = 10


def check(doc) -> None:
    """Raise ExchangeRefused for what cannot be carried out."""
    if doc.channel not in statuses.SOURCES:
        raise ExchangeRefused(_("Please choose the portal."))
    if doc.direction == SEND and cint(doc.personal):
        doc.reason = text.clean_typed(doc.reason or "")
        if len(doc.reason) < SHORTEST_REASON:
            raise ExchangeRefused(
                _("Reason is missing: say for what the portal needs the citizens' personal data.")
            )
    if doc.direction == TAKE and not doc.given_file:
        raise ExchangeRefused(_("File of the Portal is missing: upload the file that the portal gave."))


def carry_out(doc) -> dict:
    """Do the exchange in the caller's transaction; {status, outcome, made_file}. Raises ExchangeRefused."""
    check(doc)
    if doc.status == "Finished":
        raise ExchangeRefused(_("This exchange is done: make a new one."))
    values = _sent(doc) if doc.direction == SEND else _taken(doc)
    values["status"] = "Finished"
    frappe.db.set_value(doc.doctype, doc.name, values)
    return values


def _sent(doc) -> dict:
    names = statuses.outgoing(doc.channel, doc.since, bool(cint(doc.everything)))
    rows = statuses.table(names, doc.name, bool(cint(doc.personal)), doc.reason or "")
    if len(rows) == 1:
        return {"row_count": 0, "outcome": _("There is no news for the portal."), "made_file": None}
    as_sheet = doc.file_format != "CSV file"
    file = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"{doc.name}.{'xlsx' if as_sheet else 'csv'}",
            "attached_to_doctype": doc.doctype,
            "attached_to_name": doc.name,
            "is_private": 1,
            "content": _sheet(rows) if as_sheet else _csv(rows),
        }
    ).insert()
    outcome = _("{0} complaints written for the portal.").format(len(rows) - 1)
    if len(names) == statuses.MOST_ROWS:
        outcome += " " + _("There are more: make another exchange for the rest.")
    return {"row_count": len(rows) - 1, "outcome": outcome, "made_file": file.file_url}


def _taken(doc) -> dict:
    path = _path(doc)
    try:
        found = table.open_table(path, set(NEEDED))
        told = []
        for row in found.rows():
            if row.problem:
                raise ExchangeRefused(_("Row {0}: {1}").format(row.number, row.problem))
            told.append(found.as_dict(row))
            if len(told) > statuses.MOST_ROWS:
                raise ExchangeRefused(
                    _("The file has more than {0} rows: divide it.").format(statuses.MOST_ROWS)
                )
    except ImportRefused as error:
        raise ExchangeRefused(str(error)) from error
    result = statuses.take(doc.channel, told, doc.name)
    lines = [_("{0} taken in, {1} known already.").format(result["taken"], result["known"])]
    if result["missing"]:
        lines.append(
            _("{0} numbers belong to no complaint that you see: {1}").format(
                len(result["missing"]), ", ".join(result["missing"][:50])
            )
        )
    return {"row_count": len(told), "outcome": "\n".join(lines), "made_file": None}


def _path(doc) -> Path:
    for name in frappe.get_all(
        "File", {"file_url": doc.given_file, "is_folder": 0, "is_private": 1}, pluck="name"
    ):
        file = frappe.get_doc("File", name)
        path = Path(file.get_full_path()).resolve()
        if file.has_permission("read") and path.is_relative_to(_private_files()):
            return path
    raise ExchangeRefused(_("The file is not there, or not private: upload it here."))


def _private_files() -> Path:
    return Path(frappe.get_site_path("private", "files")).resolve()


def _csv(rows: list[list]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    # With the mark by which spreadsheets know UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _sheet(rows: list[list]) -> bytes:
    from openpyxl import Workbook  # a tenth of a second, and most requests write none

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
