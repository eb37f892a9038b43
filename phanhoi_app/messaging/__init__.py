"""What is said to whom: templates, notices, the outbox, and its delivery through the channels."""
