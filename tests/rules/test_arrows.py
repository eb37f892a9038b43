"""The house itself: which room may import which, what the rules may not touch, and what no file may hold.

Each rule is a function from a folder (or files) to sentences, empty when all is well. It is tried on a made-up tree
that breaks it before it is tried on the real one.
"""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = "phanhoi_app"

# Arrows point down this list; within one line they may point sideways as long as there is no circle.
LAYERS = (
    ("rules",),
    ("history",),
    ("access",),
    ("custody", "channels"),
    ("intake", "messaging"),
    ("exchange", "portal", "insight", "sla", "agencies", "hotline"),
)
# The wiring on top: single files such as hooks.py, and these folders. They count as one room.
TOP = "the top"
TOP_FOLDERS = (
    "phanhoi_app",
    "www",
    "workflows",
    "demo",
    "patches",
    "templates",
    "defaults",
    "fixtures",
    "config",
)
HEIGHT = {room: height for height, layer in enumerate(LAYERS) for room in layer} | {TOP: len(LAYERS)}

# What would make an answer of rules/ depend on anything but the question.
IMPURE_MODULES = {
    *("frappe", "logging", "locale", "zoneinfo"),
    *("os", "io", "sys", "pathlib", "shutil", "tempfile", "subprocess", "sqlite3"),
    *("socket", "ssl", "http", "requests", "urllib", "smtplib"),
    *("time", "random", "secrets", "uuid", "threading", "asyncio"),
}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
CLOCK_CALLS = {"now", "today", "utcnow", "fromtimestamp", "localtime", "time_ns", "monotonic"}

MOST_LINES, MOST_TEST_LINES = 400, 500

# Written in pieces, or this file would hold them itself.
TRACES = (
    r"(?<![\w.~-])/" + r"work/",
    r"(?<![\w.~-])/" + r"root/",
    r"(?:^|[/.@\s\"'])(?:pypi|registry|files|deb)\." + r"(?:org|npmjs\.org|pythonhosted\.org|debian\.org)",
    r"https?://[^/\s\"']*(?:pypi|npmjs|registry|mirror)",
)


def room_of(path: Path, app: Path) -> str | None:
    """The room that a Python file is in; None when the house has no such room."""
    first, *rest = path.relative_to(app).parts
    if not rest:
        return TOP
    return first if first in HEIGHT else TOP if first in TOP_FOLDERS else None


