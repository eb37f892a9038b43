"""A complaint comes in: validated, numbered, acknowledged. Every channel uses this one way."""
