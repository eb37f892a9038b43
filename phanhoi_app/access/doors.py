"""The framework's own doors that ask no permission of their own, led through ours (override_whitelisted_methods).

Each looks first whether the document is one of ours and whether the user sees it, then lets the framework do what it
does. What is not seen is answered as what does not exist.
"""

from typing import Any

import frappe
from frappe import _, share
from frappe.desk import like, reportview, search
from frappe.desk.doctype.dashboard_chart import dashboard_chart
from frappe.desk.doctype.tag import tag as tags_of_frappe
from frappe.desk.form import assign_to as assignments
from frappe.desk.form import document_follow, linked_with, load
from frappe.desk.notifications import get_open_count as _get_open_count
from frappe.utils import cint, get_datetime, goal, sbool

from phanhoi_app.access import scope
from phanhoi_app.access.permissions import COMPLAINT, GUARDED
from phanhoi_app.history import record


def see(doctype: str | None, name: Any) -> None:
    """Raise as the framework does for what does not exist, unless the document is not ours or the user sees it."""
    if doctype in GUARDED and not sees(doctype, name):
        raise frappe.DoesNotExistError(_("{0} {1} not found").format(_(doctype), name))


def sees(doctype: str, name: Any) -> bool:
    """Whether the session's user sees this document of ours; False for one that does not exist."""
    if not isinstance(name, str):
        return False  # a list would be a condition, such as one that is true of any
    if doctype == COMPLAINT:
        return bool(frappe.db.exists(COMPLAINT, name)) and scope.may_see(str(name))
    return bool(frappe.has_permission(doctype) and frappe.get_list(doctype, {"name": name}, limit=1))


def led_through_ours() -> dict[str, list[str]]:
    """{path of a method: paths of what stands in for it}: ours, not the framework's own forwarding of old paths."""
    found = frappe.get_hooks("override_whitelisted_methods", {})
    return {path: ours for path, ours in found.items() if ours[-1].startswith("phanhoi_app.")}


@frappe.whitelist()
def get_link_title(doctype: str, docname: str | int):
    """The title that a link field shows."""
    return (
        search.get_link_title(doctype, docname) if doctype not in GUARDED or sees(doctype, docname) else None
    )


@frappe.whitelist()
def validate_link(doctype: str, docname: str | int, fields: Any = None):
    """Whether what was typed into a link field exists, for the one who typed it."""
    if doctype in GUARDED and not sees(doctype, docname):
        return frappe._dict(name=None)
    from frappe.client import validate_link as original

    return original(doctype, docname, fields)


@frappe.whitelist()
def has_permission(doctype: str, docname: str | int, perm_type: str = "read"):
    """Yes or no about one document; the same no for what is not seen and for what is not there."""
    if doctype in GUARDED and not sees(doctype, docname):
        return {"has_permission": False}
    from frappe.client import has_permission as original

    return original(doctype, docname, perm_type)


@frappe.whitelist()
def get_doc_permissions(doctype: str, docname: str | int):
    """What the user may do with one document."""
    see(doctype, docname)
    from frappe.client import get_doc_permissions as original

    return original(doctype, docname)


@frappe.whitelist(allow_guest=True)
def can_subscribe_doc(doctype: str, docname: str) -> bool:
    """Whether the realtime server may let the user listen to changes of one document: what is heard are later notes,
    which are not for those whose part has ended."""
    see(doctype, docname)
    if scope.reads_until(doctype, docname):
        raise frappe.PermissionError
    from frappe.realtime import can_subscribe_doc as original

    return original(doctype, docname)


@frappe.whitelist()
def get_count(doctype: str, filters: Any = None, debug: bool = False, cache: bool = False):
    """How many rows the user sees. The framework's own counts all, of any DocType, for any user."""
    if isinstance(filters, str):
        filters = frappe.parse_json(filters)
    return _count(doctype, filters=filters, distinct=True)


@frappe.whitelist()
def get_list_count():
    """The number beside a list; of complaints, asked in the shape in which all of a scope are counted soonest.

    With `limit`, as newer versions of the list send it, no further than that: such a number means "at least".
    """
    args = reportview.get_form_params()
    limit = cint(args.limit)
    frappe.flags.few_complaints = scope.FEW_TO_COUNT_ON if limit else scope.FEW_TO_COUNT
    try:
        if args.doctype != COMPLAINT or not limit:
            return reportview.get_count()
        asked = {"filters": args.filters, "or_filters": args.or_filters, "distinct": sbool(args.distinct)}
        return _count(COMPLAINT, **asked, limit=limit)
    finally:
        frappe.flags.few_complaints = None


