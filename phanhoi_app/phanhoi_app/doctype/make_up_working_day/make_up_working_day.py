from frappe.model.document import Document


class MakeupWorkingDay(Document):
    pass
