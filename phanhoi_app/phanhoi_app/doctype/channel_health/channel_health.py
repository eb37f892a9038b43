from frappe.model.document import Document


class ChannelHealth(Document):
    pass