def modules_used(path: Path, app: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of what a file imports, wherever in it, or names in a text for others to import."""
    dotted = re.compile(rf"{app.name}(\.[A-Za-z_]\w*){{2,}}")
    package = (app.name, *path.relative_to(app).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and dotted.fullmatch(node.value):
            yield (
                node.lineno,
                node.value,
            )  # frappe.enqueue("phanhoi_app.room.module.function") is an arrow too


def target_room(name: str, app: Path) -> str | None:
    """The room a dotted name leads into; None when it is outside the app or the app's own package."""
    parts = name.split(".")
    if parts[0] != app.name or len(parts) < 2:
        return None
    if parts[1] in HEIGHT:
        return parts[1]
    is_module = parts[1] in TOP_FOLDERS or (app / f"{parts[1]}.py").exists() or (app / parts[1]).is_dir()
    return TOP if is_module else None


def wrong_arrows(app: Path) -> list[str]:
    """Imports that point up, circles between rooms, files in no room, and imports of the bench."""
    found, arrows = [], {}
    for path in sorted(app.rglob("*.py")):
        room, where = room_of(path, app), path.relative_to(app.parent).as_posix()
        if room is None:
            found.append(f"{where}: the house has no such room; give it a place in LAYERS or TOP_FOLDERS.")
            continue
        for line, name in modules_used(path, app):
            if name.split(".")[0] == "localbench":
                found.append(f"{where}:{line}: the app must not know the bench ({name}).")
            target = target_room(name, app)
            if target is None or target == room:
                continue
            arrows.setdefault(room, {}).setdefault(target, f"{where}:{line}")
            if HEIGHT[target] > HEIGHT[room]:
                found.append(f"{where}:{line}: {room} must not import {target}, which is above it ({name}).")
    return found + circles({room: set(targets) for room, targets in arrows.items()})


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """One sentence for each pair of rooms that reach each other."""

    def reachable(room: str) -> set[str]:
        seen, waiting = set(), [room]
        while waiting:
            for target in arrows.get(waiting.pop(), set()) - seen:
                seen.add(target)
                waiting.append(target)
        return seen

    reach = {room: reachable(room) for room in arrows}
    return [
        f"{one} and {other} import each other."
        for one in sorted(arrows)
        for other in sorted(reach[one])
        if one < other and one in reach.get(other, set())
    ]


def impurities(rules: Path) -> list[str]:
    """Where the rules touch the framework, the clock, chance, files or the network."""
    found = []
    for path in sorted(rules.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [(node.module or "").split(".")[0]]
            found += [
                f"{path.name}:{node.lineno}: imports {name}." for name in names if name in IMPURE_MODULES
            ]
            if isinstance(node, ast.Name) and node.id in IMPURE_CALLS:
                found.append(f"{path.name}:{node.lineno}: uses {node.id}.")
            if isinstance(node, ast.Attribute) and node.attr in CLOCK_CALLS:
                found.append(f"{path.name}:{node.lineno}: asks the clock with .{node.attr}.")
    return found


def too_long(files: Iterable[tuple[str, str]]) -> list[str]:
    """Python and JavaScript files of the house that have grown past one room's size."""
    found = []
    for name, content in files:
        most = MOST_TEST_LINES if name.startswith("tests/") else MOST_LINES
        if name.endswith((".py", ".js", ".mjs")) and (lines := content.count("\n")) > most:
            found.append(f"{name}: {lines} lines; {most} are the most, so it wants to be two files.")
    return found


def traces_of_a_machine(files: Iterable[tuple[str, str]]) -> list[str]:
    """Paths of the machine that a file was written on, and names of registries' hosts."""
    return [
        f"{name}:{number}: holds “{match[0].strip()}”."
        for name, content in files
        for number, line in enumerate(content.split("\n"), start=1)
        for pattern in TRACES
        if (match := re.search(pattern, line))
    ]


def own_files() -> list[tuple[str, str]]:
    """Name and content of each text file that belongs to the repository, also when it is not committed yet."""
    git = shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files are the house's own is not known")
    command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")  # noqa: S603
    files = []
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            try:
                files.append((name, path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:  # a picture or a font
                continue
    return files


@pytest.fixture
def house(tmp_path):
    """Builds a made-up app: file names to contents."""

    def build(**files: str) -> Path:
        for name, content in files.items():
            path = tmp_path / APP / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return tmp_path / APP

    return build


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"rules__text": "from phanhoi_app.access import scope"}, "rules must not import access"),
        ({"history__read": "import phanhoi_app.custody.verbs"}, "history must not import custody"),
        ({"access__scope": "from phanhoi_app import sla"}, "access must not import sla"),
        ({"access__deep__scope": "from ...intake.check import desk"}, "access must not import intake"),
        (
            {"channels__sms": "def late():\n    from phanhoi_app.messaging import outbox"},
            "sms.py:2: channels must",
        ),
        ({"custody__verbs": "x = 'phanhoi_app.messaging.notices.send'"}, "custody must not import messaging"),
        ({"sla__clock": "from phanhoi_app.hooks import x", "hooks": ""}, "sla must not import the top"),
        (
            {"portal__x": "from phanhoi_app.phanhoi_app.doctype import complaint"},
            "portal must not import the top",
        ),
        ({"www__x": "import localbench.setup"}, "must not know the bench"),
        ({"attic__x": "import json"}, "no such room"),
        (
            {
                "custody__x": "from phanhoi_app import channels",
                "channels__y": "from phanhoi_app.custody import x",
            },
            "channels and custody import each other",
        ),
    ],
)
def test_a_wrong_arrow_is_named(house, files, words):
    found = wrong_arrows(house(**files))
    assert len(found) == 1
    assert words in found[0]


