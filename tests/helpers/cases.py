"""Cases of another system as a CSV file for the import's tests: a city's columns and a city's dirt, invented here."""

import csv
import gzip
import json
from pathlib import Path

from helpers.history import unlocked

MAP = Path(__file__).parent / "boston_map.json"
SOURCE = "test-import"  # before each reference, so that the rows of a test are known and can be taken away
MARK = "Imp "  # before each name that the import makes a record of

GOOD = {
    "case_id": "1",
    "opened_at": "2015-03-02 08:15:00",
    "target_at": "2015-03-04 08:30:00",
    "closed_at": "2015-03-03 14:00:07",
    "on_time_status": "ONTIME",
    "case_status": "Closed",
    "closure_reason": "Case Closed Case Resolved Hole filled.",
    "title": "Pothole on the main road",
    "subject": "Public Works",
    "reason": "Highway Maintenance",
    "type": f"{MARK}Pothole Repair",
    "queue": "PWDx_Pothole",
    "department": f"{MARK}Works",
    "location": "12 Harbour Rd  Springfield  00001",
    "neighborhood": "Harbour",
    "ward": "Ward 907",
    "zipcode": "1.0",
    "latitude": "42.3601",
    "longitude": "-71.0589",
    "source": "Citizens Connect App",
    "has_submitted_photo": "0",
    "has_closed_photo": "0",
}
OPEN = {"closed_at": "", "case_status": "Open", "closure_reason": ""}


def cases(count: int, **values) -> list[dict]:
    """As many good rows with references of their own."""
    return [{**GOOD, "case_id": str(number), **values} for number in range(1, count + 1)]


def write(path: Path, rows: list[dict], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """The rows as a CSV file (compressed when the name ends in .gz)."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(GOOD), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def map_text(**changes) -> str:
    """The city's map under the tests' own source, with changed settings."""
    return json.dumps(json.loads(MAP.read_text(encoding="utf-8")) | {"source": SOURCE} | changes)


def read_rejects(path: Path) -> list[list[str]]:
    """The rejects file without its header: [[row number, reference, reason, …original cells]]."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def clear(frappe) -> None:
    """Take away what tests have imported, and commit. Past the documents, which are never deleted."""
    frappe.db.rollback()
    names = [
        row[0]
        for row in frappe.db.sql(
            "select name from `tabComplaint` where external_reference like %s", f"{SOURCE}:%"
        )
    ]
    for start in range(0, len(names), 1000):
        part = names[start : start + 1000]
        with unlocked(frappe):
            frappe.db.sql("delete from `tabComplaint Event` where complaint in %s", (part,))
        frappe.db.sql("delete from `tabCustody` where complaint in %s", (part,))
        frappe.db.sql("delete from `tabComplaint Clock` where complaint in %s", (part,))
        frappe.db.sql("delete from `tabComplainant` where name in %s", (part,))
        frappe.db.sql("delete from `tabComplaint` where name in %s", (part,))
    for doctype, title in (("Field", "field_name"), ("Agency", "agency_name"), ("Area", "area_name")):
        made = [(title, "like", f"{MARK}%")] if doctype != "Area" else [(title, "like", "Ward 90%")]
        for name in frappe.get_all(doctype, filters=made, pluck="name"):
            frappe.delete_doc(doctype, name, force=True)
    frappe.db.commit()
