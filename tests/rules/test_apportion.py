"""To whom a complaint of a divided unit goes: the table that an administrator would draw."""

import pytest

from phanhoi_app.rules.apportion import Rule, choose

NORTH = ["north", "district", "province"]
SOUTH = ["south", "district", "province"]
LIGHTING = ["lighting", "roads"]
WASTE = ["waste"]
BY_AREA = [Rule("A", area="north"), Rule("B", area="south")]
BY_FIELD = [Rule("A", field="roads"), Rule("B", field="waste")]


@pytest.mark.parametrize(
    ("rules", "areas", "fields", "goes_to"),
    [
        (BY_AREA, NORTH, WASTE, "A"),
        (BY_AREA, SOUTH, WASTE, "B"),
        (BY_AREA, ["elsewhere"], WASTE, None),
        (BY_AREA, [], WASTE, None),
        (BY_FIELD, [], LIGHTING, "A"),
        (BY_FIELD, NORTH, WASTE, "B"),
        # the nearer area puts the farther one aside
        ([Rule("A", area="district"), Rule("B", area="north")], NORTH, WASTE, "B"),
        ([Rule("A", area="district"), Rule("B", area="north")], SOUTH, WASTE, "A"),
        # both is more exact than either
        ([Rule("A", area="north"), Rule("B", area="north", field="waste")], NORTH, WASTE, "B"),
        ([Rule("A", area="north"), Rule("B", area="north", field="waste")], NORTH, LIGHTING, "A"),
        # area against field: nobody can tell
        ([Rule("A", area="north"), Rule("B", field="waste")], NORTH, WASTE, None),
        ([Rule("A", area="north"), Rule("A", field="waste")], NORTH, WASTE, "A"),
        (
            [Rule("A", area="north"), Rule("B", field="waste"), Rule("C", area="north", field="waste")],
            NORTH,
            WASTE,
            "C",
        ),
        # two rules alike
        ([Rule("A", area="north"), Rule("B", area="north")], NORTH, WASTE, None),
        (
            [Rule("A", area="north", field="roads"), Rule("B", area="district", field="lighting")],
            NORTH,
            LIGHTING,
            None,
        ),
        ([], NORTH, WASTE, None),
    ],
)
def test_who_gets_it(rules, areas, fields, goes_to):
    assert choose(rules, areas, fields) == goes_to
    assert choose(rules[::-1], areas, fields) == goes_to, "the order of the rules does not matter"