def test_arrows_that_point_down_are_let_pass(house):
    app = house(
        hooks="doc_events = {'x': 'phanhoi_app.sla.clock.start'}",
        www__track="from phanhoi_app.portal import read",
        sla__clock="from phanhoi_app.rules import deadlines\nfrom phanhoi_app import __version__\nimport frappe",
        custody__verbs="from phanhoi_app.channels import sms\nfrom .errors import Conflict\nfrom . import perform",
        rules__text="from phanhoi_app.rules.telex import decode\nNOTE = 'phanhoi_app.nothing.here'",
        phanhoi_app__doctype__complaint__complaint="from phanhoi_app.demo import data",
    )
    assert wrong_arrows(app) == []


def test_a_circle_over_three_rooms_is_found():
    arrows = {"portal": {"insight"}, "insight": {"sla"}, "sla": {"portal"}, "access": {"rules"}}
    assert circles(arrows) == [
        "insight and portal import each other.",
        "insight and sla import each other.",
        "portal and sla import each other.",
    ]
    assert circles({"a": {"b", "c"}, "b": {"c"}}) == []


@pytest.mark.parametrize(
    "code",
    [
        "import frappe",
        "from frappe.utils import now_datetime",
        "from datetime import datetime\nx = datetime.now()",
        "import datetime\nx = datetime.date.today()",
        "from datetime import datetime\nx = datetime.utcnow",
        "import time",
        "from time import time",
        "x = open('file')",
        "from pathlib import Path",
        "def late():\n    import random",
        "print('x')",
    ],
)
def test_rules_that_touch_the_world_are_named(house, code):
    assert len(impurities(house(rules__bad=code) / "rules")) == 1


def test_pure_rules_are_let_pass(house):
    code = "from datetime import datetime, time\nimport hashlib\n\ndef later(start):\n    return start.time()"
    assert impurities(house(rules__good=code) / "rules") == []


def test_files_that_are_too_long_are_named():
    files = [("a.py", "\n" * 400), ("b.js", "\n" * 401), ("tests/c.py", "\n" * 500), ("d.json", "\n" * 9999)]
    assert [sentence.split(":")[0] for sentence in too_long(files)] == ["b.js"]
    assert len(too_long([("tests/c.py", "\n" * 501)])) == 1


@pytest.mark.parametrize(
    "line",
    [
        "cd /" + "work/main",
        'path = "/' + 'root/.cache"',
        "(/" + "work/x)",
        '"resolved": "https://regis' + 'try.npmjs.org/x.tgz"',
        "https://py" + "pi.org/simple",
        "https://my-mir" + "ror.example/x",
        "host: files.python" + "hosted.org",
        "deb http://deb." + "debian.org/debian",
    ],
)
def test_traces_of_a_machine_are_named(line):
    assert (
        len({sentence.split(": holds")[0] for sentence in traces_of_a_machine([("x.md", f"\n{line}")])}) == 1
    )


@pytest.mark.parametrize(
    "line",
    ["https://example.com/" + "work/x", "sites/" + "root/x", "the root / work", "PyPI, npm", "./" + "work/x"],
)
def test_ordinary_words_are_no_traces(line):
    assert traces_of_a_machine([("x.md", line)]) == []


def test_the_apps_arrows_point_down():
    assert wrong_arrows(ROOT / APP) == []


def test_the_rules_are_pure():
    assert impurities(ROOT / APP / "rules") == []


def test_no_file_is_too_long():
    assert too_long(own_files()) == []


def test_no_file_tells_of_the_machine_it_was_written_on():
    files = own_files()
    assert len(files) > 50, "the check must see the files"
    assert traces_of_a_machine(files) == []
