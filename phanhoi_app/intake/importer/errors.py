"""What can be wrong with an import as a whole, and with one row."""

import frappe


class ImportRefused(frappe.ValidationError):
    """The import cannot start or go on; the message is a translated sentence with the remedy."""


class RowRejected(ValueError):
    """One row cannot become a complaint. `code` groups equal reasons, the message is a translated sentence."""

    def __init__(self, code: str, sentence: str):
        self.code = code
        super().__init__(sentence)
