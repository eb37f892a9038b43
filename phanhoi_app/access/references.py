"""The framework's own rows that belong to a document (comments, files, notifications, tags …): those of a complaint are
seen by those who see the complaint, and written by them alone.

One rule for lists (permission_query_conditions), for single rows (has_permission) and for writing (validate).
"""

import frappe
from bs4 import BeautifulSoup
from frappe import _
from frappe.query_builder import DocType

from phanhoi_app.access import named, scope
from phanhoi_app.access.permissions import COMPLAINT, GUARDED, in_parentheses
from phanhoi_app.history import record

# Rows about these are for the framework's Administrator alone: nothing of the app refers to them so.
CLOSED = tuple(sorted(GUARDED - {COMPLAINT}))
APP = "Phanhoi App"
# DocType → the columns that name the document it belongs to.
REFERENCES = {
    "Access Log": ("export_from", "reference_document"),
    "Activity Log": ("reference_doctype", "reference_name"),
    "Comment": ("reference_doctype", "reference_name"),
    "Communication": ("reference_doctype", "reference_name"),
    "DocShare": ("share_doctype", "share_name"),
    "Document Follow": ("ref_doctype", "ref_docname"),
    "Email Queue": ("reference_doctype", "reference_name"),
    "File": ("attached_to_doctype", "attached_to_name"),
    "Notification Log": ("document_type", "document_name"),
    "Reminder": ("reminder_doctype", "reminder_docname"),
    "Tag Link": ("document_type", "document_name"),
    "ToDo": ("reference_type", "reference_name"),
    "Version": ("ref_doctype", "docname"),
    "View Log": ("reference_doctype", "reference_name"),
}


def _conditions(doctype: str):
    def conditions(user: str | None = None, **_ignored) -> str:
        criterion = _criterion(doctype, user or frappe.session.user)
        return "" if criterion is None else in_parentheses(criterion)

    return conditions


# One for each DocType: the framework tells older hooks the user only.
access_log = _conditions("Access Log")
activity_log = _conditions("Activity Log")
comment = _conditions("Comment")
communication = _conditions("Communication")
docshare = _conditions("DocShare")
document_follow = _conditions("Document Follow")
email_queue = _conditions("Email Queue")
file = _conditions("File")
notification_log = _conditions("Notification Log")
tag_link = _conditions("Tag Link")
todo = _conditions("ToDo")
version = _conditions("Version")
view_log = _conditions("View Log")


def permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether the complaint that a row belongs to is in the user's scope, and no other app objects (has_permission).

    Some versions of the framework take the first hook's yes for all; so the other hooks are asked here.
    """
    user = user or frappe.session.user
    if not _permits(doc, ptype, user):
        return False
    others = [
        path
        for path in frappe.get_hooks("has_permission").get(doc.doctype, [])
        if not path.startswith(__name__)
    ]
    answers = (frappe.call(frappe.get_attr(path), doc=doc, ptype=ptype, user=user) for path in others)
    return all(answer or answer is None for answer in answers)


def _permits(doc, ptype: str | None, user: str) -> bool:
    doctype, name = _referred(doc)
    if doctype in CLOSED:
        return scope.is_root(user)
    if doctype != COMPLAINT or scope.is_root(user):
        return True
    new = doc.is_new() or not doc.name
    if ptype in ("write", "delete", "submit", "cancel") or (new and doc.doctype == "File"):
        return bool(frappe.db.exists(COMPLAINT, name)) and scope.may_act(
            frappe.get_doc(COMPLAINT, name), user
        )
    if new:
        return scope.may_see(name, user)
    criterion = _criterion(doc.doctype, user)
    table = DocType(doc.doctype)
    return bool(frappe.qb.from_(table).select(table.name).where(criterion & (table.name == doc.name)).run())


def check_note(doc, method: str | None = None) -> None:
    """Refuse what is written about a complaint by, or to, somebody who does not see it (hook: validate)."""
    doctype, name = _referred(doc)
    if doctype == "Complaint Event":  # the remark would be written into its row
        record.refuse()
    if doctype in CLOSED and not scope.is_root(frappe.session.user):
        raise frappe.PermissionError(_("Nothing can be attached to this record."))
    if doctype != COMPLAINT or doc.flags.by_the_app:
        return
    if doc.doctype == "Comment" and doc.comment_type not in ("Comment", "Like"):
        return  # the framework's own remark about something that was checked where it was done
    _see(doc)
    if doc.doctype == "Comment" and not scope.is_root(frappe.session.user):
        _sign(doc)
    for reader in _readers(doc):
        if not scope.may_see(name, reader):
            raise frappe.PermissionError(
                _("{0} may not see this complaint: leave the person out.").format(
                    frappe.get_cached_value("User", reader, "full_name") or reader
                )
            )


def check_links(doc, method=None) -> None:
    """Say of a complaint that the user does not see, and to which a document of any DocType is to link, that it could
    not be found (hook: validate of all). What the app and the framework write by themselves is not asked."""
    user = frappe.session.user
    if doc.flags.ignore_permissions or doc.meta.module == APP or scope.is_root(user):
        return
    before = None if doc.is_new() else doc.get_doc_before_save()
    known = set(_links_to_ours(before)) if before else set()
    lost = {
        link: words
        for link, words in _links_to_ours(doc).items()
        if link not in known and not _sees_link(*link, user)
    }
    if lost:
        frappe.throw(_("Could not find {0}").format(", ".join(lost.values())), frappe.LinkValidationError)


def _links_to_ours(doc) -> dict[tuple[str, str], str]:
    """{(DocType, name): words} of what is ours and a document or one of its rows links to; in the framework's words."""
    found = {}
    for each in (doc, *doc.get_all_children()):
        for df in named.links(each.meta, GUARDED):
            goal = df.options if df.fieldtype == "Link" else each.get(df.options)
            if goal in GUARDED and each.get(df.fieldname):
                words = f"{_(df.label)}: {each.get(df.fieldname)}"
                row = "{} #{}: ".format(_("Row"), each.idx) if each.get("parentfield") else ""
                found[goal, str(each.get(df.fieldname))] = row + words
    return found


