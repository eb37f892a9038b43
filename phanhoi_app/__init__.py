"""Receive, route, process and answer the people's complaints: a Frappe app for a province."""

__version__ = "0.1.0"
