"""One function for each address of the portal: reads the request, returns the response."""

import frappe
import segno
from frappe import _
from markupsafe import Markup
from werkzeug.wrappers import Response

from phanhoi_app.custody import citizen, sealing
from phanhoi_app.custody.errors import VerbRefused
from phanhoi_app.intake import areas, check, guests, photos
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.portal import files, form, frame, public, submit
from phanhoi_app.portal import tracking as own

NOT_INDEXED = {"X-Robots-Tag": "noindex, nofollow"}


def home() -> Response:
    """The front page: what to do here, and what was answered lately."""
    return frame.page(
        "home.html",
        {"groups": form.field_groups(), "latest": public.listing()["rows"][:3], "figures": public.figures()},
    )


def home_page(user: str) -> str | None:
    """The path behind "/" (hook: get_website_user_home_page): the portal, unless the site has chosen another."""
    chosen = frappe.db.get_single_value("Website Settings", "home_page")
    return chosen if chosen and chosen not in ("login", "home", "index") else "index"


def web_form(name: str) -> Response:
    """The complaint form: choose a field, fill in, send."""
    web_form_doc = frappe.get_cached_doc("Web Form", name)
    if web_form_doc.login_required and frappe.session.user == "Guest":
        return frame.redirect(f"/login?redirect-to=/{web_form_doc.route}")
    if frappe.request.method == "POST":
        return _take_form(web_form_doc)
    field = form.chosen_field(frappe.request.args.get("field"))
    if not field:
        row = form.field_row(web_form_doc)
        return frame.page(
            "choose.html", {"web_form": web_form_doc, "row": row, "groups": form.field_groups()}
        )
    return _form_page(web_form_doc, field, {"token": submit.new_token(), **_known_of_the_user()})


def _take_form(web_form_doc) -> Response:
    posted = frappe.request.form
    values = submit.read(web_form_doc, posted)
    values["token"] = values["token"] or submit.new_token()
    if posted.get("step") == "field":
        values["field"] = posted.get("new_field") or values["field"]
        return _form_page(web_form_doc, form.chosen_field(values["field"]), values)
    sent_photos = submit.uploads(frappe.request.files)
    try:
        complaint = submit.submit(web_form_doc, values, sent_photos, guests.honeypot_filled(posted))
    except InvalidSubmission as error:
        frappe.db.rollback()
        frappe.clear_messages()
        field = form.chosen_field(values.get("field"))
        return _form_page(
            web_form_doc, field, values, error.errors, error.http_status_code, bool(sent_photos)
        )
    receipt_path = f"{own.path(complaint)}/bien-nhan"
    return (
        frame.json_response({"location": receipt_path})
        if frame.wants_json()
        else frame.redirect(receipt_path)
    )


def _form_page(web_form_doc, field, values, errors=None, status=200, had_photos=False) -> Response:
    sealed = bool(field) and sealing.is_sealed(field.name)
    section_list = form.sections(web_form_doc, sealed)
    extra = form.extra_questions(field) if field else []
    listed = submit.in_order(errors or {}, section_list, extra)
    if errors and frame.wants_json():
        return frame.json_response({"errors": listed}, status)
    settings = frappe.get_cached_doc("Phanhoi Settings")
    context = {
        "web_form": web_form_doc,
        "row": form.field_row(web_form_doc),
        "field": field,
        "sections": section_list,
        "questions": extra,
        "groups": form.field_groups(),
        "areas": form.areas(),
        "area_by_pin": areas.boundaries_known(),
        "agencies": form.agencies() if sealed else [],
        "values": values,
        "errors": errors or {},
        "error_list": listed,
        "had_photos": had_photos,
        "limits": submit.limits(),
        "honeypot": guests.HONEYPOT,
        "settings": settings,
        "leaflet": _leaflet(),
    }
    return frame.page("form.html", context, status)


def _known_of_the_user() -> dict:
    """Name, e-mail and telephone of a citizen who is signed in, to spare typing."""
    if frappe.session.user == "Guest":
        return {}
    user = frappe.db.get_value(
        "User", frappe.session.user, ["full_name", "email", "mobile_no", "phone"], as_dict=True
    )
    return {
        "citizen_name": user.full_name or "",
        "citizen_email": user.email or "",
        "citizen_phone": user.mobile_no or user.phone or "",
    }


def _leaflet() -> str:
    """The address of the framework's Leaflet, empty when this release ships none."""
    from pathlib import Path

    folder = Path(frappe.get_app_path("frappe", "public", "js", "lib", "leaflet"))
    return "/assets/frappe/js/lib/leaflet" if (folder / "leaflet.js").is_file() else ""


def area_of_pin() -> Response:
    """The commune in which a pin lies, for the form's own script: {"area": code or null}."""
    if not guests.may_ask_for_pin(guests.address()):
        sentence = _("Too many places were asked for from your network. Please choose the commune yourself.")
        return frame.json_response({"errors": [{"name": "", "text": sentence}]}, 429)
    args = frappe.request.args
    try:
        place = check.position(args.get("latitude") or "", args.get("longitude") or "")
    except ValueError as error:
        return frame.json_response({"errors": [{"name": "latitude", "text": str(error)}]}, 422)
    return frame.json_response({"area": areas.area_of(*place) if place else None})


