"""Which events are told to whom. Hangs on the document hooks of the complaint; custody knows nothing of it."""

from collections.abc import Iterable

import frappe
from frappe.utils import formatdate, get_datetime, get_url

from phanhoi_app.channels import accounts
from phanhoi_app.custody import merging
from phanhoi_app.custody.phases import ENDED
from phanhoi_app.custody.verb import agency_name
from phanhoi_app.messaging import outbox, templates
from phanhoi_app.rules import codes

# phase that was entered → event, for the citizen and for the officers of the agency that holds it
TO_CITIZEN = {"waiting": "asked", "answered": "answered", "refused": "refused", "redirected": "redirected"}
# Out of these a complaint is accepted by giving it to an agency.
SCREENED = ("new", "screening")
# A new holder is told why it is one; verbs that are not here assign.
TO_HOLDER = {"transfer": "transferred", "decline": "returned"}
# Verbs that leave the state as it is: told to the agency they name.
TO_ASKED = {"invite": "contribution_asked", "refer": "referred"}
LANGUAGES = ("vi", "en")
HANDLE = ("Officer", "Leader")
COORDINATE = ("Coordinator", "Leader")


def complaint_received(complaint, method: str | None = None) -> None:
    """Acknowledge to the citizen, with code and link (document hook: after_insert)."""
    if complaint.flags.imported:
        return  # a case of last year is not news to anybody
    if not complaint.part_of:  # the citizen of a part is told of the whole
        outbox.queue(complaint, "received", "1", _to_citizen(complaint))
    if complaint.phase == "assigned":  # sealed, or a part: straight to those who handle it
        outbox.queue(complaint, "assigned", "1", _to_officers(complaint))


def complaint_changed(complaint, method: str | None = None) -> None:
    """Tell those whom a change of phase or holder concerns (document hook: on_update)."""
    before = complaint.get_doc_before_save()
    if before is None or complaint.flags.imported:
        return
    occasion = str(complaint.modified)
    _tell_citizens(complaint, before, occasion)
    _tell_beside(complaint, occasion)
    if complaint.phase in ENDED:
        return
    verb = _verb(complaint)
    if complaint.reopened_count != before.reopened_count:
        letters = [] if complaint.part_of else _to_citizen(complaint)
        outbox.queue(complaint, "reopened", occasion, letters + _to_officers(complaint))
    elif complaint.agency != before.agency and complaint.phase == "assigned":
        outbox.queue(complaint, TO_HOLDER.get(verb, "assigned"), occasion, _to_officers(complaint))
    elif verb in ("decline", "return") and complaint.phase == "screening":
        outbox.queue(complaint, "returned", occasion, _to_officers(complaint, duties=COORDINATE))
    elif verb == "parts_answered":
        outbox.queue(complaint, "parts_answered", occasion, _to_officers(complaint, duties=COORDINATE))
    elif before.phase == "approval" and complaint.phase == "processing":
        outbox.queue(complaint, "sent_back", occasion, _to_officers(complaint, only=complaint.officer))
    elif before.officer and complaint.officer not in (None, before.officer, frappe.session.user):
        outbox.queue(complaint, "handed_over", occasion, _to_officers(complaint, only=complaint.officer))


def tell_citizen(complaint, event: str, occasion: str, note: str = "") -> None:
    """Tell the citizen of something other than a change of phase; `occasion` tells it from another of its kind."""
    outbox.queue(complaint, event, occasion, _to_citizen(complaint, note))


def tell_by_mail(complaint, event: str, occasion: str, recipient: str, note: str = "") -> None:
    """Tell the citizen by e-mail, at the address from which he has just written."""
    letter = {"audience": "Citizen", "channel": "E-mail", "recipient": recipient}
    outbox.queue(complaint, event, occasion, [letter | {"values": _values(complaint, note)}])


