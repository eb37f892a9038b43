"""A filled-in form arrives: read what may be read, file the complaint, or say what is wrong with each field."""

import secrets

import frappe
from frappe import _

from phanhoi_app.custody import sealing
from phanhoi_app.intake import areas, check, guests, photos, receive
from phanhoi_app.intake.errors import InvalidSubmission, TooManySubmissions
from phanhoi_app.portal import form, words

TOKEN_LENGTH = 64


def new_token() -> str:
    """A token for one filling-in of the form: the same token files one complaint, however often it is sent."""
    return secrets.token_urlsafe(24)


def read(web_form, posted) -> dict[str, str]:
    """{input name: value as typed} of what the form offers, extra questions included; anything else is not read.

    `posted` is a mapping of the request's form values. Hidden and read-only fields keep the administrator's value.
    """
    values = {name: str(posted.get(name) or "") for name in form.readable_fields(web_form)}
    values.update(form.fixed_values(web_form))
    values.update({name: str(posted[name]) for name in posted if name.startswith("q_")})
    values["token"] = str(posted.get("token") or "")[:TOKEN_LENGTH]
    return values


def uploads(files) -> list[photos.Upload]:
    """The photos of a request (`files`: its MultiDict of uploads); empty file inputs are skipped."""
    return [
        photos.Upload(filename=file.filename, content=file.stream.read())
        for file in files.getlist("photos")
        if file.filename
    ]


def submit(web_form, values: dict[str, str], sent_photos: list[photos.Upload], honeypot_filled: bool):
    """File the complaint and return it; the request's end commits it before the receipt is shown.

    Raises InvalidSubmission (422) with a sentence for each input, TooManySubmissions (429).
    """
    if honeypot_filled:
        raise InvalidSubmission(
            {"website": _("This box must stay empty: it catches machines. Please clear it.")}
        )
    answers = {name[2:]: value for name, value in values.items() if name.startswith("q_")}
    offered = form.added_fields(web_form)
    absent = missing(web_form, values, sent_photos)
    if absent:
        # What is missing is called by the name it has on the page.
        raise InvalidSubmission(_all_that_is_wrong(values, answers, offered, sent_photos) | absent)
    return receive.receive(
        values,
        channel="Web",
        answers=answers,
        photos=sent_photos,
        idempotency_key=values["token"] or None,
        offered=offered,
        admit=_within_limits,
    )


def _all_that_is_wrong(values, answers, offered, sent_photos) -> dict[str, str]:
    errors = {}
    try:
        check.submission(values, answers, offered=offered)
    except InvalidSubmission as error:
        errors = error.errors
    try:
        photos.check(sent_photos)
    except photos.BadPhoto as error:
        errors["photos"] = str(error)
    return errors


def _within_limits(clean: dict) -> None:
    if refusal := guests.submission_refused(guests.address(), clean["citizen_phone"] or None):
        raise TooManySubmissions({"": refusal})


def missing(web_form, values: dict[str, str], sent_photos: list) -> dict[str, str]:
    """A sentence for each input that the administrator requires in the Web Form and that was left empty."""
    errors = {}
    for row in form.required_rows(web_form):
        name = row.fieldname
        if name == "accused_agency" and not sealing.is_sealed(values.get("field")):
            continue  # asked for sealed fields only
        if name == form.PHOTOS:
            if not sent_photos:
                errors["photos"] = _("Please add at least one photo.")
        elif values.get(name, "").strip():
            continue
        elif name == "area":
            if not _pin_has_area(values):
                errors[name] = _("Please choose the commune or ward.")
        elif name == "latitude":
            errors[name] = _("Please place the pin on the map.")
        else:
            errors[name] = _("Please fill in “{0}”.").format(form.label_of(row))
    return errors


def _pin_has_area(values: dict[str, str]) -> bool:
    """Whether the pin says what the empty choice of the area does not."""
    try:
        place = check.position(values.get("latitude", "").strip(), values.get("longitude", "").strip())
    except ValueError:
        return False
    return bool(place and areas.area_of(*place))


def in_order(errors: dict[str, str], section_list: list[form.Section], extra: list[form.Item]) -> list[dict]:
    """The errors as [{name, text}], in the order in which the inputs stand on the page."""
    order = ["field", *(item.name for item in extra)]
    order += [item.name for section in section_list for item in section.items]
    place = {name: number for number, name in enumerate(order)}
    ranked = sorted(errors.items(), key=lambda pair: place.get(pair[0], len(order)))
    return [{"name": name, "text": text} for name, text in ranked]


def limits() -> dict:
    """What the photo input says and checks before sending: {count, megabytes, words}."""
    settings = frappe.get_cached_doc("Phanhoi Settings")
    count, megabytes = settings.max_photos or 5, settings.max_photo_mb or 10
    return {
        "count": count,
        "megabytes": megabytes,
        "words": _("Up to {0} photos (JPEG, PNG, WebP or HEIC), {1} each").format(
            count, words.megabytes(megabytes)
        ),
    }
