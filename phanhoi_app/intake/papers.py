"""Documents that citizens send besides photos (PDF, DOCX, XLSX): checked by their content, kept as they are."""

import io
import re
import zipfile

import frappe
from frappe import _

from phanhoi_app.access.files import CITIZEN_PAPERS
from phanhoi_app.intake.photos import BadPhoto, Upload, clean

PDF, DOCX, XLSX = "pdf", "docx", "xlsx"
MOST_ENTRIES, MOST_UNPACKED = 2000, 200 * 1024 * 1024
# What makes a PDF do something when it is opened.
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
_MAIN = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_ACTIVE_OFFICE = re.compile(r"vbaproject|activex|oleobject|/embeddings/|externallinks/", re.IGNORECASE)


class BadPaper(ValueError):
    """The file is not a document that we take; the message is a translated sentence."""


def kind_of(content: bytes) -> str:
    """ "pdf", "docx", "xlsx" by content, or "" for anything else."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                names = set(packed.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
            return ""
        return next((kind for main, kind in _MAIN.items() if main in names), "")
    return ""


def check(upload: Upload) -> str:
    """The kind of an acceptable document. Raises BadPaper with the reason and the remedy."""
    megabytes = frappe.get_cached_doc("Phanhoi Settings").max_photo_mb or 10
    if len(upload.content) > megabytes * 1024 * 1024:
        raise BadPaper(
            _("The file “{0}” is larger than {1} MB: send a smaller one.").format(upload.filename, megabytes)
        )
    kind = kind_of(upload.content)
    if not kind:
        raise BadPaper(
            _("The file “{0}” is of a kind that we do not take: send photos, PDF, DOCX or XLSX.").format(
                upload.filename
            )
        )
    if _is_active(kind, upload.content):
        raise BadPaper(
            _("The file “{0}” contains programs or other files: send it as a plain PDF.").format(
                upload.filename
            )
        )
    return kind


def sort(uploads: list[Upload]) -> tuple[list[Upload], list[Upload], list[str]]:
    """(photos, documents, sentences about what is not taken) of files as they came.

    Too many photos count as not taken. What a file is called does not matter, what is in it does.
    """
    photos, papers, refused = [], [], []
    most = frappe.get_cached_doc("Phanhoi Settings").max_photos or 5
    for upload in uploads:
        try:
            if kind_of(upload.content):
                check(upload)
                papers.append(upload)
                continue
            clean(upload)
            photos.append(upload)
        except BadPaper as error:
            refused.append(str(error))
        except BadPhoto:
            refused.append(
                _("The file “{0}” is of a kind that we do not take: send photos, PDF, DOCX or XLSX.").format(
                    upload.filename
                )
            )
    for kept in (photos, papers):
        refused += [
            _("The file “{0}” is one too many: at most {1} are taken.").format(upload.filename, most)
            for upload in kept[most:]
        ]
        del kept[most:]
    return photos, papers, refused


def attach(complaint: str, papers: list[Upload], since: int = 0) -> list[str]:
    """Keep checked documents as private files of the complaint; the File documents' names."""
    names = []
    for number, paper in enumerate(papers, since + 1):
        file = frappe.get_doc(
            {
                "doctype": "File",
                "file_name": f"{complaint}-{number}.{kind_of(paper.content)}",
                "attached_to_doctype": "Complaint",
                "attached_to_name": complaint,
                "attached_to_field": CITIZEN_PAPERS,
                "is_private": 1,
                "content": paper.content,
            }
        )
        # As with photos: the sender has no account, and only intake may write them.
        file.flags.ignore_permissions = True
        file.flags.made_anew = True
        file.insert()
        names.append(file.name)
    return names


def _is_active(kind: str, content: bytes) -> bool:
    if kind == PDF:
        return bool(_ACTIVE_PDF.search(content))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries = packed.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            return True
        return any(_ACTIVE_OFFICE.search(entry.filename) for entry in entries)
