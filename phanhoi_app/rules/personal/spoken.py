"""Numbers spelled out in words: "không chín một hai ba bốn…", with digits between them or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phanhoi_app.rules.personal import cues
from phanhoi_app.rules.personal.numbers import Hit

_DIGITS = {
    **{"khong": "0", "ko": "0", "hong": "0", "zero": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4"},
    **{"tu": "4", "nam": "5", "lam": "5", "sau": "6", "bay": "7", "bai": "7", "tam": "8", "chin": "9"},
}
_WORD = "|".join(_DIGITS)
_UNIT = re.compile(rf"(?<![^\W_])(?:{_WORD}|\d{{1,9}})(?![^\W_])")
_SPELLED = rf"(?:{_WORD}|\d)"
_PLATE = re.compile(rf"(?<![^\W_]){_SPELLED} ?{_SPELLED} ?[a-z] ?(?:{_SPELLED} ?){{3,6}}(?![^\W_])")
_GAP = re.compile(r"[ ,.\-]{1,3}")
_PHONE = re.compile(r"0[35789]\d{8}|02\d{9}")
_FEWEST_WORDS = 3  # the rest may be digits
_OTHER_LENGTHS = {"identity": (9, 12), "account": range(6, 20)}


def find(words: cues.Cues) -> Iterator[Hit]:
    """Phone numbers spelled out in a plain text, and identity and account numbers after the word for them."""
    text = words.text
    for match in _PLATE.finditer(text):
        if words.before(match.start()).kind == "plate" and re.search("[a-z]{2}", match[0]):
            yield "plate", *match.span()
    run: list[tuple[str, int, int]] = []
    for match in _UNIT.finditer(text):
        if run and not _GAP.fullmatch(text, run[-1][2], match.start()):
            yield from _numbers_in(words, run)
            run = []
        run.append((_DIGITS.get(match[0], match[0]), *match.span()))
    yield from _numbers_in(words, run)


def _numbers_in(words: cues.Cues, run: list[tuple[str, int, int]]) -> Iterator[Hit]:
    if sum(words.text[start].isalpha() for _unit, start, _end in run) < _FEWEST_WORDS:
        return
    at = 0
    while at < len(run):
        last = _last(words, run, at)
        if last is None:
            at += 1
            continue
        kind, end = last
        yield kind, run[at][1], run[end][2]
        at = end + 1


def _last(words: cues.Cues, run: list[tuple[str, int, int]], at: int) -> tuple[str, int] | None:
    """Kind and last unit of a number that begins with this unit; None when none does."""
    if not run[at][0].startswith("0") and at:
        return None
    digits, spelled = "", 0
    for end in range(at, min(at + 19, len(run))):
        unit, start, stop = run[end]
        digits += unit
        spelled += words.text[start:stop].isalpha()
        if spelled >= _FEWEST_WORDS and _PHONE.fullmatch(digits):
            return "phone", end
    if spelled >= 6:
        kind = words.before(run[at][1]).kind
        if len(digits) in _OTHER_LENGTHS.get(kind, ()) and len(run) - at <= 19:
            return kind, min(at + 19, len(run)) - 1
    return None
