"""translations/vi.csv: well made, and complete as far as strings stand literally in the sources."""

import ast
import builtins
import csv
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from phanhoi_app.rules.calendar_data import WEEKDAYS

APP = Path(__file__).resolve().parents[2] / "phanhoi_app"
VI = APP / "translations" / "vi.csv"

GAP = re.compile(r"\{\{.*?\}\}|\{[^{}]*\}|%\([a-z_]+\)[sd]|%[sd]|</?[a-z][^>]*>")
JS_STRING = re.compile(r"""(?<![\w$])__\(\s*(["'`])((?:\\.|(?!\1).)+)\1""", re.DOTALL)
HTML_STRING = re.compile(r"""(?<![\w$])_\(\s*(["'])((?:\\.|(?!\1).)+)\1""", re.DOTALL)
ENDINGS = (":", "?", "!", "…")


def faults(rows: list[list[str]]) -> list[str]:
    """What is wrong with the rows [source, translation, context?] of a translation file, in words."""
    found = []
    for number, row in enumerate(rows, start=1):
        if len(row) not in (2, 3):
            found.append(f"row {number}: {len(row)} columns; a comma in a text wants quotes around it")
            continue
        source, translation = row[0], row[1]
        if not source.strip() or not translation.strip():
            found.append(f"row {number}: empty")
        if any(text != text.strip() or "  " in text for text in row[:2]):
            found.append(f"row {number}: spaces at an end or doubled: {source!r}")
        if any(unicodedata.normalize("NFC", text) != text for text in row):
            found.append(f"row {number}: not in composed form (NFC): {source!r}")
        if set(GAP.findall(source)) != set(GAP.findall(translation)):
            found.append(f"row {number}: other gaps or tags than its source: {source!r}")
        for ending in ENDINGS:
            if source.endswith(ending) != translation.endswith(ending):
                found.append(f"row {number}: only one of the two ends with “{ending}”: {source!r}")
    keys = Counter((row[0], row[2] if len(row) > 2 else "") for row in rows if row)
    return found + [f"twice: {source!r}" for (source, _), count in keys.items() if count > 1]


def python_strings(code: str) -> Iterator[str]:
    """Literals in `_()` and `_lt()`, and the sentences of the rules' own exceptions."""
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if name in ("_", "_lt") and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def rule_sentences(code: str) -> Iterator[str]:
    """What the exceptions of rules/ say: the first argument of every call to an …Error that is not Python's own."""
    for node in ast.walk(ast.parse(code)):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) and node.args else ""
        if name.endswith("Error") and not hasattr(builtins, name):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def quoted_strings(pattern: re.Pattern, content: str) -> Iterator[str]:
    """Literals in a translating call of JavaScript or a template; a template literal with gaps is none."""
    for quote, text in pattern.findall(content):
        if quote != "`" or "${" not in text:
            yield re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), text)


READ = (
    "label",
    "title",
    "description",
    "placeholder",
    "introduction_text",
    "success_title",
    "success_message",
)


def document_strings(document: dict) -> Iterator[str]:
    """What is read of a DocType, a web form, a workspace or a custom field: names, labels, texts, choices."""
    if document.get("doctype") == "DocType":
        yield document["name"]
    rows = [
        row
        for table in ("fields", "web_form_fields", "links", "shortcuts")
        for row in document.get(table, [])
    ]
    for row in (document, *rows):
        yield from (row[key] for key in (*READ, "button_label") if row.get(key))
        if row.get("fieldtype") == "Select":
            yield from (choice for choice in (row.get("options") or "").split("\n") if choice)


def workflow_strings(workflow: dict) -> Iterator[str]:
    """The states and actions of a ready-made workflow."""
    yield from (state["state"] for state in workflow["states"])
    yield from (transition["action"] for transition in workflow["transitions"])


