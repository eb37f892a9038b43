"""`bench draft-calendar`: a year's days off as drafts of a working calendar."""

import sys

import click
import frappe
from frappe import _
from frappe.commands import get_site, pass_context

from phanhoi_app.sla import year_draft


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
