"""The chained history: every way to meddle with it is found and named."""

import copy
import hashlib
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.chain import GENESIS, Break, canonical, link, verify


def history(length=6):
    rows, previous = [], GENESIS
    for sequence in range(1, length + 1):
        event = {
            "sequence": sequence,
            "kind": "assign",
            "at": datetime(2026, 3, 6, 16, sequence),
            "reason": "Thuộc thẩm quyền của xã",
        }
        rows.append(
            {
                "sequence": sequence,
                "event": event,
                "previous_hash": previous,
                "hash": (previous := link(previous, event)),
            }
        )
    return rows


def test_an_untouched_history_is_whole():
    assert verify([]) == verify(history(1)) == verify(history()) == []
    assert verify(history(), head=history()[-1]["hash"]) == []


def test_the_form_is_fixed_so_that_old_hashes_stay_valid():
    event = {"to": "Xã Hoằng Hóa", "at": datetime(2026, 3, 6, 16, 59), "n": 2.0, "from": None, "reason": ""}
    assert canonical(event) == '{"at":"2026-03-06T16:59:00.000000","n":2,"to":"Xã Hoằng Hóa"}'
    assert link("ab", event) == hashlib.sha256(f"ab\n{canonical(event)}".encode()).hexdigest()
    assert link(None, event) == link(GENESIS, event) != link("ab", event)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": None, "b": ""}, {}),
        ({"a": 5.0}, {"a": Decimal("5.00")}),
        ({"a": Decimal("19.8067")}, {"a": 19.8067}),
        (
            {"a": datetime(2026, 3, 6, 16, 59)},
            {"a": datetime(2026, 3, 6, 9, 59, tzinfo=timezone.utc)},
        ),
        ({"a": (1, 2)}, {"a": [1, 2]}),
    ],
)
def test_the_same_content_has_one_form(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": "1"}, {"a": 1}),
        ({"a": True}, {"a": "true"}),
        ({"a": "Hóa"}, {"a": "Hoá"}),
        ({"a": "x", "b": "y"}, {"a": "xy"}),
        ({"a": [["x"], "y"]}, {"a": ["x", ["y"]]}),
        ({"a": datetime(2026, 3, 6)}, {"a": date(2026, 3, 6)}),
        ({"a": 0}, {}),
    ],
)
def test_different_content_has_another_form(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"x", {1: 2}, {1, 2}, timedelta(1), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        link(GENESIS, {"a": value})


def test_a_tampered_event_is_named():
    rows = history()
    rows[2]["event"]["reason"] = "Không thuộc thẩm quyền"
    assert verify(rows) == [Break(3, "tampered")]


def test_an_event_written_anew_with_its_hash_is_found_by_the_next():
    rows = history()
    rows[2]["event"]["reason"] = "Không thuộc thẩm quyền"
    rows[2]["hash"] = link(rows[2]["previous_hash"], rows[2]["event"])
    assert verify(rows) == [Break(4, "unlinked")]


def test_missing_events_are_counted():
    rows = history()
    del rows[2:4]
    assert verify(rows) == [Break(3, "missing", 2)]
    assert verify(history()[1:]) == [Break(1, "missing")]


def test_closing_the_gap_by_new_numbers_is_found():
    rows = history()
    del rows[2]
    for row in rows[2:]:
        row["sequence"] -= 1
        row["event"]["sequence"] -= 1
    assert verify(rows) == [Break(n, "tampered") for n in (3, 4, 5)]


def test_a_reordered_history_is_found():
    rows = history()
    rows[1], rows[4] = rows[4], rows[1]
    assert {(b.sequence, b.reason) for b in verify(rows)} == {(n, "reordered") for n in (2, 3, 4)}


def test_swapped_contents_are_found():
    rows = history()
    rows[1]["event"], rows[4]["event"] = rows[4]["event"], rows[1]["event"]
    assert verify(rows) == [Break(2, "tampered"), Break(5, "tampered")]


def test_an_inserted_event_is_found():
    rows = history()
    rows.insert(3, copy.deepcopy(rows[2]))
    assert verify(rows) == [Break(3, "duplicate")]


def test_with_number_and_head_known_both_ends_are_guarded():
    rows = history()
    head, forged = rows[-1]["hash"], history(7)[:6]
    assert verify(rows, head, 6) == []
    assert verify(rows[:-2], head, 6) == [Break(5, "missing", 2)]
    assert verify([], head, 6) == [Break(1, "missing", 6)]
    assert verify(history(8), head, 6) == [Break(7, "added", 2)]
    forged[-1]["event"] = forged[-1]["event"] | {"reason": "Lý do khác"}
    forged[-1]["hash"] = link(forged[-1]["previous_hash"], forged[-1]["event"])
    assert verify(forged) == [], "whoever recomputes the hashes deceives the chain alone"
    assert verify(forged, head, 6) == [Break(6, "tampered")]


def test_events_cut_off_at_the_end_are_found_with_the_head_known():
    rows = history()
    assert verify(rows[:-1]) == []
    assert verify(rows[:-1], head=rows[-1]["hash"]) == [Break(6, "missing")]
    assert verify([], head=rows[-1]["hash"]) == [Break(1, "missing")]


@pytest.mark.parametrize("broken", [None, {}, 7, {"a": float("nan")}])
def test_an_unreadable_event_is_tampered_and_not_an_exception(broken):
    rows = history(3)
    rows[1]["event"] = broken
    assert verify(rows) == [Break(2, "tampered")]
    rows = history(3)
    rows[1]["hash"] = None
    assert Break(2, "tampered") in verify(rows)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("aăđ\n"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("kq", max_size=2), inner, max_size=3),
    max_leaves=6,
)
MEDDLERS = {
    "remove": lambda rows, i: rows.pop(i),
    "change": lambda rows, i: rows[i]["event"].update(kind="other"),
    "forget a field": lambda rows, i: rows[i]["event"].pop("kind"),
    "another hash": lambda rows, i: rows[i].update(hash="0" * 64),
    "another link": lambda rows, i: rows[i].update(previous_hash="0" * 64),
    "move to the end": lambda rows, i: rows.append(rows.pop(i)),
    "another number": lambda rows, i: rows[i].update(sequence=rows[i]["sequence"] + 10),
}


@given(st.sampled_from(sorted(MEDDLERS)), st.integers(2, 8), st.data())
def test_whatever_is_done_to_any_but_the_last_event_is_found(how, length, data):
    rows = history(length)
    MEDDLERS[how](rows, data.draw(st.integers(0, length - 2)))
    assert verify(rows)


@given(st.dictionaries(st.text("kq", max_size=2), values, max_size=4))
def test_the_form_survives_a_second_writing(event):
    import json

    assert canonical(json.loads(canonical(event))) == canonical(event)
