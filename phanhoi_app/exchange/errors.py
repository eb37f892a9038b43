"""Why an exchange is not carried out."""

import frappe


class ExchangeRefused(frappe.ValidationError):
    """The message is a translated sentence with the remedy."""

    http_status_code = 422
