"""Every string of the app that a person may read, taken from its sources without a site.

`extract(app)` lists what must have a row in translations/vi.csv: literals in `_()` and `__()`, the templates of
the rules' own exceptions, and what is read of the JSON documents that ship (DocTypes, forms, workflows …).
`careless(app)` lists what no translation can reach: text glued together inside the call, or thrown without it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from documents import KNOWN, document_texts, workflow_texts

TRANSLATE = {"_", "_lt"}
SHOWN = {"throw", "msgprint"}


class Text(NamedTuple):
    """`source` is the English string, `context` Frappe's optional one, `where` is path:line in the app."""

    source: str
    context: str
    where: str


class Unknown(Exception):
    """A JSON document of a kind that the extractor has not been taught."""


def extract(app: Path) -> list[Text]:
    """All strings of the app in folder `app`, with repetitions. Raises `Unknown`."""
    kinds = exceptions_with_template(app)
    found: list[Text] = []
    for path in _files(app, "*.py"):
        found += _at(app, path, python_texts(path.read_text(encoding="utf-8"), kinds))
    for ending, patterns in (("*.js", (JS_CALL,)), ("*.html", (PAGE_CALL, JS_CALL))):
        for path in _files(app, ending):
            content = path.read_text(encoding="utf-8")
            for pattern in patterns:
                found += _at(app, path, quoted_texts(pattern, content))
    modules = app / "modules.txt"
    if modules.exists():
        found += _at(
            app, modules, ((name, "", 1) for name in modules.read_text(encoding="utf-8").splitlines())
        )
    for path in _files(app, "*.json"):
        found += _at(app, path, ((text, "", 1) for text in _json_texts(app, path)))
    return [text for text in found if re.search(r"[^\W\d_]", text.source)]


def _files(app: Path, pattern: str) -> list[Path]:
    return sorted(path for path in app.rglob(pattern) if "node_modules" not in path.parts)


def _at(app: Path, path: Path, texts: Iterator[tuple[str, str, int]]) -> Iterator[Text]:
    where = path.relative_to(app).as_posix()
    for source, context, line in texts:
        if source.strip():
            yield Text(source, context, f"{where}:{line}")


# Python


