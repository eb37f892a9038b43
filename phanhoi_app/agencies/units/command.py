"""`bench import-units`: administrative units or their boundaries from the command line, previewed and confirmed."""

import sys
from pathlib import Path

import click
import frappe
from frappe import _
from frappe.commands import get_site, pass_context

from phanhoi_app.agencies.units import api, applying, boundaries, package, plan, reading
from phanhoi_app.intake.importer.errors import ImportRefused

SHOWN = 40  # lines of a preview on a terminal


@click.command("import-units")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--from-package", is_flag=True, help="Take the units of the package vietnamadminunits")
@click.option("--province", default="", help="With --from-package: only the province of this code")
@click.option("--code-property", default="", help="GeoJSON: the property that holds the official code")
@click.option("--yes", is_flag=True, help="Do not ask after the preview")
@pass_context
def import_units(
    context, file: Path | None, from_package: bool, province: str, code_property: str, yes: bool
):
    """Bring administrative units in from a CSV FILE, or their boundaries from a GeoJSON FILE."""
    if bool(file) == from_package:
        raise click.UsageError("Give either a FILE or --from-package.")
    frappe.init(site=get_site(context))
    frappe.connect()
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    try:
        if file and boundaries.is_geojson(file):
            shown = api.of_boundaries(boundaries.make(file, code_property))
        else:
            units = reading.read(file) if file else package.read(province)
            shown = api.of_units(plan.make(units))
        _print(shown)
        if shown["errors"]:
            raise ImportRefused(_("Nothing was taken over: please correct the errors."))
        if not any(shown["counts"][kind] for kind in ("new", "changed", "ended") if kind in shown["counts"]):
            click.echo(_("Nothing to do: everything is as in the file."))
            return
        if not yes:
            click.confirm(_("Take this over?"), abort=True)
        if shown["kind"] == "boundaries":
            boundaries.take_over(file, code_property, shown["fingerprint"])
        else:
            applying.take_over(units, shown["fingerprint"])
        click.secho(_("Taken over."), fg="green")
    except ImportRefused as error:
        click.secho(_("Error: {0}").format(str(error)), fg="red", err=True)
        sys.exit(1)
    finally:
        frappe.destroy()


def _print(shown: dict) -> None:
    words = {
        "new": _("New"),
        "changed": _("Changed"),
        "ended": _("Ended"),
        "unchanged": _("Unchanged"),
        "unknown": _("Not known here"),
    }
    for row in shown["rows"][:SHOWN]:
        details = "; ".join(row["details"])
        click.echo(
            f"{words[row['kind']]}: {row['code']} {row['name']}" + (f" ({details})" if details else "")
        )
    rest = len(shown["rows"]) - SHOWN + shown["more"]
    if rest > 0:
        click.echo(_("… and {0} more").format(rest))
    for error in shown["errors"]:
        click.secho(_("Row {0}: {1}").format(error["row"], error["text"]), fg="red", err=True)
    click.echo(", ".join(f"{words[kind]}: {count}" for kind, count in shown["counts"].items()))
