"""Deadlines kept, by agency, field or month: received, answered in time or late, open and overdue, and whose time it
took. The figures are those of `insight.kept`; here they become rows, columns and a chart."""

import frappe
from frappe import _

from phanhoi_app.insight import kept

DAY = 24 * 3600  # seconds
BARS = 12  # of the chart
# Of the tree: DocType → (column of its title, column of what is above)
TREES = {kept.AGENCY: ("agency_name", "parent_agency"), kept.FIELD: ("field_name", "parent_field")}
# The chart's colours differ in lightness too.
COLOURS = {
    "on_time": "#1a7f4b",
    "on_time_extended": "#5b9bd5",
    "late_extended": "#f2b134",
    "late": "#b3261e",
}


def execute(filters: dict | None = None):
    """Columns, rows, message, chart, summary, as the framework asks a report."""
    asked = kept.asked(frappe._dict(filters or {}))
    own = kept.count(asked)
    parents, titles = _tree(asked.by)
    found = kept.summed(own, parents)
    if asked.by == kept.AGENCY:
        kept.add_shares(found, kept.shares(asked), parents)
    rows = [
        _row(key, title, depth, found[key]) for key, title, depth in _in_order(found, parents, titles, asked)
    ]
    whole = kept.Figures()
    for figures in own.values():
        whole.add(figures)
    if rows and asked.by != kept.AGENCY:
        rows.append(_row("", _("Total"), 0, whole) | {"bold": 1})
    chart = _chart(own if asked.by != kept.MONTH else found, titles, asked.by)
    return _columns(asked.by), rows, _message(), chart, _summary(whole) if rows else None


def labels() -> dict[str, str]:
    """What the columns are called."""
    return {
        "received": _("Complaints Received"),
        "on_time": _("Answered on Time"),
        "on_time_extended": _("On Time Thanks to an Extension"),
        "late": _("Late"),
        "late_extended": _("Late with Approved Extension"),
        "open_overdue": _("Open and Overdue"),
    }


def _columns(by: str) -> list[dict]:
    columns = [{"fieldname": "title", "label": _(by), "fieldtype": "Data", "width": 280}]
    columns += [
        {"fieldname": name, "label": label, "fieldtype": "Int", "width": 150}
        for name, label in labels().items()
    ]
    columns.insert(6, {"fieldname": "share", "label": _("On Time (%)"), "fieldtype": "Percent", "width": 120})
    days = {"median_days": _("Median Working Days"), "waited": _("The Citizen Waited (Days)")}
    if by == kept.AGENCY:
        days["own"] = _("of Which the Agency (Days)")
    return columns + [
        {"fieldname": name, "label": label, "fieldtype": "Float", "precision": 1, "width": 170}
        for name, label in days.items()
    ]


def _tree(by: str) -> tuple[dict[str, str | None], dict[str, str]]:
    """{name: the one above} and {name: title}; nothing for months."""
    if by not in TREES:
        return {}, {}
    title, above = TREES[by]
    rows = frappe.get_all(by, fields=["name", title, above], order_by="lft", limit_page_length=0)
    return {row.name: row[above] for row in rows}, {row.name: row[title] for row in rows}


def _in_order(found: dict, parents: dict, titles: dict, asked: kept.Asked):
    """(key, title, depth) of what has figures, each above what is below it. What lies above all that the user asked for
    or sees is left out: its figures would be a part of what is below it, under its name."""
    if asked.by == kept.MONTH:
        return [(month, _month(month), 0) for month in sorted(found)]
    tops = _tops(asked)
    rows = []
    for name in titles:  # in the tree's order
        line = kept.line(name, parents)
        if name in found and (tops is None or not tops.isdisjoint(line)):
            shown = [
                above for above in line[1:] if tops is None or not tops.isdisjoint(kept.line(above, parents))
            ]
            rows.append((name, titles[name], len(shown)))
    if "" in found:
        rows.append(("", _("No agency yet") if asked.by == kept.AGENCY else _("No field"), 0))
    return rows


def _tops(asked: kept.Asked) -> set[str] | None:
    """The topmost rows of the tree that may be shown; None: all."""
    if asked.by == kept.FIELD:
        return {asked.field} if asked.field else None
    seen = kept.agencies_seen(frappe.session.user)
    if asked.agency:
        return {asked.agency} if seen is None or asked.agency in seen else set(seen)
    return None if seen is None else set(seen)


def _row(key: str, title: str, depth: int, figures: kept.Figures) -> dict:
    number = figures.answered
    return {
        "key": key,
        "title": title,
        "indent": depth,
        **{name: getattr(figures, name) for name in labels()},
        "share": round(100 * (figures.on_time + figures.on_time_extended) / number, 1) if number else None,
        "median_days": figures.median_days,
        "waited": round(figures.waited / number / DAY, 1) if number else None,
        "own": round(figures.own / number / DAY, 1) if number else None,
    }


def _chart(found: dict[str, kept.Figures], titles: dict, by: str) -> dict | None:
    """Answers by their verdict: of the months, or of those with most answers."""
    keys = sorted(found) if by == kept.MONTH else sorted(found, key=lambda key: -found[key].answered)[:BARS]
    keys = [key for key in keys if found[key].answered]
    if not keys:
        return None
    words = labels()
    return {
        "data": {
            "labels": [_month(key) if by == kept.MONTH else titles.get(key) or _("none") for key in keys],
            "datasets": [
                {"name": words[name], "values": [getattr(found[key], name) for key in keys]}
                for name in COLOURS
            ],
        },
        "type": "bar",
        "colors": list(COLOURS.values()),
        "barOptions": {"stacked": 1},
    }


def _summary(whole: kept.Figures) -> list[dict]:
    words, colours = labels(), {"on_time": "Green", "late": "Red", "open_overdue": "Red"}
    return [
        {
            "value": getattr(whole, name),
            "label": words[name],
            "datatype": "Int",
            "indicator": colours.get(name, "Blue"),
        }
        for name in words
    ]


def _message() -> str:
    return _(
        "Answers are counted in the time in which they were given, with the agency that holds the complaint; what is "
        "sealed is not counted."
    )


def _month(month: str) -> str:
    year, number = month.split("-")
    return _("{0}/{1}").format(number, year)
