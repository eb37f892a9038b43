from frappe.utils.nestedset import NestedSet


class Field(NestedSet):
    pass
