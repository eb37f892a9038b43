"""Frappe from the package registry: download one wheel, verify it, undo its mechanical renaming.

The wheel is Frappe 15.0.0-dev at upstream commit 0cced747669d9471aa3d60819148a8e828457930 under another name.
docs/developers/bench.md says how to compare the result with upstream's git object ids.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from localbench import processes
from localbench.errors import BenchError
from localbench.places import CHECKOUT, Bench

WHEEL_SHA256 = "dc58aaf29c59b7666edc953596e5b31f77d7286b2ed6b14c6a205b217c210349"
TREE_SHA256 = "13fb945f5d8b0624cd02aa2969c8cf9fe720ddc1d20f6a066382e52d2ef45363"
UPSTREAM_COMMIT = "0cced747669d9471aa3d60819148a8e828457930"
PACKAGE = "criscostack"
REQUIREMENT = CHECKOUT / "localbench" / "locks" / "frappe-package.txt"

# In this order: a longer word before the shorter one that it contains.
RENAMES = (
    ("CRISCOSTACK", "FRAPPE"),
    ("Criscostack", "Frappe"),
    ("criscostack", "frappe"),
    ("Criscoerp", "ERPNext"),
    ("criscoerp", "erpnext"),
    ("CriscoERP", "ERPNext"),
    ("Crisco", "Frappe"),
    ("crisco", "frappe"),
    ("CRISCO", "FRAPPE"),
    ("brik_helper", "bench_helper"),
)
UNWANTED = (".DS_Store",)


def restore_text(text: str) -> str:
    """The text (of a file or a path) with upstream's names."""
    for given, upstream in RENAMES:
        text = text.replace(given, upstream)
    return text


def restore_content(content: bytes) -> bytes:
    """A file's content with upstream's names; what is not UTF-8 (images, fonts) comes back as it is."""
    try:
        return restore_text(content.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        return content


def restored_files(wheel: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each file of the package with its restored path and content. Raises BenchError on a path that leads outside."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename)
            if entry.is_dir() or path.name in UNWANTED or path.parts[0] != PACKAGE:
                continue
            restored = PurePosixPath(restore_text(entry.filename))
            if restored.is_absolute() or ".." in restored.parts:
                raise BenchError(f"The Frappe package holds a path that leads outside it ({entry.filename}).")
            yield restored, restore_content(archive.read(entry))


def requirements(wheel: Path) -> list[str]:
    """The requirement lines of the wheel's metadata."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode("utf-8").splitlines()
    return [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return (
            hashlib.file_digest(file, "sha256").hexdigest()
            if hasattr(hashlib, "file_digest")
            else _sha256(file)
        )


def _sha256(file) -> str:
    total = hashlib.sha256()
    while block := file.read(1 << 20):
        total.update(block)
    return total.hexdigest()


def tree_digest(root: Path) -> str:
    """One SHA-256 over all files below ``root``: their paths in order, and the SHA-256 of each content."""
    total = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        total.update(f"{sha256_of(path)}  {path.relative_to(root).as_posix()}\n".encode())
    return total.hexdigest()


def git_blob_id(content: bytes) -> str:
    """The object id that git gives a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def verify_wheel(wheel: Path) -> None:
    """Raise BenchError unless the file is the one wheel that was checked against upstream."""
    found = sha256_of(wheel)
    if found != WHEEL_SHA256:
        wheel.unlink()
        raise BenchError(
            f"The downloaded Frappe package is not the expected one (SHA-256 {found[:16]}… instead of "
            f"{WHEEL_SHA256[:16]}…); it was deleted and nothing was installed."
        )


def download(bench: Bench) -> Path:
    """The verified wheel, from the bench's own cache or from the registry."""
    folder = bench.root / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    if not (wheels := sorted(folder.glob(f"{PACKAGE}-*.whl"))):
        processes.run(
            [
                *(bench.root / "tools" / "bin" / "python", "-m", "pip", "download"),
                *("--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir"),
                *("--disable-pip-version-check", "--progress-bar=off", "--retries=2", "--timeout=20"),
                *("--dest", folder, "--requirement", REQUIREMENT),
            ],
            bench.setup_log,
            "Frappe cannot be downloaded",
        )
        wheels = sorted(folder.glob(f"{PACKAGE}-*.whl"))
    verify_wheel(wheels[0])
    return wheels[0]


def write_project(root: Path, needs: list[str]) -> None:
    """The pyproject.toml that the wheel lacks, so that the package installs like any app's."""
    listed = "".join(f'    "{need}",\n' for need in needs)
    (root / "pyproject.toml").write_text(
        "# Written by localbench: the package's own metadata, under its upstream name.\n"
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n'
        '[project]\nname = "frappe"\nversion = "15.0.0.dev0"\nrequires-python = ">=3.10"\n'
        f"dependencies = [\n{listed}]\n\n"
        '[tool.setuptools.packages.find]\ninclude = ["frappe*"]\n',
        encoding="utf-8",
    )


def restore(bench: Bench) -> None:
    """Make ``apps/frappe`` from the verified wheel; it appears whole or not at all."""
    wheel = download(bench)
    bench.apps.mkdir(parents=True, exist_ok=True)
    fresh = bench.apps / ".frappe.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for path, content in restored_files(wheel):
        target = fresh / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if tree_digest(fresh / "frappe") != TREE_SHA256:
        raise BenchError("Frappe's restored files are not the expected ones; nothing was installed.")
    write_project(fresh, requirements(wheel))
    shutil.rmtree(bench.frappe, ignore_errors=True)
    fresh.replace(bench.frappe)
