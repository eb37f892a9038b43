"""Message templates: Jinja in a sandbox, with named values only."""

from functools import lru_cache

import frappe
import jinja2
from frappe import _
from jinja2.sandbox import ImmutableSandboxedEnvironment

# What a template may name, with an example for the preview and for checking a template before it is saved.
VALUES = {
    "number": "PA-2026-000123",
    "title": "Ổ gà trên đường Lê Lai",
    "code": "ABCD-EFGH-JKLM-N",
    "link": "https://phanhoi.example/tra-cuu/ABCDEFGHJKLMN",
    "desk_link": "https://phanhoi.example/app/complaint/PA-2026-000123",
    "due_on": "17:00 31/12/2026",
    "agency": "Sở Xây dựng",
    "field": "Giao thông",
    "province": "Thanh Hóa",
    "portal": "Phản hồi Thanh Hóa",
    "note": "Nhà số mấy?",
    "reply_by": "31/12/2026",
    "hotline": "1022",
    "count": "12",
}
# What the digests may name, which are about many complaints at once.
DIGEST_VALUES = {
    "day": "31/12/2026",
    "overdue": 3,
    "due_today": 1,
    "late": 2,
    "summary": "Sở Xây dựng\nQuá hạn: 3",
    "desk_link": "https://phanhoi.example/app/complaint",
}
# What opens the citizen's own page, and how it is shown to those who are not the citizen.
SECRET = {"code": "••••-••••-••••-••", "link": "…/tra-cuu/••••"}
_environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)
# By its text: a changed template is another one.
_compiled = lru_cache(maxsize=500)(_environment.from_string)


def render(text: str, values: dict) -> str:
    """The text with its values. Raises jinja2.TemplateError on a value that is not among them."""
    return _compiled(text).render(**values).strip()


def check(event: str, *texts: str) -> None:
    """Raise frappe.ValidationError, naming the mistake, when a template could not be sent one day."""
    values = DIGEST_VALUES if event.startswith("digest_") else VALUES
    for text in texts:
        try:
            render(text or "", values)
        except jinja2.UndefinedError as error:
            frappe.throw(
                _("The template names a value that does not exist ({0}). Use one of: {1}.").format(
                    str(error), ", ".join(sorted(values))
                )
            )
        except (jinja2.TemplateError, TypeError, ValueError) as error:
            frappe.throw(_("The template cannot be read: {0}").format(str(error)))


def find(event: str, audience: str, channel: str, language: str = "vi"):
    """The enabled template in the language, else in Vietnamese; None when there is none."""
    for each in dict.fromkeys((language, "vi")):
        name = f"{event} {audience} {channel} {each}"
        try:
            template = frappe.get_cached_doc("Message Template", name)
        except frappe.DoesNotExistError:
            frappe.clear_last_message()
            continue
        if template.enabled:
            return template
    return None
