"""The map of an import (JSON): which column feeds which value, and how it is read.

docs/operators/import.md describes it.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from frappe import _

from phanhoi_app.intake import check
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.rules import text

TIMES = ("received_at", "due_on", "closed_at", "occurred_at")
LOOKUPS = {"field": "Field", "agency": "Agency", "area": "Area"}
ANSWER = ("answer_text", "answer_document_number", "answer_signer")
TARGETS = frozenset((*check.ALLOWED, *TIMES, *LOOKUPS, *ANSWER, "reference", "phase", "channel", "severity"))
REQUIRED = ("reference", "received_at", "title", "field")
SETTINGS = frozenset(
    ("source", "delimiter", "datetime_formats", "open_phase", "clock_tolerance_seconds", "values", "comment")
)
OPTIONS = frozenset(
    (
        "column",
        "columns",
        "join",
        "extract",
        "template",
        "map",
        "default",
        "constant",
        "cut",
        "create_missing",
    )
)
LONGEST_REFERENCE = 140
OPEN_PHASES = ("new", "screening", "assigned", "processing")

# The same spellings come by the thousand.
fold = lru_cache(maxsize=100_000)(text.name_key)


@dataclass(frozen=True)
class Source:
    """Where one value comes from. `create` holds the values of a record to make when none fits (None: never)."""

    columns: tuple[str, ...] = ()
    join: str | None = None
    extract: re.Pattern | None = None
    template: str = ""
    values: dict[str, str] = field(default_factory=dict)
    default: str = ""
    constant: str = ""
    cut: int = 0
    create: dict | None = None

    def read(self, row: dict[str, str]) -> str:
        """The value for this row, empty when there is none."""
        if self.constant:
            return self.constant
        value = self._from_columns(row)
        if value and self.extract:
            match = self.extract.search(value)
            value = (match.group(1) if match.re.groups else match.group()) if match else ""
        if value and self.values:
            value = self.values.get(fold(value), value)
        if value and self.template:
            value = self.template.replace("{}", value)
        if self.cut and len(value) > self.cut:
            value = value[: self.cut - 1].rsplit(" ", 1)[0].rstrip() + "…"
        return value or self.default

    def _from_columns(self, row: dict[str, str]) -> str:
        filled = [cell for column in self.columns if (cell := (row.get(column) or "").strip())]
        if self.join is None:
            return filled[0] if filled else ""
        return self.join.join(dict.fromkeys(filled))


@dataclass(frozen=True)
class Map:
    """A whole map, checked."""

    sources: dict[str, Source]
    source: str = ""
    delimiter: str = ""
    datetime_formats: tuple[str, ...] = ()
    open_phase: str = ""
    clock_tolerance: timedelta = timedelta()

    def columns(self) -> set[str]:
        """Every column that the map names."""
        return {column for source in self.sources.values() for column in source.columns}

    def read(self, target: str, row: dict[str, str]) -> str:
        """The value of a target for this row; empty when the map does not feed it."""
        source = self.sources.get(target)
        return source.read(row) if source else ""

    def reference(self, row: dict[str, str]) -> str:
        """The row's reference, with the name of the source before it; empty when the row has none."""
        value = self.read("reference", row)
        return f"{self.source}:{value}" if value and self.source else value


def load(path: Path) -> Map:
    """The map in a file. Raises ImportRefused, naming what is wrong."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ImportRefused(
            _("The file {0} cannot be read: {1}.").format(path, error.strerror or str(error))
        ) from error
    except UnicodeDecodeError as error:
        raise ImportRefused(_("The map {0} is not written in UTF-8.").format(path.name)) from error
    return parse(content)


def parse(content: str) -> Map:
    """The map in a JSON text. Raises ImportRefused, naming what is wrong."""
    try:
        data = json.loads(content)
    except ValueError as error:
        raise ImportRefused(_("The map is not JSON: {0}").format(str(error))) from error
    if not isinstance(data, dict) or not isinstance(data.get("values"), dict):
        raise ImportRefused(_("The map needs “values”: which column feeds which value."))
    _refuse_unknown(data, SETTINGS, "")
    _refuse_unknown(data["values"], TARGETS, "values.")
    for target in REQUIRED:
        if target not in data["values"]:
            raise ImportRefused(_("The map does not say where “{0}” comes from.").format(target))
    formats = data.get("datetime_formats") or []
    if isinstance(formats, str):
        formats = [formats]
    open_phase = data.get("open_phase") or ""
    if open_phase and open_phase not in OPEN_PHASES:
        raise ImportRefused(_("“open_phase” in the map must be one of: {0}.").format(", ".join(OPEN_PHASES)))
    return Map(
        sources={target: _source(target, spec) for target, spec in data["values"].items()},
        source=text.clean_typed(str(data.get("source") or "")),
        delimiter=str(data.get("delimiter") or ""),
        datetime_formats=tuple(str(each) for each in formats),
        open_phase=open_phase,
        clock_tolerance=timedelta(seconds=_number(data, "clock_tolerance_seconds")),
    )


def _source(target: str, spec) -> Source:
    if isinstance(spec, str):  # "title": "name of the column"
        spec = {"column": spec}
    if not isinstance(spec, dict):
        raise ImportRefused(_("The map's “{0}” must be a column's name or an object.").format(target))
    _refuse_unknown(spec, OPTIONS, f"values.{target}.")
    columns = spec.get("columns") or ([spec["column"]] if spec.get("column") else [])
    if not columns and not spec.get("constant"):
        raise ImportRefused(_("The map's “{0}” names neither a column nor a constant.").format(target))
    create = spec.get("create_missing")
    if create and target not in LOOKUPS:
        raise ImportRefused(_("“create_missing” is for {0} only.").format(", ".join(LOOKUPS)))
    return Source(
        columns=tuple(str(column).strip() for column in columns),
        join=spec.get("join"),
        extract=_pattern(target, spec.get("extract")),
        template=str(spec.get("template") or ""),
        values={fold(str(old)): str(new) for old, new in (spec.get("map") or {}).items()},
        default=str(spec.get("default") or ""),
        constant=str(spec.get("constant") or ""),
        cut=_number(spec, "cut"),
        create=({} if create is True else dict(create)) if create else None,
    )


def _number(spec: dict, name: str) -> int:
    value = spec.get(name) or 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ImportRefused(_("“{0}” in the map must be a whole number.").format(name))
    return value


def _pattern(target: str, expression) -> re.Pattern | None:
    if not expression:
        return None
    try:
        return re.compile(str(expression))
    except re.error as error:
        raise ImportRefused(
            _("“extract” of the map's “{0}” is not a regular expression: {1}").format(target, str(error))
        ) from error


def _refuse_unknown(given: dict, known: frozenset, where: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise ImportRefused(
            _("The map says “{0}”, which is unknown. Known are: {1}.").format(
                where + unknown[0], ", ".join(sorted(known))
            )
        )
