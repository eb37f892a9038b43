"""A home's Frappe site: create it, install the app, finish the first-use wizard, keep it up to date."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from localbench import database, processes, services
from localbench.places import APP, CHECKOUT, Home, digest_of, read_json, write_atomically
from localbench.steps import Progress, Step, perform

INSIDE = CHECKOUT / "localbench" / "inside.py"
MATTERS = (
    ".json",
    ".txt",
    ".csv",
    ".html",
    ".md",
)  # what `migrate` reads besides hooks.py, install.py and patches


def command(home: Home, *arguments: str, site: bool = True) -> list[str]:
    """The command line of one of Frappe's own commands, to be run inside the sites folder."""
    chosen = ["--site", home.site] if site else []
    return [str(home.bench.env_python), "-m", "frappe.utils.bench_helper", "frappe", *chosen, *arguments]


def environment(home: Home, **extra: str) -> dict[str, str]:
    """The environment of a program that works on the home's site."""
    return processes.environment(
        FRAPPE_BENCH_ROOT=str(home.path),
        PHANHOI_DEMO_PASSWORD=home.bench.secret("demo"),
        **extra,
    )


def bench(home: Home, *arguments: str, sentence: str, site: bool = True, timeout: float = 900) -> str:
    """Run one of Frappe's commands for the home; raise BenchError with ``sentence`` if it fails."""
    return processes.run(
        command(home, *arguments, site=site),
        home.logs / "setup.log",
        sentence,
        env=environment(home),
        cwd=home.sites,
        timeout=timeout,
    )


def set_config(home: Home, **settings: object) -> None:
    """Put values into the site's own site_config.json; None takes a value out."""
    path = home.site_path / "site_config.json"
    merged = read_json(path) | settings
    kept = {key: value for key, value in merged.items() if value is not None}
    write_atomically(path, json.dumps(kept, indent=1, sort_keys=True) + "\n", mode=0o600)


def create(home: Home) -> None:
    """A fresh site with Frappe alone. What an interrupted try left behind is replaced."""
    shutil.rmtree(home.site_path, ignore_errors=True)
    common = home.sites / "common_site_config.json"
    settings = read_json(common)
    # Through the configuration rather than the command line, which every user of the machine can read.
    passwords = {
        "root_password": home.bench.secret("mariadb_root"),
        "admin_password": home.bench.secret("administrator"),
    }
    write_atomically(common, json.dumps(settings | passwords, indent=1) + "\n", mode=0o600)
    try:
        options = bench(home, "new-site", "--help", sentence="Frappe's commands do not start", site=False)
        newer = "--mariadb-user-host-login-scope"
        bench(
            home,
            "new-site",
            home.site,
            "--force",
            "--db-type=mariadb",
            f"--db-name={home.name}_site",
            f"{newer}=%" if newer in options else "--no-mariadb-socket",
            sentence="The site cannot be created",
            site=False,
        )
    finally:
        write_atomically(common, json.dumps(settings, indent=1, sort_keys=True) + "\n")


def install_app(home: Home) -> None:
    """Install the app on the site; with --force, which finishes an installation that was cut off."""
    bench(home, "install-app", "--force", APP, sentence="The app cannot be installed on the site")


def finish_wizard(home: Home) -> None:
    """Answer the first-use wizard: Vietnamese, Viet Nam, its time zone; no tours, no telemetry."""
    processes.run(
        [home.bench.env_python, INSIDE, home.site, "wizard"],
        home.logs / "setup.log",
        "The site's first settings cannot be made",
        env=environment(home),
        cwd=home.sites,
    )


def migrate(home: Home) -> None:
    bench(home, "migrate", "--skip-search-index", sentence="The site cannot be brought up to date")


def app_files(root: Path = CHECKOUT / APP) -> Iterable[Path]:
    """The app's files that `migrate` or an installation turns into rows of the database."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if (
            not path.is_file()
            or "__pycache__" in inside.parts
            or inside.parts[0] in ("public", "www", "demo")
        ):
            continue
        if path.suffix in MATTERS or path.name in ("hooks.py", "install.py") or "patches" in inside.parts:
            yield inside


def app_fingerprint() -> str:
    """Changes when the site must be migrated."""
    root = CHECKOUT / APP
    return digest_of(*(part for path in app_files(root) for part in (str(path), root / path)))


def has_command(name: str) -> bool:
    """Whether the app registers this bench command."""
    path = CHECKOUT / APP / "commands.py"
    return path.exists() and f'"{name}"' in path.read_text(encoding="utf-8")


def load_demo(home: Home) -> None:
    bench(home, "phanhoi-demo", sentence="The demo data cannot be loaded", timeout=1800)


def steps(home: Home, frappe_fingerprint: str, demo: bool) -> list[Step]:
    """What a home needs, in order. The servers must run from the site's creation on; see `with_servers`."""
    state = home.path / "site-state"
    site_exists = (home.site_path / "site_config.json").exists

    def migration_fingerprint() -> str:
        return digest_of(frappe_fingerprint, app_fingerprint())

    migrated = state / "migrate.json"

    def install() -> None:
        install_app(home)
        write_atomically(migrated, json.dumps({"fingerprint": migration_fingerprint()}) + "\n")

    def once(name: str, title: str, seconds: int, do, needed=None) -> Step:
        return Step(
            name,
            title,
            seconds,
            do,
            fingerprint=lambda: "1",
            needed=needed,
            stamp=state / f"{name}.json",
            log=home.logs / "setup.log",
        )

    found = [
        once("site", f"Creating the site {home.site}", 20, lambda: create(home), lambda: not site_exists()),
        once("app", "Installing the app on the site", 10, install),
        once("wizard", "Setting language, country and time zone", 5, lambda: finish_wizard(home)),
        Step(
            "migrate",
            "Bringing the site up to date with the app's files",
            15,
            lambda: migrate(home),
            fingerprint=migration_fingerprint,
            stamp=migrated,
        ),
    ]
    if demo and has_command("phanhoi-demo"):
        found.append(once("demo", "Loading the demo data", 90, lambda: load_demo(home)))
    return found


def forget(home: Home) -> None:
    """Drop every stamp of the site, when its database has gone."""
    shutil.rmtree(home.path / "site-state", ignore_errors=True)


def database_step(home: Home) -> Step:
    def make() -> None:
        forget(home)
        database.make(home, home.logs / "setup.log")

    return Step("database", "Making the database's folder", 5, make, needed=lambda: not database.exists(home))


def make_ready(
    home: Home, frappe_fingerprint: str, progress: Progress, before: int, demo: bool, purpose: str
) -> None:
    """Perform what the home lacks, with its servers running only if something is to be done."""
    home.make_folders()
    todo = steps(home, frappe_fingerprint, demo)
    first = database_step(home)
    if first.is_needed():
        forget(home)
        perform([first], progress, before)
    if not any(step.is_needed() for step in todo):
        return
    with services.owning(home, purpose):
        ports = services.Ports.choose(read_json(home.run / "ports.json").get("web"))
        services.configure(home, ports)
        started = services.start_all(home, ports)
        try:
            perform(todo, progress, before + 1)
        finally:
            services.stop_all(started)


def serve_as(home: Home, port: int) -> None:
    """Tell the site by which address people reach it, for the links in its messages."""
    set_config(home, host_name=f"http://127.0.0.1:{port}", ignore_csrf=None)
