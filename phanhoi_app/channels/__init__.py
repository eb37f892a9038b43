"""Adapters to the outside. They know providers, not complaints."""
