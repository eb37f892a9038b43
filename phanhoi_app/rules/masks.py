"""A person's data as those see it who may not know it: the owner recognises it, nobody else reads it.

What may be read of each: of a name the first letter of each word; of a phone number the first two and the last three
digits; of an e-mail address its first letter and a provider that everybody uses; of an address the commune and what
is above it. Stars stand for the rest. No mask fails, whatever was typed.
"""

from __future__ import annotations

import re
import unicodedata

from phanhoi_app.rules.phone import compact
from phanhoi_app.rules.text import clean_typed, search_key

STARS = "***"
BETWEEN = " · "

# Providers that say nothing about who has an address there. Another domain may bear its owner's name.
_PROVIDERS = frozenset(
    ("gmail.com", "yahoo.com", "yahoo.com.vn", "hotmail.com", "outlook.com", "outlook.com.vn", "icloud.com")
)
_SHORTEST_PHONE = 8  # of a shorter one, five digits would be too much

_AREA_WORDS = ("phuong", "p", "xa", "thi tran", "tt", "quan", "q", "huyen", "thi xa", "tx", "dac khu")
_AREA_WORDS += ("thanh pho", "tp", "tinh")
_MOST_AREA_NAME = 4  # words: "Bà Rịa - Vũng Tàu"


def mask_name(name: str | None) -> str:
    """ "Nguyễn Văn A" as "N*** V*** A": the first letter of each word. The stars do not tell a word's
    length."""
    return " ".join(_mask_word(word) for word in clean_typed(name).split())


def mask_phone(number: str | None) -> str:
    """ "0912 345 678" as "09** *** 678". What is too short is all stars."""
    text = compact(number)
    if len(text) < _SHORTEST_PHONE:
        return "*" * len(text)
    return f"{text[:2]}** {'*' * (len(text) - 7)} {text[-3:]}"


def mask_email(address: str | None) -> str:
    """ "lan.nguyen@gmail.com" as "l***@gmail.com", "an@nguyenvana.vn" as "a***@n***.vn": a domain of his own
    may bear the owner's name."""
    text = clean_typed(address)
    local, at, domain = text.rpartition("@")
    if not at:
        return _mask_word(text)
    if domain.lower() in _PROVIDERS:
        return f"{local[:1]}{STARS}@{domain}"
    host, dot, ending = domain.rpartition(".")
    if not dot:
        return f"{local[:1]}{STARS}@{domain[:1]}{STARS}"
    return f"{local[:1]}{STARS}@{host[:1]}{STARS}{dot}{ending if ending.isalpha() else STARS}"


def mask_address(address: str | None) -> str:
    """ "12 ngõ 5 Lê Lợi, phường Hạc Thành, tỉnh Thanh Hóa" as "***, phường Hạc Thành, tỉnh Thanh Hóa".

    A part between commas that does not end in an area by its word (phường, xã, tỉnh …) and a short name is stars.
    """
    parts: list[str] = []
    for part in re.split(r"[,;\n]", clean_typed(address)):
        masked = _area_of(part.split()) if part.strip() else ""
        if masked and not (masked == STARS and parts[-1:] == [STARS]):
            parts.append(masked)
    return ", ".join(parts)


def mask_identity(name: str | None, phone: str | None = None, email: str | None = None) -> str:
    """ "N*** V*** A · 09** *** 678": the name and one way to reach him, the e-mail address where no phone is
    given."""
    reach = mask_phone(phone) or mask_email(email)
    return BETWEEN.join(part for part in (mask_name(name), reach) if part)


def _mask_word(word: str) -> str:
    # Digits in a name are somebody's number.
    if not word or (len(word) == 1 and not word.isdigit()):
        return word
    return STARS if unicodedata.category(word[0]).startswith("N") else word[0] + STARS


def _area_of(words: list[str]) -> str:
    """ "số 7 xã Hoằng Lộc" as "***, xã Hoằng Lộc"; stars when the part does not end in an area."""
    for length in range(2, _MOST_AREA_NAME + 4):
        at = len(words) - length
        if at < 0:
            break
        for of_word in (1, 2):
            area, name = words[at : at + of_word], [w for w in words[at + of_word :] if w not in "-–"]
            if search_key(" ".join(area)) not in _AREA_WORDS or not 1 <= len(name) <= _MOST_AREA_NAME:
                continue
            if not all(_is_name(word, len(name)) for word in name):
                continue
            shown = " ".join(words[at:])
            return f"{STARS}, {shown}" if at else shown
    return STARS


def _is_name(word: str, of: int) -> bool:
    """A capitalised word without digits, or the number of a ward."""
    return (word[0].isupper() and word.isalpha()) or (of == 1 and word.isdigit() and len(word) <= 2)
