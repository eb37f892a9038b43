"""Finds and takes out what identifies a person in free text: phones, e-mails, ID and bank numbers, plates,
names.

Names are found only when they are given (the citizen's own): guessing names in Vietnamese text would take out
streets and offices too, which carry people's names.
"""

import re
import unicodedata
from typing import NamedTuple

MASK = "[…]"


class Found(NamedTuple):
    """A piece of personal data: what kind, and where it stands in the text (NFC positions)."""

    kind: str
    start: int
    end: int
    text: str


_SEPARATOR = r"[\s.\-–]?"
PATTERNS = (
    ("email", re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")),
    # +84 / 84 / 0 and nine or ten digits more, in any grouping people use; never inside a longer number.
    ("phone", re.compile(rf"(?<![\d/])(?:\+?84|0)(?:{_SEPARATOR}\(?\d\)?){{9,10}}(?![\d/])")),
    # Citizen identity (12 digits), old identity (9 digits), bank accounts (8 to 16): long bare digits.
    ("number", re.compile(r"(?<![\d.,/])\d(?:[ .]?\d){8,15}(?![\d/]|[.,]\d)")),
    # Licence plates: 36A-123.45, 36B1 234.56, 29H-1234
    ("plate", re.compile(r"(?<!\w)\d{2}[A-ZĐ]{1,2}\d?[\s\-.]{0,2}\d{3}[.\s]?\d{1,2}(?!\w)", re.IGNORECASE)),
)


def find(text: str, names: list[str] | tuple[str, ...] = ()) -> list[Found]:
    """Personal data in the text, in order, without overlaps (the earlier, then the longer, wins)."""
    text = unicodedata.normalize("NFC", text)
    hits = [
        Found(kind, match.start(), match.end(), match.group())
        for kind, pattern in PATTERNS
        for match in pattern.finditer(text)
    ]
    for name in names:
        # One word alone ("Hoa", "An") would take out ordinary words.
        words = unicodedata.normalize("NFC", name).split()
        if len(words) >= 2:
            pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
            hits += [Found("name", m.start(), m.end(), m.group()) for m in pattern.finditer(text)]
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Found] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def redact(text: str, names: list[str] | tuple[str, ...] = ()) -> str:
    """The text (NFC) with each piece of personal data replaced by a mask; unchanged when there is none."""
    text = unicodedata.normalize("NFC", text)
    for hit in reversed(find(text, names)):
        text = text[: hit.start] + MASK + text[hit.end :]
    return text