def _count(doctype: str, **asked: Any) -> int:
    # the names are counted outside: version-16 takes no function of SQL in a field, and each of the frameworks
    # tells the statement of a list that is not run (as text; version-16 as a query)
    seen = frappe.get_list(doctype, fields=["name"], order_by=None, run=False, **asked)
    statement = seen if isinstance(seen, str) else seen.get_sql()
    return cint(frappe.db.sql(f"select count(*) from ({statement}) seen")[0][0])  # noqa: S608 - the framework's own


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str, field: str) -> list:
    """The numbers beside a list's groups; those of assignments are asked past every permission, so not for ours."""
    if doctype in GUARDED and field == "assigned_to":
        return []
    from frappe.desk.listview import get_group_by_count as original

    return original(doctype, current_filters, field)


@frappe.whitelist()
def get_open_count(doctype: str, name: str | int, items: Any = None):
    """The numbers in a form's connections, without those of ours: they are counted past every permission."""
    see(doctype, name)
    links = frappe.get_meta(doctype).get_dashboard_data()
    wanted = frappe.parse_json(items) if items else None
    if wanted is None:
        wanted = [item for group in links.transactions for item in group.get("items")]
    return _get_open_count(doctype, name, [item for item in wanted if item not in GUARDED])


@frappe.whitelist()
def get_monthly_goal_graph_data(goal_doctype: str, **values: Any):
    """A goal's months; not over what is ours."""
    if goal_doctype in GUARDED:
        raise frappe.PermissionError
    return goal.get_monthly_goal_graph_data(goal_doctype=goal_doctype, **_without_command(values))


@frappe.whitelist()
def get_chart(chart_name: str | None = None, chart: Any = None, refresh: Any = None, **values: Any):
    """A dashboard chart; over what is ours never from the cache, which another user's view may have filled."""
    named = frappe.db.get_value("Dashboard Chart", chart_name, "document_type") if chart_name else None
    given = (frappe.parse_json(chart) or {}).get("document_type") if chart else None
    if GUARDED & {named, given}:
        refresh = 1
    return dashboard_chart.get(
        chart_name=chart_name, chart=chart, refresh=refresh, **_without_command(values)
    )


@frappe.whitelist()
def get_linked(doctype: str, docname: str | int):
    """What links to a document; of ours only what the user sees."""
    see(doctype, docname)
    found = linked_with.get(doctype, docname) or {}
    for linked in GUARDED & set(found):
        # rows; in version-16 a dict of them and of how many more there are, which is not to be told
        newer = isinstance(found[linked], dict)
        rows = found[linked]["docs"] if newer else found[linked]
        names = [row.name for row in rows]
        seen = set()
        if names and frappe.has_permission(linked):
            seen = set(frappe.get_list(linked, {"name": ("in", names)}, pluck="name"))
        rows = [row for row in rows if row.name in seen]
        if rows:
            found[linked] = {"docs": rows, "hidden_count": 0} if newer else rows
        else:
            del found[linked]
    return found


@frappe.whitelist()
def get_shares(doctype: str, name: str | int):
    """With whom a document is shared."""
    see(doctype, name)
    return share.get_users(doctype, name)


@frappe.whitelist(methods=["POST"])
def toggle_like(doctype: str, name: str | int, add: Any = False):
    """Like a document that one sees."""
    _take_remarks(doctype)
    see(doctype, name)
    return like.toggle_like(doctype, name, add)


@frappe.whitelist(methods=["POST"])
def add_tag(tag: str, dt: str, dn: str | int, color: str | None = None):
    """Tag a document that one sees."""
    _take_remarks(dt)
    see(dt, dn)
    return tags_of_frappe.add_tag(tag, dt, dn, color)


@frappe.whitelist(methods=["POST"])
def add_tags(tags: Any, dt: str, docs: Any, color: str | None = None):
    """Tag documents that one sees."""
    _take_remarks(dt)
    for name in frappe.parse_json(docs):
        see(dt, name)
    return tags_of_frappe.add_tags(tags, dt, docs, color)


