"""Checks what a citizen or a clerk typed, field by field, and returns it clean.

Every error is a sentence in the reader's language that names the field and the remedy.
"""

import json
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import getdate, validate_email_address

from phanhoi_app.custody import sealing
from phanhoi_app.history.now import now
from phanhoi_app.intake import areas, custom
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.intake.questions import check_answers
from phanhoi_app.rules import moments, phone, text
from phanhoi_app.rules.errors import RuleError

# What a sender may say. Whatever else is sent (a forged hidden field, say) is not read.
ALLOWED = (
    "title",
    "content",
    "kind",
    "field",
    "area",
    "address",
    "latitude",
    "longitude",
    "occurred_at",
    "citizen_name",
    "citizen_phone",
    "citizen_email",
    "citizen_address",
    "identity_wish",
    "accused_agency",
)
SHORTEST = {"title": 5, "content": 10, "citizen_name": 2}
HISTORICAL_SHORTEST = {"title": 1, "content": 1}
LONGEST = {"title": 200, "content": 10_000, "address": 240, "citizen_name": 140, "citizen_address": 240}


def submission(
    values: dict, answers: dict | None, by_clerk: bool = False, offered: tuple[str, ...] = ()
) -> tuple[dict, str]:
    """Clean values (only `ALLOWED` keys) and the extra answers as JSON text.

    `answers` maps a question's code to what was chosen or typed. `by_clerk`: the sender may be unknown, and
    the extra questions are the clerk's to ask. Raises InvalidSubmission with all errors at once; the keys
    of its `errors` are fieldnames, `q_<question_code>` for extra questions. `offered` names fields that an
    administrator has added to the complaint and to the sender's form.
    """
    errors: dict[str, str] = {}
    clean = {key: _typed(values.get(key)) for key in ALLOWED}
    _check_text(clean, errors)
    field = _check_field(clean, errors)
    _check_position(clean, errors)
    if not clean["area"] and clean["latitude"] is not None:
        clean["area"] = areas.area_of(clean["latitude"], clean["longitude"]) or ""
    _check_area(clean, field, errors)
    _check_occurred(clean, errors)
    _check_choices(clean, errors)
    _check_citizen(clean, errors, by_clerk)
    _check_accused(clean, field, errors)
    added, wrong = custom.check(offered, values)
    clean |= added
    errors |= wrong
    details = []
    if field and not by_clerk:
        details, wrong = check_answers(field.questions, answers or {})
        errors.update(wrong)
    if errors:
        raise InvalidSubmission(errors)
    return clean, json.dumps(details, ensure_ascii=False)


def historical(values: dict, received_at: datetime, area_at: datetime | None = None) -> dict:
    """Clean values of a case that another system took in at `received_at` (only `ALLOWED` keys).

    `area_at`: when the area must not have ended yet, for a case that is still open; else when it was received.

    What nobody can put right any more is taken as it was: a text of a few letters, an unknown citizen, a field
    that is no longer offered, an area that was merged into another later, extra questions never asked. The
    content is the title where there was none. Everything else is checked as for a new complaint.
    Raises InvalidSubmission.
    """
    errors: dict[str, str] = {}
    clean = {key: _typed(values.get(key)) for key in ALLOWED}
    clean["content"] = clean["content"] or clean["title"]
    _check_text(clean, errors, shortest=HISTORICAL_SHORTEST)
    _check_field(clean, errors, offered=False)
    _check_area(clean, None, errors, at=area_at or received_at)
    _check_position(clean, errors)
    _check_occurred(clean, errors)
    _check_choices(clean, errors)
    _check_citizen(clean, errors, by_clerk=True)
    _check_accused(clean, None, errors)
    if errors:
        raise InvalidSubmission(errors)
    return clean


def desk(complaint) -> tuple[dict, str]:
    """The same for a complaint typed into the desk's own form, where the caller may stay unknown.

    Raises InvalidSubmission, and puts its sentences where the desk shows them.
    """
    values = {key: complaint.get(key) for key in ALLOWED}
    try:
        return submission(values, None, by_clerk=True)
    except InvalidSubmission as error:
        frappe.msgprint(list(error.errors.values()), title=_("Please correct"), indicator="red", as_list=True)
        raise


def _typed(value) -> str:
    return text.clean_typed(str(value)) if value not in (None, "") else ""


def _check_text(clean, errors, shortest=SHORTEST):
    for key in ("title", "content"):
        if not clean[key]:
            errors[key] = _("{0} is missing: please fill it in.").format(_label(key))
        elif len(clean[key]) < shortest[key]:
            errors[key] = _(
                "{0} is too short: write at least {1} characters so that we understand what to do."
            ).format(_label(key), shortest[key])
    for key, longest in LONGEST.items():
        if len(clean[key]) > longest:
            errors[key] = _("{0} is too long: at most {1} characters, you wrote {2}.").format(
                _label(key), longest, len(clean[key])
            )


