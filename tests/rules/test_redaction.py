"""Personal data in free text: how much of it is found in the labelled sentences, and what must never happen."""

import time
import unicodedata

import pytest
from helpers import redaction_set
from helpers.redaction_set import ALL, HELD_BACK, TUNED_ON
from hypothesis import example, given, settings
from hypothesis import strategies as st

from phanhoi_app.rules.redaction import MASK, find, redact

FEWEST = {TUNED_ON: 330, HELD_BACK: 165}  # sentences
FEWEST_WITHOUT = 120
RECALL, RECALL_OF_A_KIND, PRECISION = 0.98, 0.95, 0.97


@pytest.mark.parametrize("part", [TUNED_ON, HELD_BACK])
def test_what_is_personal_is_found_and_little_else(part):
    score = redaction_set.measure(redaction_set.read(part))
    print(f"\n{part}\n{score.table()}")
    said = "\n".join(["", score.table(), "missed:", *score.missed, "wrong:", *score.wrong])
    assert score.recall() >= RECALL, said
    for kind in score.kinds:
        assert score.recall(kind) >= RECALL_OF_A_KIND, said
    assert score.precision >= PRECISION, said


def test_the_labelled_sentences_are_many_and_of_all_kinds():
    parts = {part: redaction_set.read(part) for part in FEWEST}
    for part, fewest in FEWEST.items():
        assert len(parts[part]) >= fewest
        kinds = {kind for sentence in parts[part] for kind, _start, _end in sentence.labels}
        assert kinds == {"phone", "email", "identity", "account", "plate", "passport", "code"}
    every = [sentence for part in parts.values() for sentence in part]
    assert sum(not sentence.labels for sentence in every) >= FEWEST_WITHOUT
    assert len({sentence.text for sentence in every}) == len(every)


def test_measuring_tells_what_is_missed_and_what_is_wrong():
    """A label found in part counts as missed; a find that takes more than a label as wrong."""
    text = "gọi 0912345678, ông An, số 12"
    good = [("phone", 4, 14)]
    assert redaction_set.measure([redaction_set.Sentence(text, good)]).recall() == 1
    half = redaction_set.measure([redaction_set.Sentence(text, [("phone", 4, 18)])])
    assert (half.recall(), half.precision) == (0, 1)
    less = redaction_set.measure([redaction_set.Sentence(text, [("phone", 4, 10), ("name", 20, 22)])])
    assert (less.recall("phone"), less.recall(ALL), less.precision) == (1, 0.5, 0)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Gọi 0912 345 678 hoặc 113.", "Gọi […] hoặc 113."),
        ("(0912) 345678 nhé", "[…] nhé"),
        ("a@b.vn,c@d.vn", "[…],[…]"),
        ("0912345678\n0987654321", "[…]\n[…]"),
        ("minh0912345678@gmail.com", MASK),  # a number within an address: one mask
        ("Hồ sơ PA-2026-1234567 và 1.200.000.000 đồng", "Hồ sơ PA-2026-1234567 và 1.200.000.000 đồng"),
        ("trừ tài khoản 3500000 và 3.500.000", "trừ tài khoản 3500000 và 3.500.000"),
        ("0912345678 đồng chí Hải", "[…] đồng chí Hải"),
        ("", ""),
    ],
)
def test_what_is_taken_out(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Tôi là Nguyễn Thị Hoa, hoa nở đẹp", "Tôi là […], hoa nở đẹp"),
        ("nguyen thi hoa ky ten", "[…] ky ten"),
        ("NGUYỄN  THỊ HOÁ", "NGUYỄN  THỊ HOÁ"),  # another name
        ("Nguyễn\nThị Hoa", "[…]"),
        (unicodedata.normalize("NFD", "Bà Nguyễn Thị Hoa ạ"), "Bà […] ạ"),
        ("Nguyễn Thị Hoan", "Nguyễn Thị Hoan"),
    ],
)
def test_the_given_name_is_taken_out_with_marks_or_without(text, redacted):
    assert redact(text, ["Nguyễn Thị Hoa"]) == redacted


@pytest.mark.parametrize("name", ["Hoa", "", "[… …]", "… x", "] ["])
def test_one_word_or_none_is_no_name_to_look_for(name):
    assert redact("hoa … x [… …] ] [ hoa", [name]) == "hoa … x [… …] ] [ hoa"


def test_other_words_with_the_same_letters_stay():
    assert redact("Hai bà lê ăn lễ an", ["Lê An"]) == "Hai bà lê ăn lễ an"


def test_positions_are_those_of_the_composed_text():
    text = unicodedata.normalize("NFD", "Đường ngập, gọi số 0912\u200b345\u200b678 ạ")
    composed = unicodedata.normalize("NFC", text)
    (found,) = find(text)
    assert found.text == composed[found.start : found.end] == "0912\u200b345\u200b678"


PIECES = [
    *(
        "0912 345 678",
        "0912345678",
        "+84",
        "0",
        "09",
        "1",
        "12",
        "2026",
        "123",
        "038085001234",
        "3500 205",
        "000",
    ),
    *(" ", ".", "-", "/", ",", "(", ")", "…", "[", "]", "\n", ". ", "@", "+", "\u200b", "\u0301", "²", "⑤"),
    *("số", "STK", "CCCD", "gọi", "mã KH", "MST", "công ty", "biển số", "xe", "hộ chiếu", "biên lai", "BHXH"),
    *("không", "chín", "một", "hai", "ba", "a còng", "gmail", "chấm", "com", "abc", "36A", "B1", "PA", "C"),
    *("Vietcombank", "đồng", "triệu", "o9l2", "Nguyễn", "Văn", "An", "lớp", "12.345", "16"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60)
NAMES = st.lists(
    st.lists(st.sampled_from(["Nguyễn", "An", "0912", "…", "[", "x"]), max_size=3).map(" ".join), max_size=2
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, NAMES)
@example("MST công ty 0912345678 8012345678", [])
def test_what_is_redacted_holds_nothing_more(text, names):
    once = redact(text, names)
    assert redact(once, names) == once
    assert find(once, names) == []


@settings(max_examples=400, deadline=None)
@given(TEXTS, NAMES)
def test_nothing_outside_what_is_found_changes(text, names):
    composed = unicodedata.normalize("NFC", text)
    found = find(text, names)
    outside, at = [], 0
    for hit in found:
        assert at <= hit.start < hit.end <= len(composed)
        assert hit.text == composed[hit.start : hit.end]
        outside.append(composed[at : hit.start])
        at = hit.end
    outside.append(composed[at:])
    assert MASK.join(outside) == redact(text, names)


HOSTILE = [
    *(
        "1",
        "1 ",
        "0 ",
        "0.",
        "09 ",
        "0912 ",
        "0…",
        "1.000.",
        "1/",
        "+84 ",
        "(",
        "a",
        "a.",
        "a@",
        "a.gmail.com",
    ),
    *(
        "a a cong ",
        "x cham y ",
        "không ",
        "ba ",
        "o",
        "ol1",
        "36A ",
        "36A1",
        "stk 1 ",
        "mst cty 1 ",
        "-",
        " ",
    ),
    *("\n", "\u200b0", "\u0301", "0912345678 ", "12/5/2020 ", "PA1 ", "an văn "),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_long_hostile_text_costs_as_its_length_does(unit):
    """A hundred thousand letters. What grows by the square would take minutes, on any machine."""
    text = unit * (100_000 // len(unit))
    begun = time.process_time()
    redact(text, ["An Văn", "Văn An"])
    assert time.process_time() - begun < 10
