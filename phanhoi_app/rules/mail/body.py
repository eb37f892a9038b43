"""From a mail's body to the words that its sender wrote: HTML to text, without history and signature."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from phanhoi_app.rules.text import clean_typed

_BREAKS = frozenset(
    ("br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "hr", "blockquote")
)
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
_EMPTY = frozenset(("br", "hr", "img", "input", "meta", "link", "area", "base", "col", "wbr"))
_MOST_DEPTH = 500

_PREFIX = re.compile(
    r"^\s*(?:re|fwd?|aw|wg|sv|reply|forward|trả lời|tra loi|tl|trl|hồi âm|phúc đáp|chuyển tiếp|chuyen tiep|ct)"
    r"\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|forward|chuyển tiếp|chuyen tiep|ct)\b", re.IGNORECASE)
# "On … wrote:", also over two or three lines
_WROTE = re.compile(
    r"^(?:On|Vào|Ngày|Lúc|Le|Am)\b.*(?:wrote|đã viết|viết|a écrit|schrieb)\s*:\s*$", re.DOTALL
)
_ORIGINAL = re.compile(
    r"^[-_=* ]{2,}\s*(?:original message|thư gốc|tin nhắn gốc|thư ban đầu|forwarded message|thư được chuyển tiếp"
    r"|thư chuyển tiếp|tin nhắn đã chuyển tiếp)\b.*$",
    re.IGNORECASE,
)
_FROM_LINE = re.compile(r"^\*?(?:From|Từ|Người gửi)\*?\s*:", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"^\*?(?:Sent|Date|To|Subject|Ngày|Đã gửi|Gửi|Đến|Tới|Người nhận|Chủ đề|Tiêu đề)\*?\s*:", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^--\s?$")
_DEVICE = re.compile(
    r"^(?:sent from (?:my |mail for )|get outlook for|gửi từ (?:iphone|ipad|điện thoại|thiết bị|máy|hộp thư|yahoo|mail)"
    r"|được gửi từ|đã gửi từ|tải outlook|nhận outlook)",
    re.IGNORECASE,
)


class Body(NamedTuple):
    """What a mail says: its sender's own words, the signature below them, and what was quoted."""

    own: str
    signature: str
    quoted: str


def bare_subject(subject: str) -> str:
    """The subject without "Re:", "Trả lời:", "TL:", "Chuyển tiếp:" and the like, however many."""
    bare = subject
    while (shorter := _PREFIX.sub("", bare, count=1)) != bare:
        bare = shorter
    return bare.strip()


def is_forwarded(subject: str) -> bool:
    """Whether the subject says that the mail was passed on: then what is quoted is what it is about."""
    return bool(_FORWARDED.match(subject))


def split(text: str, keep_quoted: bool = False) -> Body:
    """The parts of a mail's text. `keep_quoted`: what is quoted belongs to the sender's words (a forwarded mail).

    A mail that consists of a quotation alone is taken whole: nothing is lost.
    """
    lines = clean_typed(text).split("\n")
    own, quoted = (lines, []) if keep_quoted else _without_history(lines)
    own, signature = _without_signature(own)
    if not "".join(own).strip():
        own, quoted = (signature or lines), []
    return Body(_joined(own), _joined(signature), _joined(quoted))


def from_html(html: str) -> str:
    """The text of a page: paragraphs as lines, quotations marked with ">", nothing that is hidden. Never raises."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (ValueError, AssertionError, IndexError):  # what is broken beyond reading: the text so far
        pass
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.out).split("\n")]
    return clean_typed(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[tuple[str, bool]] = []  # (tag, whether it hides)
        self._quotes = 0
        self._link = ""

    def handle_starttag(self, tag, attrs):
        known = {key: (value or "") for key, value in attrs}
        if tag in _BREAKS:
            self._newline()
        if tag in _EMPTY or len(self._open) > _MOST_DEPTH:
            return
        style = known.get("style", "").replace(" ", "").lower()
        hides = tag in _UNSEEN or "display:none" in style
        self._open.append((tag, hides))
        if tag == "blockquote":
            self._quotes += 1
            self._newline()
        if tag == "a":
            self._link = known.get("href", "")

    def handle_endtag(self, tag):
        if tag == "a" and self._link.startswith(("http://", "https://")):
            shown = "".join(self.out[-3:])
            if not self._hidden() and self._link.rstrip("/") not in shown and "maps" in self._link:
                self.out.append(f" ({self._link})")  # a place on a map is worth keeping
            self._link = ""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                closed = self._open[place:]
                del self._open[place:]
                self._quotes -= sum(name == "blockquote" for name, _hides in closed)
                break
        if tag in _BREAKS:
            self._newline()

    def handle_data(self, data):
        if not self._hidden():
            self.out.append(re.sub(r"\s+", " ", data))

    def _hidden(self) -> bool:
        return any(hides for _tag, hides in self._open)

    def _newline(self) -> None:
        self.out.append("\n" + "> " * self._quotes)


def _without_history(lines: list[str]) -> tuple[list[str], list[str]]:
    for number in range(len(lines)):
        if _begins_history(lines, number):
            return lines[:number], lines[number:]
    own = [line for line in lines if not line.startswith(">")]
    return own, [line for line in lines if line.startswith(">")]


def _begins_history(lines: list[str], number: int) -> bool:
    line = lines[number].strip()
    if not line:
        return False
    if _ORIGINAL.match(line):
        return True
    if any(_WROTE.match("\n".join(lines[number : number + span]).strip()) for span in (1, 2, 3)):
        # Who answers between the quoted lines goes on below: then only those lines go.
        return not _answered_between(lines[number:])
    if _FROM_LINE.match(line):
        return sum(bool(_HEADER_LINE.match(other.strip())) for other in lines[number + 1 : number + 6]) >= 2
    return False


def _answered_between(lines: list[str]) -> bool:
    rest = lines[1:]
    while rest and not rest[0].startswith(">"):
        rest = rest[1:]
    return any(line.strip() and not line.startswith(">") and not _DEVICE.match(line) for line in rest)


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line) and number:
            return lines[:number], lines[number + 1 :]
    while lines and (not lines[-1].strip() or _DEVICE.match(lines[-1].strip())):
        lines = lines[:-1]
    return lines, []


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
