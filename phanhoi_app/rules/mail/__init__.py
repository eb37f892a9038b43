"""Mails as bytes: read, told apart, cut to what the sender wrote. No rule here trusts what a header claims."""
