"""Files of a complaint: private always, and what has been handed in or given as an answer is not taken away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.doctype.file.file import URL_PREFIXES, File

from phanhoi_app.access import references, scope
from phanhoi_app.history import record

CITIZEN_PHOTOS = "citizen_photos"  # the `attached_to_field` of what a citizen sent
CITIZEN_PAPERS = "citizen_papers"  # and of his documents
FROM_CITIZEN = (CITIZEN_PHOTOS, CITIZEN_PAPERS)
ANSWER_FILES = "answer_files"
OPINION_FILES = "opinion:"  # and the name of the Contribution that they belong to
# What says whose a file is, and which.
PLACE = ("attached_to_doctype", "attached_to_name", "attached_to_field", "file_url", "is_private")
BEING_ANSWERED = ("assigned", "processing", "approval")


class GuardedFile(File):
    """The framework's File, which asks before it moves or removes the bytes: a document hook comes too late."""

    def before_insert(self):
        if not self.content:
            refuse_others_bytes(self)
        super().before_insert()

    def validate(self):
        keep_private(self)
        keep_in_place(self)
        super().validate()

    def set_user_and_timestamp(self):
        super().set_user_and_timestamp()
        if self.flags.made_anew:  # the citizen's, with an account or without
            self.owner = self.modified_by = record.NOBODY

    def create_attachment_record(self):
        # The framework's remark beside the form would be signed by the citizen; the history tells of the photo.
        if not self.flags.made_anew:
            super().create_attachment_record()

    def is_downloadable(self):
        """The framework asks the document only, and not whether the user's part in it had ended before."""
        if self.attached_to_doctype == "Complaint" or self.attached_to_doctype in references.CLOSED:
            return shown_elsewhere(self) or references.permission(self, "read")
        return super().is_downloadable()

    @frappe.whitelist()
    def optimize_file(self):
        keep(self)
        super().optimize_file()

    def on_trash(self):
        keep(self)
        super().on_trash()

    def save_file(self, *args, **kwargs):
        if not self.flags.made_anew:
            return super().save_file(*args, **kwargs)
        with _exif_left_alone():
            return super().save_file(*args, **kwargs)


@contextmanager
def _exif_left_alone() -> Iterator[None]:
    """Keep the framework from taking EXIF out of a picture that was made anew and has none.

    It copies each pixel in Python, half a second a photo, and compresses what was compressed once more.
    """
    frappe.get_system_settings("language")  # loads them
    settings = frappe.local.system_settings
    frappe.local.system_settings = frappe._dict(
        settings.as_dict(), strip_exif_metadata_from_uploaded_images=0
    )
    try:
        yield
    finally:
        frappe.local.system_settings = settings


def keep_private(file) -> None:
    """Raise frappe.ValidationError when a complaint's file is to become public, whatever the uploader ticks."""
    if file.attached_to_doctype == "Complaint" and not file.is_private:
        frappe.throw(
            _("Files of a complaint stay private. What the public may see is published with the answer.")
        )


def shown_elsewhere(file) -> bool:
    """Whether a citizen's photo is seen with another complaint that the user may read: the one into which its own
    was merged, or a part of its own."""
    if file.attached_to_doctype != "Complaint" or file.attached_to_field not in FROM_CITIZEN:
        return False
    into, seen = file.attached_to_name, set()
    while into and into not in seen:
        seen.add(into)
        into = frappe.db.get_value("Complaint", {"name": into, "phase": "merged"}, "merged_into")
        if into and scope.may_see(into):
            return True
    parts = frappe.get_all("Complaint", filters={"part_of": file.attached_to_name}, pluck="name")
    return any(scope.may_see(part) for part in parts)


def keep_in_place(file) -> None:
    """Raise frappe.PermissionError when a complaint's file is to be moved, or others' bytes put behind a row."""
    claimed = file.attached_to_doctype == "Complaint" and file.attached_to_field in FROM_CITIZEN
    if claimed and file.is_new() and not file.flags.made_anew:
        raise frappe.PermissionError(_("A citizen's photo comes from the citizen only."))
    before = None if file.is_new() else file.get_doc_before_save()
    if not before:
        return
    if before.attached_to_doctype == "Complaint" and any(
        before.get(column) != file.get(column) for column in PLACE
    ):
        raise frappe.PermissionError(_("A complaint's file stays where it is."))
    if before.file_url != file.file_url:
        refuse_others_bytes(file)


def refuse_others_bytes(file) -> None:
    """Raise frappe.PermissionError for a row that names a private file which the session's user may not read: who owns
    the row would read it. The framework believes the address."""
    if file.is_folder or not file.file_url or scope.is_root(frappe.session.user):
        return
    address = unquote(file.file_url).removeprefix(frappe.utils.get_url())
    if address.startswith(URL_PREFIXES):
        return
    folder = Path(frappe.utils.get_files_path(is_private=1)).resolve()
    target = Path(frappe.get_site_path("public", address.lstrip("/"))).resolve()
    if address.startswith("/files/") and folder not in target.parents:
        return
    rows = frappe.get_all("File", {"file_url": address, "name": ("!=", file.name or "")}, pluck="name")
    if not any(frappe.get_doc("File", name).is_downloadable() for name in rows):
        raise frappe.PermissionError(_("There is no such file, or it is not yours to use."))


def keep(file) -> None:
    """Raise frappe.PermissionError for a citizen's photo and for a file of an answer that was given."""
    if file.attached_to_doctype != "Complaint":
        return
    if file.attached_to_field in FROM_CITIZEN:
        frappe.throw(_("A citizen's photo cannot be deleted."), frappe.PermissionError)
    if (file.attached_to_field or "").startswith(OPINION_FILES):
        frappe.throw(_("The files of an opinion that was given cannot be deleted."), frappe.PermissionError)
    phase = frappe.db.get_value("Complaint", file.attached_to_name, "phase")
    if file.attached_to_field == ANSWER_FILES and phase not in BEING_ANSWERED:
        frappe.throw(_("The files of an answer that was given cannot be deleted."), frappe.PermissionError)
