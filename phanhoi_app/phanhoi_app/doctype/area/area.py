"""An area: a unit of the administration, or a part of one. Its official code is the key; names repeat and change."""

import frappe
from frappe import _
from frappe.utils import getdate
from frappe.utils.nestedset import NestedSet

from phanhoi_app.intake import areas
from phanhoi_app.rules import geo
from phanhoi_app.rules.errors import RuleError

BOX = ("min_latitude", "min_longitude", "max_latitude", "max_longitude")


class Area(NestedSet):
    nsm_parent_field = "parent_area"

    def validate(self):
        if self.valid_from and self.valid_to and getdate(self.valid_to) < getdate(self.valid_from):
            frappe.throw(
                _("“{0}” lies before “{1}”: please correct one of them.").format(
                    _("Valid To"), _("Valid From")
                )
            )
        self._check_successors()
        self._take_boundary()

    def on_update(self):
        areas.forget_pins()
        if not self.flags.tree_later:  # an import numbers the whole tree at its end
            super().on_update()

    def on_trash(self, allow_root_deletion=False):
        areas.forget_pins()
        super().on_trash(allow_root_deletion)

    def _check_successors(self):
        codes = [row.area for row in self.successors]
        if self.name in codes:
            frappe.throw(_("An area cannot be its own successor: please remove that row."))
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            frappe.throw(_("{0} is listed twice among the successors: keep one row.").format(twice))
        for row in self.successors:
            if not row.date and self.valid_to:
                row.date = frappe.utils.add_days(self.valid_to, 1)

    def _take_boundary(self):
        """Check a changed boundary, keep it in its short form, and the box around it for finding pins."""
        before = self.get_doc_before_save()
        if before and before.boundary == self.boundary:
            self.update({field: before.get(field) for field in BOX})
            return
        if not (self.boundary or "").strip():
            self.boundary = None
            self.update(dict.fromkeys(BOX, 0))
            return
        try:
            boundary = geo.read_boundary(self.boundary)
        except RuleError as error:
            frappe.throw(error.sentence(_), title=_("Boundary"))
        self.boundary = geo.write_boundary(boundary)
        self.update(geo.box_of(boundary)._asdict())


def on_doctype_update():
    """A pin looks for the boxes around it, by this index alone."""
    frappe.db.add_index("Area", list(BOX), "bounding_box")
