"""Areas by time and place: what stands on a day, what took the place of an ended one, what holds a pin."""

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import cstr, getdate

from phanhoi_app.history.now import now
from phanhoi_app.rules import geo, searching

KEPT = 3600  # seconds for which the answer to a pin is remembered; a changed area forgets all at once
PIN_DECIMALS = 5  # of a pin's degrees when it is asked for: about a metre
MOST_STEPS = 50  # reorganisations that one area can have gone through


def valid_on(day: date):
    """A criterion of the query builder: the areas that stand on that day."""
    area = DocType("Area")
    begun = area.valid_from.isnull() | (area.valid_from <= day)
    return begun & (area.valid_to.isnull() | (area.valid_to >= day))


def stands_on(area, day: date) -> bool:
    """Whether an area (its `valid_from` and `valid_to`) stands on that day."""
    begun = not area.valid_from or getdate(area.valid_from) <= day
    return begun and (not area.valid_to or getdate(area.valid_to) >= day)


def successors_on(code: str, day: date | str) -> list[str]:
    """The codes of the areas that stand in an area's place on that day.

    The area itself while it has not ended; else its successors, and theirs where they have ended too, in the order
    of their tables. Empty when it ended without a successor, or is not known.
    """
    day, found, seen = getdate(day), [], set()
    waiting = [code]
    for _step in range(MOST_STEPS):
        if not waiting:
            break
        ends = _ends(waiting)
        seen.update(waiting)
        following = []
        for each in waiting:
            if each not in ends:
                continue
            if ends[each] and getdate(ends[each]) < day:
                following += [next_ for next_ in _successors(each) if next_ not in seen]
            else:
                found.append(each)
        waiting = list(dict.fromkeys(following))
    return list(dict.fromkeys(found))


def _ends(codes: list[str]) -> dict[str, date | None]:
    return dict(
        frappe.get_all("Area", filters={"name": ("in", codes)}, fields=["name", "valid_to"], as_list=True)
    )


def _successors(code: str) -> list[str]:
    return frappe.get_all(
        "Area Successor",
        filters={"parent": code, "parenttype": "Area"},
        pluck="area",
        order_by="idx asc",
    )


def standing(code: str, day: date, begun: bool = True) -> tuple[str | None, str]:
    """(the area to take for a chosen one on that day, what to say when there is none).

    An ended area that became one other is taken for that one. Where it became several, only a person can say which.
    Without `begun` today's area may stand for an earlier day, as a map from another system's names has it.
    """
    fields = ["name", "area_name", "valid_from", "valid_to"]
    chosen = frappe.db.get_value("Area", code, fields, as_dict=True)
    unknown = _("The commune or ward is not in the list. Please choose it again.")
    if not chosen or (begun and chosen.valid_from and getdate(chosen.valid_from) > day):
        return None, unknown
    if not chosen.valid_to or getdate(chosen.valid_to) >= day:
        return chosen.name, ""
    following = successors_on(chosen.name, day)
    if len(following) == 1:
        return following[0], ""
    if not following:
        return None, unknown
    names = dict(
        frappe.get_all(
            "Area", filters={"name": ("in", following)}, fields=["name", "area_name"], as_list=True
        )
    )
    sentence = _("{0} ended on {1} and was divided among {2}. Please choose the one in whose area it lies.")
    parts = ", ".join(f"{names[each]} ({each})" for each in following)
    return None, sentence.format(chosen.area_name, getdate(chosen.valid_to).strftime("%d/%m/%Y"), parts)


def to_take(code: str) -> str:
    """The area that an official's choice means today. Raises frappe.ValidationError with what to do instead."""
    taken, sentence = standing(code, now().date())
    if sentence:
        frappe.throw(sentence)
    return taken


def standing_today() -> list[tuple[str, str]]:
    """(code, name) of the communes that stand today."""
    area = DocType("Area")
    query = frappe.qb.from_(area).select(area.name, area.area_name)
    return list(query.where((area.is_group == 0) & valid_on(now().date())).orderby(area.area_name).run())


# a pin


def area_of(latitude: float, longitude: float) -> str | None:
    """The code of the commune that stands today and whose boundary holds the place (degrees).

    The smallest one where they lie in each other. None where no boundary holds it, or none is known.
    """
    latitude, longitude = round(latitude, PIN_DECIMALS), round(longitude, PIN_DECIMALS)
    key = f"phanhoi_area_of:{_generation()}:{now().date()}:{latitude}:{longitude}"
    kept = frappe.cache.get_value(key, expires=True)
    if kept is None:
        kept = _look_up(latitude, longitude) or ""
        frappe.cache.set_value(key, kept, expires_in_sec=KEPT)
    return kept or None


def boundaries_known() -> bool:
    """Whether any area has a boundary, so that asking for a pin's area makes sense."""
    key = f"phanhoi_boundaries_known:{_generation()}"
    kept = frappe.cache.get_value(key, expires=True)
    if kept is None:
        kept = int(bool(frappe.db.sql("select name from tabArea where max_latitude != min_latitude limit 1")))
        frappe.cache.set_value(key, kept, expires_in_sec=KEPT)
    return bool(kept)


def _look_up(latitude: float, longitude: float) -> str | None:
    area = DocType("Area")
    rows = (
        frappe.qb.from_(area)
        .select(area.name, area.boundary)
        .where(area.min_latitude <= latitude)
        .where(area.max_latitude >= latitude)
        .where(area.min_longitude <= longitude)
        .where(area.max_longitude >= longitude)
        .where(area.is_group == 0)
        .where(valid_on(now().date()))
        .orderby(area.name)
        .run()
    )
    holding = []
    for name, text in rows:
        boundary = geo.stored_boundary(text) if text else ()
        if geo.holds(boundary, latitude, longitude):
            holding.append((geo.size_of(boundary), name))
    return min(holding)[1] if holding else None


def _generation() -> int:
    return int(frappe.cache.get(_generation_key()) or 0)


def _generation_key() -> bytes:
    return frappe.cache.make_key("phanhoi_areas_generation")


def forget_pins() -> None:
    """Forget which pin lies where, once the present change to an area has committed."""
    frappe.db.after_commit.add(_next_generation)


def _next_generation() -> None:
    frappe.cache.incr(_generation_key())


# forms


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def offered(
    doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
):
    """Areas to choose in a desk form, those that stand today: (code, name, parent's name) rows.

    `filters` may hold `is_group`. What is typed without marks finds the name with them.
    """
    if not frappe.has_permission("Area", "read"):
        raise frappe.PermissionError
    area, parent = DocType("Area"), DocType("Area").as_("parent_area")
    query = (
        frappe.qb.from_(area)
        .left_join(parent)
        .on(parent.name == area.parent_area)
        .select(area.name, area.area_name, parent.area_name)
        .where(valid_on(now().date()))
    )
    if isinstance(filters, dict) and "is_group" in filters:
        query = query.where(area.is_group == int(filters["is_group"]))
    rows = query.orderby(area.area_name).orderby(area.name).run()
    terms = searching.query_terms(txt)
    keys = [(row, f"{row[0].lower()} {searching.search_text(row[1])}") for row in rows] if terms else []
    hits = [row for row, key in keys if all(any(form in key for form in forms) for forms in terms)]
    hits = hits if terms else rows
    return [tuple(map(cstr, row)) for row in hits[int(start) : int(start) + int(page_len)]]
