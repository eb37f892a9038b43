"""Why something about an agency's people was not done. Each carries the HTTP status that a caller gets."""

import frappe


class PeopleRefused(frappe.ValidationError):
    """What was asked for is wrong or not possible; the message says what to do."""

    http_status_code = 422


class NotYours(PeopleRefused):
    """The user does not manage this agency, or not this person in it."""

    http_status_code = 403


class NotThere(PeopleRefused):
    """There is no such thing, or none that the user may know of."""

    http_status_code = 404


class AlreadyChanged(PeopleRefused):
    """Somebody else acted first."""

    http_status_code = 409
