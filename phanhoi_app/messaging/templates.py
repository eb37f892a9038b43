"""Message templates: Jinja in a sandbox, with named values only."""

from functools import lru_cache

import frappe
import jinja2
from frappe import _
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from phanhoi_app.messaging import policy

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
# Events that concern no complaint have nothing of one to name.
WITHOUT_COMPLAINT = ("invited", "mail_incomplete", "message_summary")
OF_COMPLAINT = ("number", "title", "code", "field", "reply_by")
# Officials do not get the citizen's code.
CITIZENS = ("code",)
# All that a template may consist of: text, named values, a choice between texts. No attribute, call, loop or sum.
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter),
)
FILTERS = ("upper", "lower", "trim")
LONGEST = 5000  # letters of a template
_NOTHING = dict.fromkeys((*VALUES, *DIGEST_VALUES), "")
_environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)


class NotAllowed(jinja2.TemplateError):
    """The template holds something besides text, named values and choices."""


@lru_cache(maxsize=500)  # by its text: a changed template is another one
def _compiled(text: str):
    _names(text)
    return _environment.from_string(text)


def _names(text: str) -> set[str]:
    """The values that a template names, in whatever branch. Raises jinja2.TemplateError."""
    found = set()
    for node in _environment.parse(text).find_all(nodes.Node):
        if not isinstance(node, ALLOWED) or (isinstance(node, nodes.Filter) and node.name not in FILTERS):
            raise NotAllowed(getattr(node, "name", None) or type(node).__name__)
        if isinstance(node, nodes.Name):
            found.add(node.name)
    return found


def render(text: str, values: dict) -> str:
    """The text with its values, those that are not given being empty. Raises jinja2.TemplateError."""
    return _compiled(text).render(**(_NOTHING | values)).strip()


def examples(event: str) -> dict:
    """Values such as a message about the event has."""
    return DIGEST_VALUES if event.startswith("digest_") else VALUES


def allowed(event: str, audience: str) -> list[str]:
    """The names of the values that a template of this event for such people may hold."""
    missing = OF_COMPLAINT if event in WITHOUT_COMPLAINT else () if audience == "Citizen" else CITIZENS
    return sorted(set(examples(event)) - set(missing))


def check(event: str, audience: str, *texts: str) -> None:
    """Raise frappe.ValidationError, naming the mistake, when a template could not be sent one day."""
    possible = allowed(event, audience)
    for text in texts:
        if len(text or "") > LONGEST:
            frappe.throw(_("The template is too long: at most {0} characters.").format(LONGEST))
        try:
            # In whatever branch of it: what is not shown today is sent one day.
            unknown = sorted(_names(text or "") - set(possible))
            if not unknown:
                render(text or "", examples(event))
        except NotAllowed as error:
            frappe.throw(
                _(
                    "The template cannot be read: “{0}” is not allowed. Use text, values such as {1}, and {2}."
                ).format(str(error), "{{ number }}", "{% if note %} … {% endif %}")
            )
        except (jinja2.TemplateError, TypeError, ValueError) as error:
            frappe.throw(_("The template cannot be read: {0}").format(str(error)))
        if unknown:
            frappe.throw(
                _("The template names a value that does not exist ({0}). Use one of: {1}.").format(
                    ", ".join(unknown), ", ".join(possible)
                )
            )


def pairs(typed: str | None) -> dict[str, str]:
    """{name at the provider: name of our value} of what was typed, "number, link" or "1=number, 2=link"."""
    found = {}
    for part in (typed or "").split(","):
        theirs, equals, ours = (piece.strip() for piece in part.partition("="))
        if theirs:
            found[theirs] = ours if equals else theirs
    return found


def for_provider(typed: str | None, values: dict) -> dict[str, str]:
    """The values of a provider's own template."""
    return {theirs: str(values.get(ours) or "") for theirs, ours in pairs(typed).items()}


def find(event: str, audience: str, channel: str, language: str = "vi"):
    """The enabled template in the language, else in Vietnamese; None when there is none.

    A chat without a template of its own says what the SMS says.
    """
    channels = (channel, "SMS") if channel in policy.CHATS else (channel,)
    for each in channels:
        for spoken in dict.fromkeys((language, "vi")):
            if template := _enabled(f"{event} {audience} {each} {spoken}"):
                return template
    return None


def _enabled(name: str):
    try:
        template = frappe.get_cached_doc("Message Template", name)
    except frappe.DoesNotExistError:
        frappe.clear_last_message()
        return None
    return template if template.enabled else None
