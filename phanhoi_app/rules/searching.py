"""Searching: what is stored to be found, and what a query looks for.

Offices abbreviate, citizens write as in text messages, and input methods are sometimes off. The tables are
data: the one shipped here is a beginning, a province has its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from phanhoi_app.rules.telex import telex_decode
from phanhoi_app.rules.text import nfc, search_key, words

# A language has few words, and text repeats them.
_word_key = lru_cache(maxsize=50_000)(search_key)


class Abbreviation(NamedTuple):
    """`short` stands for `long`. `as_typed`: only in exactly these letters, because it would be another
    word in others ("CA" is the police, "cá" a fish; "P" a ward)."""

    short: str
    long: str
    as_typed: bool = False


ABBREVIATIONS = (
    Abbreviation("UBND", "Ủy ban nhân dân"),
    Abbreviation("HĐND", "Hội đồng nhân dân"),
    Abbreviation("MTTQ", "Mặt trận Tổ quốc"),
    Abbreviation("TTHC", "thủ tục hành chính"),
    Abbreviation("TTPVHCC", "Trung tâm Phục vụ hành chính công"),
    Abbreviation("PAKN", "phản ánh kiến nghị"),
    Abbreviation("BHYT", "bảo hiểm y tế"),
    Abbreviation("BHXH", "bảo hiểm xã hội"),
    Abbreviation("GCNQSDĐ", "giấy chứng nhận quyền sử dụng đất"),
    Abbreviation("QSDĐ", "quyền sử dụng đất"),
    Abbreviation("VSMT", "vệ sinh môi trường"),
    Abbreviation("VSATTP", "vệ sinh an toàn thực phẩm"),
    Abbreviation("ATTP", "an toàn thực phẩm"),
    Abbreviation("ATGT", "an toàn giao thông"),
    Abbreviation("TNGT", "tai nạn giao thông"),
    Abbreviation("CSGT", "cảnh sát giao thông"),
    Abbreviation("PCCC", "phòng cháy chữa cháy"),
    Abbreviation("GPMB", "giải phóng mặt bằng"),
    Abbreviation("CBCC", "cán bộ công chức"),
    Abbreviation("THCS", "trung học cơ sở"),
    Abbreviation("THPT", "trung học phổ thông"),
    Abbreviation("KDC", "khu dân cư"),
    Abbreviation("KCN", "khu công nghiệp"),
    Abbreviation("TDP", "tổ dân phố"),
    Abbreviation("CA", "công an", as_typed=True),
    Abbreviation("P", "phường", as_typed=True),
    Abbreviation("Q", "quận", as_typed=True),
    Abbreviation("TP", "thành phố", as_typed=True),
    Abbreviation("TX", "thị xã", as_typed=True),
    Abbreviation("TT", "thị trấn", as_typed=True),
    Abbreviation("KP", "khu phố", as_typed=True),
    Abbreviation("QL", "quốc lộ", as_typed=True),
    Abbreviation("TL", "tỉnh lộ", as_typed=True),
    Abbreviation("ĐT", "đường tỉnh", as_typed=True),
    Abbreviation("ko", "không", as_typed=True),
    Abbreviation("k", "không", as_typed=True),
    Abbreviation("dc", "được", as_typed=True),
    Abbreviation("đc", "được", as_typed=True),
    Abbreviation("vs", "với", as_typed=True),
    Abbreviation("j", "gì", as_typed=True),
)


class Abbreviations:
    """A table of abbreviations that knows whole words only. Immutable; build it once from the settings'
    rows."""

    __slots__ = ("_any_form", "_as_typed")

    def __init__(self, rows: Iterable[Abbreviation | tuple] = ABBREVIATIONS) -> None:
        rows = [Abbreviation(*row) for row in rows]
        self._as_typed = {nfc(row.short): search_key(row.long) for row in rows if row.as_typed}
        self._any_form = {search_key(row.short): search_key(row.long) for row in rows if not row.as_typed}

    def long_form(self, word: str) -> str | None:
        """The search key of what one typed word stands for, or None if it is no abbreviation."""
        return self._as_typed.get(nfc(word)) or self._any_form.get(_word_key(word))

    def expand(self, text: str | None) -> str:
        """The text's search key with each abbreviation replaced by its long form."""
        return " ".join(filter(None, (self.long_form(word) or _word_key(word) for word in words(text))))


_SHIPPED = Abbreviations()


def search_text(*parts: str | None, abbreviations: Abbreviations = _SHIPPED) -> str:
    """What to store for searching a record: the parts' search keys, each abbreviation followed by its long
    form.

    Both forms are kept, so that whoever searches "UBND xã" and whoever searches "uy ban" find it.
    """
    found = []
    for word in (word for part in parts for word in words(part)):
        found += filter(None, (_word_key(word), abbreviations.long_form(word)))
    return " ".join(found)


def query_terms(query: str | None, abbreviations: Abbreviations = _SHIPPED) -> list[tuple[str, ...]]:
    """What to look for in `search_text`: a record matches if for each term one of its forms occurs in it.

    A term is a word as typed, with its long form if it is an abbreviation, and what its letters mean if
    they are keystrokes of Telex or VNI ("ddwowngf" → "duong"). Each form is a search key; one of several
    words is a phrase.
    """
    terms: dict[tuple[str, ...], None] = {}  # as a set that keeps its order
    for word in words(query):
        forms = (search_key(word), abbreviations.long_form(word), search_key(telex_decode(word)))
        terms[tuple(dict.fromkeys(filter(None, forms)))] = None
    return [term for term in terms if term]
