"""Codes with letters: licence plates, passports, health insurance cards, customer codes of the power company."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phanhoi_app.rules.personal import cues
from phanhoi_app.rules.personal.numbers import Hit
from phanhoi_app.rules.personal.plain import Plain

# Province 11-99, series of one or two letters (motorbikes: a letter and a digit), four or five digits.
_PLATE = re.compile(
    r"(?<![^\W_])(?P<province>[1-9]\d)(?P<first>[ .\-]?)(?P<letters>[a-z]{1,2})(?P<digit>\d?)"
    r"(?P<second> ?[.\-]? ?)(?P<number>\d{3}[. ]\d{2}|\d{5}|\d{4})(?![^\W_]|[.,/\-]\d)"
)
_ARMY = re.compile(r"(?<![\w\-])[abhkpqt][a-z]-\d\d-\d\d(?![\w\-])")
_DIPLOMAT = re.compile(r"(?<![\w\-])\d\d-\d{3}-(?:ng|nn|qt|cv)-\d\d(?![\w\-])")
# "biển số đuôi 567.89": what a witness remembers.
_TAIL = re.compile(r"(?<![\w.,/\-])\d{3}\.\d{2}(?![\w]|[.,/\-]\d)|(?<![\w.,/\-])\d{5}(?![\w]|[.,/\-]\d)")
_TAIL_WORDS = re.compile(r"(?<![a-z])(?:bien so|bks|bien kiem soat|bien)(?: xe)?(?: duoi| la|:)* ?$")

_UNITS = frozenset("hmkgdlwvtp")  # "15h 2026", "20m 1500"
_NO_SERIES = frozenset(("ql", "dt", "tl", "qd", "nd", "tt", "km", "cp", "cm", "mm", "kg", "kw", "ha", "tr"))
_MOST_UNDOTTED = 4

_PASSPORT = re.compile(r"(?<![^\W_])[a-z]{1,2}(?:[ .\-]?\d){7,8}(?![^\W_])")
_HEALTH_CARD = re.compile(r"(?<![^\W_])[a-z]{2}[ \-]?[1-5](?:[ \-]?\d){12}(?![^\W_])")
# After the words for it only: "mã khách hàng nước TH-012345".
_CUSTOMER = re.compile(r"(?<![^\W_])(?P<letters>[a-z]{1,4})-?\d(?:[ .\-]?\d){4,12}(?![^\W_])")
_WITH_LETTERS = ("customer", "insurance")
# But not PA-2026-1234567: a complaint's own number.
_POWER_CUSTOMER = re.compile(r"(?<![^\W_])p[a-z](?!-(?:19|20)\d\d-)(?:[ \-]?\d){11}(?![^\W_])")


def find(plain: Plain, words: cues.Cues) -> Iterator[Hit]:
    """Plates and codes with letters in a text; they may overlap with numbers."""
    text = plain.text
    for match in _PLATE.finditer(text):
        if _is_plate(plain, words, match):
            yield "plate", *match.span()
    for match in _ARMY.finditer(text):
        if words.before(match.start()).kind == "plate" and plain.as_typed(*match.span())[:2].isupper():
            yield "plate", *match.span()
    for match in _DIPLOMAT.finditer(text):
        yield "plate", *match.span()
    for match in _TAIL.finditer(text):
        if _TAIL_WORDS.search(text, max(0, match.start() - 24), match.start()):
            yield "plate", *match.span()
    for match in _PASSPORT.finditer(text):
        if words.before(match.start()).kind == "passport":
            yield "passport", *match.span()
    for match in _CUSTOMER.finditer(text):
        if (
            words.before(match.start()).kind in _WITH_LETTERS
            and plain.as_typed(*match.span("letters")).isupper()
        ):
            yield "code", *match.span()
    for pattern in (_HEALTH_CARD, _POWER_CUSTOMER):
        for match in pattern.finditer(text):
            yield "code", *match.span()


def _is_plate(plain: Plain, words: cues.Cues, match: re.Match) -> bool:
    letters, number = match["letters"], match["number"]
    if letters in _NO_SERIES:
        return False
    cue = words.before(match.start())
    if cue.kind == "plate":
        return True
    if cue.kind in (cues.PAPER, cues.PLACE) or len(number) <= _MOST_UNDOTTED:
        return False
    if match["first"] == " " or match["second"].isspace():
        # "36 B 12345" might be anything, "36 B2 567.89" nothing else.
        return "." in number and (bool(match["digit"]) or plain.as_typed(*match.span("letters")).isupper())
    return not (len(letters) == 1 and letters in _UNITS and not match["second"] and not match["digit"]) or (
        plain.as_typed(*match.span("letters")).isupper()
    )
