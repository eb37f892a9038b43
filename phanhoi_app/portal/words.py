"""Dates, numbers and due days in the words of a citizen; Vietnamese, or English when the page is English."""

import datetime

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime


def weekday(value) -> str:
    """The name of the day of the week."""
    names = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    return names[getdate(value).weekday()]


def date(value) -> str:
    """dd/mm/yyyy, as Viet Nam writes it in either language; empty for no date."""
    return getdate(value).strftime("%d/%m/%Y") if value else ""


def day(value) -> str:
    """The day with its weekday: "Thứ Hai, 03/02/2026"."""
    return f"{weekday(value)}, {date(value)}" if value else ""


def moment(value) -> str:
    """Time and day: "08:15, 03/02/2026"."""
    return get_datetime(value).strftime("%H:%M, %d/%m/%Y") if value else ""


def number(value) -> str:
    """1234567 with separators: points in Vietnamese, commas in English."""
    text = f"{int(value or 0):,}"
    return text if frappe.local.lang == "en" else text.replace(",", ".")


def due(due_on, now: datetime.datetime | None = None) -> str:
    """How far off the due day is: "today", "in 3 days", "2 days late". Counts calendar days."""
    if not due_on:
        return ""
    now = now or now_datetime()
    due_on = get_datetime(due_on)
    days = (due_on.date() - now.date()).days
    if days > 1:
        return _("in {0} days").format(days)
    if days == 1:
        return _("tomorrow")
    if due_on >= now:
        return _("today")
    if days == 0:
        return _("late since today")
    return _("1 day late") if days == -1 else _("{0} days late").format(-days)


def as_typed(text: str | None) -> str:
    """Text of a complaint as it was typed: when saving, the framework writes &lt; &gt; &amp; for < > &.

    Only for text that is escaped again where it is shown.
    """
    return (text or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def megabytes(count: int) -> str:
    """A size limit: "10 MB"."""
    return f"{count} MB"


def local_name(row, vietnamese: str, english: str) -> str:
    """A record's own name in the page's language: its English one when there is one and English is asked."""
    if frappe.local.lang == "en" and row.get(english):
        return row.get(english)
    return row.get(vietnamese) or ""
