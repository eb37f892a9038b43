"""Words by which somebody tells of a danger to life: first of all the number to call is said.

Marks tell words apart ("cháy" burns, "chạy" runs, "chảy" flows). Where a text has none, only what can hardly be another
word counts. Said too often does little harm; not said may do much.
"""

from __future__ import annotations

from phanhoi_app.rules.text import name_key, search_key

POLICE, FIRE, AMBULANCE = "113", "114", "115"
WITH_MARKS = {
    POLICE: (
        *("cướp", "đánh nhau", "đâm chém", "chém nhau", "giết người", "bắt cóc", "hành hung", "đe dọa giết"),
        *("bạo hành", "xâm hại", "nổ súng", "đang trộm"),
    ),
    FIRE: (
        *("cháy nhà", "đang cháy", "cháy lớn", "bốc cháy", "cháy rừng", "cháy nổ", "đám cháy", "hỏa hoạn"),
        *("đuối nước", "chết đuối", "mắc kẹt", "sập nhà", "nhà sập", "rò rỉ gas", "rò gas"),
    ),
    AMBULANCE: (
        *("tai nạn", "cấp cứu", "bất tỉnh", "ngất xỉu", "ngộ độc", "nguy kịch", "khó thở", "đột quỵ"),
        *("bị thương nặng", "chảy nhiều máu", "điện giật", "tự tử"),
    ),
}
# Without marks these would be something else: "chay lon", "dang chay" (running, vegetarian) …
AMBIGUOUS = {"đang cháy", "cháy lớn", "cướp", "mắc kẹt", "đang trộm", "tự tử", "rò gas"}
_MARKED = {number: tuple(map(name_key, phrases)) for number, phrases in WITH_MARKS.items()}
_PLAIN = {
    number: tuple(search_key(phrase) for phrase in phrases if phrase not in AMBIGUOUS)
    for number, phrases in WITH_MARKS.items()
}


def numbers(text: str | None) -> tuple[str, ...]:
    """The numbers to call for what the text tells of ("113", "114", "115"), in this order; () for most texts."""
    plain = search_key(text)
    has_marks = plain != " ".join(name_key(text).split()) and any(ord(c) > 127 for c in name_key(text))
    phrases, said = (_MARKED, _words(name_key(text))) if has_marks else (_PLAIN, plain)
    return tuple(n for n, known in phrases.items() if any(f" {each} " in f" {said} " for each in known))


def _words(key: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in key).split())
