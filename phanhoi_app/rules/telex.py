"""Vietnamese typed on a keyboard whose input method was off: the keystrokes of Telex and VNI, read as words.

Telex: aa ee oo → â ê ô; aw ow uw, and w alone → ă ơ ư, ư; dd → đ; s f r x j → sắc huyền hỏi ngã nặng. VNI:
6 → â ê ô, 7 → ơ ư, 8 → ă, 9 → đ; 1 2 3 4 5 → the same five tones. Both take a mark anywhere after its
letter.

Only for searching: English words and abbreviations may look like keystrokes too, so content is never
rewritten.
"""

from __future__ import annotations

import re

from phanhoi_app.rules.syllable import ACUTE, DOT, GRAVE, HOOK, TILDE, is_syllable, with_tone

_TONE_KEYS = {
    **dict(zip("sfrxj", (ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True)),
    **dict(zip("12345", (ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True)),
}
_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"o": "ơ", "u": "ư"}
_BREVE = {"a": "ă"}
_VOWELS = "aăâeêioôơuưy"


def telex_decode(text: str) -> str:
    """The text with each word that is keystrokes of a Vietnamese syllable turned into it: "ddwowngf" →
    "đường", "d9u7o72ng" → "đường". All other words, and everything between words, stay as they are."""
    return re.sub(r"\w+", lambda match: _decode_word(match[0]), text)


def _decode_word(word: str) -> str:
    if not (word.isascii() and word.isalnum()) or word.isdigit():
        return word
    letters, tone = _press(word.lower())
    base = "".join(letters)
    if not is_syllable(base, tone):
        return word
    decoded = with_tone(base, tone)
    if word.isupper() and len(base) > 1:
        return decoded.upper()
    return decoded[:1].upper() + decoded[1:] if word[0].isupper() else decoded


def _press(keys: str) -> tuple[list[str], str]:
    """The letters that the keys leave on the screen, and the tone."""
    letters: list[str] = []
    tone = ""
    for key in keys:
        has_vowel = any(letter in _VOWELS for letter in letters)
        if key in _TONE_KEYS and has_vowel:
            tone = _TONE_KEYS[key]
        elif key in "z0" and tone:
            tone = ""
        elif key in "d9" and letters[:1] == ["d"]:
            letters[0] = "đ"
        elif not _mark_with(key, letters):
            letters.append("ư" if key == "w" else key)
    return letters, tone


def _mark_with(key: str, letters: list[str]) -> bool:
    """Let a key that marks a vowel do so; False if it is no such key or finds none to mark."""
    if key in _CIRCUMFLEX:
        return _mark(letters, {key: _CIRCUMFLEX[key]})
    if key == "6":
        return _mark(letters, _CIRCUMFLEX)
    if key == "8":
        return _mark(letters, _BREVE)
    return key in "7w" and (_mark_horn(letters) or (key == "w" and _mark(letters, _BREVE)))


def _mark(letters: list[str], marks: dict[str, str]) -> bool:
    """Put the mark on the last letter that takes it; False if there is none."""
    for i in range(len(letters) - 1, -1, -1):
        if letters[i] in marks:
            letters[i] = marks[letters[i]]
            return True
    return False


def _mark_horn(letters: list[str]) -> bool:
    """One key makes "ươ" of "uo" and "ưa" of "ua"; "oa" is left to the breve ("oă"), as is "qua"."""
    word = "".join(letters)
    if "uo" in word and not word.startswith("quo"):
        i = word.index("uo")
        letters[i : i + 2] = ["ư", "ơ"]
        return True
    if "oa" in word or word.startswith("qua"):
        return False
    if word.startswith("qu"):  # the u belongs to the initial
        return _mark(letters, {"o": "ơ"})
    return _mark(letters, _HORN)