def lookup() -> Response:
    """The look-up form; one reply for a wrong code and an unknown one."""
    if frappe.request.method != "POST":
        return frame.page("lookup.html", {"values": {}, "errors": {}})
    values = {name: (frappe.request.form.get(name) or "").strip()[:80] for name in ("code", "last4")}
    errors = {}
    if not values["code"]:
        errors["code"] = _("Please enter the tracking code from your receipt or message.")
    if not (len(values["last4"]) == 4 and values["last4"].isascii() and values["last4"].isdigit()):
        errors["last4"] = _("Please enter the last four digits of your telephone number.")
    if errors:
        return frame.page("lookup.html", {"values": values, "errors": errors}, 422)
    complaint = own.find(values["code"], values["last4"])
    if not complaint:
        return _not_found(values)
    return frame.redirect(own.path(complaint))


def _not_found(values: dict) -> Response:
    sentence = _(
        "We found nothing with this code and these digits. Please check both: the code stands on your receipt "
        "and in the message you were sent."
    )
    return frame.page("lookup.html", {"values": values, "errors": {"": sentence}}, 404, NOT_INDEXED)


def tracking(code: str) -> Response:
    """A citizen's complaint by its secret link; POST carries what the citizen does with it."""
    complaint = own.find(code)
    if not complaint:
        return _not_found({"code": code[:80]})
    if frappe.request.method == "POST":
        return _act(complaint)
    return _tracking_page(complaint)


def _tracking_page(complaint, error: dict | None = None, status: int = 200) -> Response:
    context = {
        "case": own.view(complaint),
        "error": error or {},
        "done": frappe.request.args.get("done") or "",
        "limits": submit.limits(),
        "typed": frappe.request.form if error else {},
    }
    return frame.page("tracking.html", context, status, NOT_INDEXED)


def _act(complaint) -> Response:
    posted = frappe.request.form
    action = posted.get("action") or ""
    try:
        if action == "supply":
            clean = photos.check(submit.uploads(frappe.request.files))
            citizen.supply(complaint.name, posted.get("text") or "")
            photos.attach(complaint.name, clean)
        elif action == "rate":
            citizen.rate(complaint.name, posted.get("level") or "", posted.get("comment") or "")
        elif action == "reopen":
            citizen.reopen(complaint.name, posted.get("reason") or "")
        else:
            raise VerbRefused(_("This page does not know that action. Please reload it."))
    except (VerbRefused, photos.BadPhoto) as error:
        frappe.db.rollback()
        frappe.clear_messages()
        status = getattr(error, "http_status_code", 422)
        complaint.reload()
        return _tracking_page(complaint, {"action": action, "text": str(error)}, status)
    return frame.redirect(f"{own.path(complaint)}?done={action}")


def receipt(code: str) -> Response:
    """The receipt: code, link, QR code and the day by which an answer is due."""
    complaint = own.find(code)
    if not complaint:
        return _not_found({"code": code[:80]})
    case = own.view(complaint)
    form_doc = frappe.db.get_value(
        "Web Form",
        {"doc_type": "Complaint", "published": 1},
        ["success_title", "success_message"],
        as_dict=True,
    )
    drawing = segno.make(case["link"], error="m", micro=False).svg_inline(
        omitsize=True, border=2, svgclass="qr", lineclass="qr-line"
    )
    # The drawing is segno's own, of a link made here.
    context = {"case": case, "success": form_doc or {}, "qr": Markup(drawing)}  # noqa: S704
    return frame.page("receipt.html", context, 200, NOT_INDEXED)


def file(code: str, name: str) -> Response:
    """A photo or an answer's file, for whoever has the complaint's code."""
    complaint = own.find(code)
    found = files.serve(complaint, name) if complaint else None
    return found or frame.message(_("Not found"), _("There is no such file."), 404)


def listing() -> Response:
    """Published answers, with filters."""
    args = frappe.request.args
    chosen = {name: (args.get(name) or "").strip()[:140] for name in ("field", "area", "q")}
    result = public.listing(chosen["field"], chosen["area"], chosen["q"], args.get("page") or 1)
    context = {**result, "chosen": chosen, "groups": form.field_groups(), "areas": form.areas()}
    return frame.page("list.html", context)


def case(number: str) -> Response:
    """One published answer."""
    found = public.case(number)
    if found:
        return frame.page("case.html", {"case": found})
    links = [(_("All published answers"), "/phan-anh")]
    text = _("It may not be answered yet, or not be public. With your tracking code you can follow your own.")
    return frame.message(
        _("This complaint is not published"), text, 404, [*links, (_("Look up with a code"), "/tra-cuu")]
    )
