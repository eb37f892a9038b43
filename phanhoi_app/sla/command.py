"""`bench draft-calendar`: a year's days off as drafts of a working calendar; `bench recompute-clocks`: clocks counted
anew from the events."""

import sys
import time

import click
import frappe
from frappe import _
from frappe.commands import get_site, pass_context

from phanhoi_app.sla import checking, year_draft

EVERY = 5  # seconds between lines of progress
DIFFERENT = 3  # the exit code; 1 and 2 are for a command that could not be carried out
SHOWN = 200


@click.command("draft-calendar")
@click.argument("year", type=int)
@click.option("--calendar", help="The working calendar; without it, the one of the settings")
@pass_context
def draft_calendar(context, year: int, calendar: str | None):
    """Write the days off and make-up working days of YEAR into a working calendar, as drafts to confirm at the desk."""
    frappe.init(site=get_site(context))
    frappe.connect()
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    try:
        name = calendar or frappe.db.get_single_value("Phanhoi Settings", "working_calendar")
        if not name:
            raise year_draft.DraftRefused(
                _("The settings name no working calendar: give one with --calendar.")
            )
        done = year_draft.write(frappe.get_doc("Working Calendar", name), year)
        frappe.db.commit()
        click.echo(
            _("“{0}”: {1} draft days added, {2} were there already. Confirm them at the desk.").format(
                name, done["added"], done["known"]
            )
        )
    except frappe.ValidationError as error:  # an unknown calendar's too
        frappe.db.rollback()
        click.secho(_("Error: {0}").format(frappe.utils.strip_html(str(error))), fg="red", err=True)
        sys.exit(1)
    finally:
        frappe.destroy()


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
