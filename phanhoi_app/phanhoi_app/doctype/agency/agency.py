import frappe
from frappe import _
from frappe.utils import getdate
from frappe.utils.nestedset import NestedSet


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
