"""The words of a list of people: which column is meant by a heading, which duty by a word."""

from __future__ import annotations

from phanhoi_app.rules import text

OFFICER, LEADER, COORDINATOR, VIEWER = "Officer", "Leader", "Coordinator", "Viewer"
DUTIES = (OFFICER, LEADER, COORDINATOR, VIEWER)
COLUMNS = ("full_name", "email", "phone", "duty", "agency")

# By their search keys (no marks, lower case). The first heading that a list has counts.
_HEADINGS = {
    "full_name": ("ho va ten", "ho ten", "ho va ten can bo", "ten", "full name", "name"),
    "email": ("thu dien tu", "dia chi thu dien tu", "email", "e mail", "dia chi email", "mail"),
    "phone": (
        *("so dien thoai", "dien thoai", "so di dong", "di dong", "so dien thoai di dong", "sdt", "dt"),
        *("phone", "mobile", "mobile phone", "phone number"),
    ),
    "duty": ("nhiem vu", "vai tro", "duty", "role", "chuc vu", "chuc danh", "position"),
    "agency": ("ma co quan", "co quan", "ma don vi", "don vi", "agency", "agency code"),
}
_DUTIES = {
    OFFICER: (
        *(
            "can bo xu ly",
            "can bo",
            "cong chuc",
            "vien chuc",
            "chuyen vien",
            "chuyen vien chinh",
            "nhan vien",
        ),
        *("xu ly", "officer"),
    ),
    LEADER: (
        *("lanh dao", "thu truong", "pho thu truong", "giam doc", "pho giam doc", "chu tich", "pho chu tich"),
        *("cuc truong", "pho cuc truong", "chi cuc truong", "pho chi cuc truong", "leader"),
    ),
    COORDINATOR: ("dieu phoi vien", "dieu phoi", "coordinator"),
    VIEWER: ("nguoi xem", "chi xem", "xem", "viewer"),
}
_DUTY_OF = {word: duty for duty, words in _DUTIES.items() for word in words}


def columns_of(headings: list[str]) -> dict[str, int]:
    """{column: place} of the headings that are understood; the others are left aside ("STT", "Ghi chú" …)."""
    keys = [text.search_key(heading) for heading in headings]
    places = {}
    for column, words in _HEADINGS.items():
        found = next((keys.index(word) for word in words if word in keys), None)
        if found is not None:
            places[column] = found
    return places


def duty_of(word: str) -> str | None:
    """The duty that a word means; an officer's when there is none; None when it is not understood."""
    key = text.search_key(word)
    return _DUTY_OF.get(key) if key else OFFICER
