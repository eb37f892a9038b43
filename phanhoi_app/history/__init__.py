"""The append-only Complaint Event: everything that happens to a complaint is written here, from one place."""
