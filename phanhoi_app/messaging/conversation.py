"""What citizen and office said to each other about a complaint, by whatever channel, in the order of time."""

import frappe
from frappe import _

from phanhoi_app.access import scope
from phanhoi_app.custody import cohandling, verbs
from phanhoi_app.history import read
from phanhoi_app.messaging import notices, templates

IN, OUT = "in", "out"
# Events in which the citizen, or another office, speaks.
HEARD = ("received", "supply", "citizen_wrote", "reopen", "rate", "outside_status")
NEAR = 600  # seconds between a mail's coming in and the event that it became
MOST_REPLIES = 200


@frappe.whitelist(methods=["POST"])
def of(complaint: str) -> dict:
    """{entries: [{at, direction, channel, who, text, status, note, checks}], replies: [{title, text}], may_write,
    channel}, oldest first; nobody's number or address is named. What the user has now read rings no more.

    Raises frappe.DoesNotExistError (404) for what the user does not see.
    """
    doc = frappe.get_doc("Complaint", complaint)
    doc.check_permission("read")
    last = scope.last_readable(doc.name)
    entries = _heard(doc, last) + _said(doc, last)
    entries.sort(key=lambda entry: (entry["at"], entry["direction"] == OUT))
    may_write = _may_write(doc)
    _read_in_bell(doc.name)
    return {
        "entries": entries,
        "replies": _replies(doc) if may_write else [],
        "may_write": may_write,
        "channel": _(doc.channel),
    }


def _heard(doc, last) -> list[dict]:
    found = []
    for event in read.events(doc.name):
        if event.kind not in HEARD or (last and event.sequence > last[1]):
            continue
        office = event.kind == "outside_status"
        said = doc.content if event.kind == "received" else event.public_note
        if not said and event.kind != "rate":
            continue
        by_clerk = event.kind == "supply" and event.actor_role != "Citizen"
        found.append(
            {
                "at": str(event.at),
                "direction": IN,
                "channel": _(doc.channel if event.kind == "received" else event.changes.get("by") or ""),
                "who": _("Another office") if office else _("The citizen"),
                "text": said or _("{0} rated the answer.").format(_("The citizen")),
                "status": _("written down by an official") if by_clerk else "",
                "note": _("from another address than the citizen's")
                if event.changes.get("from_another")
                else "",
                "checks": "",
            }
        )
    return _with_checks(doc.name, found)


def _with_checks(complaint: str, entries: list[dict]) -> list[dict]:
    """The entries with what the mail server found of those that came as mails."""
    names = frappe.get_all("Inbound Letter", {"complaint": complaint}, pluck="name")
    if not names:
        return entries
    rows = frappe.get_all(
        "Inbound Message", {"name": ("in", names), "checks": ("is", "set")}, ["received_on", "checks"]
    )
    for row in rows:
        near = [
            (abs((frappe.utils.get_datetime(e["at"]) - row.received_on).total_seconds()), e) for e in entries
        ]
        seconds, entry = min(near, key=lambda pair: pair[0], default=(NEAR, None))
        if entry and seconds < NEAR:
            entry["checks"] = row.checks
    return entries


def _said(doc, last) -> list[dict]:
    rows = frappe.get_all(
        "Message",
        filters={
            "complaint": doc.name,
            "audience": "Citizen",
            **({"creation": ["<=", last[0]]} if last else {}),
        },
        fields=[
            "channel",
            "recipient",
            "status",
            "status_note",
            "subject",
            "text",
            "creation",
            "sent_on",
            "owner",
        ],
        order_by="creation asc, name asc",
    )
    return [
        {
            "at": str(row.creation.replace(microsecond=0)),
            "direction": OUT,
            "channel": _(row.channel),
            "who": row.recipient or "",
            "text": row.text or row.subject or "",
            "status": _(row.status),
            "note": "",
            "lost": row.status in ("Failed", "Gave up", "Not sent"),
            "checks": "",
        }
        for row in rows
    ]


def _may_write(doc) -> bool:
    from phanhoi_app.custody import refusals

    verb = verbs.BESIDE["write"]
    return doc.phase in verb.phases and not refusals.refused(doc, "write") and bool(cohandling.leads(doc))


def _replies(doc) -> list[dict]:
    """The ready-made texts that fit the complaint's field, filled in; the citizen's code and link stay hidden."""
    values = notices.values_of(doc, secret=False)
    found = []
    for row in frappe.get_all(
        "Reply Template", {"enabled": 1}, ["title", "text", "field"], order_by="title", limit=MOST_REPLIES
    ):
        if not row.field or row.field == doc.field:
            found.append({"title": row.title, "text": templates.render(row.text, values)})
    return found


def _read_in_bell(complaint: str) -> None:
    """Whoever has the complaint open has read what the bell says of it."""
    frappe.db.sql(
        """update `tabNotification Log` set `read` = 1 where for_user = %s and document_type = 'Complaint'
        and document_name = %s and `read` = 0""",
        (frappe.session.user, complaint),
    )
