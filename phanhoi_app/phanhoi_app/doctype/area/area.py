from frappe.utils.nestedset import NestedSet


class Area(NestedSet):
    nsm_parent_field = "parent_area"
