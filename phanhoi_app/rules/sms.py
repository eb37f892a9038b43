"""How long an SMS is: GSM-7 and UCS-2 segments, and the same text without Vietnamese marks.

Lengths as in GSM 03.38 / 3GPP TS 23.038: 160 or 153 units a segment in GSM-7, 70 or 67 in UCS-2.
"""

import unicodedata

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_TWO_UNITS = frozenset("^{}\\[~]|€")
# The Vietnamese marks by themselves: breve, circumflex, horn, and the five tones.
_PLAIN = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}
    | dict.fromkeys("\u0306\u0302\u031b\u0300\u0301\u0303\u0309\u0323")
)


def segments(text: str) -> int:
    """Segments an operator counts for this text; 0 for an empty one."""
    text = unicodedata.normalize("NFC", text)
    if not text:
        return 0
    signs = set(text)
    if _fits_gsm7(signs):
        units = len(text) + sum(text.count(sign) for sign in signs & _GSM7_TWO_UNITS)
        single, joined = 160, 153
    else:
        units, single, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= single else -(-units // joined)


def encoding(text: str) -> str:
    """ "GSM-7" or "UCS-2": one letter outside of GSM-7 makes all of them longer."""
    return "GSM-7" if _fits_gsm7(set(unicodedata.normalize("NFC", text))) else "UCS-2"


def _fits_gsm7(signs: set[str]) -> bool:
    return signs <= _GSM7 | _GSM7_TWO_UNITS


def without_marks(text: str) -> str:
    """The text without Vietnamese marks ("Phản hồi" → "Phan hoi"), and quotes and dashes as in GSM-7."""
    plain = unicodedata.normalize("NFD", text).translate(_PLAIN)
    if not plain.isascii():
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return plain
