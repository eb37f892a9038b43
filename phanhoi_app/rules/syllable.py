"""The shape of a Vietnamese syllable: initial, vowels, final, and where its tone mark sits.

Spelling rules of the written language. Of the two customs for open "oa", "oe", "uy" the older one is used
(hóa, thủy), as in the official names of places.
"""

from __future__ import annotations

import re
import unicodedata

ACUTE, GRAVE, HOOK, TILDE, DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
TONES = ACUTE + GRAVE + HOOK + TILDE + DOT

_INITIALS = "ngh|ng|nh|gh|gi|qu|ch|kh|ph|th|tr|[bcdđghklmnprstvx]|"
_VOWELS = (
    "iêu|yêu|oai|oay|oao|oeo|uây|uôi|uya|uyê|uyu|ươi|ươu"
    "|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê"
    "|[aăâeêioôơuưy]"
)
_FINALS = "ch|ng|nh|[cmnpt]|"
_SYLLABLE = re.compile(f"(?P<initial>{_INITIALS})(?P<vowels>{_VOWELS})(?P<final>{_FINALS})")
_STOPS = ("c", "ch", "p", "t")


def is_syllable(base: str, tone: str = "") -> bool:
    """Whether lower-case letters without a tone mark (NFC) spell a syllable that can carry that tone."""
    match = _SYLLABLE.fullmatch(base)
    # After a stop only two tones exist; without a mark the word may still be an unmarked one.
    return bool(match) and (match["final"] not in _STOPS or tone in ("", ACUTE, DOT))


def with_tone(base: str, tone: str) -> str:
    """The syllable with the tone mark in its place (NFC). `base` as for `is_syllable`, in any case of
    letters."""
    match = _SYLLABLE.fullmatch(base.lower())
    if not match or not tone:
        return base
    place = match.start("vowels") + _place(match["vowels"], match["final"])
    return unicodedata.normalize("NFC", base[: place + 1] + tone + base[place + 1 :])


def with_tone_in_place(word: str) -> str:
    """The same syllable with its tone mark where it belongs: "Hoá" becomes "Hóa". Other words stay as they
    are."""
    letters = unicodedata.normalize("NFD", word)
    tones = [letter for letter in letters if letter in TONES]
    if len(tones) != 1:
        return word
    base = unicodedata.normalize("NFC", letters.replace(tones[0], ""))
    return with_tone(base, tones[0]) if _SYLLABLE.fullmatch(base.lower()) else word


def _place(vowels: str, final: str) -> int:
    marked = [i for i, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1]
    if final:
        return len(vowels) - 1
    return 1 if len(vowels) == 3 else 0