def exceptions_with_template(app: Path) -> set[str]:
    """Names of the exceptions whose first argument is a sentence: RuleError and what derives from it."""
    parents: dict[str, set[str]] = {}
    for path in _files(app, "*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                parents[node.name] = {_name(base) for base in node.bases}
    known = {"RuleError"}
    while more := {name for name, bases in parents.items() if bases & known} - known:
        known |= more
    return known


def python_texts(code: str, kinds: set[str] = frozenset({"RuleError"})) -> Iterator[tuple[str, str, int]]:
    """(source, context, line) of each literal in `_()`, `Word()` or an exception of `kinds`.

    `_(TABLE[key])` and `_(TABLE.get(key))` stand for every text in the module's own constant TABLE, and a call
    on the variable of a loop over literals for each of them.
    """
    tree = ast.parse(code)
    tables = _tables(tree)
    loops = _loops(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = _name(node.func)
        if name not in TRANSLATE and name != "Word" and name not in kinds:
            continue
        context = _context(node) if name in TRANSLATE else ""
        for text in _literals(node.args[0], tables, loops):
            yield text, context, node.lineno


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _context(call: ast.Call) -> str:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "context"] + call.args[2:3]
    return given[0].value if given and isinstance(given[0], ast.Constant) else ""


def _literals(node: ast.AST, tables: dict[str, list[str]], loops: dict[str, list[str]]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return _literals(node.body, tables, loops) + _literals(node.orelse, tables, loops)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in _literals(value, tables, loops)]
    if isinstance(node, ast.Name):
        return loops.get(node.id, []) + tables.get(node.id, [])
    if isinstance(node, ast.Subscript):
        return tables.get(_name(node.value), [])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return tables.get(_name(node.func.value), [])
    return []


def _tables(tree: ast.Module) -> dict[str, list[str]]:
    """The texts in each constant of the module: of a dictionary its values, of a sequence its members."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = list(_inside(node.value))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found[node.target.id] = list(_inside(node.value))
    return found


def _inside(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _inside(value)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        for value in node.elts:
            yield from _inside(value)


def _loops(tree: ast.Module) -> dict[str, list[str]]:
    """The literals that a loop's variable runs over; names are not told apart by function, which only adds."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        is_loop = isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name)
        if is_loop and isinstance(node.iter, ast.List | ast.Tuple | ast.Set):
            found.setdefault(node.target.id, []).extend(_inside(node.iter))
    return found


# JavaScript and pages

LITERAL = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)"""
JOINED = rf"{LITERAL}(?:\s*\+\s*{LITERAL})*"
CONTEXT = rf"""(?:\s*,\s*(?:null|\[[^\]]*\])\s*,\s*(?P<context>{LITERAL}))?"""
JS_CALL = re.compile(rf"(?<![\w$])__\(\s*(?P<text>{JOINED}){CONTEXT}", re.DOTALL)
PAGE_CALL = re.compile(rf"(?<![\w$])_\(\s*(?P<text>{JOINED})", re.DOTALL)
COMMENT = re.compile(r"^[ \t]*//[^\n]*$|/\*.*?\*/|\{#.*?#\}", re.MULTILINE | re.DOTALL)


def quoted_texts(pattern: re.Pattern, content: str) -> Iterator[tuple[str, str, int]]:
    """(source, context, line) of each call; literals joined by + are one text, comments are not read."""
    content = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), content)
    for call in pattern.finditer(content):
        parts = re.findall(LITERAL, call["text"])
        if not any(part[0] == "`" and "${" in part for part in parts):
            context = call.groupdict().get("context")
            yield (
                "".join(map(_unquoted, parts)),
                _unquoted(context) if context else "",
                content.count("\n", 0, call.start()) + 1,
            )


def _unquoted(literal: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), literal[1:-1])


# Documents


def _json_texts(app: Path, path: Path) -> Iterator[str]:
    parts = path.relative_to(app).parts
    if parts[0] in ("defaults", "demo", "public"):
        return  # a province's own data and words, in the language in which they are kept
    data = json.loads(path.read_text(encoding="utf-8"))
    if parts[0] == "workflows":
        yield from workflow_texts(data)
        return
    for document in data if isinstance(data, list) else [data]:
        kind = document.get("doctype")
        if kind not in KNOWN:
            raise Unknown(f"{path.relative_to(app)}: teach documents.py what is read of a {kind}")
        yield from document_texts(document)


# What no translation reaches


def careless(app: Path) -> list[str]:
    """`path:line: what is wrong` for text that is glued inside the call, or shown without being translated."""
    found = []
    kinds = exceptions_with_template(app)
    for path in _files(app, "*.py"):
        where = path.relative_to(app).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{where}:{line}: {what}" for line, what in _careless_python(tree, kinds)]
    for ending in ("*.js", "*.html"):
        for path in _files(app, ending):
            content = path.read_text(encoding="utf-8")
            for match in re.finditer(r"(?<![\w$])_{1,2}\(\s*`[^`]*\$\{", content):
                line = content.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(app).as_posix()}:{line}: a template literal with gaps")
    return found


def _careless_python(tree: ast.Module, kinds: set[str]) -> Iterator[tuple[int, str]]:
    refusals = _refusals(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name, first = _name(node.func), node.args[0]
        if name in TRANSLATE | kinds and _glued(first):
            yield node.lineno, "text put together before it is translated"
        elif name in SHOWN | refusals and (_glued(first) or _is_text(first)):
            yield node.lineno, "text that is shown but not translated"


def _refusals(tree: ast.Module) -> set[str]:
    """Names from an `errors` room that this module imports: their first argument is shown to people."""
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("phanhoi_app.custody.errors")
        for alias in node.names
    }


def _glued(node: ast.AST) -> bool:
    formatted = isinstance(node, ast.Call) and _name(node.func) == "format" and _is_text(node.func.value)
    return (
        isinstance(node, ast.JoinedStr)
        or formatted
        or (isinstance(node, ast.BinOp) and (_is_text(node.left) or _is_text(node.right)))
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
