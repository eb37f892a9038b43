"""Hands out a complaint's own private files to whoever has proved to be its citizen."""

import mimetypes
from urllib.parse import quote

import frappe
from werkzeug.wrappers import Response

from phanhoi_app.access.files import ANSWER_FILES, FROM_CITIZEN
from phanhoi_app.custody import merging, phases, splitting

# Shown in the page; anything else is saved to disk by the browser, never opened as a page of this site.
SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "application/pdf")


def serve(complaint, name: str) -> Response | None:
    """The file as a response, or None when it is not one of the citizen's photos, or of the files of an answer that
    the citizen reads: the own one's, a part's, that of the complaint into which it was merged.

    `name` is the File document's; the caller has proved that the complaint is the reader's.
    """
    row = frappe.db.get_value(
        "File",
        {"name": name, "attached_to_doctype": "Complaint"},
        ["name", "file_name", "attached_to_field", "attached_to_name"],
        as_dict=True,
    )
    if not row:
        return None
    if row.attached_to_field == ANSWER_FILES:
        if row.attached_to_name not in _answers(complaint):
            return None
    elif row.attached_to_field not in FROM_CITIZEN or row.attached_to_name != complaint.name:
        return None
    content = frappe.get_doc("File", row.name).get_content()
    kind = mimetypes.guess_type(row.file_name)[0] or "application/octet-stream"
    inline = kind in SHOWN_INLINE
    response = Response(
        content.encode() if isinstance(content, str) else content,
        mimetype=kind if inline else "application/octet-stream",
    )
    way = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(row.file_name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answers(complaint) -> set[str]:
    """The complaints whose answer the citizen reads; a draft is not yet the citizen's."""
    followed = merging.followed(complaint)
    parts = splitting.of(complaint.name) if complaint.parts else []
    return {each.name for each in (complaint, followed, *parts) if each and each.phase in phases.ANSWERED}
