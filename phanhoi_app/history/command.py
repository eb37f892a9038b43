"""`bench verify-history`: checks the history of all complaints, or of some, from the command line."""

import sys
import time
from datetime import datetime

import click
import frappe
from frappe import _
from frappe.commands import get_site, pass_context

from phanhoi_app.history import verify

EVERY = 5  # seconds between lines where no bar can be drawn
BROKEN = 3  # the exit code; 1 and 2 are for a command that could not be carried out


@click.command("verify-history")
@click.option("--complaint", help="Only the complaint with this number")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"]),
    help="Only complaints in whose history something was written since",
)
@pass_context
def verify_history(context, complaint: str | None, since: datetime | None):
    """Check that no event of a complaint was changed, removed or added past the application.

    Exit code 0: intact, 3: broken (each break is named), 1 or 2: the check could not be made.
    """
    if complaint and since:
        raise click.UsageError("Give --complaint or --since, not both.")
    frappe.init(site=get_site(context))
    frappe.connect()
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    bar = Bar()
    try:
        report = verify.one(complaint) if complaint else verify.everything(since, bar.show)
        bar.end()
        words = [*map(verify.in_words, report.breaks), *verify.summary(report)]
    except frappe.DoesNotExistError as error:
        click.secho(_("Error: {0}").format(str(error)), fg="red", err=True)
        sys.exit(1)
    finally:
        frappe.destroy()
    click.echo("\n".join(words))
    if report.broken:
        sys.exit(BROKEN)


class Bar:
    """A progress bar on a terminal, a line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._drawn = sys.stderr.isatty()
        self._last = time.monotonic()
        self._open = False

    def show(self, report: verify.Report) -> bool:
        """Draw how far it is; always to go on."""
        share = report.complaints / max(report.total, 1)
        text = _("{0} of {1} complaints, {2} breaks, {3} events a second").format(
            report.complaints, report.total, report.broken, round(report.rate)
        )
        if self._drawn:
            filled = round(30 * min(share, 1))
            click.echo(f"\r[{'█' * filled}{'·' * (30 - filled)}] {share:4.0%} {text}  ", err=True, nl=False)
            self._open = True
        elif time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            click.echo(f"{share:.0%} {text}", err=True)
        return True

    def end(self) -> None:
        """Leave the bar's line."""
        if self._open:
            click.echo(err=True)