def app_strings(app: Path) -> dict[str, str]:
    """Every literal string that a person may read in his language → a file that has it."""
    found: dict[str, str] = {}

    def take(path: Path, strings: Iterator[str]) -> None:
        for text in strings:
            if re.search(r"[^\W\d_]", text):  # at least one letter
                found.setdefault(text.strip(), path.relative_to(app).as_posix())

    for path in sorted(app.rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        take(path, python_strings(code))
        if path.is_relative_to(app / "rules"):
            take(path, rule_sentences(code))
    for pattern, ending in ((JS_STRING, "js"), (HTML_STRING, "html"), (JS_STRING, "html")):
        for path in sorted(app.rglob(f"*.{ending}")):
            take(path, quoted_strings(pattern, path.read_text(encoding="utf-8")))
    for kind in ("doctype", "web_form", "workspace"):
        for path in sorted(app.glob(f"*/{kind}/*/*.json")):
            texts = document_strings(json.loads(path.read_text(encoding="utf-8")))
            # A workspace is a page of its own language: what is Vietnamese in it is what people read.
            take(path, (text for text in texts if kind != "workspace" or text.isascii()))
    for path in sorted(app.glob("fixtures/*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            take(path, iter([row["role_name"]]) if row.get("role_name") else document_strings(row))
    take(app / "rules" / "calendar_data.py", map(str, WEEKDAYS))
    for path in sorted(app.glob("workflows/*.json")):
        take(path, workflow_strings(json.loads(path.read_text(encoding="utf-8"))))
    return found


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["Yes"], "1 columns"),
        (["Yes", "Có", "", "x"], "4 columns"),
        (["Yes", " "], "empty"),
        (["Yes ", "Có"], "spaces"),
        (["Yes", unicodedata.normalize("NFD", "Có")], "composed"),
        (["{0} of {1}", "{0} trên {2}"], "gaps"),
        (["{day} is off", "{ngày} nghỉ"], "gaps"),
        (["<b>Yes</b>", "Có"], "gaps"),
        (["Sure?", "Chắc chắn"], "ends with “?”"),
    ],
)
def test_a_faulty_row_is_named(row, words):
    found = faults([row])
    assert found
    assert words in " ".join(found)


def test_rows_twice_are_named_and_good_rows_are_not():
    assert faults([["Field", "Lĩnh vực"], ["Field", "Trường", "form"], ["{1} of {0}", "{0} có {1}"]]) == []
    assert faults([["Field", "Lĩnh vực"], ["Field", "Trường"]]) == ["twice: 'Field'"]


def test_strings_are_found_where_they_stand():
    code = """raise X(_("One {0}").format(1), frappe._('Two'), _(f"no {x}"), _(name), Y("not this"))"""
    assert sorted(python_strings(code)) == ["One {0}", "Two"]
    code = 'raise PhoneError("Give {n}.", n=1)\nraise OSError\nraise ValueError("for developers")'
    assert list(rule_sentences(code)) == ["Give {n}."]
    script = """frappe.throw(__("It's \\"so\\"")); __( 'b' , [x]); x__("no"); __(`c`); __(`no ${x}`)"""
    assert list(quoted_strings(JS_STRING, script)) == ['It\'s "so"', "b", "c"]
    page = """<p title="{{ _('One') }}">{{ _("Two: {0}", x) }}{{ frappe._("Three") }} text_("no")</p>"""
    assert list(quoted_strings(HTML_STRING, page)) == ["One", "Two: {0}", "Three"]
    document = {
        "doctype": "DocType",
        "name": "A",
        "fields": [{"label": "B", "fieldtype": "Select", "options": "\nC\nD"}, {"label": "E"}],
    }
    assert list(document_strings(document)) == ["A", "B", "C", "D", "E"]


def test_the_file_is_well_made():
    assert faults(read(VI)) == []


def test_every_string_has_a_translation():
    translated = {row[0] for row in read(VI)}
    strings = app_strings(APP)
    assert len(strings) > 100, "the check must see the strings"
    assert sorted(f"{text!r} in {where}" for text, where in strings.items() if text not in translated) == []
