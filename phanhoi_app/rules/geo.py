"""Boundaries on the map: read from GeoJSON (RFC 7946), checked, and asked whether they hold a point.

A boundary is a tuple of polygons, a polygon a tuple of rings (the outer one first, then its holes), a ring a closed
tuple of points, a point (longitude, latitude) in degrees of WGS 84: the order of GeoJSON. Between two points a border
runs straight in these degrees. Functions that take a single place take it as people say it: latitude, longitude.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from typing import NamedTuple

from phanhoi_app.rules.errors import RuleError

Point = tuple[float, float]
Ring = tuple[Point, ...]
Boundary = tuple[tuple[Ring, ...], ...]

DECIMALS = 7  # of a stored degree: about a centimetre
MOST_POINTS = 200_000  # of one boundary; the most winding commune of a country has a tenth of it
# Degrees, a tenth of a millimetre. So near counts as on the border, far above what floats lose: of two
# neighbours with a common border at least one holds each point of it.
ON_BORDER = 1e-9
EARTH_RADIUS = 6_371_008.8  # metres, the mean one
METRES_A_DEGREE = EARTH_RADIUS * math.pi / 180


class BadBoundary(RuleError):
    """What was given is no boundary; the sentence says what to do."""


class Box(NamedTuple):
    """A bounding box, in degrees."""

    min_latitude: float
    min_longitude: float
    max_latitude: float
    max_longitude: float


def read_boundary(given: str | dict) -> Boundary:
    """The boundary in a GeoJSON text or object: Polygon, MultiPolygon, or Features that hold these.

    Degrees are rounded to `DECIMALS`, points that then repeat the one before and holes that vanish are left out.
    Whether a ring crosses itself is not asked: inside is then what is enclosed an odd number of times.
    Raises BadBoundary.
    """
    polygons = [_polygon(rings) for rings in _polygons(_object(given))]
    boundary = tuple(polygon for polygon in polygons if polygon)
    if not boundary:
        raise BadBoundary("The boundary encloses nothing: give a polygon with at least three corners.")
    points = sum(len(ring) for polygon in boundary for ring in polygon)
    if points > MOST_POINTS:
        raise BadBoundary(
            "The boundary has {points} points, at most {most} are taken: please simplify it.",
            points=points,
            most=MOST_POINTS,
        )
    return boundary


def write_boundary(boundary: Boundary) -> str:
    """The boundary as compact GeoJSON; `read_boundary` of it gives the boundary again."""
    if len(boundary) == 1:
        geometry = {"type": "Polygon", "coordinates": boundary[0]}
    else:
        geometry = {"type": "MultiPolygon", "coordinates": boundary}
    return json.dumps(geometry, separators=(",", ":"))


def stored_boundary(text: str) -> Boundary:
    """What `write_boundary` wrote, read without checking it again."""
    geometry = json.loads(text)
    coordinates = geometry["coordinates"]
    return (coordinates,) if geometry["type"] == "Polygon" else coordinates


def holds(boundary: Boundary, latitude: float, longitude: float) -> bool:
    """Whether the place lies inside or on the border (of a hole too)."""
    return any(_polygon_holds(polygon, longitude, latitude) for polygon in boundary)


def box_of(boundary: Boundary) -> Box:
    """The smallest box around the boundary."""
    longitudes, latitudes = zip(*(point for polygon in boundary for point in polygon[0]), strict=True)
    return Box(min(latitudes), min(longitudes), max(latitudes), max(longitudes))


def size_of(boundary: Boundary) -> float:
    """Square metres, holes taken off; exact to about one part in a hundred for what is no larger than a province."""
    return sum(
        max(0.0, _ring_size(polygon[0]) - sum(_ring_size(hole) for hole in polygon[1:]))
        for polygon in boundary
    )


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two places along the earth's surface, taken as a sphere (exact to half a per cent)."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    up = math.sin((other_north - north) / 2)
    across = math.sin(math.radians(other_longitude - longitude) / 2)
    half = up * up + math.cos(north) * math.cos(other_north) * across * across
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))


# is a point inside


def _polygon_holds(polygon: tuple[Ring, ...], x: float, y: float) -> bool:
    """Even-odd over all rings: a hole takes off what the outer ring encloses."""
    inside = False
    for ring in polygon:
        crossings = _crossings(ring, x, y)
        if crossings is None:
            return True
        inside ^= crossings % 2 == 1
    return inside


def _crossings(ring: Ring, x: float, y: float) -> int | None:
    """How often a ray from the point to the east meets the ring; None when the point lies on it."""
    count = 0
    x1, y1 = ring[0]
    for x2, y2 in ring:
        low, high = (y1, y2) if y1 < y2 else (y2, y1)
        # Most edges lie wholly above or below; those that only just do may still carry the point.
        if low - ON_BORDER <= y <= high + ON_BORDER and (x <= x1 + ON_BORDER or x <= x2 + ON_BORDER):
            if _is_on(x1, y1, x2, y2, x, y):
                return None
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                count += 1
        x1, y1 = x2, y2
    return count


def _is_on(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> bool:
    """Whether the point lies within `ON_BORDER` of the edge."""
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / length)) if length else 0.0
    return math.hypot(x - x1 - along * dx, y - y1 - along * dy) <= ON_BORDER


def _ring_size(ring: Ring) -> float:
    """Square metres that a ring encloses, on a plane laid at its middle latitude."""
    latitudes = [latitude for _, latitude in ring]
    middle = math.radians((min(latitudes) + max(latitudes)) / 2)
    x0, y0 = ring[0]
    # From the first point, or the sum would lose what is small beside 105 × 20.
    doubled = sum(
        (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0) for (x1, y1), (x2, y2) in itertools.pairwise(ring)
    )
    return abs(doubled) / 2 * METRES_A_DEGREE**2 * math.cos(middle)


# reading


def _object(given: str | dict) -> dict:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError) as error:
            raise BadBoundary(
                "The boundary is not readable GeoJSON: please copy the whole text, from {first} to {last}.",
                first="{",
                last="}",
            ) from error
    if not isinstance(given, dict):
        raise BadBoundary("The boundary must be a GeoJSON object with a “type”.")
    return given


def _polygons(item: dict) -> Iterator[list]:
    """The coordinates of each polygon in a GeoJSON object."""
    waiting = [item]
    while waiting:
        part = waiting.pop(0)
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "FeatureCollection":
            waiting += _listed(part, "features")
        elif kind == "Feature":
            waiting.append(part.get("geometry"))
        elif kind == "Polygon":
            yield _listed(part, "coordinates")
        elif kind == "MultiPolygon":
            yield from _listed(part, "coordinates")
        else:
            raise BadBoundary(
                "A boundary is a Polygon or a MultiPolygon; this one holds “{kind}”. Please leave that out.",
                kind=str(kind or "")[:40],
            )


def _listed(part: dict, key: str) -> list:
    if not isinstance(part.get(key), list):
        raise BadBoundary("The GeoJSON lacks its list of “{key}”.", key=key)
    return part[key]


def _polygon(rings: object) -> tuple[Ring, ...]:
    """The polygon's rings; empty when its outer ring encloses nothing once rounded."""
    if not isinstance(rings, list) or not rings:
        raise BadBoundary("The GeoJSON lacks its list of “{key}”.", key="coordinates")
    read = [_ring(ring) for ring in rings]
    return tuple(ring for ring in read if ring) if read[0] else ()


