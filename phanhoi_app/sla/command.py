"""`bench recompute-clocks`: counts the clocks of all complaints, or of one, anew from their events."""

import sys
import time

import click
import frappe
from frappe import _
from frappe.commands import get_site, pass_context

from phanhoi_app.sla import checking

EVERY = 5  # seconds between lines of progress
DIFFERENT = 3  # the exit code; 1 and 2 are for a command that could not be carried out
SHOWN = 200


@click.command("recompute-clocks")
@click.option("--check", is_flag=True, help="Only compare, and list what differs")
@click.option("--complaint", help="Only the complaint with this number")
@pass_context
def recompute_clocks(context, check: bool, complaint: str | None):
    """Count all clocks anew from the history, after a policy was changed or a backup restored.

    Exit code 0: done, or nothing differs; 3: something differs (each is named); 1 or 2: it could not be carried out.
    """
    frappe.init(site=get_site(context))
    frappe.connect()
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            click.echo(_("{0} of {1} complaints").format(done, total), err=True)

    try:
        if check:
            found = checking.check(complaint, tell)
            lines = [checking.in_words(difference) for difference in found[:SHOWN]]
            lines.append(_("{0} differences.").format(len(found)) if found else _("All clocks are right."))
        else:
            found = []
            lines = [_("Counted anew; {0} deadlines moved.").format(checking.recount(complaint, tell))]
    except frappe.DoesNotExistError as error:
        click.secho(_("Error: {0}").format(str(error)), fg="red", err=True)
        sys.exit(1)
    finally:
        frappe.destroy()
    click.echo("\n".join(lines))
    if found:
        sys.exit(DIFFERENT)
