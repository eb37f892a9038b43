"""Why something at the hotline was not done. Each carries the HTTP status that a caller gets."""

import frappe


class HotlineRefused(frappe.ValidationError):
    """What was asked for is wrong or not possible now; the message says what to do."""

    http_status_code = 422


class NotAnOperator(HotlineRefused):
    """The user has not the duty for this."""

    http_status_code = 403


class NotThere(HotlineRefused):
    """There is no such call, shift or note, or none that the user may know of."""

    http_status_code = 404


class TakenAlready(HotlineRefused):
    """Somebody else acted first."""

    http_status_code = 409
