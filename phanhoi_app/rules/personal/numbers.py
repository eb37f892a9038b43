"""Numbers of people: phones, identity numbers, bank accounts and cards, insurance, tax and customer codes.

People write a number in groups of their own making. Here a run of groups of digits is read from the left: at each
group, does a number begin that is a person's? The word before it and its shape decide; nothing is searched twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from phanhoi_app.rules.personal import cues

Hit = tuple[str, int, int]  # kind, start, end in the plain text


class Group(NamedTuple):
    """Digits in a row; `gap`: what stands between them and the next group of the run, None at its end."""

    digits: str
    start: int
    end: int
    gap: str | None


_DIGITS = re.compile(r"\d+")
_GAP = re.compile(r" {0,2}[.\-_*·…/,]{0,3} {0,2}|[ .\-]?\(|\)[ .\-]?| ?\(0\) ?")
_MOST_GROUPS = 19  # a card's digits, each by itself

_PHONE = re.compile(r"0[35789]\d{8}|02\d{9}|01[2689]\d{8}|(?:00)?840?(?:[35789]\d{8}|2\d{9})")
# Every local number begins with 0 or the country's code; read on only from there.
_PHONE_BEGINS = ("0", "84")
_SERVICE = re.compile(r"1[89]00\d{2,6}|0\d{2,3}1022|11[0-9]|10\d\d")
_CARD = re.compile(r"(?:9704|[345]\d{3})\d{12}(?:\d{3})?")
# Province 001-096, sex and century 0-3, year of birth, six digits more.
_CARD_BEGINS = "3459"
_CITIZEN = re.compile(r"0\d\d[0-3]\d{8}")
_DATE = re.compile(
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d|-\d)"
)
_MONEY = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:([., ])\d{3})(?:\1\d{3}){0,5}(?!\d|[. ]\d{3}(?!\d))")
_INSIDE = re.compile(r"\d[.,]")
_ROUND = re.compile(r"[1-9]\d{0,5}000")  # without dots: 3500000
_UNIT = re.compile(
    r"(?: ?(?:dong(?! chi)|d|vnd|trieu|tr|ty|nghin|ngan(?! hang)|usd|do la|m2|m3|met|km|kg|ha|kwh|nguoi)|[km%])"
    r"(?![a-z\d])"
)
_LENGTHS = {
    "identity": (12, 9, 13, 11, 10, 8),  # the last four: typed wrong
    "account": tuple(range(19, 5, -1)),
    "insurance": (10,),
    "tax": (13, 12, 10),
    "customer": tuple(range(13, 4, -1)),
}
_KIND = {"insurance": "code", "tax": "code", "customer": "code"}


def find(words: cues.Cues) -> Iterator[Hit]:
    """Personal numbers in a plain text, from left to right, without overlaps."""
    text = words.text
    groups = _groups(text)
    dates = {i for match in _DATE.finditer(text) for i in range(*match.span())}
    floor = at = 0
    while at < len(groups):
        found = None if groups[at].start in dates else _number_at(words, groups, at, floor, dates)
        if found is None:
            at += 1
            continue
        kind, last = found
        start = _with_sign(text, groups[at].start, floor)
        yield kind, start, groups[last].end
        floor, at = groups[last].end, last + 1


def _groups(text: str) -> list[Group]:
    spans = [match.span() for match in _DIGITS.finditer(text)]
    groups = []
    for i, (start, end) in enumerate(spans):
        gap = None
        if i + 1 < len(spans) and spans[i + 1][0] - end <= 6:
            between = text[end : spans[i + 1][0]]
            gap = between if _GAP.fullmatch(between) else None
        groups.append(Group(text[start:end], start, end, gap))
    return groups


def _number_at(
    words: cues.Cues, groups: list[Group], at: int, floor: int, dates: set[int]
) -> tuple[str, int] | None:
    """Kind and last group of the personal number that begins with this group; None when none does."""
    text, group = words.text, groups[at]
    cue = words.before(group.start, floor)
    if group.start and text[group.start - 1].isalpha() and cue.gap:
        return None  # the middle of a word; "sdt0912…" is none
    run = _run(groups, at, dates)
    if (last := _phone(text, run)) is not None and not (
        cue.kind in ("identity", "account", "tax", "insurance", "customer") and cue.gap < 12
    ):
        return "phone", at + last
    if last is None and _INSIDE.fullmatch(text, max(group.start - 2, floor), group.start):
        return None  # what is left of a sum of money
    if cue.kind in _LENGTHS and (last := _under_cue(text, run, cue.kind)) is not None:
        return _KIND.get(cue.kind, cue.kind), at + last
    if last is not None:
        return "phone", at + last
    first = group.digits[0]
    if (
        first in _CARD_BEGINS
        and (last := _of_lengths(text, run, (16, 19))) is not None
        and _CARD.fullmatch(_joined(run, last))
    ):
        return "account", at + last
    if cue.kind == cues.PAPER:
        return None
    if (
        first == "0"
        and (last := _of_lengths(text, run, (12,))) is not None
        and _CITIZEN.fullmatch(_joined(run, last))
    ):
        return "identity", at + last
    if cue.kind == "phone" and (last := _short_phone(text, run)) is not None:
        return "phone", at + last
    if (last := _of_lengths(text, run, _LENGTHS["account"])) is not None and words.bank_follows(
        run[last].end
    ):
        return "account", at + last
    if 9 <= len(group.digits) <= 19 and not _UNIT.match(text, group.end) and not _decimal(text, group):
        return "number", at
    return None


def _run(groups: list[Group], at: int, dates: set[int]) -> list[Group]:
    """The groups from here that may belong to one number."""
    run = []
    for group in groups[at : at + _MOST_GROUPS]:
        if group.start in dates:
            break
        run.append(group)
        if group.gap is None:
            break
    return run


def _joined(run: list[Group], last: int) -> str:
    return "".join(group.digits for group in run[: last + 1])


def _phone(text: str, run: list[Group]) -> int | None:
    """The last group of a phone number that begins here, by its shape alone."""
    first = run[0]
    plus = (
        text[first.start - 1 : first.start] == "+" and not text[first.start - 2 : first.start - 1].isalnum()
    )
    if not first.digits.startswith(_PHONE_BEGINS) and not plus and first.digits != "8":
        return None
    digits = ""
    for last, group in enumerate(run):
        digits += group.digits
        if _PHONE.fullmatch(digits) and not _steps(run[: last + 1]):
            return last
        if len(digits) > 15 or not _phone_gap(group, run[last + 1 : last + 2]):
            break
    return _foreign(run) if plus else None


def _foreign(run: list[Group]) -> int | None:
    digits, found = "", None
    for last, group in enumerate(run):
        digits += group.digits
        if not 9 <= len(digits) <= 15:
            if len(digits) > 15:
                break
        elif re.fullmatch(r"[1-9]\d*", digits):
            found = last
        if not _phone_gap(group, run[last + 1 : last + 2]):
            break
    return found


def _phone_gap(group: Group, following: list[Group]) -> bool:
    """Whether the next group may go on with the same phone number."""
    if group.gap is None or not following:
        return False
    if "/" in group.gap:  # 0914/567/890, but not 12/5 and not two numbers side by side
        return 3 <= len(group.digits) <= 5 and 3 <= len(following[0].digits) <= 5
    return "," not in group.gap or group.gap == ","


def _steps(run: list[Group]) -> bool:
    """Whether it is a list of house numbers: 08-10-12-14-16."""
    numbers = [int(group.digits) for group in run if len(group.digits) == 2]
    return len(run) == len(numbers) >= 4 and len({b - a for a, b in pairwise(numbers)}) == 1


def _short_phone(text: str, run: list[Group]) -> int | None:
    """After a word like "số máy": a local number without its area code, or one that lost its zero."""
    digits = ""
    best = None
    for last, group in enumerate(run):
        digits += group.digits
        if 7 <= len(digits) <= 12 and not _SERVICE.fullmatch(digits) and not _UNIT.match(text, group.end):
            best = last
        if len(digits) >= 7 or not _phone_gap(group, run[last + 1 : last + 2]):
            break
    if best is None or _SERVICE.match(digits) or _MONEY.match(text, run[0].start):
        return None
    return best


def _under_cue(text: str, run: list[Group], kind: str) -> int | None:
    last = _of_lengths(text, run, _LENGTHS[kind])
    if last is None or _SERVICE.fullmatch(_joined(run, last)):
        return None
    return last


def _of_lengths(text: str, run: list[Group], lengths: tuple[int, ...]) -> int | None:
    """The last group of a number with one of these counts of digits, the first count that fits."""
    if not run[0].gap and len(run[0].digits) < min(lengths):
        return None
    ends, total = {}, 0
    for last, group in enumerate(run):
        total += len(group.digits)
        ends[total] = last
        following = run[last + 1 : last + 2]
        # Between the parts of one number stands one sign.
        if (
            not following
            or group.gap not in (" ", ".", "-", "")
            or (total >= min(lengths) and _two_numbers(group, following[0]))
        ):
            break
    for length in lengths:
        if length in ends:
            last = ends[length]
            if _UNIT.match(text, run[last].end) or _is_money(text, run, last):
                return None
            return last
    return None


def _two_numbers(group: Group, following: Group) -> bool:
    branch = group.gap == "-" and len(following.digits) == 3  # a tax code's: 8012345678-001
    return max(len(group.digits), len(following.digits)) > 6 and not branch


def _is_money(text: str, run: list[Group], last: int) -> bool:
    if last == 0:
        return bool(_ROUND.fullmatch(run[0].digits))
    match = _MONEY.match(text, run[0].start)
    return bool(match) and match.end() == run[last].end and match[0].endswith("00")


def _decimal(text: str, group: Group) -> bool:
    before, after = text[max(group.start - 2, 0) : group.start], text[group.end : group.end + 2]
    return bool(re.fullmatch(r"\d[.,]", before) or re.fullmatch(r"[.,/]\d", after) or before.endswith("/"))


def _with_sign(text: str, start: int, floor: int) -> int:
    """The number's start with the + or bracket before it."""
    while start > floor and text[start - 1] in "+(":
        start -= 1
    return start
