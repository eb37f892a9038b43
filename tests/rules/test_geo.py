"""Boundaries: what is read and what is refused, and inside, outside and border against a slow independent check."""

import itertools
import json
import math
import time
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from phanhoi_app.rules import geo
from phanhoi_app.rules.errors import RuleError

SQUARE = [[105, 19], [106, 19], [106, 20], [105, 20], [105, 19]]
HOLE = [[105.4, 19.4], [105.6, 19.4], [105.6, 19.6], [105.4, 19.6], [105.4, 19.4]]
ISLAND = [[107, 19], [107.2, 19], [107.2, 19.2], [107, 19.2], [107, 19]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def ring_of(points):
    return [*map(list, points), list(points[0])]


# the slow check: winding number and exact fractions, where the rule counts crossings in floats


def slowly_holds(rings, x, y) -> bool:
    """Whether exact arithmetic finds the point on a ring or enclosed an odd number of times."""
    inside = False
    point = Fraction(x), Fraction(y)
    for ring in rings:
        exact = [(Fraction(a), Fraction(b)) for a, b in ring]
        if any(exactly_on(one, two, point) for one, two in itertools.pairwise(exact)):
            return True
        inside ^= winding_parity(exact, point)
    return inside


def exactly_on(one, two, point) -> bool:
    if turn(one, two, point):
        return False
    return all(min(a, b) <= c <= max(a, b) for a, b, c in zip(one, two, point, strict=True))


def winding_parity(ring, point) -> bool:
    winds = 0
    for one, two in itertools.pairwise(ring):
        if one[1] <= point[1] < two[1] and turn(one, two, point) > 0:
            winds += 1
        elif two[1] <= point[1] < one[1] and turn(one, two, point) < 0:
            winds += 1  # parity only: the direction does not matter
    return winds % 2 == 1


def turn(one, two, point):
    return (two[0] - one[0]) * (point[1] - one[1]) - (point[0] - one[0]) * (two[1] - one[1])


def exact_gap(rings, x, y) -> float:
    """The distance of a point to the nearest edge, in degrees."""
    best = math.inf
    for ring in rings:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            dx, dy = Fraction(x2) - Fraction(x1), Fraction(y2) - Fraction(y1)
            px, py = Fraction(x) - Fraction(x1), Fraction(y) - Fraction(y1)
            length = dx * dx + dy * dy
            along = (
                max(Fraction(0), min(Fraction(1), (px * dx + py * dy) / length)) if length else Fraction(0)
            )
            best = min(best, math.hypot(px - along * dx, py - along * dy))
    return best


# Quarters are exact in floats: corners, edges and the point often coincide.
QUARTERS = st.integers(-12, 12).map(lambda n: n / 4)
CORNERS = st.lists(st.tuples(QUARTERS, QUARTERS), min_size=3, max_size=9)
DEGREES = st.tuples(st.floats(104, 106, width=32), st.floats(19, 21, width=32))


@settings(deadline=None)
@given(CORNERS, st.tuples(QUARTERS, QUARTERS))
def test_inside_outside_and_border_are_what_exact_arithmetic_says(corners, point):
    try:
        boundary = geo.read_boundary(polygon(ring_of(corners)))
    except geo.BadBoundary:
        return
    x, y = point
    assert geo.holds(boundary, y, x) == slowly_holds(boundary[0], x, y)


@settings(deadline=None)
@given(CORNERS, CORNERS, st.tuples(QUARTERS, QUARTERS))
def test_a_hole_takes_off_what_it_encloses(corners, hole, point):
    try:
        boundary = geo.read_boundary(polygon(ring_of(corners), ring_of(hole)))
    except geo.BadBoundary:
        return
    x, y = point
    assert geo.holds(boundary, y, x) == slowly_holds(boundary[0], x, y)


@settings(deadline=None)
@given(st.lists(DEGREES, min_size=3, max_size=12), DEGREES)
def test_the_same_with_any_degrees(corners, point):
    try:
        boundary = geo.read_boundary(polygon(ring_of(corners)))
    except geo.BadBoundary:
        return
    x, y = point
    assume(exact_gap(boundary[0], x, y) > 2 * geo.ON_BORDER)
    assert geo.holds(boundary, y, x) == slowly_holds(boundary[0], x, y)


@settings(deadline=None)
@given(st.lists(DEGREES, min_size=3, max_size=12), st.integers(0, 11), st.floats(0, 1))
def test_each_point_of_an_edge_counts_as_inside(corners, number, along):
    try:
        ring = geo.read_boundary(polygon(ring_of(corners)))[0][0]
    except geo.BadBoundary:
        return
    (x1, y1), (x2, y2) = list(itertools.pairwise(ring))[number % (len(ring) - 1)]
    assert geo.holds(((ring,),), y1 + along * (y2 - y1), x1 + along * (x2 - x1))


@settings(deadline=None)
@given(st.lists(CORNERS, min_size=1, max_size=3))
def test_what_is_written_is_read_again(rings):
    try:
        boundary = geo.read_boundary(
            {"type": "MultiPolygon", "coordinates": [[ring_of(corners)] for corners in rings]}
        )
    except geo.BadBoundary:
        return
    text = geo.write_boundary(boundary)
    assert geo.read_boundary(text) == boundary
    assert geo.write_boundary(geo.stored_boundary(text)) == text
    box = geo.box_of(boundary)
    assert all(geo.holds(boundary, y, x) for part in boundary for x, y in part[0])
    assert not geo.holds(boundary, box.max_latitude + 0.001, box.max_longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude", "inside"),
    [
        (19.2, 105.2, True),
        (19.5, 105.5, False),  # in the hole
        (19.4, 105.5, True),  # on the hole's border
        (19.4, 105.4, True),  # on the hole's corner
        (19.0, 105.5, True),  # on the outer border
        (20.0, 106.0, True),  # on a corner
        (20.0, 106.5, False),  # beside a corner, at its height
        (19.1, 107.1, True),  # on the island
        (19.1, 106.5, False),  # in the sea between
        (21.0, 105.5, False),
    ],
)
def test_holes_borders_and_islands(latitude, longitude, inside):
    boundary = geo.read_boundary({"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [ISLAND]]})
    assert geo.holds(boundary, latitude, longitude) is inside
    assert geo.box_of(boundary) == (19, 105, 20, 107.2)


def test_an_island_inside_a_hole_is_land():
    boundary = geo.read_boundary(
        {
            "type": "MultiPolygon",
            "coordinates": [
                [SQUARE, HOLE],
                [ring_of([(105.45, 19.45), (105.55, 19.45), (105.55, 19.55)])],
            ],
        }
    )
    assert geo.holds(boundary, 19.47, 105.5)
    assert not geo.holds(boundary, 19.42, 105.5)


@pytest.mark.parametrize("wrap", ["geometry", "feature", "collection", "text", "two features", "height"])
def test_each_wrapping_is_read(wrap):
    geometry = polygon(SQUARE, HOLE)
    feature = {"type": "Feature", "properties": {"ma": "1"}, "geometry": geometry}
    given = {
        "geometry": geometry,
        "feature": feature,
        "collection": {"type": "FeatureCollection", "features": [feature]},
        "text": json.dumps(feature),
        "two features": {
            "type": "FeatureCollection",
            "features": [feature, feature | {"geometry": polygon(ISLAND)}],
        },
        "height": polygon([[x, y, 12.5] for x, y in SQUARE]),
    }[wrap]
    assert geo.holds(geo.read_boundary(given), 19.2, 105.2)
    assert geo.holds(geo.read_boundary(given), 19.1, 107.1) == (wrap == "two features")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "not readable GeoJSON"),
        ("{", "not readable GeoJSON"),
        ("[" * 100_000, "not readable GeoJSON"),
        ("[1, 2]", "must be a GeoJSON object"),
        ("{}", "holds “”"),
        ({"type": "Point", "coordinates": [105, 19]}, "holds “Point”"),
        ({"type": "Feature", "geometry": None}, "holds “”"),
        ({"type": "FeatureCollection"}, "list of “features”"),
        ({"type": "FeatureCollection", "features": []}, "encloses nothing"),
        ({"type": "Polygon"}, "list of “coordinates”"),
        (polygon(), "list of “coordinates”"),
        ({"type": "MultiPolygon", "coordinates": [5]}, "list of “coordinates”"),
        (polygon(SQUARE[:3]), "fewer than four points"),
        (polygon(SQUARE[:4]), "is open"),
        (polygon(["a", "b", "c", "a"]), "not a pair of numbers"),
        (polygon([[105, "19"], *SQUARE[1:]]), "not a pair of numbers"),
        (polygon([[True, 19], *SQUARE[1:]]), "not a pair of numbers"),
        (polygon([[105], *SQUARE[1:]]), "not a pair of numbers"),
        (
            '{"type": "Polygon", "coordinates": [[[NaN, 1], [1, 1], [1, 2], [NaN, 1]]]}',
            "not a pair of numbers",
        ),
        (polygon([[10**400, 19], *SQUARE[1:]]), "not a pair of numbers"),
        (polygon([[y, x] for x, y in SQUARE]), "longitude comes first"),
        (polygon([[580_000, 2_190_000], *SQUARE[1:]]), "convert it to WGS 84"),
        (polygon([[105, 19]] * 4), "encloses nothing"),
        (polygon([[105, 19], [106, 20], [107, 21], [105, 19]]), "encloses nothing"),
        (polygon([[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]), "180th meridian"),
    ],
)
def test_what_is_no_boundary_is_refused_in_words(given, words):
    with pytest.raises(RuleError) as refused:
        geo.read_boundary(given)
    assert words in str(refused.value)


def test_a_boundary_of_too_many_points_is_refused():
    with pytest.raises(geo.BadBoundary, match="please simplify"):
        geo.read_boundary(polygon(circle(geo.MOST_POINTS + 1)))


def test_a_hole_that_vanishes_in_rounding_is_left_out():
    tiny = ring_of([(105.5, 19.5), (105.500000001, 19.5), (105.5, 19.500000001)])
    assert len(geo.read_boundary(polygon(SQUARE, tiny))[0]) == 1


@pytest.mark.parametrize(
    ("places", "metres"),
    [
        ((19.8067, 105.7768, 19.8067, 105.7768), 0),
        ((21.0285, 105.8542, 10.7769, 106.7009), 1_143_000),  # Hà Nội to Thành phố Hồ Chí Minh
        ((0, 0, 0, 1), 111_195),
        ((0, 0, 0, 180), math.pi * geo.EARTH_RADIUS),
    ],
)
def test_distances(places, metres):
    assert geo.distance(*places) == pytest.approx(metres, rel=0.005)
    assert geo.distance(*places[2:], *places[:2]) == pytest.approx(geo.distance(*places))


def test_a_degree_square_at_the_equator_has_its_size_and_loses_its_hole():
    square = ring_of([(0, -0.5), (1, -0.5), (1, 0.5), (0, 0.5)])
    half = ring_of([(0.25, -0.5), (0.75, -0.5), (0.75, 0.5), (0.25, 0.5)])
    whole = geo.size_of(geo.read_boundary(polygon(square)))
    assert whole == pytest.approx(12_364e6, rel=0.001)
    assert geo.size_of(geo.read_boundary(polygon(square, half))) == pytest.approx(whole / 2)


def circle(points, longitude=105.8, latitude=19.8, radius=0.1):
    turns = (2 * math.pi * number / points for number in range(points))
    return ring_of(
        [
            (longitude + radius * math.cos(turn), latitude + radius * math.sin(turn) * (1 - 0.1 * (n % 2)))
            for n, turn in enumerate(turns)
        ]
    )


def test_ten_thousand_points_are_asked_in_a_few_milliseconds():
    boundary = geo.read_boundary(polygon(circle(10_000)))
    text = geo.write_boundary(boundary)
    best = math.inf
    for _ in range(5):
        begun = time.perf_counter()
        assert geo.holds(boundary, 19.8, 105.8)
        assert not geo.holds(boundary, 19.95, 105.8)
        best = min(best, (time.perf_counter() - begun) / 2)
    assert best < 0.05, f"{best * 1000:.1f} ms a question"
    begun = time.perf_counter()
    geo.stored_boundary(text)
    assert time.perf_counter() - begun < 0.25
