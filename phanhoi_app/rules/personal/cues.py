"""The words before a number that tell what it is: "STK", "số căn cước", "biên lai". In plain letters."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

PAPER, PLACE = "paper", "place"  # what a person's number is not

# Kind → words. The longer of two that fit counts, so "bien lai" is not taken for "bien".
WORDS = {
    "phone": "so dien thoai|dien thoai|dthoai|dtdd|sdt|so dt|dt|di dong|dd|so may|may ban|fone|phone|tel|mobile"
    "|call|hotline|zalo|viber|whatsapp|alo|a lo|goi|lien he|lien lac|lh|nhan tin|nhan cho|thue bao|sim",
    "identity": "cccd|cmnd|cmtnd|cmtd|cmt|cm|can cuoc cong dan|can cuoc|chung minh thu|chung minh nhan dan"
    "|chung minh|so dinh danh|ma dinh danh|dinh danh ca nhan|dinh danh|ddcn|giay to tuy than|so giay to",
    "account": "so tai khoan|tai khoan|stk|so tk|tk|account|acc|so the|the atm|the ngan hang|the tin dung"
    "|the ghi no|the visa|the nhan|chuyen khoan|chuyen tien|chuyen vao|chuyen nham sang so|nop vao|nap vao"
    "|gui vao|ck vao|ck|vietcombank|vcb|techcombank|techcom|tcb|agribank|bidv|mbbank|mb bank|acb|sacombank"
    "|vpbank|tpbank|vietinbank|vib|shb|hdbank|ocb|msb|seabank|lpbank|lienvietpostbank|eximbank|ngan hang|momo",
    "insurance": "bhxh|bao hiem xa hoi|so bao hiem|bhyt|bao hiem y te|ma so bao hiem|bao hiem|vssid|ma the|ma so"
    "|ma ho gia dinh|so ho khau",
    "tax": "mst|ma so thue",
    # A customer's code opens his name, address and bills in any payment app.
    "customer": "ma khach hang|ma so khach hang|khach hang so|ma kh|makh|danh bo|ma danh bo",
    "passport": "ho chieu|passport|so hc|hc|pp|pp no",
    "plate": "bien so|bien kiem soat|bks|bien xanh|bien trang|bien vang|bien do|bien|bs|xe|o to|taxi|chiec",
    # What belongs to a paper, a thing or a place. A meter's number is written on its front in the street.
    PAPER: "ma ho so|ho so|ma tra cuu|ma phan anh|phan anh|bien lai|bien nhan|hoa don|don hang|van don|ma don"
    "|seri|so phat hanh|so vao so|cong to|dong ho|chi so|to ban do|to khai|van ban|quyet dinh|cong van"
    "|to trinh|thong bao|imei|ma san pham|ma vach|ma thu tuc|thu tuc|tbmt"
    "|goi thau|giay phep|ma buu chinh|dan so|ngan sach|kinh phi|so tien|mat khau|so hieu|phieu"
    "|ve so|ma xa|ma tinh|ma de|ky hieu|toa do|ma lo|lo hang",
    # Flats, classes and poles are numbered as plates are.
    PLACE: "cot|tram|lo|can|can ho|phong|toa|lop|kiot|thua|thua dat",
}
REACH = 44  # letters before a number within which a word tells what it is
NEAR = 16  # the words for papers and places count only right before the number

_KIND_OF = {word: kind for kind, words in WORDS.items() for word in words.split("|")}
_ANY = re.compile(
    r"(?<![a-z\d])(?:" + "|".join(sorted(_KIND_OF, key=len, reverse=True)).replace(" ", r"\s") + r")(?![a-z])"
)
_SPACE, _COMMA = re.compile(r"\s"), re.compile("[,;]")
_NEW_SENTENCE = re.compile(r"(?<! no)(?<! so)[.!?;]\s+[a-z]|\n\s*\n|…")
_COMPANY = re.compile(r"(?<![a-z])(?:cong ty|cty|doanh nghiep|htx|hop tac xa)(?![a-z])")

_BANK = re.compile(
    r"(?<![a-z])(?:ngan hang|vietcombank|vcb|techcom(?:bank)?|tcb|agribank|bidv|mb(?: ?bank)?|acb"
    r"|sacombank|vpbank|tpbank|vietin(?:bank)?|vib|shb|hdbank|ocb|msb|seabank|lpbank|eximbank|shinhan|woori"
    r"|hsbc|momo)(?![a-z])"
)
_BANK_AFTER = re.compile(r"[^\d…]{0,16}?" + _BANK.pattern)


class Cue(NamedTuple):
    """The nearest word before a number that tells its kind; `gap`: letters between the two."""

    kind: str
    gap: int


NONE = Cue("", REACH)


class Cues:
    """The words of a plain text that tell what a number is, found once for all its numbers."""

    def __init__(self, text: str):
        self.text = text
        self._words = [(match.start(), match.end(), match[0]) for match in _ANY.finditer(text)]
        self._names_a_bank = bool(_BANK.search(text))
        self._ends = [end for _start, end, _word in self._words]

    def before(self, start: int, floor: int = 0) -> Cue:
        """What the words in plain text [floor, start) say about the number at `start`."""
        at = bisect_right(self._ends, start) - 1
        if at < 0:
            return NONE
        begin, end, word = self._words[at]
        if begin < max(floor, start - REACH) or _NEW_SENTENCE.search(self.text, end, start + 1):
            return NONE
        kind, gap = _KIND_OF[_SPACE.sub(" ", word)], start - end
        if kind in (PAPER, PLACE) and (gap > NEAR or _COMMA.search(self.text, end, start)):
            return NONE
        if kind == "tax" and _COMPANY.search(self.text, max(floor, start - REACH), start):
            kind = PAPER  # a company's number is public
        return Cue(kind, gap)

    def bank_follows(self, end: int) -> bool:
        """Whether a bank's name stands right after the number that ends there."""
        return self._names_a_bank and bool(_BANK_AFTER.match(self.text, end))
