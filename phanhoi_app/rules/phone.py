"""Phone numbers as people in Viet Nam write them, and foreign ones with their country code.

Viet Nam's numbering plan: mobile numbers are 0 and nine digits beginning with 3, 5, 7, 8 or 9; landlines
are 02 and nine more. Eleven-digit mobile numbers (0120 …, 0162 …) became ten-digit ones in 2018, each old
prefix one new one. Short numbers and 1800/1900 numbers are services and belong to nobody who could be
called back.
"""

from __future__ import annotations

import re
import unicodedata

from phanhoi_app.rules.errors import RuleError

_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")
_SERVICE = re.compile(r"1[89]00\d{4,6}|0?1[0-9]{2,3}")
_SEPARATORS = re.compile(r"[\s.\-–—/()_·\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")

# Old prefix of an eleven-digit mobile number → the prefix that it has had since 2018.
_SINCE_2018 = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0126": "076",
    "0127": "081",
    "0128": "078",
    "0129": "082",
    **{f"016{digit}": f"03{digit}" for digit in range(2, 10)},
    "0186": "056",
    "0188": "058",
    "0199": "059",
}


class PhoneError(RuleError):
    """This is not a phone number at which a person can be called."""


def normalise(typed: str) -> str:
    """The number in its one form: "0912345678", "02373852246", or "+14155550123" for a foreign one.

    Takes spaces, dots, dashes and brackets, +84, 0084 and 84 in front, a lost leading zero (as spreadsheets
    lose it), full-width digits and the old eleven-digit mobile numbers. Raises `PhoneError` with a
    sentence.
    """
    text = compact(unicodedata.normalize("NFKC", typed or "").replace("(0)", ""))
    if not text:
        raise PhoneError("Please give a phone number.")
    digits = text[1:] if text.startswith("+") else text
    if not (digits.isascii() and digits.isdigit()):
        raise PhoneError("A phone number is made of digits only, for example 0912 345 678.")
    if text.startswith("00"):
        text = f"+{digits[2:]}"
    if text.startswith("+") and not text.startswith("+84"):
        return _foreign(text)
    number = _with_zero(text)
    if number[:4] in _SINCE_2018 and len(number) == 11:
        number = _SINCE_2018[number[:4]] + number[4:]
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return number
    if _SERVICE.fullmatch(digits):
        raise PhoneError(
            "{number} is a service number. Please give your own, so that you can be called.", number=digits
        )
    if len(digits) > 15:
        raise PhoneError("Please give one phone number only.")
    raise PhoneError(
        "This is not a complete phone number: a mobile number has 10 digits (0912 345 678), a landline 11"
        " (0237 3852 246); a foreign one begins with + and the country code."
    )


def is_mobile(number: str) -> bool:
    """Whether an SMS can reach it: a Vietnamese mobile number, or a foreign one (which nobody can tell)."""
    normal = normalise(number)
    return normal.startswith("+") or bool(_MOBILE.fullmatch(normal))


def e164(number: str) -> str:
    """The number as providers want it: "+84912345678". Raises `PhoneError`."""
    normal = normalise(number)
    return normal if normal.startswith("+") else f"+84{normal[1:]}"


def last4(number: str) -> str:
    """The last four digits, by which a sender shows that a complaint is his; empty if there are fewer."""
    digits = "".join(letter for letter in unicodedata.normalize("NFKC", number or "") if "0" <= letter <= "9")
    return digits[-4:] if len(digits) >= 4 else ""


def compact(number: str | None) -> str:
    """What was typed without spaces, dots, dashes, brackets and what is invisible, in plain digits. Never fails."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", number or ""))


def _with_zero(text: str) -> str:
    if text.startswith("+84"):
        text = text[3:]
    elif text.startswith("84") and len(text) in (11, 12):
        # Not with nine digits: those are a number that begins with 084 and has lost its zero.
        text = text[2:]
    if not text.startswith("0") and (re.fullmatch(r"[35789]\d{8}|2\d{9}|1[2689]\d{8}", text)):
        text = f"0{text}"
    return text


def _foreign(text: str) -> str:
    if re.fullmatch(r"\+[1-9]\d{6,14}", text):  # E.164: at most fifteen digits, no country code begins with 0
        return text
    raise PhoneError("A foreign phone number is + and 7 to 15 digits, country code first.")
