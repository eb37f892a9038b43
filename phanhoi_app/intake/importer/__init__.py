"""Imports cases of other systems from CSV files, led by a map: docs/operators/import.md tells how to use it."""
