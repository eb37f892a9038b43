"""The framework's Email Account, which leaves the mails of citizens to us."""

from frappe.email.doctype.email_account.email_account import EmailAccount

from phanhoi_app.intake.mail import inbox


class CitizensMailbox(EmailAccount):
    """As the framework's, but what a Channel Account takes never becomes a Communication: that would keep the
    sender's name and words where everybody who sees the document reads them."""

    def receive(self):
        if inbox.account_of(self.name):
            inbox.poll(self)
        else:
            super().receive()

    def get_inbound_mails(self):
        return [] if inbox.account_of(self.name) else super().get_inbound_mails()
