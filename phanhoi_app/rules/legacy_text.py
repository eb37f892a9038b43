"""Vietnamese text in the encodings of before Unicode, and in Unicode that was read as something else.

TCVN3 (fonts .VnTime) and VNI (fonts VNI-Times) use the codes of Western letters; mails that hold them say "Latin-1", or
carry those letters pasted into UTF-8. Which one it is tells the language itself: the reading in which the most words
are syllables of Vietnamese wins, and text that reads well as it is stays as it is.
"""

from __future__ import annotations

import re
import unicodedata

from phanhoi_app.rules import syllable
from phanhoi_app.rules.text import nfc

UTF8, CP1258, TCVN3, VNI = "utf-8", "windows-1258", "tcvn3", "vni"
# What mails call them.
_NAMES = {
    "tcvn": TCVN3, "tcvn3": TCVN3, "tcvn-5712": TCVN3, "tcvn5712": TCVN3, "x-viet-tcvn": TCVN3,
    "x-viet-tcvn5712": TCVN3, "vni": VNI, "x-viet-vni": VNI, "vni-win": VNI, "cp-1258": CP1258, "win-1258": CP1258,
}  # fmt: skip

_LETTERS = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđĂÂÊÔƠƯĐ"
_TCVN3_CODES = (
    "b5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4e5e6e7e8e9eaebecedee"
    "eff1f2f3f4f5f6f7f8f9fafbfcfdfea8a9aaabacadaea1a2a3a4a5a6a7"
)
_FROM_TCVN3 = dict(zip(bytes.fromhex(_TCVN3_CODES), _LETTERS, strict=True))
_TO_TCVN3 = {letter: code for code, letter in _FROM_TCVN3.items()}

# VNI: a letter, and a second one for its mark and tone.
_PLAIN = dict(
    zip("øùûõï", syllable.GRAVE + syllable.ACUTE + syllable.HOOK + syllable.TILDE + syllable.DOT, strict=True)
)
_BREVE = dict(zip("êèéúüë", ("", *map(_PLAIN.get, "øùûõï")), strict=True))
_ROOF = dict(zip("âàáåãä", ("", *map(_PLAIN.get, "øùûõï")), strict=True))
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    table = {letter + mark: letter + tone for letter in "aeouyôö" for mark, tone in _PLAIN.items()}
    table |= {"a" + mark: "ă" + tone for mark, tone in _BREVE.items()}
    for letter, roofed in zip("aeo", "âêô", strict=True):
        table |= {letter + mark: roofed + tone for mark, tone in _ROOF.items()}
    for pair in [*table]:  # ô and ö stand for ơ and ư, with a tone and without
        if pair[0] in _VNI_ALONE:
            table[pair] = _VNI_ALONE[pair[0]] + table[pair][1:]
    table |= _VNI_ALONE
    table = {pair: nfc(letter) for pair, letter in table.items()}
    return table | {pair.upper(): letter.upper() for pair, letter in table.items()}


_FROM_VNI = _vni_table()
_TO_VNI = {letter: pair for pair, letter in reversed(_FROM_VNI.items())}
_VNI_PAIR = re.compile("|".join(sorted(map(re.escape, _FROM_VNI), key=len, reverse=True)))

_WORD = re.compile(r"[^\x00-\x40\x5b-\x60\x7b-\x7f\u2000-\u206f\u3000]+")
_GOOD, _BETTER = 0.7, 0.25


def decode(raw: bytes, declared: str | None = None) -> tuple[str, str]:
    """(text in NFC, the encoding it was in) of bytes, whatever charset is `declared` for them. Never raises."""
    declared = (declared or "").strip().strip("\"'").lower().replace("_", "-")
    old = _NAMES.get(declared)
    if old in (TCVN3, VNI):
        return from_old(raw.decode("latin-1"), old), old
    for charset in (old or declared, UTF8, CP1258):
        if not charset or (
            charset == CP1258 and declared not in ("windows-1258", "cp1258", "cp-1258", "win-1258")
        ):
            continue
        try:
            text = raw.decode(charset)
        except (LookupError, ValueError):  # a charset nobody knows, or not in it
            continue
        if not isinstance(text, str):
            continue
        break
    else:
        text, charset = _western(raw), "windows-1252"
    shown, found = repair(text)
    return shown, found or charset


def repair(text: str) -> tuple[str, str]:
    """(the text as it was meant, in NFC; the old encoding it was in, empty when it was well as it is)."""
    well = nfc(text)
    as_is = _share(well)
    if as_is is None or as_is >= _GOOD:
        return well, ""
    best, best_share, found = well, as_is, ""
    for encoding in (UTF8, TCVN3, VNI, CP1258):
        candidate = from_old(text, encoding)
        share = None if candidate is None else _share(candidate)
        if share is not None and share > max(best_share, as_is + _BETTER):
            best, best_share, found = candidate, share, encoding
    return best, found


def from_old(text: str, encoding: str) -> str | None:
    """Western letters read as the encoding means them, in NFC; None when they cannot be."""
    if encoding == TCVN3:
        return nfc("".join(map(_tcvn3_word, re.split(r"(\s+)", text))))
    if encoding == VNI:
        return nfc(_VNI_PAIR.sub(lambda pair: _vni_letter(pair[0]), text))
    try:
        return nfc(_western_bytes(text).decode("cp1258" if encoding == CP1258 else encoding))
    except ValueError:
        return None


def to_old(text: str, encoding: str) -> bytes:
    """Text in an old encoding (TCVN3 has no capitals but Ă Â Ê Ô Ơ Ư Đ). For a test and for older programs."""
    if encoding == TCVN3:
        return bytes(_TO_TCVN3.get(c) or _TO_TCVN3.get(c.lower()) or ord(c) & 0xFF for c in nfc(text))
    if encoding == VNI:
        return "".join(_TO_VNI.get(c, c) for c in nfc(text)).encode("latin-1", "replace")
    parts = (_cp1258_letter(c) for c in nfc(text))
    return "".join(parts).encode("cp1258", "replace")


def _cp1258_letter(letter: str) -> str:
    """A letter as windows-1258 writes it: its mark in the letter, its tone behind."""
    taken = unicodedata.normalize("NFD", letter)
    tone = next((c for c in taken if c in syllable.TONES), "")
    return nfc(taken.replace(tone, "", 1)) + tone if tone else letter


def _tcvn3_word(word: str) -> str:
    told = "".join(_FROM_TCVN3.get(ord(c), c) for c in word)
    plain = [c for c in word if c.isascii() and c.isalpha()]
    # The capitals of its fonts stand on the codes of small letters.
    return told.upper() if len(plain) > 1 and all(c.isupper() for c in plain) else told


def _vni_letter(pair: str) -> str:
    # "Aù" is written too where a capital is followed by a small sign.
    return _FROM_VNI.get(pair) or pair


def _western(raw: bytes) -> str:
    return "".join(bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in raw)


def _western_bytes(text: str) -> bytes:
    """The bytes that were read as Western letters. Raises ValueError for other text."""
    return b"".join(bytes((ord(c),)) if ord(c) < 256 else c.encode("cp1252") for c in text)


def _share(text: str) -> float | None:
    """The share of Vietnamese syllables among the words that are not plain English letters; None: there are none."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if not words:
        return None
    return sum(map(_is_syllable, words)) / len(words)


def _is_syllable(word: str) -> bool:
    letters = unicodedata.normalize("NFD", word.lower())
    tones = "".join(c for c in letters if c in syllable.TONES)
    base = nfc("".join(c for c in letters if c not in syllable.TONES))
    return len(tones) < 2 and syllable.is_syllable(base, tones)
