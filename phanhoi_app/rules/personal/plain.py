"""A text in plain letters: no marks, lower case, nothing invisible, one kind of space, dash and digit.

"Điện thoại: ０９１２" reads "dien thoai: 0912", and each plain letter knows where it stands in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_INVISIBLE = ("Mn", "Me", "Cf", "Cc", "Cs")  # marks left over, frames of keycap emoji, zero-width characters
_SUPERSCRIPTS = "²³¹"  # of m² and m³: no digits of a number

# "o9l2", "O912": letters that look like digits, in a word that is otherwise made of digits.
_LOOKALIKE_WORD = re.compile(r"(?<![^\W_])[\doil]{4,}(?![^\W_])")
_LOOKALIKES = str.maketrans("oil", "011")
_LETTERS_THAT_LOOK_SO = "oOiIlL"
_SHORTEST_WITHOUT_UNIT = 9  # "5000l" is a measure


class Plain(NamedTuple):
    """`text`: the plain letters; `places`: for each its position in `source`, the NFC text."""

    text: str
    places: Sequence[int]
    source: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where plain letters [start, end) stand in the source, with what is invisible between and after them."""
        if end >= len(self.places):
            return self.places[start], len(self.source)
        return self.places[start], max(self.places[end - 1] + 1, self._end_of_marks(end))

    def as_typed(self, start: int, end: int) -> str:
        """The source of plain letters [start, end)."""
        return self.source[slice(*self.span(start, end))]

    def _end_of_marks(self, end: int) -> int:
        return self.places[end]


class _Letters(dict):
    """Code point → its plain letter, or nothing. Filled as letters are met."""

    def __missing__(self, code: int) -> str:
        letter = self[code] = _plain_letter(chr(code))
        return letter


_LETTERS = _Letters()


def plain(nfc_text: str) -> Plain:
    """The plain form of a text in NFC."""
    text = nfc_text.translate(_LETTERS)
    if len(text) == len(nfc_text):
        places: Sequence[int] = range(len(text))
    else:
        places = [i for i, letter in enumerate(nfc_text) if _LETTERS[ord(letter)]]

    def digits(match: re.Match) -> str:
        word = match[0]
        letters = [i for i, letter in enumerate(word) if not letter.isdigit()]
        if (
            not letters
            or len(letters) * 2 > len(word)
            or (letters == [len(word) - 1] and len(word) < _SHORTEST_WITHOUT_UNIT)
            or any(nfc_text[places[match.start() + i]] not in _LETTERS_THAT_LOOK_SO for i in letters)
        ):
            return word
        return word.translate(_LOOKALIKES)

    return Plain(_LOOKALIKE_WORD.sub(digits, text), places, nfc_text)


def _plain_letter(letter: str) -> str:
    if letter in "\n\t":
        return " " if letter == "\t" else letter
    category = unicodedata.category(letter)
    if category in _INVISIBLE:
        return ""
    if category == "Zs":
        return " "
    if category == "Pd" or letter == "\u2212":  # dashes and the minus sign
        return "-"
    if letter in _SUPERSCRIPTS:
        return letter
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    if letter in "đĐ":
        return "d"
    # One letter for one: what would become several ("…", "½") or an invisible one stays itself.
    bases = [c for c in unicodedata.normalize("NFKD", letter).lower() if unicodedata.category(c) != "Mn"]
    return bases[0] if len(bases) == 1 and bases[0].isprintable() else letter
