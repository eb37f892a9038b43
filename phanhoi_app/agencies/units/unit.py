"""An administrative unit as a source gives it, and what can be wrong with it by itself."""

from dataclasses import dataclass, field

from frappe import _

from phanhoi_app.rules import text

LONGEST = 140
# What sources call the types → ours, by search key; from the longest, because "thanh pho" begins with "thanh".
TYPES = {
    "province": "Province",
    "tinh": "Province",
    "thanh pho truc thuoc trung uong": "Province",
    "thanh pho trung uong": "Province",
    "commune": "Commune",
    "xa": "Commune",
    "thi tran": "Commune",
    "ward": "Ward",
    "phuong": "Ward",
    "special zone": "Special zone",
    "dac khu": "Special zone",
    "district": "District",
    "huyen": "District",
    "quan": "District",
    "thi xa": "District",
    "other": "Other",
    "khac": "Other",
}
GROUPS = ("Province", "District")
# Digits of the General Statistics Office's codes; a spreadsheet that takes them for numbers drops the zeros.
DIGITS = {"Province": 2, "District": 3, "Commune": 5, "Ward": 5, "Special zone": 5}


@dataclass
class Unit:
    """One unit. `row` is where it stands in its source; `values` holds the fields of Area that the source tells
    (an absent one is left as it is), `successors` codes or None, `problems` sentences."""

    row: int
    code: str
    values: dict[str, object] = field(default_factory=dict)
    successors: tuple[str, ...] | None = None
    legal_document: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name, as far as the source tells one."""
        return self.values.get("area_name") or ""


def type_of(written: str, name: str, has_parent: bool) -> str | None:
    """The Area type that a source means; told by the name's first words where it gives none. None when unclear."""
    key = text.search_key(written)
    if key in ("thanh pho", "city"):
        return "District" if has_parent else "Province"
    if key:
        return TYPES.get(key)
    words = text.search_key(name)
    if words.startswith("thanh pho "):
        return "District" if has_parent else "Province"
    return next((kind for start, kind in TYPES.items() if words.startswith(f"{start} ")), None)


def code_problem(code: str, kind: str | None) -> str:
    """What is wrong with a code; empty when nothing is."""
    if not code:
        return _("The code is missing: it is the key of the unit.")
    if len(code) > LONGEST or any(letter in code for letter in "<>,;\"'"):
        return _("The code “{0}” is not usable: letters, digits, points and hyphens only.").format(code[:40])
    digits = DIGITS.get(kind)
    if digits and code.isdigit() and len(code) < digits:
        return _(
            "The code {0} has fewer than {1} digits: a spreadsheet has perhaps dropped the zeros before it. "
            "Keep the column as text."
        ).format(code, digits)
    return ""
