"""Fields that an administrator has added to the complaint and offers in a form: checked by their own settings."""

import frappe
from frappe import _

from phanhoi_app.rules import moments, text

# How a sender's text becomes a value; other kinds of fields (links, tables, files …) are not a form's to fill in.
TYPES = ("Data", "Small Text", "Text", "Long Text", "Select", "Int", "Float", "Date", "Check")
LONGEST = {"Data": 140, "Small Text": 2000, "Text": 5000, "Long Text": 10_000}


def fields(offered) -> list:
    """The DocFields among the `offered` names that were added to Complaint and that a sender may fill in."""
    return [
        df
        for df in frappe.get_meta("Complaint").fields
        if df.fieldname in offered
        and df.get("is_custom_field")
        and df.fieldtype in TYPES
        and not (df.permlevel or df.read_only or df.hidden)
    ]


def check(offered, values: dict) -> tuple[dict, dict[str, str]]:
    """({fieldname: value}, {fieldname: sentence of what is wrong}) of the added fields that a form offers."""
    clean, errors = {}, {}
    for df in fields(offered):
        typed = text.clean_typed(str(values.get(df.fieldname) or ""))
        if not typed:
            if df.reqd:
                errors[df.fieldname] = _("{0} is missing: please fill it in.").format(_(df.label))
            continue
        value, sentence = _read(df, typed)
        if sentence:
            errors[df.fieldname] = sentence
        else:
            clean[df.fieldname] = value
    return clean, errors


def _read(df, typed: str):
    label = _(df.label)
    if df.fieldtype in LONGEST and len(typed) > (df.length or LONGEST[df.fieldtype]):
        most = df.length or LONGEST[df.fieldtype]
        return None, _("{0} is too long: at most {1} characters, you wrote {2}.").format(
            label, most, len(typed)
        )
    if df.fieldtype == "Select" and typed not in (df.options or "").split("\n"):
        return None, _("“{0}” is not one of the choices for {1}. Please choose again.").format(
            typed[:40], label
        )
    if df.fieldtype == "Date":
        day = moments.read_day(typed)
        return day, None if day else _("“{0}” must be a date, such as 31/12/2026.").format(label)
    if df.fieldtype in ("Int", "Float"):
        try:
            number = float(typed.replace(",", "."))
        except ValueError:
            number = float("nan")
        if not abs(number) < 2**31:
            return None, _("“{0}” must be a number, such as 12 or 3,5.").format(label)
        return (round(number) if df.fieldtype == "Int" else number), None
    if df.fieldtype == "Check":
        return int(typed.casefold() not in ("0", "no", "false", "không")), None
    return typed, None
