"""A citizen's own complaint: found by its tracking code, and what of it is shown.

The code (60 bits or more) is the secret: whoever has the link of the SMS opens the page. The look-up form asks
for the last four digits of the telephone too, so that a code read over a shoulder is not enough there.
"""

import hmac
import json

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime

from phanhoi_app.access.files import ANSWER_FILES, CITIZEN_PAPERS
from phanhoi_app.custody import citizen, merging, phases, splitting
from phanhoi_app.history import naming, read
from phanhoi_app.intake import guests, photos
from phanhoi_app.portal import timeline, words
from phanhoi_app.rules import codes, phone
from phanhoi_app.sla import clock_words

NOBODY = "----"  # never the end of a telephone number


class TooManyGuesses(frappe.TooManyRequestsError):
    """This caller has tried too many wrong codes; nothing was looked up."""


def find(code: str, last_four: str | None = None):
    """The Complaint of a tracking code, or None.

    `last_four`: when given, the telephone's last four digits must match too. A wrong code and wrong digits are
    the same to the caller: the same work is done and the same None comes back, and both count as a guess.
    Raises TooManyGuesses.
    """
    caller = guests.address()
    if not guests.guesses_left(caller):
        raise TooManyGuesses(
            _("Too many wrong codes were tried from your network. Please try again in an hour.")
        )
    wanted = codes.normalise_code(code or "") or "-"
    row = frappe.db.get_value(
        "Complainant", {"tracking_code": wanted}, ["name", "citizen_phone"], as_dict=True
    )
    right = row is not None
    if last_four is not None:
        known = phone.last4(row.citizen_phone) if row and row.citizen_phone else NOBODY
        right &= hmac.compare_digest(known.encode(), last_four.strip().encode())
    if not right:
        guests.count_wrong_guess(caller)
        return None
    return frappe.get_doc("Complaint", row.name)


def path(complaint) -> str:
    """The address of its tracking page, without the host."""
    return f"/tra-cuu/{codes.grouped(complaint.tracking_code)}"


def link(complaint) -> str:
    """The whole address, as it stands in the SMS and in the QR code."""
    return frappe.utils.get_url(path(complaint))


def view(complaint) -> dict:
    """Everything the tracking page shows, by name; no officer, no internal note, no identity."""
    field = frappe.get_cached_doc("Field", complaint.field)
    events = read.events(complaint.name)
    identity = complaint.identity  # the citizen reads the own words as typed
    other = merging.followed(complaint)
    here = path(complaint)
    return {
        "number": complaint.name,
        "code": codes.grouped(complaint.tracking_code),
        "path": here,
        "link": link(complaint),
        "title": words.as_typed(identity.typed_title or complaint.title),
        "content": words.as_typed(identity.typed_content or complaint.content),
        "kind": _(complaint.kind),
        "field": words.local_name(field, "field_name", "field_name_en"),
        "field_icon": field.icon,
        "area": frappe.get_cached_value("Area", complaint.area, "area_name") if complaint.area else "",
        "address": words.as_typed(identity.typed_address or complaint.address),
        "latitude": complaint.latitude or None,
        "longitude": complaint.longitude or None,
        "occurred_at": complaint.occurred_at,
        "received_at": complaint.received_at,
        "answers": _answers(identity.typed_answers or complaint.question_answers),
        "phase": complaint.phase,
        "agency": _agency(complaint),
        "due": _due(other or complaint),
        "clock": _clock(other or complaint),
        "reply_by": complaint.reply_by if complaint.phase == "waiting" else None,
        "steps": timeline.steps(events),
        "milestones": timeline.milestones(other or complaint),
        "headline": timeline.headline(complaint.phase),
        "question": timeline.open_question(complaint, events),
        "ending": timeline.ending(complaint, events),
        "joined": _joined(other, here) if other else None,
        "parts": [_part(part, here) for part in splitting.of(complaint.name)] if complaint.parts else [],
        "answer": _answer(complaint, here),
        "photos": _files(complaint.name, photos.CITIZEN_PHOTOS, here),
        "papers": _files(complaint.name, CITIZEN_PAPERS, here),
        "rating": _rating(complaint),
    }


def _agency(complaint) -> str:
    if complaint.phase in ("new", "screening", *phases.ENDED) or not complaint.agency:
        return ""
    answered = complaint.answered_on if complaint.phase in phases.ANSWERED else None
    return naming.name_at("Agency", complaint.agency, answered)


def _joined(other, here: str) -> dict:
    """How it stands with the complaint into which the citizen's own was merged: nothing of who sent that one."""
    answered = other.phase in phases.ANSWERED
    return {
        "number": other.name,
        "headline": timeline.headline(other.phase),
        "agency": _agency(other),
        "answer": words.as_typed(merging.answer_for_followers(other)) if answered else "",
        "answered_on": other.answered_on if answered else None,
        "files": _files(other.name, ANSWER_FILES, here) if answered else [],
    }


