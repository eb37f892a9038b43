"""Made-up communes for the tests: squares on a map far from any real place, and files that describe them."""

import json
from contextlib import contextmanager

MARK = "T-A-"  # before each code, so that what a test committed can be taken away


def square(west: float, south: float, side: float = 0.1) -> list:
    """A closed ring."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def boundary(*rings: list) -> str:
    """A polygon as GeoJSON text."""
    return json.dumps({"type": "Polygon", "coordinates": list(rings)})


def area(frappe, code: str, name: str = "Xã Thử", successors: tuple[str, ...] = (), **values):
    """An area of the code (marked), inserted."""
    rows = [{"area": f"{MARK}{each}"} for each in successors]
    doc = {"doctype": "Area", "area_code": f"{MARK}{code}", "area_name": name, "area_type": "Commune"}
    return frappe.get_doc({**doc, "successors": rows, **values}).insert()


def collection(features: dict[str, list], property_name: str = "ma_xa") -> str:
    """A FeatureCollection of one ring each, by code."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"ten": "Tên", property_name: code},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
                for code, ring in features.items()
            ],
        }
    )


def clear(frappe) -> None:
    """Take away what a test committed, and number the tree again."""
    from phanhoi_app.agencies.units import applying
    from phanhoi_app.intake import areas

    frappe.db.rollback()
    frappe.db.sql("delete from `tabArea Successor` where parent like %s", f"{MARK}%")
    frappe.db.sql("delete from tabArea where name like %s", f"{MARK}%")
    applying._number_tree()
    areas.forget_pins()
    frappe.db.commit()
    frappe.clear_cache(doctype="Area")


@contextmanager
def forgetting_pins(frappe):
    """Nothing is remembered of pins: what is asked inside is looked up in the test's own transaction."""
    from phanhoi_app.intake import areas

    areas._next_generation()
    try:
        yield
    finally:
        areas._next_generation()
