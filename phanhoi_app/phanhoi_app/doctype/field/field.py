import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

from phanhoi_app.intake.questions import choices


class Field(NestedSet):
    nsm_parent_field = "parent_field"

    def validate(self):
        if self.sealed and not self.sealed_agency:
            self.sealed_agency = self.default_agency
        if self.sealed and not self.sealed_agency:
            frappe.throw(
                _("{0} is missing: a sealed field needs an agency that handles it.").format(_("Handled by"))
            )
        earlier: dict = {}
        for question in self.questions:
            self._check(question, earlier)
            earlier[question.question_code] = question

    def _check(self, question, earlier: dict) -> None:
        """Questions that could never be shown or answered would lock the citizen out of the form."""
        if question.question_code in earlier:
            frappe.throw(
                _("Question {0}: the code “{1}” is used twice.").format(question.idx, question.question_code)
            )
        if question.question_type == "Choice" and not choices(question):
            frappe.throw(_("Question {0}: write its options, one a line.").format(question.idx))
        allowed = choices(question)
        if question.stops_when and allowed and question.stops_when.strip() not in allowed:
            frappe.throw(
                _("Question {0}: “{1}” is not one of its options.").format(question.idx, question.stops_when)
            )
        if not question.shown_when_question:
            return
        other = earlier.get(question.shown_when_question)
        if not other:
            frappe.throw(
                _("Question {0}: there is no earlier question with the code “{1}”.").format(
                    question.idx, question.shown_when_question
                )
            )
        allowed = choices(other)
        if allowed and (question.shown_when_value or "").strip() not in allowed:
            frappe.throw(
                _("Question {0}: “{1}” is not one of the options of “{2}”.").format(
                    question.idx, question.shown_when_value, other.label
                )
            )