def _part(part, here: str) -> dict:
    """A part of what the citizen sent, as the citizen follows it."""
    answered = part.phase in phases.ANSWERED
    return {
        "title": words.as_typed(part.title),
        "headline": timeline.headline(part.phase),
        "agency": _agency(part),
        "answer": words.as_typed(part.answer_text) if answered else "",
        "answered_on": part.answered_on if answered else None,
        "files": _files(part.name, ANSWER_FILES, here) if answered else [],
    }


def _due(complaint) -> dict | None:
    if not complaint.due_on or complaint.phase not in phases.OPEN:
        return None
    if complaint.clock_state == "Paused":
        return {"day": "", "words": _("The clock stands still until you reply"), "late": False}
    return {
        "day": words.day(complaint.due_on),
        "words": words.due(complaint.due_on),
        "late": frappe.utils.get_datetime(complaint.due_on) < now_datetime(),
    }


def _clock(complaint) -> dict | None:
    """Why that day: {day, first, why, ground, lines: [{sign, what, reason, ground}]}; one line a pause or extension."""
    clock = clock_words.for_citizen(complaint)
    if clock is None or complaint.phase in phases.ENDED:
        return None
    pauses = [(pause["since"], "pause", _paused(pause), pause) for pause in clock["pauses"]]
    extensions = [
        (each["at"], "again", _("The time was extended to {0}").format(words.day(each["new_due"])), each)
        for each in clock["extensions"]
    ]
    lines = sorted([*pauses, *extensions], key=lambda line: line[0])
    extended = clock["original_due_on"] != clock["due_on"]
    return {
        "day": words.day(clock["due_on"]),
        "first": words.day(clock["original_due_on"]) if extended else "",
        "why": clock["why"],
        "ground": clock["ground"],
        "lines": [
            {"sign": sign, "what": what, "reason": words.as_typed(of["reason"]), "ground": of["ground"] or ""}
            for _at, sign, what, of in lines
        ],
    }


def _paused(pause: dict) -> str:
    since = words.moment(pause["since"])
    if not pause["until"]:
        return _("Standing still since {0}").format(since)
    return _("Stood still from {0} to {1}").format(since, words.moment(pause["until"]))


def _answers(given: str | None) -> list[dict]:
    try:
        rows = json.loads(given or "[]")
    except ValueError:
        return []
    return [{"label": row.get("label") or "", "value": _(str(row.get("value") or ""))} for row in rows]


def _answer(complaint, here: str) -> dict | None:
    if complaint.phase not in phases.ANSWERED or not complaint.answer_text:
        return None
    return {
        "text": words.as_typed(complaint.answer_text),
        "document_number": complaint.answer_document_number or "",
        "document_date": complaint.answer_date,
        "signer": complaint.answer_signer or "",
        "answered_on": complaint.answered_on,
        "agency": _agency(complaint),
        "files": _files(complaint.name, ANSWER_FILES, here),
    }


def _files(complaint: str, attached_to: str, here: str) -> list[dict]:
    """Files of a complaint as links below the citizen's own page (`here`): [{href, name, is_picture}]."""
    rows = photos.of(complaint, attached_to)
    return [
        {
            "href": f"{here}/tep/{row.name}",
            "name": row.file_name,
            "is_picture": row.file_name.lower().endswith((".jpg", ".jpeg", ".png", ".webp")),
        }
        for row in rows
    ]


def _rating(complaint) -> dict | None:
    """The rating asked for or given: {levels, given, satisfied, comment, may_reopen, reopen_until}."""
    if complaint.phase not in phases.ANSWERED or not complaint.answer_text:
        return None
    levels = citizen.rating_levels()
    given = next((level for level in levels if level.level_code == complaint.satisfaction), None)
    days = cint(frappe.get_cached_doc("Phanhoi Settings").reopen_days)
    may_reopen = citizen.reopening_refused(complaint) is None
    return {
        "levels": [
            {
                "code": level.level_code,
                "label": words.local_name(level, "label", "label_en"),
                "satisfied": bool(level.counts_as_satisfied),
                "score": level.score,
            }
            for level in levels
        ],
        "given": words.local_name(given, "label", "label_en") if given else (complaint.satisfaction or ""),
        "comment": words.as_typed(complaint.satisfaction_comment),
        "may_reopen": bool(may_reopen and given and given.may_reopen),
        "reopen_until": getdate(frappe.utils.add_days(complaint.answered_on, days))
        if complaint.answered_on
        else None,
    }
