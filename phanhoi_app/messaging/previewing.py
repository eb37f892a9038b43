"""A template as it would arrive, for whoever writes it: with a real complaint, and how long an SMS it makes."""

import frappe
import jinja2
from frappe import _

from phanhoi_app.access import scope
from phanhoi_app.custody.errors import MissingInput
from phanhoi_app.messaging import notices, policy, templates
from phanhoi_app.rules import sms


def preview(
    event: str,
    audience: str,
    channel: str,
    text: str,
    subject: str = "",
    without_marks: bool = False,
    complaint: str | None = None,
) -> dict:
    """{subject, text, trouble, sms: {segments, letters, encoding, marked, plain, most} | None}.

    With the example's values, or those of a complaint that the user sees; the citizen's code and link stay hidden.
    `trouble` is the sentence with which saving would be refused. Raises frappe.DoesNotExistError.
    """
    values = dict(templates.examples(event))
    if complaint and not event.startswith("digest_"):
        if not frappe.db.exists("Complaint", complaint) or not scope.may_see(complaint):
            raise frappe.DoesNotExistError(_("Complaint {0} does not exist.").format(complaint))
        values = notices.values_of(frappe.get_doc("Complaint", complaint), secret=False)
        values["note"] = values["note"] or templates.VALUES["note"]
    if len(text or "") > templates.LONGEST:
        raise MissingInput(_("The template is too long: at most {0} characters.").format(templates.LONGEST))
    trouble = _trouble(event, audience, subject, text)
    try:
        marked = templates.render(text or "", values)
        shown_subject = templates.render(subject or "", values)
    except (jinja2.TemplateError, TypeError, ValueError):
        return {"subject": "", "text": "", "trouble": trouble, "sms": None}
    plain = sms.without_marks(marked)
    shown = plain if without_marks else marked
    return {
        "subject": shown_subject,
        "text": shown,
        "trouble": trouble,
        "sms": _length(shown, marked, plain) if channel == "SMS" else None,
    }


def _length(shown: str, marked: str, plain: str) -> dict:
    return {
        "letters": len(shown),
        "segments": sms.segments(shown),
        "encoding": sms.encoding(shown),
        "marked": sms.segments(marked),
        "plain": sms.segments(plain),
        "most": policy.number("max_segments"),
    }


def _trouble(event: str, audience: str, *texts: str) -> str:
    try:
        templates.check(event, audience, *texts)
    except frappe.ValidationError as error:
        frappe.clear_messages()
        return str(error)
    return ""
