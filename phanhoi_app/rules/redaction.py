"""Finds and takes out what identifies a person in free text: phones, e-mails, identity, bank, insurance, tax and
customer numbers, passports, plates, names.

Names are found only when they are given (the citizen's own): guessing names in Vietnamese text would take out
streets and offices too, which carry people's names. A mobile number is taken out whoever's it is: nobody can tell
an office's from a person's. Service numbers (113, 1022, 1900…), the numbers of papers, plots, poles and meters stay.

What is not sure is taken out: a text without a paper's number can be understood, a number once read cannot be
forgotten. How much is found is measured on labelled sentences by tests/rules/test_redaction.py.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from phanhoi_app.rules import text as texts
from phanhoi_app.rules.personal import cues, emails, numbers, plates, spoken
from phanhoi_app.rules.personal.plain import Plain, plain

MASK = "[…]"
_OF_MASKS = dict.fromkeys(map(ord, MASK))

_MOST_ROUNDS = 10  # two are the rule; a hostile text might want as many as it has letters

# Most titles hold none of this and need no further look.
_MAY_HOLD = re.compile(
    r"\d|@|khong|ko|hong|zero|a[ \-]?(?:cong|moc|vong)|[(\[{] ?at|gmail|yahoo|hotmail|outlook|icloud"
    r"|bien|can cuoc|cccd|cmnd|cmt|chung minh|dinh danh|tai khoan|stk|tk"
)

_Hit = tuple[str, int, int]


class Found(NamedTuple):
    """A piece of personal data: what kind, and where it stands in the text (NFC positions).

    Kinds: phone, email, identity, account, code (insurance, tax, customer), passport, plate, name, and number
    for a long number of which no word tells what it is.
    """

    kind: str
    start: int
    end: int
    text: str


def find(text: str, names: Sequence[str] = ()) -> list[Found]:
    """Personal data in the text, in order, without overlaps.

    Found again after it was taken out is nothing: what shows only then is found here too.
    """
    text = unicodedata.normalize("NFC", text)
    found: list[Found] = []
    rest = text
    for _round in range(_MOST_ROUNDS):
        hits = _joined(_hits(plain(rest), names))
        if not hits:
            break
        parts, at = [], 0
        for kind, start, end in hits:
            found.append(Found(kind, start, end, text[start:end]))
            # As long as before, so that positions stay, and read as the mask is.
            parts += [rest[at:start], MASK[0], MASK[1] * (end - start - 2), MASK[2]]
            at = end
        rest = "".join([*parts, rest[at:]])
    return sorted(found, key=lambda hit: hit.start)


def redact(text: str, names: Sequence[str] = ()) -> str:
    """The text (NFC) with each piece of personal data replaced by a mask; unchanged when there is none."""
    text = unicodedata.normalize("NFC", text)
    parts, at = [], 0
    for hit in find(text, names):
        parts += [text[at : hit.start], MASK]
        at = hit.end
    return "".join([*parts, text[at:]])


def _hits(letters: Plain, names: Sequence[str]) -> list[_Hit]:
    hits = [*_names(letters, names)]
    if _MAY_HOLD.search(letters.text):
        words = cues.Cues(letters.text)
        hits += [
            *emails.find(letters),
            *spoken.find(words),
            *plates.find(letters, words),
            *numbers.find(words),
        ]
    return [(kind, *letters.span(start, end)) for kind, start, end in hits]


def _names(letters: Plain, names: Sequence[str]) -> Iterable[_Hit]:
    for name in names:
        # One word alone ("Hoa", "An") would take out ordinary words.
        words = plain(unicodedata.normalize("NFC", name)).text.translate(_OF_MASKS).split()
        if len(words) < 2:
            continue
        pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)"
        for match in re.finditer(pattern, letters.text):
            # Written without marks it is the name; with other marks other words: "Lê An" is not "lễ ăn".
            typed = letters.as_typed(*match.span())
            if typed.isascii() or texts.name_key(typed) == texts.name_key(name):
                yield "name", *match.span()


def _joined(hits: list[_Hit]) -> list[_Hit]:
    """Without overlaps: what overlaps becomes one, of the kind of the earlier (then the longer)."""
    joined: list[_Hit] = []
    for kind, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
        if joined and start < joined[-1][2]:
            first, begin, last = joined[-1]
            joined[-1] = (first, begin, max(last, end))
        else:
            joined.append((kind, start, end))
    return joined
