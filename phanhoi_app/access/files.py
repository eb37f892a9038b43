"""Files of a complaint: private always, and what has been handed in or given as an answer is not taken away."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.core.doctype.file.file import File

from phanhoi_app.access import scope

CITIZEN_PHOTOS = "citizen_photos"  # the `attached_to_field` of what a citizen sent
ANSWER_FILES = "answer_files"
OPINION_FILES = "opinion:"  # and the name of the Contribution that they belong to
BEING_ANSWERED = ("assigned", "processing", "approval")


class GuardedFile(File):
    """The framework's File, which asks before it moves or removes the bytes: a document hook comes too late."""

    def validate(self):
        keep_private(self)
        super().validate()

    def on_trash(self):
        keep(self)
        super().on_trash()

    def is_downloadable(self):
        return shown_elsewhere(self) or super().is_downloadable()

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
    if file.attached_to_doctype != "Complaint" or file.attached_to_field != CITIZEN_PHOTOS:
        return False
    into, seen = file.attached_to_name, set()
    while into and into not in seen:
        seen.add(into)
        into = frappe.db.get_value("Complaint", {"name": into, "phase": "merged"}, "merged_into")
        if into and scope.may_see(into):
            return True
    parts = frappe.get_all("Complaint", filters={"part_of": file.attached_to_name}, pluck="name")
    return any(scope.may_see(part) for part in parts)


def keep(file) -> None:
    """Raise frappe.PermissionError for a citizen's photo and for a file of an answer that was given."""
    if file.attached_to_doctype != "Complaint":
        return
    if file.attached_to_field == CITIZEN_PHOTOS:
        frappe.throw(_("A citizen's photo cannot be deleted."), frappe.PermissionError)
    if (file.attached_to_field or "").startswith(OPINION_FILES):
        frappe.throw(_("The files of an opinion that was given cannot be deleted."), frappe.PermissionError)
    phase = frappe.db.get_value("Complaint", file.attached_to_name, "phase")
    if file.attached_to_field == ANSWER_FILES and phase not in BEING_ANSWERED:
        frappe.throw(_("The files of an answer that was given cannot be deleted."), frappe.PermissionError)