@frappe.whitelist(methods=["POST"])
def remove_tag(tag: str, dt: str, dn: str | int):
    """Take a tag off a document that one sees."""
    _take_remarks(dt)
    see(dt, dn)
    return tags_of_frappe.remove_tag(tag, dt, dn)


def _take_remarks(doctype: str) -> None:
    """Tags and likes are written into the row itself, before any hook is asked: never into an event's."""
    if doctype == "Complaint Event":
        record.refuse()


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str):
    """Names of the tagged documents that one sees."""
    found = tags_of_frappe.get_tagged_docs(doctype, tag)
    return [row for row in found if doctype not in GUARDED or sees(doctype, row[0])]


@frappe.whitelist()
def follow(doctype: str, doc_name: str | int, user: str):
    """Follow a document that one sees, oneself."""
    see(doctype, doc_name)
    if doctype in GUARDED and user != frappe.session.user:
        raise frappe.PermissionError
    return document_follow.follow_document(doctype, doc_name, user)


@frappe.whitelist()
def update_follow(doctype: str, doc_name: str | int, following: Any):
    """The form's button for it, which calls the framework's own function within."""
    following = sbool(following)
    if following:
        see(doctype, doc_name)
    return document_follow.update_follow(doctype, doc_name, following)


@frappe.whitelist(methods=["POST"])
def assign(**values: Any):
    """Leave somebody a to-do about a document that both see (the row's own check asks for the other)."""
    see(values.get("doctype"), values.get("name"))
    return assignments.add(_without_command(values))


@frappe.whitelist(methods=["POST"])
def remove_assignment(doctype: str, name: str | int, assign_to: str):
    """Take a to-do back, on a document that one sees."""
    see(doctype, name)
    return assignments.remove(doctype, name, assign_to)


@frappe.whitelist()
def getdoc(doctype: str, name: str | int):
    """Open a form; what is not seen is not there."""
    if doctype in GUARDED and not sees(doctype, name):
        return []
    result = load.getdoc(doctype, name)
    _cut(doctype, name)
    return result


@frappe.whitelist()
def get_docinfo(doc: Any = None, doctype: str | None = None, name: str | int | None = None):
    """What stands beside a form: comments, files …"""
    see(doctype, name)
    result = load.get_docinfo(None, doctype, name)
    _cut(doctype, name)
    return result


@frappe.whitelist()
def get_communications(doctype: str, name: str | int, start: int = 0, limit: int = 20):
    """The letters beside a form."""
    see(doctype, name)
    return _before(load.get_communications(doctype, name, start, limit), scope.reads_until(doctype, name))


def _cut(doctype: str, name: str | int) -> None:
    """Take what came after the user's part had ended from the rows beside a complaint's form."""
    until = scope.reads_until(doctype, name)
    info = frappe.response.get("docinfo")
    if info and doctype == COMPLAINT:
        _name_people(info, name)
    if until is None or not info:
        return
    for key, value in info.items():
        if isinstance(value, list):
            info[key] = _before(value, until)
    names = set(
        frappe.get_list("File", {"attached_to_doctype": doctype, "attached_to_name": name}, pluck="name")
    )
    info["attachments"] = [row for row in info.get("attachments") or [] if row.name in names]


def _name_people(info, name: str) -> None:
    """Tell the form the names of who wrote the complaint down and changed it last: it would show their e-mail."""
    people = info.setdefault("user_info", {})
    for user in frappe.db.get_value(COMPLAINT, name, ["owner", "modified_by"]):
        account = frappe.get_cached_value(
            "User", user, ["full_name", "user_type", "user_image"], as_dict=True
        )
        official = account and account.user_type == "System User"
        shown = (account.full_name if official else "") or _("The citizen")
        image = account.user_image if official else None
        people[user] = {"fullname": shown, "name": user, "image": image}


def _before(rows: list, until) -> list:
    if until is None:
        return rows

    def later(row) -> bool:
        return isinstance(row, dict) and bool(row.get("creation")) and get_datetime(row["creation"]) > until

    return [row for row in rows if not later(row)]


def _without_command(values: dict) -> dict:
    return {key: value for key, value in values.items() if key not in ("cmd", "data")}
