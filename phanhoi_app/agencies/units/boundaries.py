"""Boundaries of areas from a GeoJSON FeatureCollection, one property of whose features holds the official code."""

import gzip
import hashlib
import json
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import frappe
from frappe import _

from phanhoi_app.agencies.units import applying
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.intake.importer.table import GZIP_MAGIC
from phanhoi_app.rules import geo
from phanhoi_app.rules.errors import RuleError

MOST_BYTES = 300_000_000  # unpacked: a whole country, simplified


@dataclass
class Plan:
    """`boundaries` maps codes to what is to be kept, for `new` and `changed`; `unknown` are codes of no area here;
    `errors` are (number of the feature, sentence)."""

    property_name: str = ""
    boundaries: dict[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Tells whether two plans would do the same."""
        return hashlib.sha256(json.dumps(self.boundaries, sort_keys=True).encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """How many boundaries are new, changed, unchanged, and of areas that are not known here."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "unknown": len(self.unknown),
        }


def is_geojson(path: Path) -> bool:
    """Whether the file begins as JSON does."""
    return _content(path, 200).lstrip("\ufeff \r\n\t").startswith(("{", "["))


def make(path: Path, property_name: str = "") -> Plan:
    """Compare the file's boundaries with the areas'. Raises ImportRefused."""
    features = _features(path)
    there = {row.name: row.boundary for row in frappe.get_all("Area", fields=["name", "boundary"])}
    plan = Plan(property_name.strip() or _property(features, set(there)))
    parts: dict[str, list[dict]] = defaultdict(list)
    numbers: dict[str, int] = {}
    for number, feature in enumerate(features, start=1):
        code = _code(feature, plan.property_name)
        if not code:
            plan.errors.append(
                (number, _("The property “{0}” is missing or empty.").format(plan.property_name))
            )
            continue
        parts[code].append(feature)  # islands may come as features of their own
        numbers.setdefault(code, number)
    for code, same in parts.items():
        if code not in there:
            plan.unknown.append(code)
            continue
        try:
            boundary = geo.read_boundary({"type": "FeatureCollection", "features": same})
        except RuleError as error:
            plan.errors.append((numbers[code], f"{code}: {error.sentence(_)}"))
            continue
        _compare(plan, code, there[code], geo.write_boundary(boundary))
    plan.errors.sort()
    return plan


def take_over(path: Path, property_name: str = "", fingerprint: str | None = None) -> Plan:
    """Give the areas the file's boundaries, all in one transaction, and commit.

    Raises ImportRefused, PlanChanged, frappe.PermissionError; then nothing is written.
    """
    with applying.alone():
        plan = make(path, property_name)
        if plan.errors:
            number, sentence = plan.errors[0]
            raise ImportRefused(
                _("Nothing was taken over: {0} errors are to be corrected first. Feature {1}: {2}").format(
                    len(plan.errors), number, sentence
                )
            )
        applying.refuse_if_changed(plan.fingerprint(), fingerprint)
        for code, boundary in plan.boundaries.items():
            doc = frappe.get_doc("Area", code, for_update=True)
            doc.boundary = boundary
            # The version would hold both outlines, a hundred kilobytes each, that nobody can read.
            doc.save(ignore_version=True)
        frappe.db.commit()
    return plan


def _compare(plan: Plan, code: str, old: str | None, new: str) -> None:
    if old == new:
        plan.unchanged += 1
        return
    plan.boundaries[code] = new
    (plan.changed if old else plan.new).append(code)


def _features(path: Path) -> list[dict]:
    try:
        given = json.loads(_content(path, MOST_BYTES).lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ImportRefused(_("The file {0} is not readable GeoJSON.").format(path.name)) from error
    features = given.get("features") if isinstance(given, dict) else None
    if not isinstance(features, list) or not features:
        raise ImportRefused(
            _("The file {0} is no GeoJSON FeatureCollection with features in it.").format(path.name)
        )
    return [feature if isinstance(feature, dict) else {} for feature in features]


def _content(path: Path, most: int) -> str:
    """The file's text, unpacked where it is compressed, at most so many bytes of it."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw) if packed else raw
            content = stream.read(most + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportRefused(
            _("The compressed file {0} is damaged or incomplete. Please fetch it again.").format(path.name)
        ) from error
    except OSError as error:
        raise ImportRefused(
            _("The file {0} cannot be read: {1}.").format(path, error.strerror or str(error))
        ) from error
    if len(content) > most == MOST_BYTES:
        raise ImportRefused(_("The file {0} is too large: please simplify the boundaries.").format(path.name))
    try:
        return content.decode("utf-8", errors="strict" if most == MOST_BYTES else "ignore")
    except UnicodeDecodeError as error:
        raise ImportRefused(
            _("The file {0} is not written in UTF-8. Save it as UTF-8 and try again.").format(path.name)
        ) from error


def _property(features: list[dict], codes: set[str]) -> str:
    """The property by which most features are known here. Raises ImportRefused."""
    hits: dict[str, int] = defaultdict(int)
    for feature in features:
        for name in _properties(feature):
            hits[name] += _code(feature, name) in codes
    best = max(hits, key=hits.get, default="")
    if not hits.get(best):
        raise ImportRefused(
            _("No property of the features holds a code that is known here. The properties are: {0}.").format(
                ", ".join(hits)[:300]
            )
        )
    return best


def _properties(feature: dict) -> dict:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _code(feature: dict, name: str) -> str:
    value = _properties(feature).get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
