"""Why a submission was not accepted, field by field."""

import frappe


class InvalidSubmission(frappe.ValidationError):
    """What was sent cannot become a complaint; `errors` maps a field's name to a sentence with the remedy."""

    http_status_code = 422

    def __init__(self, errors: dict[str, str]):
        self.errors = errors
        super().__init__("\n".join(errors.values()))


class TooManySubmissions(InvalidSubmission):
    """A limit for citizens was reached; the sentence says when to try again."""

    http_status_code = 429
