"""The desk's and website's assets: npm packages at locked versions, bundled by our own short script."""

import shutil
from pathlib import Path

from localbench import processes
from localbench.places import APP, CHECKOUT, Bench, digest_of, link

SOURCE = CHECKOUT / "localbench" / "assets"


def npm_environment() -> dict[str, str]:
    return processes.environment(NO_UPDATE_NOTIFIER="1", npm_config_fund="false", npm_config_audit="false")


def install_packages(bench: Bench) -> None:
    """The locked npm packages, without running any package's own install script."""
    folder = bench.root / "node"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "node_modules", ignore_errors=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(SOURCE / name, folder / name)
    processes.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"],
        bench.setup_log,
        "The npm packages cannot be installed",
        env=npm_environment(),
        cwd=folder,
    )


def public_folders(bench: Bench) -> dict[str, Path]:
    return {"frappe": bench.frappe / "frappe" / "public", APP: CHECKOUT / APP / "public"}


def bundle_fingerprint() -> str:
    """Changes when a bundle of the app's or the build script does."""
    public = CHECKOUT / APP / "public"
    entries = (
        sorted(path for path in public.rglob("*.bundle.*") if "dist" not in path.parts)
        if public.exists()
        else []
    )
    return digest_of(SOURCE / "build.mjs", SOURCE / "package-lock.json", *entries)


def link_public(bench: Bench) -> None:
    """``sites/assets/APP`` leads to each app's public folder."""
    bench.assets.mkdir(parents=True, exist_ok=True)
    for app, public in public_folders(bench).items():
        link(bench.assets / app, public)
    # The desk asks for some libraries one by one (the code editor, the Gantt chart) at /assets/frappe/node_modules.
    link(bench.frappe / "frappe" / "public" / "node_modules", bench.node_modules)


def build(bench: Bench) -> None:
    """Bundle the assets of Frappe and the app."""
    link_public(bench)
    pairs = [f"{app}={public}" for app, public in public_folders(bench).items() if public.exists()]
    processes.run(
        [
            *("node", SOURCE / "build.mjs", "--sites", bench.root / "sites"),
            *("--modules", bench.root / "node" / "node_modules", *pairs),
        ],
        bench.setup_log,
        "The desk's assets cannot be built",
        env=npm_environment(),
    )
