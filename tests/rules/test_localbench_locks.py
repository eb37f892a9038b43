"""The locked versions: whole, with checksums, naming no host, and what the app needs is among them."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "localbench" / "locks"
REQUIREMENTS = (LOCKS / "requirements.txt").read_text(encoding="utf-8")
NPM_LOCK = json.loads((ROOT / "localbench" / "assets" / "package-lock.json").read_text(encoding="utf-8"))


def locked() -> dict[str, str]:
    """Name → version of each locked Python package."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", REQUIREMENTS, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def test_each_python_package_has_a_checksum():
    entries = [entry for entry in re.split(r"\n(?=[A-Za-z0-9])", REQUIREMENTS.strip()) if "==" in entry]
    assert len(entries) > 100
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_each_npm_package_has_a_checksum():
    packages = {name: entry for name, entry in NPM_LOCK["packages"].items() if name}
    assert len(packages) > 100
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_no_lock_names_a_host():
    for path in [*LOCKS.iterdir(), ROOT / "localbench" / "assets" / "package-lock.json"]:
        text = path.read_text(encoding="utf-8")
        assert '"resolved"' not in text and "--index-url" not in text and "--find-links" not in text, (
            path.name
        )
        assert "://" not in text or path.name == "package-lock.json", path.name


def test_what_the_app_needs_is_locked():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)[1]
    names = [re.match(r"[A-Za-z0-9._-]+", need)[0].lower() for need in re.findall(r'"([^"]+)"', block)]
    assert names and [name for name in names if name.replace("_", "-") not in locked()] == []


def test_known_holes_are_closed():
    """Frappe's pins of 2023 had these; a new lock must not fall back behind what closed them."""
    least = {"pillow": 11, "cryptography": 44, "gunicorn": 23, "urllib3": 2, "pyopenssl": 25, "werkzeug": 3}
    versions = locked()
    assert {
        name: versions[name] for name, major in least.items() if int(versions[name].split(".")[0]) < major
    } == {}


def test_package_json_and_its_lock_agree():
    wanted = json.loads((ROOT / "localbench" / "assets" / "package.json").read_text(encoding="utf-8"))
    assert NPM_LOCK["packages"][""]["dependencies"] == wanted["dependencies"]
