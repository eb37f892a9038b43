"""A check of the whole history in the background: asked for at the desk, its progress and result kept in a document."""

import frappe
from frappe import _
from frappe.translate import get_user_lang
from frappe.utils import get_datetime, now_datetime, time_diff_in_seconds

from phanhoi_app.history import triggers, verify
from phanhoi_app.rules import traces

DOCTYPE = "History Check"
EVENT = "history_check"  # of realtime, in the document's room
TIMEOUT = 6 * 3600  # seconds
SIGN_OF_LIFE = 1  # seconds between two savings of the progress
SILENT_AFTER = 120  # seconds without a sign of life after which a check counts as dead


def busy() -> str | None:
    """The name of a check that waits or runs and has given a sign of life in the last two minutes."""
    for row in frappe.get_all(
        DOCTYPE, filters={"status": ["in", ["Waiting", "Running"]]}, fields=["name", "progress_on"]
    ):
        if time_diff_in_seconds(now_datetime(), get_datetime(row.progress_on)) < SILENT_AFTER:
            return row.name
    return None


def queue(name: str) -> None:
    """Have a worker carry out the check once the transaction has committed."""
    frappe.enqueue(
        "phanhoi_app.history.check.execute",
        queue="long",
        timeout=TIMEOUT,
        enqueue_after_commit=True,
        name=name,
    )


def execute(name: str) -> None:
    """Carry out a waiting check (background job). A second job for the same check finds it taken, and ends."""
    now = now_datetime()
    frappe.db.sql(
        """update `tabHistory Check` set status = 'Running', started_on = %s, progress_on = %s
        where name = %s and status = 'Waiting'""",
        (now, now, name),
    )
    taken = frappe.db.sql("select row_count()")[0][0] == 1
    frappe.db.commit()
    if not taken:
        return
    frappe.local.lang = get_user_lang()  # a worker speaks English; the result is for whoever asked for it
    watch = _Watch(name)
    try:
        report = verify.everything(tell=watch.tell)
    except Exception as error:
        frappe.db.rollback()
        frappe.log_error(title=f"History Check {name}", message=traces.without_values(error))
        _end(
            name,
            "Failed",
            outcome=_("The check failed. The administrator finds the reason in the error log."),
        )
        raise
    watch.save(report)
    lines = [*verify.summary(report), *map(verify.in_words, report.breaks)]
    _end(
        name,
        "Broken" if report.broken else "Intact",
        outcome="\n".join(lines),
        database_lock=0 if triggers.missing() else 1,
    )


class _Watch:
    """Saves the progress about once a second and tells it to whoever looks at the form."""

    def __init__(self, name: str):
        self._name = name
        self._saved = now_datetime()

    def tell(self, report: verify.Report) -> bool:
        if time_diff_in_seconds(now_datetime(), self._saved) >= SIGN_OF_LIFE:
            self.save(report)
        return True

    def save(self, report: verify.Report) -> None:
        self._saved = now_datetime()
        counters = {
            "total_complaints": report.total,
            "complaints": report.complaints,
            "events": report.events,
            "breaks": report.broken,
            "events_per_second": round(report.rate),
        }
        _save(self._name, progress_on=self._saved, **counters)
        frappe.db.commit()
        _tell(self._name, {"status": "Running", **counters})


def _end(name: str, status: str, **values) -> None:
    _save(name, status=status, finished_on=now_datetime(), **values)
    frappe.db.commit()
    _tell(name, {"status": status})


def _save(name: str, **values) -> None:
    frappe.db.set_value(DOCTYPE, name, values, update_modified=False)


def _tell(name: str, values: dict) -> None:
    frappe.publish_realtime(EVENT, {"name": name, **values}, doctype=DOCTYPE, docname=name)
