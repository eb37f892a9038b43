"""E-mail addresses, also as they are dictated or hidden: "abc (a còng) gmail chấm com", "abc @ gmail . com"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phanhoi_app.rules.personal.numbers import Hit
from phanhoi_app.rules.personal.plain import Plain

_PROVIDERS = "gmail|gmai|gmal|yahoo|ymail|hotmail|outlook|icloud|protonmail|proton|live|zoho|mail"
_ENDINGS = "com|vn|net|org|edu|gov|info|io|me|biz|asia|name|us|uk|de|jp|kr|fr|au|tw|cn"
_LOCAL = r"(?<![\w.+\-])[\w.+\-]{1,64}"

_WRITTEN = re.compile(rf"{_LOCAL}@(?P<host>[\w\-]{{1,63}}(?:\.[\w\-]{{1,63}}){{1,6}})")
_SPACED = re.compile(rf"{_LOCAL} ?@ ?[\w\-]{{1,63}}(?: ?[.,] ?(?:{_ENDINGS})(?!\w)){{1,3}}")
_WITHOUT_ENDING = re.compile(rf"{_LOCAL} ?@ ?(?:{_PROVIDERS})(?![\w.]*\w)")
_AT_WORD = r"a[ \-]?cong|a[ \-]?moc|a[ \-]?vong"
_AT = rf"(?: ?[(\[{{] ?(?:@|{_AT_WORD}|at) ?[)\]}}] ?| (?:{_AT_WORD}) | ?@ ?)"
_DOT = r"(?: ?[(\[{] ?(?:dot|cham|\.) ?[)\]}] ?| (?:cham|dot|phay) | ?\. ?)"
_DICTATED = re.compile(
    rf"{_LOCAL}(?: (?:cham|gach duoi|gach) [\w+\-]{{1,30}}){{0,3}}{_AT}[\w\-]{{1,63}}"
    rf"(?:{_DOT}(?:{_ENDINGS})(?!\w)){{1,3}}"
)
# "tran@gmailcom", "tran.gmail.com"
_MISTYPED = re.compile(rf"{_LOCAL} ?@ ?(?:{_PROVIDERS})(?:com|vn)(?!\w)")
_WITHOUT_AT = re.compile(
    r"(?<![\w.+\-/])[\w.+\-]{3,50}[.#*](?:gmail|yahoo|hotmail|outlook|icloud)\.com(?![\w.\-]*\w)"
)
_PATTERNS = (_SPACED, _WITHOUT_ENDING, _DICTATED, _MISTYPED, _WITHOUT_AT)


def find(plain: Plain) -> Iterator[Hit]:
    """E-mail addresses in a text; the ways of writing overlap."""
    text = plain.text
    for match in _WRITTEN.finditer(text):
        yield "email", match.start(), _end_of_host(plain, match)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield "email", *match.span()


def _end_of_host(plain: Plain, match: re.Match) -> int:
    """Without the next sentence, where no space was left: "a@gmail.com.Mong hồi âm"."""
    end = match.end()
    labels = match["host"].split(".")
    while len(labels) > 2:
        typed = plain.as_typed(end - len(labels[-1]), end)
        if labels[-1] in _ENDINGS.split("|") or (typed.isascii() and not typed[:1].isupper()):
            break
        end -= len(labels.pop()) + 1
    return end
