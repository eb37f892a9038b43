"""Tracking codes: random, short enough to read out on the phone, and free of letters that look like others.

A code is 13 random characters and a check character, of 29 letters and digits: 63.1 bits of chance, so that
nobody finds a complaint by guessing. B, I, L, O, S, U and Z are left out; whoever reads one of them means
the 8, 1, 1, 0, 5, V or 2 that looks like it, and is understood. As 29 is a prime number, the check
character tells every single wrong character and every two that were swapped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
RANDOM_CHARACTERS = 13
LENGTH = RANDOM_CHARACTERS + 1

_LOOKS_LIKE = str.maketrans("BILOSUZĐ", "81105V2D")
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_FAIR = 256 // len(ALPHABET) * len(ALPHABET)  # bytes from here on would make the first characters likelier


def tracking_code(random_bytes: Callable[[int], bytes]) -> str:
    """A new code of `LENGTH` characters, ungrouped as it is stored.

    `random_bytes(n)` gives n unpredictable bytes (`secrets.token_bytes`).
    """
    characters = ""
    while len(characters) < RANDOM_CHARACTERS:
        wanted = RANDOM_CHARACTERS - len(characters)
        characters += "".join(ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(wanted) if byte < _FAIR)
    return characters + _check_character(characters)


def grouped(code: str) -> str:
    """The code as people see it, in groups of four: "7KX3-MQPH-4T9W-AC"."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def normalise_code(typed: str | None) -> str | None:
    """The stored form of a typed code, or None if it is not one.

    Takes lower case, spaces, dashes and dots anywhere, full-width characters and look-alikes.
    """
    code = _read(typed)
    return code if code and _check_character(code[:-1]) == code[-1] else None


def is_mistyped(typed: str | None) -> bool:
    """Whether it has a code's length and letters, but the check character tells of a slip."""
    return _read(typed) is not None and normalise_code(typed) is None


def _read(typed: str | None) -> str | None:
    text = unicodedata.normalize("NFKC", typed or "").upper().translate(_LOOKS_LIKE)
    code = "".join(
        c for c in text if not (c.isspace() or c in "._" or unicodedata.category(c) in ("Pd", "Cf"))
    )
    return code if len(code) == LENGTH and all(character in _VALUE for character in code) else None


def _check_character(characters: str) -> str:
    # Weights 2, 3, 4 … are all different and none is a multiple of 29; the check character's own would be 1.
    total = sum(weight * _VALUE[character] for weight, character in enumerate(characters, start=2))
    return ALPHABET[-total % len(ALPHABET)]
