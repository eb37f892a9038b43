import frappe
from frappe import _
from frappe.utils import getdate
from frappe.utils.nestedset import NestedSet

from phanhoi_app.custody import phases
from phanhoi_app.rules import phone
from phanhoi_app.rules.errors import RuleError


class Agency(NestedSet):
    nsm_parent_field = "parent_agency"

    def validate(self):
        if self.valid_from and self.valid_to and getdate(self.valid_to) < getdate(self.valid_from):
            frappe.throw(
                _("“{0}” lies before “{1}”: please correct one of them.").format(
                    _("Valid To"), _("Valid From")
                )
            )
        users = [member.user for member in self.members]
        twice = next((user for user in users if users.count(user) > 1), None)
        if twice:
            frappe.throw(_("{0} is listed twice among the members: keep one row.").format(twice))
        self._refuse_closing_over_complaints()
        self._check_phones()

    def _refuse_closing_over_complaints(self):
        """Who holds open complaints is closed by a reorganisation, which takes them along."""
        if self.is_new() or not self.valid_to or self.flags.reorganisation:
            return
        before = self.get_db_value("valid_to")
        if before and getdate(before) == getdate(self.valid_to):
            return
        if frappe.db.exists("Complaint", {"agency": self.name, "phase": ("in", phases.OPEN)}):
            frappe.throw(
                _(
                    "“{0}” still holds open complaints. Close it by a Reorganisation, which takes them along: merge "
                    "it into another agency, or divide it."
                ).format(self.agency_name)
            )

    def _check_phones(self):
        """Numbers that are new are brought into one form; an old one that is wrong does not stop other changes."""
        if self.flags.reorganisation:  # its people bring the numbers they had
            return
        before = self.get_doc_before_save()
        known = {member.user: member.phone for member in before.members} if before else {}
        for member in self.members:
            if not member.phone or known.get(member.user) == member.phone:
                continue
            try:
                member.phone = phone.normalise(member.phone)
                if phone.is_mobile(member.phone):
                    continue
                why = _("This is a landline: an SMS needs a mobile number.")
            except RuleError as error:
                why = error.sentence(_)
            frappe.throw(
                _("{0}, “{1}” of {2}: {3}").format(_("Members"), _("Mobile for SMS"), member.user, why)
            )
