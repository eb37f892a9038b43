from frappe.utils.nestedset import NestedSet


class Area(NestedSet):
    pass
