"""Agencies and areas as they change: units imported, reorganised; the people in them."""
