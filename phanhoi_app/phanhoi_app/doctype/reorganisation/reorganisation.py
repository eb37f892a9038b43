"""A reorganisation of agencies or areas: drafted, previewed, confirmed; `agencies/reorganisation` carries it out."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, getdate, today

from phanhoi_app.agencies.reorganisation import cases, job, preview
from phanhoi_app.agencies.reorganisation.errors import refuse
from phanhoi_app.agencies.reorganisation.plan import TREES, of

# Written by preview and job alone; what a form or a REST call says of them is not taken.
BY_JOB_ONLY = (
    "status",
    "confirmed_by",
    "confirmed_on",
    "started_on",
    "finished_on",
    "moved_complaints",
    "total_complaints",
    "log",
    "preview",
)
TABLES = {
    "sources": ("agency", "area", "target"),
    "targets": (
        *("agency", "area", "code", "title", "agency_type", "parent_agency", "answers_for"),
        *("working_calendar", "area_type", "parent_area"),
    ),
    "rules": ("area", "field", "target"),
}
ASKED = (
    *("subject", "kind", "effective_on", "document_number", "document_date", "document_file"),
    *("new_name", "new_parent_agency", "new_parent_area"),
)


class Reorganisation(Document):
    def validate(self):
        before = self.get_doc_before_save()
        if not self.flags.by_preview:
            for field in BY_JOB_ONLY:
                self.set(field, before.get(field) if before else None)
        self.status = self.status or job.DRAFT
        self._tidy()
        changed = before is not None and _asked(before) != _asked(self)
        if before and before.status not in job.OPEN and (changed or _chosen(before) != _chosen(self)):
            refuse(_("It is confirmed: it can no longer be changed."))
        if changed:
            self.status = job.DRAFT
        if not self.flags.by_preview:
            self._keep_followers(before)

    def on_trash(self):
        if self.status not in job.OPEN:
            refuse(_("It is confirmed: it stays, as the record of what was done."))
        frappe.db.delete("Reorganisation Case", {"reorganisation": self.name})

    def _tidy(self):
        column = "area" if self.subject == "Area" else "agency"
        other = "agency" if column == "area" else "area"
        for row in (*self.sources, *self.targets):
            row.set(other, None)
        codes = [row.get(column) for row in self.sources]
        if twice := next((code for code in codes if code and codes.count(code) > 1), None):
            refuse(_("{0} is listed twice: keep one row.").format(twice))
        for row in self.targets:
            row.code = row.get(column) or (row.code or "").strip()
            if row.get(column):
                row.title = frappe.db.get_value(self.subject, row.code, TREES[self.subject].title)
            if not row.code:
                refuse(_("Row {0}: choose an existing unit, or give the new one a code.").format(row.idx))
        codes = [row.code for row in self.targets]
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            refuse(_("{0} is listed twice: keep one row.").format(twice))

    def _keep_followers(self, before):
        """The list is the preview's; a person chooses the targets in it."""
        chosen = {row.name: row.target for row in self.followers}
        self.set("followers", before.followers if before else [])
        for row in self.followers:
            row.target = chosen.get(row.name, row.target)


def _asked(doc) -> list:
    rows = [
        [[cstr(row.get(f)) for f in fields] for row in doc.get(table)] for table, fields in TABLES.items()
    ]
    return [[cstr(doc.get(field)) for field in ASKED], *rows]


def _chosen(doc) -> list:
    return [(row.name, cstr(row.target)) for row in doc.followers]


def _writable(name: str, *states: str):
    doc = frappe.get_doc("Reorganisation", name, for_update=True)
    doc.check_permission("write")
    if states and doc.status not in states:
        refuse(_("This is not possible in the state “{0}”.").format(_(doc.status)))
    return doc


@frappe.whitelist(methods=["POST"])
def make_preview(name: str) -> dict:
    """Look what would be done; changes nothing but the document. Returns as `preview.make`."""
    doc = _writable(name, *job.OPEN)
    found = preview.make(doc)
    doc.status = job.PREVIEWED
    doc.flags.by_preview = True
    doc.save()
    return found


@frappe.whitelist(methods=["POST"])
def confirm(name: str) -> str:
    """Confirm what was previewed: it is carried out at once, or on its day. Returns the state.

    Raises ReorganisationRefused with all that stands in the way.
    """
    doc = _writable(name, job.PREVIEWED)
    found = preview.make(doc)
    wrong = found["errors"]
    if found["undecided"]:
        wrong.append(
            _("{0} complaints wait for a decision: choose where they go.").format(found["undecided"])
        )
    if unclear := [row.title for row in doc.followers if not row.target]:
        wrong.append(
            _("Choose where they go: {0}.").format(", ".join(unclear[:5]) + (" …" if unclear[5:] else ""))
        )
    if wrong:
        refuse(*wrong)
    doc.update(
        {
            "status": job.CONFIRMED,
            "confirmed_by": frappe.session.user,
            "confirmed_on": frappe.utils.now_datetime(),
        }
    )
    doc.flags.by_preview = True
    doc.save()
    if getdate(doc.effective_on) <= getdate(today()):
        job.start(name)
    return doc.status


@frappe.whitelist(methods=["POST"])
def withdraw(name: str) -> None:
    """Take the confirmation back, as long as its day has not come, or when it was found impossible on its day."""
    doc = _writable(name, job.CONFIRMED, job.FAILED)
    if doc.started_on or (doc.status == job.CONFIRMED and getdate(doc.effective_on) <= getdate(today())):
        refuse(_("It has begun: it can no longer be taken back."))
    doc.update({"status": job.PREVIEWED, "confirmed_by": None, "confirmed_on": None})
    doc.flags.by_preview = True
    doc.save()


@frappe.whitelist(methods=["POST"])
def go_on(name: str) -> None:
    """Take it up again: after a failure, or when what was to decide is decided."""
    doc = _writable(name, job.RUNNING, job.TO_DECIDE, job.FAILED, job.CONFIRMED)
    if job.is_busy():
        refuse(_("A reorganisation is being carried out at this moment."))
    if getdate(doc.effective_on) > getdate(today()):
        refuse(_("Its day has not come yet."))
    if doc.status == job.FAILED and not doc.started_on:
        doc.db_set("status", job.CONFIRMED, update_modified=False)
    elif doc.status != job.CONFIRMED:
        doc.db_set("status", job.RUNNING, update_modified=False)
    job.start(name)


@frappe.whitelist()
def undecided(name: str, start: int = 0) -> dict:
    """A page of the complaints to decide on, as `cases.page`."""
    doc = frappe.get_doc("Reorganisation", name)
    doc.check_permission("read")
    return cases.page(of(doc), int(start))


@frappe.whitelist(methods=["POST"])
def decide(name: str, target: str, complaints: str | list, rest: int = 0) -> int:
    """Send these complaints of the list to a target; with `rest`, all undecided ones. Returns how many still are."""
    doc = _writable(name, *job.OPEN, job.TO_DECIDE)
    return cases.decide(of(doc), target, frappe.parse_json(complaints), bool(int(rest)))
