"""Clocks: when a complaint is due, what pauses and stops its clock."""