def _ring(given: object) -> Ring:
    """A closed ring; empty when nothing is left of it once rounded."""
    if not isinstance(given, list) or len(given) < 4:
        raise BadBoundary(
            "A ring of the boundary has fewer than four points: three corners, and the first one again."
        )
    points = [_point(point) for point in given]
    if points[0] != points[-1]:
        raise BadBoundary(
            "A ring of the boundary is open: its last point must be its first one ({longitude}, {latitude}).",
            longitude=points[0][0],
            latitude=points[0][1],
        )
    for (before, _), (after, _) in itertools.pairwise(points):
        if abs(after - before) > 180:
            raise BadBoundary(
                "The boundary crosses the 180th meridian: please cut it there into two polygons."
            )
    kept = [points[0], *(point for before, point in itertools.pairwise(points) if point != before)]
    return tuple(kept) if len(kept) >= 4 and _ring_size(tuple(kept)) else ()


def _point(given: object) -> Point:
    if not isinstance(given, list) or len(given) < 2 or not all(map(_is_number, given[:2])):
        raise BadBoundary("A point of the boundary is not a pair of numbers (longitude, latitude).")
    longitude, latitude = given[:2]
    if abs(longitude) > 180 and abs(latitude) > 90:
        raise BadBoundary(
            "The boundary is not in degrees ({longitude}, {latitude}): please convert it to WGS 84 (EPSG:4326).",
            longitude=longitude,
            latitude=latitude,
        )
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise BadBoundary(
            "A point of the boundary lies outside the earth ({longitude}, {latitude}): "
            "the longitude comes first, then the latitude.",
            longitude=longitude,
            latitude=latitude,
        )
    return round(float(longitude), DECIMALS), round(float(latitude), DECIMALS)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer of hundreds of digits
        return False
