"""An import in the background: started from the desk, its progress kept in the document and told live."""

import gzip
from pathlib import Path

import frappe
from frappe import _
from frappe.core.api.file import get_max_file_size
from frappe.translate import get_user_lang
from frappe.utils import cint, get_datetime, now_datetime, time_diff_in_seconds

from phanhoi_app.intake.importer import mapping, run, table
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.rules import traces

DOCTYPE = "Complaint Import"
EVENT = "complaint_import"  # of realtime, in the document's room
TIMEOUT = 6 * 3600  # seconds: two million rows
SIGN_OF_LIFE = 1  # seconds between two savings of the progress
SILENT_AFTER = 120  # seconds without a sign of life after which a run counts as dead


def is_busy(doc) -> bool:
    """Whether the import waits for a worker or runs. One that has given no sign of life for two minutes does not."""
    if doc.status not in ("Waiting", "Importing") or not doc.progress_on:
        return False
    return time_diff_in_seconds(now_datetime(), get_datetime(doc.progress_on)) < SILENT_AFTER


def start(doc) -> None:
    """Look at map and header, and put the import into the queue. The caller has asked the permission and holds the row.

    Raises ImportRefused.
    """
    if is_busy(doc):
        raise ImportRefused(_("This import is running already."))
    map_ = mapping.load(_path(doc, "map_file"))
    table.open_table(_path(doc, "csv_file"), map_.columns(), map_.delimiter)
    empty = dict.fromkeys(("total_rows", "accepted_rows", "known_rows", "rejected_rows"), 0)
    _save(
        doc.name,
        status="Waiting",
        stop_requested=0,
        progress_on=now_datetime(),
        started_on=None,
        finished_on=None,
        rows_per_second=0,
        outcome=None,
        **empty,
    )
    frappe.enqueue(
        "phanhoi_app.intake.importer.job.execute",
        queue="long",
        timeout=TIMEOUT,
        enqueue_after_commit=True,
        name=doc.name,
    )


def stop(doc) -> None:
    """Ask for a stop; what waits in the queue is stopped at once."""
    frappe.db.sql(
        "update `tabComplaint Import` set status = 'Stopped', finished_on = %s where name = %s and status = 'Waiting'",
        (now_datetime(), doc.name),
    )
    frappe.db.set_value(DOCTYPE, doc.name, "stop_requested", 1, update_modified=False)


def execute(name: str) -> None:
    """Run the import (background job). A second job for the same run finds it taken, and ends."""
    if not _taken(name):
        return
    frappe.local.lang = get_user_lang()  # a worker speaks English; the outcome is for whoever started it
    doc = frappe.get_doc(DOCTYPE, name)
    watch = Watch(name)
    try:
        progress = run.bring_in(
            _path(doc, "csv_file"),
            mapping.load(_path(doc, "map_file")),
            _rejects_path(name),
            workers=cint(frappe.conf.get("phanhoi_import_processes")) or 1,
            file_name=_file(doc, "csv_file").file_name,
            tell=watch.tell,
        )
    except ImportRefused as error:
        frappe.db.rollback()
        _end(name, "Failed", outcome=str(error))
        return
    except Exception as error:
        frappe.db.rollback()
        # Without the values of variables: they are rows of the file, with people's names and numbers.
        frappe.log_error(title=f"Complaint Import {name}", message=traces.without_values(error))
        _end(
            name,
            "Failed",
            outcome=_("The import failed. The administrator finds the reason in the error log."),
        )
        raise
    watch.save(progress)
    _end(
        name,
        "Stopped" if progress.stopped else "Finished",
        outcome="\n".join(run.in_words(progress)),
        rejects_file=_attach_rejects(name),
    )


class Watch:
    """Saves the progress about once a second and tells it to whoever looks at the form."""

    def __init__(self, name: str):
        self._name = name
        self._saved = now_datetime()

    def tell(self, progress: run.Progress) -> bool:
        """Whether to go on."""
        if (
            time_diff_in_seconds(now_datetime(), self._saved) < SIGN_OF_LIFE
            and progress.done < progress.total
        ):
            return True
        return self.save(progress)

    def save(self, progress: run.Progress) -> bool:
        """Save and tell; whether to go on."""
        self._saved = now_datetime()
        counters = {
            "total_rows": progress.total,
            "accepted_rows": progress.accepted,
            "known_rows": progress.known,
            "rejected_rows": progress.rejected,
            "rows_per_second": round(progress.rate, 1),
        }
        _save(self._name, progress_on=self._saved, **counters)
        frappe.db.commit()
        _tell(self._name, {"status": "Importing", **counters})
        return not frappe.db.get_value(DOCTYPE, self._name, "stop_requested")


def _taken(name: str) -> bool:
    """Make a waiting import ours; False when it is not waiting (any more)."""
    now = now_datetime()
    frappe.db.sql(
        """update `tabComplaint Import` set status = 'Importing', started_on = %s, progress_on = %s
        where name = %s and status = 'Waiting'""",
        (now, now, name),
    )
    taken = frappe.db.sql("select row_count()")[0][0] == 1
    frappe.db.commit()
    if taken:
        _tell(name, {"status": "Importing"})
    return taken


def _end(name: str, status: str, **values) -> None:
    _save(name, status=status, finished_on=now_datetime(), stop_requested=0, **values)
    frappe.db.commit()
    _tell(name, {"status": status})


def _save(name: str, **values) -> None:
    frappe.db.set_value(DOCTYPE, name, values, update_modified=False)


def _tell(name: str, values: dict) -> None:
    frappe.publish_realtime(EVENT, {"name": name, **values}, doctype=DOCTYPE, docname=name)


def _file(doc, field: str):
    """The private File document of an attachment that the user may read. Raises ImportRefused."""
    label = _(doc.meta.get_field(field).label)
    for name in frappe.get_all("File", filters={"file_url": doc.get(field), "is_folder": 0}, pluck="name"):
        file = frappe.get_doc("File", name)
        if file.has_permission("read"):
            if not file.is_private:
                raise ImportRefused(
                    _(
                        "{0}: the file is public. Complaints hold personal data: upload it as a private file."
                    ).format(label)
                )
            return file
    raise ImportRefused(_("{0}: upload the file here; an address elsewhere is not read.").format(label))


def _path(doc, field: str) -> Path:
    file = _file(doc, field)
    path = Path(file.get_full_path()).resolve()
    if not path.is_relative_to(_private_files()):
        raise ImportRefused(
            _("{0}: upload the file here; an address elsewhere is not read.").format(
                _(doc.meta.get_field(field).label)
            )
        )
    return path


def _private_files() -> Path:
    return Path(frappe.get_site_path("private", "files")).resolve()


def _rejects_path(name: str) -> Path:
    """Where the rejected rows are written while the import runs."""
    return _private_files() / f"{name}-rejects.part.csv"


def _attach_rejects(name: str) -> str | None:
    """Attach the rejected rows in place of an earlier run's; the address of the file, None when there are none.

    Compressed when the plain file is larger than the framework lets be attached.
    """
    attached = {"attached_to_doctype": DOCTYPE, "attached_to_name": name, "attached_to_field": "rejects_file"}
    for earlier in frappe.get_all("File", filters=attached, pluck="name"):
        frappe.delete_doc("File", earlier)
    path = _rejects_path(name)
    if not path.exists():
        return None
    content, ending = path.read_bytes(), "csv"
    if len(content) > get_max_file_size():
        content, ending = gzip.compress(content), "csv.gz"
    file = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"{name}-rejects.{ending}",
            "content": content,
            "is_private": 1,
            **attached,
        }
    ).insert()
    path.unlink()
    return file.file_url
