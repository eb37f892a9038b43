"""Where everything lies: the checkout, the bench folder made from it, and the homes inside the bench.

A *bench* holds what is the same for every site: Python packages, Frappe, the built assets.
A *home* holds what belongs to one use (running, testing, benchmarking): a site, its own database server,
its own Redis servers, logs and ports. Homes share nothing that changes, so a test never disturbs a running site.
The ``run`` home is the bench folder itself, so that the folder has the shape that Frappe expects.
"""

import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
APP = "phanhoi_app"
SOCKET_PATH_LIMIT = 100  # sockaddr_un holds 108 bytes


@dataclass(frozen=True)
class Bench:
    """One bench folder. ``frappe_checkout`` is None for the restored package."""

    root: Path
    frappe_checkout: Path | None = None
    python: str = "python3"

    @property
    def env(self) -> Path:
        return self.root / "env"

    @property
    def env_python(self) -> Path:
        return self.env / "bin" / "python"

    @property
    def apps(self) -> Path:
        return self.root / "apps"

    @property
    def frappe(self) -> Path:
        return self.apps / "frappe"

    @property
    def assets(self) -> Path:
        return self.root / "sites" / "assets"

    @property
    def node_modules(self) -> Path:
        """The npm packages of the realtime server: the checkout's own, or those that the assets are built from."""
        return (self.frappe if self.frappe_checkout else self.root / "node") / "node_modules"

    @property
    def uv(self) -> Path:
        return self.root / "tools" / "bin" / "uv"

    @property
    def setup_log(self) -> Path:
        return self.root / "logs" / "setup.log"

    def home(self, name: str) -> "Home":
        return Home(self, name)

    def secret(self, name: str) -> str:
        """A password of this bench, made at the first asking and kept in a file that only its owner reads."""
        path = self.root / "secrets.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(12)
            write_atomically(path, json.dumps(known, indent=1) + "\n", mode=0o600)
        return known[name]


@dataclass(frozen=True)
class Home:
    """One site with its servers. ``name`` is run, benchmark, or the name of a test site."""

    bench: Bench
    name: str
    path: Path = field(init=False)

    def __post_init__(self):
        root = self.bench.root
        object.__setattr__(self, "path", root if self.name == "run" else root / "homes" / self.name)

    @property
    def site(self) -> str:
        return "phanhoi.localhost" if self.name == "run" else f"{self.name}.localhost"

    @property
    def sites(self) -> Path:
        return self.path / "sites"

    @property
    def site_path(self) -> Path:
        return self.sites / self.site

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def config(self) -> Path:
        return self.path / "config"

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def run(self) -> Path:
        """Pid, lock and state files of what is running now."""
        return self.path / "run"

    @property
    def mariadb_socket(self) -> Path:
        inside = self.run / "mariadb.sock"
        if len(str(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"localbench-{os.getuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / "mariadb.sock"

    @property
    def durable(self) -> bool:
        """Whether each commit must reach the disk. A test site's data may die with the machine."""
        return self.name in ("run", "benchmark")

    def make_folders(self) -> None:
        """Make the folder shape that Frappe expects; safe to repeat."""
        for folder in (self.sites, self.logs, self.config, self.data, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        if self.name != "run":
            for name in ("env", "apps"):
                link(self.path / name, self.bench.root / name)
            link(self.sites / "assets", self.bench.assets)
        write_if_changed(self.sites / "apps.txt", f"frappe\n{APP}\n")


def link(path: Path, target: Path) -> None:
    """Make ``path`` a link to ``target``, replacing an older link but never a real file or folder."""
    if path.is_symlink():
        if path.readlink() == target:
            return
        path.unlink()
    path.symlink_to(target)


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Write the whole file or leave the old one: an interruption never leaves half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(path)


def write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text)


def read_json(path: Path) -> dict:
    """The file's JSON object, or an empty one if the file is missing or was cut short."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def digest_of(*parts: Path | str | bytes) -> str:
    """A fingerprint of files (by content), texts and bytes, in the given order."""
    total = hashlib.sha256()
    for part in parts:
        data = (
            part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        )
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()
