"""Reads the demo's data files. README.md in this folder says what an entry of each is."""

import csv
import json
from pathlib import Path

FOLDER = Path(__file__).parent


def areas() -> list[dict]:
    """The rows of areas.csv; a parent comes before its children."""
    return _rows("areas.csv")


def agencies() -> list[dict]:
    """The rows of agencies.csv; a parent comes before its children."""
    return _rows("agencies.csv")


def fields() -> list[dict]:
    """The entries of fields.json; a parent comes before its children."""
    return _entries("fields.json")


def people() -> list[dict]:
    """The entries of people.json."""
    return _entries("people.json")


def complaints() -> list[dict]:
    """The entries of complaints.json."""
    return _entries("complaints.json")


def _rows(name: str) -> list[dict]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _entries(name: str) -> list[dict]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
