"""Further homes for one run of the tests: copies of the test site's home, so that pytest can work in several processes.

A copy is made of files, while no server runs on them: a second or two, where a site of its own takes half a minute.
"""

import shutil
from collections.abc import Sequence

from localbench import database, services
from localbench.places import Home, digest_of
from localbench.steps import Progress, Step, perform

NOT_COPIED = shutil.ignore_patterns("ibtmp1", "*.pid", "*.sock", "ib_buffer_pool", "logs", "locks")


def twins(home: Home, count: int) -> list[Home]:
    """The homes beside ``home`` of a run by ``count`` processes. No TEST=name can spell their names."""
    return [home.bench.home(f"{home.name}-{number}") for number in range(2, count + 1)]


def copy(home: Home, twin: Home) -> None:
    """Make ``twin`` what ``home`` is now: database, site with its files. Nobody may be using either."""
    twin.make_folders()
    for old in (twin.sites / twin.site, twin.data):  # the queues too, whose jobs are of the old database
        shutil.rmtree(old, ignore_errors=True)
    twin.make_folders()
    shutil.copytree(home.site_path, twin.site_path, symlinks=True, ignore=NOT_COPIED)
    for folder in ("logs", "locks"):
        (twin.site_path / folder).mkdir()
    fresh = twin.data / "mariadb.new"
    shutil.copytree(home.data / "mariadb", fresh, ignore=NOT_COPIED)
    fresh.replace(twin.data / "mariadb")


def step(home: Home, twin: Home) -> Step:
    """Copying, when there is no copy or the test site has been migrated since."""
    return Step(
        "twin",
        f"Copying the site {home.site} to {twin.site}",
        2,
        lambda: copy(home, twin),
        fingerprint=lambda: digest_of(
            home.path / "site-state" / "migrate.json", home.bench.secret("mariadb_root")
        ),
        needed=lambda: not database.exists(twin),
        stamp=twin.path / "site-state" / "twin.json",
    )


def make_ready(home: Home, others: Sequence[Home], purpose: str, progress: Progress, before: int) -> None:
    """Copy the home for each of the others whose copy is missing or old."""
    todo = [(twin, step(home, twin)) for twin in others]
    if not any(each.is_needed() for _twin, each in todo):
        return
    with services.owning(home, purpose):
        for twin, each in todo:
            with services.owning(twin, purpose):
                perform([each], progress, before)
            before += 1
