"""How long an SMS is: GSM-7 and UCS-2 segments, and the same text without Vietnamese marks.

Lengths as in GSM 03.38 / 3GPP TS 23.038: 160 or 153 units a segment in GSM-7, 70 or 67 in UCS-2.
"""

import unicodedata

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_TWO_UNITS = frozenset("^{}\\[~]|€")


def segments(text: str) -> int:
    """Segments an operator counts for this text; 0 for an empty one."""
    text = unicodedata.normalize("NFC", text)
    if not text:
        return 0
    if encoding(text) == "GSM-7":
        units, single, joined = sum(2 if char in _GSM7_TWO_UNITS else 1 for char in text), 160, 153
    else:
        units, single, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= single else -(-units // joined)


def encoding(text: str) -> str:
    """ "GSM-7" or "UCS-2": one letter outside of GSM-7 makes all of them longer."""
    text = unicodedata.normalize("NFC", text)
    return "GSM-7" if all(char in _GSM7 or char in _GSM7_TWO_UNITS for char in text) else "UCS-2"


def without_marks(text: str) -> str:
    """The text without Vietnamese marks ("Phản hồi" → "Phan hoi"), and quotes and dashes as in GSM-7."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return plain.translate(
        str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})
    )
