"""What a verb is, and how it reads what it was given: each word checked, each mistake a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from phanhoi_app.custody.errors import MissingInput
from phanhoi_app.history.now import now
from phanhoi_app.rules import text

MAX_NOTE = 5000
FURTHEST_DAYS = 365  # a day asked for lies within a year: what is further off is a slip of the keyboard


@dataclass(frozen=True)
class Verb:
    """`apply(complaint, inputs)` changes the document in memory and returns the Event that tells of it.

    `other(name, inputs)` names a second complaint that the verb changes too: it is locked with the first.
    """

    code: str
    apply: Callable
    inputs: tuple[str, ...] = ()
    other: Callable = lambda name, inputs: None


def needed(inputs: dict, name: str, label: str) -> str:
    """The text given under this name. Raises MissingInput when it is empty or too long."""
    value = text.clean_typed(str(inputs.get(name) or ""))
    if not value:
        raise MissingInput(_("{0} is missing: please fill it in.").format(label), name)
    if len(value) > MAX_NOTE:
        raise MissingInput(_("{0} is too long: at most {1} characters.").format(label, MAX_NOTE), name)
    return value


def note(inputs: dict, name: str = "note") -> str:
    """The text given under this name, or none."""
    return text.clean_typed(str(inputs.get(name) or ""))[:MAX_NOTE]


def agency(inputs: dict, name: str = "agency") -> str:
    """The agency given under this name. Raises MissingInput when it does not exist or is not active today."""
    value = needed(inputs, name, _("Agency"))
    if not is_active(value):
        raise MissingInput(
            _("The agency “{0}” does not exist or is not active: choose another.").format(value), name
        )
    return value


def is_active(agency_name: str | None) -> bool:
    """Whether the agency exists and is in force today."""
    row = frappe.db.get_value("Agency", agency_name, ["valid_from", "valid_to"], as_dict=True)
    today = now().date()
    return bool(row) and not (
        (row.valid_to and row.valid_to < today) or (row.valid_from and row.valid_from > today)
    )


def day(inputs: dict, name: str, label: str, required: bool = False) -> date | None:
    """The day given under this name, today at the earliest. Raises MissingInput."""
    if not inputs.get(name):
        if required:
            raise MissingInput(_("{0} is missing: please fill it in.").format(label), name)
        return None
    try:
        value = getdate(str(inputs[name]))
    except (frappe.ValidationError, ValueError):  # the framework throws, and leaves its own message
        frappe.clear_messages()
        value = None
    if value is None:
        raise MissingInput(_("{0} is not a date: choose it again.").format(label), name)
    if not 0 <= (value - now().date()).days <= FURTHEST_DAYS:
        raise MissingInput(_("{0} must lie between today and a year from now.").format(label), name)
    return value


def agency_name(agency_code: str | None) -> str:
    """What an agency is called; empty for none."""
    return (frappe.get_cached_value("Agency", agency_code, "agency_name") or "") if agency_code else ""
