"""Mails from citizens: fetched, written down, worked on. The framework's own intake of mails is not used for these.

It would find the document by what a subject says, whoever wrote it, and keep the sender's name beside the complaint.
"""
