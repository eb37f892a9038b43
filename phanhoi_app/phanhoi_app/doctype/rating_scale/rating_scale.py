from frappe.model.document import Document


class RatingScale(Document):
    pass
