"""Name, address and phone that a citizen wrote into a mail, where they are labelled; nothing is guessed."""

from __future__ import annotations

import re

from phanhoi_app.rules import phone
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.text import search_key

_LINE = re.compile(r"^[\s\-*•+]*([^:：\n]{2,40})[:：]\s*(.{2,240})$", re.MULTILINE)
_LABELS = {
    "citizen_name": ("ho va ten", "ho ten", "ten", "ten toi", "toi ten", "ten toi la", "toi ten la", "toi la",
                     "nguoi gui", "nguoi phan anh", "full name", "name", "my name"),
    "citizen_address": ("dia chi", "dia chi lien he", "dia chi thuong tru", "noi o", "noi o hien nay", "cho o",
                        "thuong tru", "address", "my address", "dc", "d c"),
    "citizen_phone": ("dien thoai", "so dien thoai", "sdt", "dt", "so dt", "di dong", "lien he", "phone", "mobile",
                      "tel", "d t"),
}  # fmt: skip
_SAID = {
    "citizen_name": re.compile(
        r"\b(?:tôi tên là|tên tôi là|tôi tên|my name is|em tên là|cháu tên là)\s+"
        r"((?:[^\W\d_]+['’]?[^\W\d_]*\s*){2,6}?)(?=[,.;\n]|\s+(?:ở|trú|sinh|hiện|thường|là|số|địa chỉ|and|from)\b|$)",
        re.IGNORECASE,
    ),
    "citizen_address": re.compile(
        r"\b(?:(?:hiện\s+)?(?:đang\s+)?(?:ở|trú|cư trú|thường trú|sống|sinh sống)\s+tại|địa chỉ(?:\s+tại|\s+là)?"
        r"|i live at)\s+([^\n.;]{6,200})",
        re.IGNORECASE,
    ),
}


def found_in(*texts: str) -> dict[str, str]:
    """citizen_name, citizen_address and citizen_phone as far as the texts say them, the first text's first."""
    found: dict[str, str] = {}
    for text in texts:
        for label, value in _LINE.findall(text):
            key = search_key(label)
            for field, labels in _LABELS.items():
                if key in labels and field not in found and _is_fit(field, value):
                    found[field] = value.strip(" .,;")
        for field, pattern in _SAID.items():
            said = pattern.search(text)
            if said and field not in found and _is_fit(field, said[1]):
                found[field] = said[1].strip(" .,;")
    return found


def is_name(text: str) -> bool:
    """Whether it can be a person's full name: two to seven words of letters alone."""
    parts = text.split()
    return 2 <= len(parts) <= 7 and all(part.replace("'", "").replace("’", "").isalpha() for part in parts)


def _is_fit(field: str, value: str) -> bool:
    value = value.strip(" .,;")
    if field == "citizen_name":
        return is_name(value)
    if field == "citizen_phone":
        try:
            return bool(phone.normalise(value))
        except RuleError:
            return False
    return len(value) >= 6
