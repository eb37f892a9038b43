"""`bench phanhoi-demo`: the demo data from the command line, with its progress."""

import os
import sys
import time

import click
import frappe
from frappe import _
from frappe.commands import get_site, pass_context
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock

from phanhoi_app.demo import load

PASSWORD = "PHANHOI_DEMO_PASSWORD"  # noqa: S105 - the name of the variable
EVERY = 5  # seconds between lines where no bar can be drawn


@click.command("phanhoi-demo")
@click.option("--force", is_flag=True, help="Also on a site that holds complaints of its own")
@click.option("--no-pictures", is_flag=True, help="Without photos, which take most of the time")
@pass_context
def phanhoi_demo(context, force: bool, no_pictures: bool):
    """Load the made-up province of Thanh Hóa: areas, agencies, fields, people and some 165 complaints.

    PHANHOI_DEMO_PASSWORD in the environment is the password of all its people; without it one is made and printed.
    Can be stopped and run again.
    """
    frappe.init(site=get_site(context))
    frappe.connect()
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    bar = Bar()
    try:
        with filelock("phanhoi-demo", timeout=1):
            added = load.load(
                bar.show,
                password=os.environ.get(PASSWORD) or None,
                force=force,
                pictures=not no_pictures,
                on_password=None if os.environ.get(PASSWORD) else _print_password,
            )
    except load.DemoRefused as error:
        _fail(_("Error: {0}").format(str(error)))
    except LockTimeoutError:
        _fail(_("Error: {0}").format(_("Another loading of the demo data is at work on this site.")))
    finally:
        bar.end()
        frappe.destroy()
    click.echo(_("{0} demo complaints were added.").format(added))


def _print_password(password: str) -> None:
    click.echo("\n" + _("Password of all demo people: {0}").format(password))


def _fail(sentence: str) -> None:
    click.secho(sentence, fg="red", err=True)
    sys.exit(1)


class Bar:
    """A progress bar for each kind of thing on a terminal; elsewhere a line at its end and every few seconds."""

    def __init__(self) -> None:
        self._drawn = sys.stderr.isatty()
        self._open = False
        self._last = time.monotonic()

    def show(self, what: str, done: int, total: int) -> None:
        """Say that `done` of `total` are loaded."""
        finished = done == total
        if self._drawn:
            filled = 30 * done // total
            bar = "█" * filled + "·" * (30 - filled)
            click.echo(f"\r[{bar}] {what}: {done}/{total} ", err=True, nl=finished)
            self._open = not finished
        elif finished or time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            click.echo(f"{what}: {done}/{total}", err=True)

    def end(self) -> None:
        """Leave the bar's line when the loading was cut short."""
        if self._open:
            click.echo(err=True)
