"""Why a verb was not done. Each carries the HTTP status that a caller gets."""

import functools

import frappe
from frappe import _


class VerbRefused(frappe.ValidationError):
    """The verb cannot be done; the message says why and what to do."""

    http_status_code = 409


class Conflict(VerbRefused):
    """Somebody else acted first, or the state does not allow the verb (any more)."""


class NotAllowed(VerbRefused):
    """The user may not do this."""

    http_status_code = 403


class MissingInput(VerbRefused):
    """Something the verb needs was not given, or is not acceptable; `fieldname` names it."""

    http_status_code = 422

    def __init__(self, message: str, fieldname: str | None = None):
        super().__init__(message)
        self.fieldname = fieldname


def told(door):
    """Decorates a whitelisted method: the desk shows why it was refused."""

    @functools.wraps(door)
    def telling(*args, **kwargs):
        try:
            return door(*args, **kwargs)
        except VerbRefused as error:
            sentence = frappe.utils.escape_html(str(error))
            frappe.msgprint(sentence, title=_("Nothing was changed"), indicator="red")
            raise

    return telling
