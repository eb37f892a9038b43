"""An office of a test's own, for tests that must commit: made with its people, and taken away with all they did."""

import contextlib

from helpers import world
from helpers.history import unlocked
from helpers.people import forget


def make(site, code: str, name: str, people: list[tuple[str, str, str]]) -> None:
    """An agency under the test province with members [(e-mail, name, duty)]; commits."""
    for email, full_name, duty in people:
        world._ensure_user(email, full_name, f"Phanhoi {duty}")
    world._ensure(
        "Agency",
        code,
        agency_code=code,
        agency_name=name,
        agency_type="Department",
        parent_agency="T-PROVINCE",
        members=[{"user": email, "duty": duty} for email, _name, duty in people],
    )
    site.db.commit()
    site.local.request_cache.clear()


def clear(site, code: str, domain: str) -> None:
    """Take the agency, what it holds, and the accounts of the domain away. Past the documents, which are never
    deleted, and whose hooks would save accounts that a worker is busy with."""
    site.db.rollback()
    names = [row[0] for row in site.db.sql("select name from `tabComplaint` where agency = %s", code)]
    letters = "delete from `tabLetter` where name in (select name from `tabMessage` where {0})"
    site.db.sql(letters.format("complaint in %s"), (names or [""],))
    site.db.commit()
    with unlocked(site) if names else contextlib.nullcontext():
        for doctype, column in (
            ("Complaint Event", "complaint"),
            ("Custody", "complaint"),
            ("Message", "complaint"),
            ("Complainant", "name"),
            ("Complaint", "name"),
        ):
            site.db.sql(f"delete from `tab{doctype}` where {column} in %s", (names or [""],))
    for doctype in ("Departure", "Member Change", "Roster", "Invitation"):
        site.db.delete(doctype, {"agency": code})
    site.db.delete("Agency Member", {"parent": code})
    site.delete_doc_if_exists("Agency", code, force=True)
    for user in site.get_all("User", filters={"name": ("like", f"%@{domain}")}, pluck="name"):
        site.db.sql(letters.format("recipient_user = %s"), user)
        site.db.delete("Message", {"recipient_user": user})
        site.delete_doc_if_exists("User", user, force=True)
        site.db.delete("Contact", {"email_id": user})
        site.db.delete("Contact Email", {"email_id": user})
    site.db.commit()
    forget(site)
