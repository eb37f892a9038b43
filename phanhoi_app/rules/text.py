"""Vietnamese text: what a person typed, kept as typed, and the keys by which it is found again.

Unicode writes "ế" in several ways (composed, decomposed, full width), tone marks may sit on either vowel of
"hoá" and "hóa", people type without marks or with the keystrokes of a switched-off input method, and
offices abbreviate. What is stored is the composed form (NFC); what is searched is a key that has none of
these differences.

The key also makes "Lộc Thạnh" and "Lộc Thành" equal, and "Văn Lang" and "Văn Lăng": it finds, it does not
identify. Where two names must be told apart, compare `name_key`, and records by their official code.
"""

from __future__ import annotations

import re
import unicodedata

from phanhoi_app.rules import syllable
from phanhoi_app.rules.telex import telex_decode

__all__ = ["clean_typed", "is_blank", "name_key", "nfc", "search_key", "telex_decode", "tokens", "words"]

# Inside a word they are left out: Ea H'leo is found as "hleo".
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛ʼʹ`´′＇"))
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INSIDE_WORDS = ("Mn", "Mc", "Me", "Cf")  # marks, and what is invisible
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
# Letters and symbols by their category, but nothing to be seen.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def nfc(text: str | None) -> str:
    """The text in Unicode's composed form; empty for None."""
    return unicodedata.normalize("NFC", text or "")


def clean_typed(text: str | None) -> str:
    """What a person typed, fit to be kept: composed (NFC), with nothing invisible in it.

    Line breaks of every kind become line feeds, other spaces and tabs a space; control characters,
    zero-width and direction marks, halves of surrogate pairs and spaces at the ends of lines go. Words,
    case, punctuation, spacing between words, blank lines and emoji stay as typed.
    """
    lines = _BREAKS.sub("\n", nfc(text)).split("\n")
    return nfc("\n".join(_clean_line(line) for line in lines).strip())


def is_blank(text: str | None) -> bool:
    """Whether nothing would be seen of it: only spaces, control or zero-width characters."""
    return all(letter.isspace() or letter in _UNSEEN for letter in clean_typed(text))


def search_key(text: str | None) -> str:
    """The form in which text is searched: letters and digits without marks in lower case, one space between
    words.

    đ becomes d, full-width and other compatible forms plain ones, punctuation a space. Apostrophes and invisible
    characters inside a word are left out. `search_key(search_key(x)) == search_key(x)`.
    """
    folded = unicodedata.normalize("NFKD", " ".join(words(text)).casefold()).replace("đ", "d")
    return " ".join(nfc("".join(c for c in folded if c.isalnum() or c == " ")).split())


def tokens(text: str | None) -> list[str]:
    """The words of the text's search key."""
    return search_key(text).split()


def words(text: str | None) -> list[str]:
    """The words in the case and with the marks of the text, in composed and plain forms; cut at everything
    that is no letter, digit or mark."""
    # Before, because "´" alone would become a space; after, because some letters contain an apostrophe.
    text = unicodedata.normalize("NFKC", (text or "").translate(_APOSTROPHES)).translate(_APOSTROPHES)
    return "".join(
        c if c.isalnum() or unicodedata.category(c) in _INSIDE_WORDS else " " for c in text
    ).split()


def name_key(text: str | None) -> str:
    """A key that keeps marks, for telling names apart: lower case, one space, tone marks in one place.

    "Hoá" and "Hóa", "Thuỷ" and "Thủy" have the same one; "Thạnh" and "Thành" do not.
    """
    words = re.split(r"(\W+)", unicodedata.normalize("NFKC", clean_typed(text)).lower())
    return " ".join("".join(syllable.with_tone_in_place(nfc(word)) for word in words).split())


def _clean_line(line: str) -> str:
    if line.isprintable():  # no other space, control, invisible or surrogate character is
        return line.rstrip(" ")
    kept: list[str] = []
    for letter in line:
        category = unicodedata.category(letter)
        if category == "Zs" or letter == "\t":
            kept.append(" ")
        elif letter == _JOINER:
            # Between the parts of an emoji the joiner is what makes it one; anywhere else it only hides.
            if kept and (kept[-1] == _EMOJI_STYLE or unicodedata.category(kept[-1]) in ("So", "Sk")):
                kept.append(letter)
        elif category not in ("Cc", "Cf", "Cs"):
            kept.append(letter)
    return "".join(kept).rstrip(f" {_JOINER}")
