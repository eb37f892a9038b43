"""Tracking codes: hard to guess, easy to copy by hand."""

import math
import random
import secrets
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.codes import (
    ALPHABET,
    LENGTH,
    RANDOM_CHARACTERS,
    grouped,
    is_mistyped,
    normalise_code,
    tracking_code,
)


def seeded(seed):
    return tracking_code(random.Random(seed).randbytes)


codes = st.integers().map(seeded)


def test_a_code_holds_enough_chance_and_no_look_alikes():
    assert math.log2(len(ALPHABET)) * RANDOM_CHARACTERS >= 60
    assert not set("BILOSUZ") & set(ALPHABET)
    assert len({tracking_code(secrets.token_bytes) for _ in range(2000)}) == 2000


def test_every_character_is_equally_likely():
    counts = Counter("".join(seeded(seed)[:-1] for seed in range(5000)))
    expected = 5000 * RANDOM_CHARACTERS / len(ALPHABET)
    assert set(counts) == set(ALPHABET)
    chi_squared = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_squared < 56.9  # 28 degrees of freedom: a fair source passes this 999 times in 1,000


def test_bytes_that_would_favour_some_characters_are_thrown_away():
    given_bytes = iter([bytes([255] * 13), bytes([232] * 13), bytes(range(13))])
    assert tracking_code(lambda wanted: next(given_bytes)[:wanted])[:13] == ALPHABET[:13]


def test_groups_of_four():
    assert grouped("ABCDEFGHJKLM") == "ABCD-EFGH-JKLM"
    assert grouped("7KX3MQPH4T9WAC") == "7KX3-MQPH-4T9W-AC"
    assert grouped("") == ""


@given(codes)
def test_a_code_is_understood_as_people_type_it(code):
    assert len(code) == LENGTH
    shown = grouped(code)
    for typed in (
        code,
        shown,
        shown.lower(),
        shown.replace("-", " "),
        f"  {shown.replace('-', ' – ')}.\n",
        "".join(chr(ord(c) + 0xFEE0) for c in code),  # full width
        code.replace("0", "O").replace("1", "l").replace("8", "b").replace("5", "S").replace("2", "z"),
        code.replace("1", "I").replace("V", "u").replace("D", "đ"),
    ):
        assert normalise_code(typed) == code
        assert not is_mistyped(typed)


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code, place, character):
    slip = code[:place] + character + code[place + 1 :]
    assert normalise_code(slip) == (code if slip == code else None)
    assert is_mistyped(slip) == (slip != code)


@given(codes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_swapped_characters_are_noticed(code, one, other):
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    slip = "".join(letters)
    assert normalise_code(slip) == (code if slip == code else None)


@pytest.mark.parametrize(
    "typed", [None, "", " ", "PA-2026-000123", "7KX3", "7KX3-MQPH-4T9W-ACX", "7KX3*MQPH*4T9WAC"]
)
def test_what_is_no_code_is_none(typed):
    assert normalise_code(typed) is None
    assert not is_mistyped(typed)


@given(st.text())
def test_anything_may_be_typed(typed):
    code = normalise_code(typed)
    assert code is None or normalise_code(code) == code
