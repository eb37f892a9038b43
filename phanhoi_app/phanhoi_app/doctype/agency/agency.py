from frappe.utils.nestedset import NestedSet


class Agency(NestedSet):
    pass
