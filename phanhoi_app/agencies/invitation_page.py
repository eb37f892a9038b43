"""The page behind the link of an invitation. Looking at it changes nothing: mail programs look at links, too."""

import re
import traceback

import frappe
from frappe import _
from frappe.website.page_renderers.base_renderer import BaseRenderer
from werkzeug.wrappers import Response

from phanhoi_app.agencies import invitations
from phanhoi_app.portal import frame

NOT_INDEXED = {"X-Robots-Tag": "noindex"}
PATTERN = re.compile(rf"{invitations.PATH}/(?P<key>[A-Za-z0-9_-]{{10,80}})")


class InvitationPage(BaseRenderer):
    """`/loi-moi/<key>`: GET shows who is invited, POST uses the link up and goes on to setting a password."""

    def can_render(self) -> bool:
        self.match = PATTERN.fullmatch(self.path or "")
        return bool(self.match)

    def render(self) -> Response:
        frappe.local.lang = frame.choose_language()
        key = self.match["key"]
        try:
            if frappe.request.method == "POST":
                link = invitations.accept(key)
                return frame.redirect(link) if link else _gone()
            invitation = invitations.find(key)
            return _shown(invitation, key) if invitation else _gone()
        except Exception:
            frappe.db.rollback()
            frappe.log_error(title="Invitation", message=traceback.format_exc(), defer_insert=True)
            return frame.message(
                _("Something went wrong on our side"),
                _("Nothing was saved. Please try again in a few minutes."),
                500,
            )


def _shown(invitation, key: str) -> Response:
    context = {
        "key": key,
        "account": invitation.user,
        "full_name": frappe.db.get_value("User", invitation.user, "full_name"),
        "agency": frappe.get_cached_value("Agency", invitation.agency, "agency_name"),
        "expires_on": invitation.expires_on,
    }
    return frame.page("invitation.html", context, 200, NOT_INDEXED)


def _gone() -> Response:
    return frame.message(
        _("This invitation is not valid any more"),
        _(
            "It was used, has expired, or was replaced by a newer one. Ask the leader of your agency to send it again."
        ),
        404,
        [(_("Sign in"), "/login")],
    )