def tell_citizens(complaints: list[str], event: str, occasion: str) -> None:
    """The same for many complaints at once; the citizen of a part is told of the whole. Four statements in all."""
    if not complaints or not outbox.is_told(event, "Citizen"):
        return
    rows = frappe.db.sql(
        """select c.name, c.title, c.due_on, c.agency, c.field, c.reply_by, p.tracking_code, p.citizen_phone,
            p.citizen_email, p.citizen_user, p.chat_account, p.chat_id, c.language, c.severity
        from `tabComplaint` c join `tabComplainant` p on p.name = c.name
        where c.name in %s and ifnull(c.part_of, '') = ''
        and (p.citizen_phone > '' or p.citizen_email > '' or p.chat_id > '')""",
        (complaints,),
        as_dict=True,
    )
    alike: dict[tuple, dict] = {}  # what complaints of one agency and field have in common
    told = []
    for row in rows:
        row.identity = row
        kind = (row.agency, row.field)
        if kind not in alike:
            alike[kind] = common_values(row)
        told.append((row, event, occasion, _to_citizen(row, common=alike[kind])))
    outbox.queue_many(told)


def tell_members(complaint, event: str, occasion: str, users: list[str], note: str = "") -> None:
    """Leave a note in the desk for these people."""
    values = values_for_officers(complaint, note)
    letter = {"audience": "Officer", "channel": "Desk", "values": values}
    outbox.queue(
        complaint,
        event,
        occasion,
        [letter | {"recipient": u, "recipient_user": u, "language": _language_of(u)} for u in users],
    )


def tell_on_duty(complaint, event: str, occasion: str, users: Iterable[str], by_sms: bool) -> None:
    """A note in the desk for people who are on duty, and an SMS where a mobile number is known in an agency."""
    values = _values(complaint)
    values |= {"code": "", "link": values["desk_link"]}
    letters = []
    for user in users:
        letter = {"audience": "Officer", "values": values, "recipient_user": user}
        letters.append(letter | {"channel": "Desk", "recipient": user})
        phones = {"user": user, "parenttype": "Agency", "phone": ("is", "set")}
        if by_sms and (phone := frappe.db.get_value("Agency Member", phones, "phone")):
            letters.append(letter | {"channel": "SMS", "recipient": phone})
    outbox.queue(complaint, event, occasion, letters)


def _tell_citizens(complaint, before, occasion: str) -> None:
    if complaint.part_of:  # the citizen of a part is told of the whole
        return
    if complaint.publication == "Published" != before.publication:
        outbox.queue(complaint, "published", occasion, _to_citizen(complaint))
    if complaint.phase == before.phase:
        return
    if complaint.phase == "assigned" and before.phase in SCREENED:
        # Once: a complaint that comes back to the desk and is assigned anew is no news to the citizen.
        outbox.queue(complaint, "accepted", "1", _to_citizen(complaint))
    if complaint.phase == "merged":
        outbox.queue(complaint, "merged", occasion, _to_citizen(complaint, complaint.merged_into))
    event = TO_CITIZEN.get(complaint.phase)
    if not event:
        return
    note = complaint.flags.told_citizen or ""
    outbox.queue(complaint, event, occasion, _to_citizen(complaint, note))
    if event == "asked":
        return
    for name in merging.followers(complaint.name, locked=True):
        follower = frappe.get_doc("Complaint", name)
        outbox.queue(follower, event, occasion, _to_citizen(follower, note, complaint.agency))


def _tell_beside(complaint, occasion: str) -> None:
    """An agency that is asked for its opinion or informed, and who leads, when the opinion is there."""
    done, verb = complaint.flags.done, _verb(complaint)
    if verb == "write":
        _write_back(complaint, occasion, done.public_note)
    elif verb == "citizen_wrote":
        outbox.queue(complaint, "citizen_wrote", occasion, _to_officers(complaint, only=complaint.officer))
    if verb in TO_ASKED:
        letters = _to_officers(
            complaint, agency=done.extra["with"], note=done.reason or "", until=done.extra.get("until")
        )
        outbox.queue(complaint, TO_ASKED[verb], occasion, letters)
    elif verb == "contribute":
        outbox.queue(
            complaint, "contribution_given", occasion, _to_officers(complaint, by=done.extra["with"])
        )


def _write_back(complaint, occasion: str, note: str) -> None:
    """An official's words, by the channel by which the citizen came."""
    if complaint.channel == "E-mail" and complaint.identity.citizen_email:
        tell_by_mail(complaint, "written", occasion, complaint.identity.citizen_email, note)
    else:
        tell_citizen(complaint, "written", occasion, note)


def _verb(complaint) -> str:
    return complaint.flags.done.kind if complaint.flags.done else ""