def _label(key: str) -> str:
    # Asked for errors only: the first word that is translated in a request loads all the translations.
    labels = {
        "title": _("Title"),
        "content": _("Content"),
        "address": _("Address"),
        "citizen_name": _("Your name"),
        "citizen_address": _("Your address"),
    }
    return labels[key]


def _check_field(clean, errors, offered=True):
    if not clean["field"]:
        errors["field"] = _("Please choose what it is about.")
        return None
    known = frappe.get_cached_value("Field", clean["field"], "name")
    field = frappe.get_cached_doc("Field", clean["field"]) if known else None
    if not field or field.is_group or (offered and not field.enabled):
        errors["field"] = _("What you chose is no longer offered. Please choose again what it is about.")
        return None
    return field


def _check_area(clean, field, errors, at=None):
    if not clean["area"]:
        if field and field.route_by_area:
            errors["area"] = _("Please choose the commune or ward: it decides who handles this.")
        clean["area"] = None
        return
    day = getdate(at or now())
    known = frappe.get_cached_value("Area", clean["area"], ["valid_from", "valid_to"], as_dict=True)
    if known and areas.stands_on(known, day):
        return
    clean["area"], sentence = areas.standing(clean["area"], day, begun=at is None)
    if sentence:
        errors["area"] = sentence


def position(latitude: str, longitude: str) -> tuple[float, float] | None:
    """Degrees as typed, rounded to a tenth of a metre; None when nothing was. Raises ValueError with a sentence."""
    if not latitude and not longitude:
        return None
    try:
        # Decimal commas come with a Vietnamese keyboard.
        north, east = float(latitude.replace(",", ".")), float(longitude.replace(",", "."))
    except ValueError as error:
        raise ValueError(_("The position on the map is not readable. Please place the pin again.")) from error
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ValueError(_("The position lies outside the map. Please place the pin again."))
    return round(north, 6), round(east, 6)


def _check_position(clean, errors):
    latitude, longitude = clean["latitude"], clean["longitude"]
    clean["latitude"] = clean["longitude"] = None
    try:
        if place := position(latitude, longitude):
            clean["latitude"], clean["longitude"] = place
    except ValueError as error:
        errors["latitude"] = str(error)


def _check_occurred(clean, errors):
    value, clean["occurred_at"] = clean["occurred_at"], None
    if not value:
        return
    moment = moments.read_moment(value)
    if not moment:
        errors["occurred_at"] = _(
            "The time of what happened is not readable. Write it as day/month/year hour:minute."
        )
    elif moment > now():
        errors["occurred_at"] = _("The time of what happened lies in the future. Please correct it.")
    else:
        clean["occurred_at"] = moment


def _check_choices(clean, errors):
    meta = frappe.get_meta("Complaint")
    default = frappe.get_cached_doc("Phanhoi Settings").identity_wish_default or "Hidden from the public"
    for key, fallback in (("kind", "Feedback"), ("identity_wish", default)):
        clean[key] = clean[key] or fallback
        if clean[key] not in (meta.get_field(key).options or "").split("\n"):
            errors[key] = _("“{0}” is not one of the choices for {1}. Please choose again.").format(
                clean[key][:40], _(meta.get_field(key).label)
            )


def _check_citizen(clean, errors, by_clerk):
    name = clean["citizen_name"]
    if not name and not by_clerk:
        errors["citizen_name"] = _(
            "Your name is missing: please fill it in. You choose below who may see it."
        )
    elif name and len(name) < SHORTEST["citizen_name"]:
        errors["citizen_name"] = _("Your name is too short: please write it in full.")
    if clean["citizen_phone"]:
        try:
            clean["citizen_phone"] = phone.normalise(clean["citizen_phone"])
        except RuleError as error:
            errors["citizen_phone"] = error.sentence(_)
    if clean["citizen_email"] and not validate_email_address(clean["citizen_email"]):
        errors["citizen_email"] = _(
            "The e-mail address is not complete. Write it like name@example.com, or leave it empty."
        )
    if not (clean["citizen_phone"] or clean["citizen_email"] or by_clerk) and "citizen_phone" not in errors:
        errors["citizen_phone"] = _(
            "Please give a phone number or an e-mail address, so that the answer reaches you."
        )


def _check_accused(clean, field, errors):
    """The agency complained about counts for sealed fields only; it must be one that exists and has one above it."""
    name, clean["accused_agency"] = clean["accused_agency"], None
    if not name or not field or not sealing.is_sealed(field.name):
        return
    agency = frappe.get_cached_value("Agency", name, ["name", "parent_agency"], as_dict=True)
    if not agency:
        errors["accused_agency"] = _("The agency is not in the list. Please choose it again.")
    elif not agency.parent_agency:
        errors["accused_agency"] = _("Please choose the office that it is about, not the whole province.")
    else:
        clean["accused_agency"] = name
