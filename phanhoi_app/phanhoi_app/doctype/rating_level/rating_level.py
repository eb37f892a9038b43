from frappe.model.document import Document


class RatingLevel(Document):
    pass
