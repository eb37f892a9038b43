"""Measured, not timed tests: `make benchmark` runs them on a site of their own and prints a table."""