def _to_citizen(
    complaint, note: str = "", agency: str | None = None, common: dict | None = None
) -> list[dict]:
    """One letter, with all addresses of the citizen: the settings say by which way."""
    identity = complaint.identity
    addresses = {"SMS": identity.citizen_phone, "E-mail": identity.citizen_email}
    if identity.chat_id and (channel := accounts.channel_of(identity.chat_account)):
        addresses[channel] = addresses.get(channel) or identity.chat_id
    if not any(addresses.values()):
        return []
    return [
        {
            "audience": "Citizen",
            "addresses": addresses,
            "language": complaint.get("language") or "vi",
            "values": _values(complaint, note, agency, common),
            "recipient_user": identity.citizen_user,
        }
    ]


def _to_officers(
    complaint,
    only: str | None = None,
    agency: str | None = None,
    by: str | None = None,
    note: str = "",
    until: str | None = None,
    duties: tuple[str, ...] = HANDLE,
) -> list[dict]:
    """A note in the desk for each with one of the duties in the agency (the holder), and an SMS where a mobile
    number is known. `by` is the agency that the note names, `until` the day by which something is wanted."""
    to = agency or complaint.agency
    if not to:
        return []
    values = values_for_officers(complaint, note, by or to)
    if until:
        values["reply_by"] = formatdate(until, "dd/MM/yyyy")
    letters = []
    for member in frappe.get_cached_doc("Agency", to).members:
        if member.duty not in duties or (only and member.user != only):
            continue
        letter = {"audience": "Officer", "values": values, "recipient_user": member.user}
        letter["language"] = _language_of(member.user)
        letters.append(letter | {"channel": "Desk", "recipient": member.user})
        if member.phone:
            letters.append(letter | {"channel": "SMS", "recipient": member.phone})
    return letters


def _language_of(user: str) -> str:
    language = (frappe.get_cached_value("User", user, "language") or "")[:2]
    return language if language in LANGUAGES else "vi"


def values_of(complaint, note: str = "", secret: bool = True) -> dict:
    """What a template may say of a complaint; without `secret` the citizen's code and link are hidden."""
    return _values(complaint, note) | ({} if secret else templates.SECRET)


def values_for_officers(
    complaint, note: str = "", agency: str | None = None, common: dict | None = None
) -> dict:
    """What a template may name in a message to officials; `complaint` a document or a row with name, title, agency,
    field, due_on, reply_by. The code, which opens the citizen's own page, is not among it."""
    common = common or common_values(complaint, agency)
    desk_link = f"{common['site']}/app/complaint/{complaint.name}"
    return {
        **common,
        "number": complaint.name,
        "title": complaint.title,
        "code": "",
        "link": desk_link,
        "desk_link": desk_link,
        "count": 1,
        "due_on": get_datetime(complaint.due_on).strftime("%H:%M %d/%m/%Y") if complaint.due_on else "",
        "note": note,
        "reply_by": formatdate(complaint.reply_by, "dd/MM/yyyy") if complaint.reply_by else "",
    }


def values_for_many(count: int, note: str) -> dict:
    """The same for a message about so many complaints at once."""
    of_one = dict.fromkeys(("number", "title", "code", "due_on", "agency", "field", "reply_by"), "")
    settings = _of_the_site()
    desk_link = f"{settings['site']}/app/complaint"
    return settings | of_one | {"count": count, "link": desk_link, "desk_link": desk_link, "note": note}


def _values(complaint, note: str = "", agency: str | None = None, common: dict | None = None) -> dict:
    values = values_for_officers(complaint, note, agency, common)
    code = complaint.tracking_code
    return values | {"code": codes.grouped(code), "link": f"{values['site']}/tra-cuu/{code}"}


def common_values(complaint, agency: str | None = None) -> dict:
    """What letters about complaints of one agency and field have in common."""
    return _of_the_site() | {
        "agency": agency_name(agency or complaint.agency),
        "field": frappe.get_cached_value("Field", complaint.field, "field_name"),
    }


def _of_the_site() -> dict:
    settings = frappe.get_cached_doc("Phanhoi Settings")
    return {
        "site": get_url("").rstrip("/"),
        "province": settings.province_name or "",
        "portal": settings.portal_title or "",
        "hotline": settings.hotline or "",
    }