def _sees_link(doctype: str, name: str, user: str) -> bool:
    if doctype == COMPLAINT:
        return scope.may_see(name, user)
    return bool(frappe.has_permission(doctype) and frappe.get_list(doctype, {"name": name}, limit=1))


def refuse_sharing(doc, method: str | None = None) -> None:
    """A complaint is not shared by hand: whoever works on it has a part in it (DocShare: validate)."""
    if doc.share_doctype == COMPLAINT or doc.share_doctype in CLOSED:
        raise frappe.PermissionError(
            _("A complaint is not shared: assign it, or ask another agency to contribute.")
        )


def forget_excerpts(doc, method: str | None = None) -> None:
    """Take away the framework's copy of the newest comments on the complaint's row: lists would show it to all who
    see the row, also to those whose part ended before (Comment: on_update)."""
    if doc.reference_doctype == COMPLAINT and doc.comment_type == "Comment":
        frappe.db.set_value(COMPLAINT, doc.reference_name, "_comments", None, update_modified=False)


def _see(doc) -> None:
    """Say of a complaint that the user does not see what the framework says of a document that is not there."""
    column = REFERENCES[doc.doctype][1]
    if not scope.may_see(doc.get(column), frappe.session.user):
        label = _(doc.meta.get_label(column), context=doc.doctype)
        frappe.throw(
            _("Could not find {0}").format(f"{label}: {doc.get(column)}"), frappe.LinkValidationError
        )


def _sign(comment) -> None:
    """Put the writer's own name under a new comment; what was signed stays, whoever corrects the words."""
    before = comment.get_doc_before_save()
    user = before.comment_email if before else frappe.session.user
    comment.comment_email = user
    comment.comment_by = before.comment_by if before else frappe.utils.get_fullname(user)


def _readers(doc) -> set[str]:
    """Those to whom the row will be shown or sent."""
    if doc.doctype == "Comment":
        spans = BeautifulSoup(doc.content or "", "html.parser").find_all(class_="mention")
        return {span.get("data-id") for span in spans if frappe.db.exists("User", span.get("data-id"))}
    column = {"ToDo": "allocated_to", "Document Follow": "user"}.get(doc.doctype)
    return {doc.get(column)} - {None, ""} if column else set()


def _referred(doc) -> tuple[str | None, str | None]:
    by, name = REFERENCES[doc.doctype]
    return doc.get(by), doc.get(name)


def _criterion(doctype: str, user: str):
    by, name = REFERENCES[doctype]
    row = DocType(doctype)
    seen = scope.follower_criterion(user, row, name, lambda custody: row.creation <= custody.until)
    if seen is None:
        return None
    elsewhere = row[by].isnull() | row[by].notin((COMPLAINT, *CLOSED))
    return elsewhere | ((row[by] == COMPLAINT) & seen)
