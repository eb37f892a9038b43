"""`bench phanhoi-import`: an import from the command line, with a progress bar and an end in words."""

import os
import signal
import sys
import time
from pathlib import Path

import click
import frappe
from frappe import _
from frappe.commands import get_site, pass_context

from phanhoi_app.intake.importer import mapping, run
from phanhoi_app.intake.importer.errors import ImportRefused

EVERY = 5  # seconds between lines where no bar can be drawn


@click.command("phanhoi-import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "map_file", required=True, type=click.Path(path_type=Path), help="JSON map of the columns"
)
@click.option(
    "--rejects", type=click.Path(path_type=Path), help="Where to write the rows that were not taken"
)
@click.option("--workers", type=click.IntRange(1, 32), default=None, help="Processes (default: one a core)")
@pass_context
def phanhoi_import(context, file: Path, map_file: Path, rejects: Path | None, workers: int | None):
    """Bring complaints of another system in from a CSV FILE (plain or .gz)."""
    frappe.init(site=get_site(context))
    frappe.connect()
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    rejects = rejects or _beside(file)
    bar = Bar()
    try:
        progress = run.bring_in(
            file,
            mapping.load(map_file),
            rejects,
            workers=workers or os.cpu_count() or 1,
            tell=bar.show,
        )
        words = run.in_words(progress)
        if progress.rejected:
            words.append(_("The rejected rows with their reasons: {0}").format(rejects))
    except ImportRefused as error:
        bar.end()
        click.secho(_("Error: {0}").format(str(error)), fg="red", err=True)
        sys.exit(1)
    finally:
        frappe.destroy()  # the site's language goes with it
    bar.end()
    click.echo("\n".join(words))
    if progress.stopped:
        sys.exit(130)


def _beside(file: Path) -> Path:
    """A name for the rejects file: beside the file, or in the site's private files where that cannot be written."""
    name = file.name.removesuffix(".gz").removesuffix(".csv") + "-rejects.csv"
    if os.access(file.parent, os.W_OK):
        return file.with_name(name)
    return Path(frappe.get_site_path("private", "files", name)).resolve()


class Bar:
    """A progress bar on a terminal, a line every few seconds elsewhere. Ctrl-C lets the chunk finish and stops."""

    def __init__(self) -> None:
        self._drawn = sys.stderr.isatty()
        self._last = time.monotonic()
        self._stopped = False
        self._before = signal.signal(signal.SIGINT, self._stop)

    def show(self, progress: run.Progress) -> bool:
        """Draw how far it is; whether to go on."""
        share = progress.done / max(progress.total, 1)
        text = _("{0} of {1} rows, {2} rejected, {3} rows a second").format(
            progress.done, progress.total, progress.rejected, round(progress.rate)
        )
        if self._drawn:
            filled = round(30 * share)
            click.echo(f"\r[{'█' * filled}{'·' * (30 - filled)}] {share:4.0%} {text}  ", err=True, nl=False)
        elif time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            click.echo(f"{share:.0%} {text}", err=True)
        return not self._stopped

    def end(self) -> None:
        """Leave the bar's line, and give Ctrl-C back."""
        signal.signal(signal.SIGINT, self._before)
        if self._drawn:
            click.echo(err=True)

    def _stop(self, signum, frame) -> None:
        self._stopped = True
        click.echo("\n" + _("Stopping after the rows that were begun …"), err=True)
