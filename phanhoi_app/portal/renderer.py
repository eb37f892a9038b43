"""The portal's pages: which address is answered by which function.

Hooked in as a `page_renderer`: it answers the portal's own paths and every Web Form whose DocType is Complaint
(in place of the framework's rendering, which needs JavaScript and cannot take photos from people without an
account). Everything else is left to the framework.
"""

import re
import traceback

import frappe
from frappe import _
from frappe.website.page_renderers.web_form import WebFormPage
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from phanhoi_app.history import locks
from phanhoi_app.portal import frame, pages
from phanhoi_app.portal.tracking import TooManyGuesses

ROUTES = (
    (re.compile(r"index"), pages.home),
    (re.compile(r"tra-cuu"), pages.lookup),
    (re.compile(r"tra-cuu/(?P<code>[^/]+)"), pages.tracking),
    (re.compile(r"tra-cuu/(?P<code>[^/]+)/bien-nhan"), pages.receipt),
    (re.compile(r"tra-cuu/(?P<code>[^/]+)/tep/(?P<name>[^/]+)"), pages.file),
    (re.compile(r"dia-ban"), pages.area_of_pin),
    (re.compile(r"phan-anh"), pages.listing),
    (re.compile(r"phan-anh/(?P<number>[^/]+)"), pages.case),
)


def _complaint_form(path: str) -> str | None:
    """The published Web Form of complaints whose route the path is, or lies under.

    The framework's own search builds a routing map of all Web Forms at each request: a third of the time in
    which a complaint is taken in.
    """
    forms = frappe.db.sql(
        "select name, route from `tabWeb Form` where doc_type = 'Complaint' and published = 1"
    )
    return next((name for name, route in forms if path == route or path.startswith(f"{route}/")), None)


class PortalPage(WebFormPage):
    """One request to the portal; `can_render` finds the function, `render` calls it."""

    def can_render(self) -> bool:
        for pattern, function in ROUTES:
            if match := pattern.fullmatch(self.path):
                self.function, self.arguments = function, match.groupdict()
                return True
        self.docname = _complaint_form(self.path)
        self.function, self.arguments = pages.web_form, {"name": self.docname}
        return bool(self.docname)

    def render(self) -> Response:
        frappe.local.lang = frame.choose_language()
        try:
            return self.function(**self.arguments)
        except TooManyGuesses as error:
            return self._refuse(_("Please wait a little"), str(error), 429)
        except HTTPException:
            raise
        except Exception as error:
            if locks.lost_to_another(error):
                return self._refuse(
                    _("Too many people at this moment"),
                    _("Nothing was saved. Please try again in a minute."),
                    503,
                )
            frappe.db.rollback()
            # Deferred: a GET request's transaction is rolled back at its end, and the log with it. The bare
            # traceback: the framework's own adds the values of variables, and here those are people's.
            title = f"Portal: /{self.path.split('/')[0]}"
            # version-16 writes the whole form into each log.
            frappe.local.form_dict = frappe._dict()
            frappe.log_error(title=title, message=traceback.format_exc(), defer_insert=True)
            return self._refuse(
                _("Something went wrong on our side"),
                _("Nothing was saved. Please try again in a few minutes."),
                500,
            )

    def _refuse(self, title: str, text: str, status: int) -> Response:
        frappe.db.rollback()
        frappe.clear_messages()
        if frame.wants_json():
            return frame.json_response({"errors": [{"name": "", "text": text}]}, status)
        return frame.message(title, text, status)
