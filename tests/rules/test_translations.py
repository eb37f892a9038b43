"""translations/vi.csv against the app's sources: nothing untranslated, nothing left over, nothing careless."""

import csv
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from strings import Text, Unknown, careless, extract

HERE = Path(__file__).resolve().parent
APP = HERE.parents[1] / "phanhoi_app"
VI = APP / "translations" / "vi.csv"
# Strings of the framework that its own Vietnamese leaves out or says wrongly in places that officers see.
OVERRIDES = HERE / "framework_overrides.txt"
# Names that are the same in both languages.
NAMES = {"SMS", "Zalo", "Facebook", "Twilio", "WhatsApp", "Zalo OA", "Account SID", "Auth Token"}

GAP = re.compile(r"\{\{.*?\}\}|\{[^{}]*\}|%\([a-z_]+\)[sd]|%[sd]|</?[a-z][^>]*>")
ENDINGS = (".", ":", "?", "!", "…")
# The framework fills the gap with an English code word: the translation leaves it out.
WITHOUT_GAP = {"{0} View"}
# The words of this app's field, one for each thing: where the English has the first, the Vietnamese has one
# of the second. Matched as whole words; capitals do not matter.
TERMS = {
    "complaint": ("phản ánh", "khiếu nại"),
    "complaints": ("phản ánh", "khiếu nại"),
    "agency": ("cơ quan",),
    "officer": ("cán bộ",),
    "officials": ("cán bộ",),
    "coordinator": ("điều phối viên",),
    "leader": ("lãnh đạo",),
    "deadline": ("thời hạn",),
    "extension": ("gia hạn",),
    "tracking code": ("mã tra cứu",),
    "workflow": ("quy trình",),
    "working day": ("ngày làm việc", "ngày làm bù"),
}

Key = tuple[str, str]


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def key(row: list[str]) -> Key:
    """(source, context): what Frappe looks a translation up by."""
    return row[0], row[2] if len(row) > 2 else ""


def read_overrides(path: Path) -> list[Key]:
    """One source a line, after a tab its context; `\\n` is a line's end, # begins a remark."""
    lines = path.read_text(encoding="utf-8").splitlines()
    parts = [line.replace("\\n", "\n").split("\t") for line in lines if line and not line.startswith("#")]
    return [(part[0], part[1] if len(part) > 1 else "") for part in parts]


def missing(texts: list[Text], rows: list[list[str]]) -> list[str]:
    """The app's strings without a row. Frappe falls back from a context to the bare source, so this does too."""
    have = {key(row) for row in rows}
    found = {text for text in texts if not have & {(text.source, text.context), (text.source, "")}}
    return sorted(f"{text.where}: {text.source!r}" for text in found)


def unused(texts: list[Text], rows: list[list[str]], overrides: list[Key]) -> list[str]:
    """Rows that translate neither a string of the app nor one of the listed strings of the framework."""
    wanted = {(text.source, text.context) for text in texts} | set(overrides)
    return [row[0] for row in rows if key(row) not in wanted]


def faults(row: list[str]) -> list[str]:
    """What is wrong with one row, in words."""
    if len(row) not in (2, 3):
        return [f"{len(row)} columns"]
    source, translation = row[:2]
    found = []
    if not translation.strip():
        found.append("empty")
    if any(text != text.strip() or "  " in text for text in (source, translation)):
        found.append("spaces")
    if any(unicodedata.normalize("NFC", text) != text for text in row):
        found.append("not NFC")
    if set(GAP.findall(source)) != set(GAP.findall(translation)) and source not in WITHOUT_GAP:
        found.append("other gaps")
    if source == translation and source not in NAMES:
        found.append("not translated")
    ends = [next((end for end in ENDINGS if text.endswith(end)), "") for text in (source, translation)]
    if ends[0] != ends[1]:
        found.append(f"ends with {ends[1] or 'a word'!r}")
    return found


def other_words(row: list[str]) -> list[str]:
    """The English terms of `TERMS` in a row's source whose Vietnamese word is not in its translation."""
    source, translation = row[0].lower(), row[1].lower()
    return [
        f"{english}: {row[1]!r}"
        for english, words in TERMS.items()
        if re.search(rf"\b{english}\b", source) and not any(word in translation for word in words)
    ]


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return extract(APP)


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    return read_rows(VI)


def test_each_string_of_the_app_is_translated(texts, rows):
    assert len(texts) > 500, "the extractor must see the strings"
    assert missing(texts, rows) == []


def test_no_row_is_left_over(texts, rows):
    assert unused(texts, rows, read_overrides(OVERRIDES)) == []


def test_the_list_of_overrides_names_rows_that_exist_and_are_not_the_apps(texts, rows):
    overrides = read_overrides(OVERRIDES)
    have = {key(row) for row in rows}
    own = {(text.source, text.context) for text in texts}
    assert [name for name, count in Counter(overrides).items() if count > 1] == []
    assert [name for name in overrides if name not in have or name in own] == []


def test_the_file_is_ordered_the_apps_rows_first(texts, rows):
    own = {(text.source, text.context) for text in texts}
    keys = [key(row) for row in rows]
    assert keys == sorted(keys, key=lambda name: (name not in own, name))
    assert [name for name, count in Counter(keys).items() if count > 1] == []


def test_each_row_is_well_made(rows):
    assert {row[0]: found for row in rows if (found := faults(row))} == {}


def test_one_word_for_one_thing(texts, rows):
    own = {text.source for text in texts}
    assert [word for row in rows if row[0] in own for word in other_words(row)] == []


def test_no_text_is_out_of_a_translators_reach():
    assert careless(APP) == []


# That the checks can fail: a small app with a string of each kind.

PYTHON = """
from frappe import _
class DeadlineError(RuleError): ...
EXPLAINED = {"a": "Of a table", "b": "Of a table too"}
def f(x):
    _("Plain")
    frappe._("With a context", context="button")
    raise DeadlineError("A template {gap}", gap=x)
    _(EXPLAINED[x])
    [_(day) for day in ("One of a loop", "Another")]
    _("Then" if x else "Else")
"""
JAVASCRIPT = """
// __("In a comment")
frm.add_button(__("A button"), () => __('Single \\'quotes\\'') + __("Two " + "parts"));
__("Of a context", null, "Complaint");
"""
PAGE = """{# _("In a remark") #}<p title="{{ _('In a page') }}">{{ _("Two: {0}", x) }}</p>"""
DOCTYPE = {
    "doctype": "DocType",
    "name": "Made Up",
    "fields": [
        {"fieldtype": "Select", "label": "A Label", "options": "\nA choice\nA second"},
        {"fieldtype": "Data", "label": "E-mail", "options": "Email", "description": "A description"},
    ],
}
WORKFLOW = {"name": "Made", "states": [{"state": "A state"}], "transitions": [{"action": "An action"}]}
FOUND = {
    *(
        "Plain",
        "With a context",
        "A template {gap}",
        "Of a table",
        "Of a table too",
        "One of a loop",
        "Another",
    ),
    *("Then", "Else", "A button", "Single 'quotes'", "Two parts", "Of a context", "In a page", "Two: {0}"),
    *(
        "Made Up",
        "A Label",
        "A choice",
        "A second",
        "E-mail",
        "A description",
        "Made",
        "A state",
        "An action",
    ),
    *("A role", "A form", "A hint", "A heading", "A Module"),
}


@pytest.fixture
def made_up(tmp_path):
    files = {
        "module.py": PYTHON,
        "modules.txt": "A Module\n",
        "rules/errors.py": "class RuleError(ValueError): ...",
        "public/js/desk.js": JAVASCRIPT,
        "templates/page.html": PAGE,
        "module/doctype/made_up/made_up.json": json.dumps(DOCTYPE),
        "workflows/made.json": json.dumps(WORKFLOW),
        "fixtures/role.json": json.dumps([{"doctype": "Role", "role_name": "A role"}]),
        "module/web_form/a/a.json": json.dumps(
            {"doctype": "Web Form", "title": "A form", "web_form_fields": [{"description": "A hint"}]}
        ),
        "module/workspace/w/w.json": json.dumps(
            {
                "doctype": "Workspace",
                "label": "Tiếng Việt",
                "content": json.dumps([{"type": "header", "data": {"text": "<b>A heading</b>"}}]),
            }
        ),
        "demo/data.json": json.dumps({"doctype": "Anything"}),
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_strings_are_found_where_they_stand(made_up):
    found = extract(made_up)
    assert {text.source for text in found} == FOUND
    assert {(text.source, text.context) for text in found if text.context} == {
        ("With a context", "button"),
        ("Of a context", "Complaint"),
    }
    assert ("Plain", "module.py:6") in {(text.source, text.where) for text in found}


def test_a_string_without_a_row_is_named_and_so_is_a_row_without_a_string(made_up):
    found = extract(made_up)
    translated = [[text.source, "x", text.context] for text in found]
    assert missing(found, translated) == []
    assert missing(found, [row for row in translated if row[0] != "Plain"]) == ["module.py:6: 'Plain'"]
    assert missing(found, [row for row in translated if row[0] != "A choice"]) == [
        "module/doctype/made_up/made_up.json:1: 'A choice'"
    ]
    assert unused(found, [*translated, ["Gone", "x"]], []) == ["Gone"]
    assert unused(found, [*translated, ["Gone", "x"]], [("Gone", "")]) == []
    assert unused(found, [["Plain", "x", "other"]], []) == ["Plain"]


def test_a_kind_of_document_that_nobody_taught_is_refused(made_up):
    (made_up / "fixtures" / "letter_head.json").write_text('[{"doctype": "Letter Head"}]')
    with pytest.raises(Unknown, match="Letter Head"):
        extract(made_up)


@pytest.mark.parametrize(
    "code",
    [
        '_(f"{x} days")',
        '_("Dear " + x)',
        '_("{0} days".format(x))',
        'frappe.throw("Not allowed")',
        'frappe.throw(f"Not {x}")',
        'from phanhoi_app.custody.errors import Conflict\nraise Conflict("Too late")',
        'class MadeError(RuleError): ...\nraise MadeError(f"{x} is wrong")',
    ],
)
def test_careless_text_is_named(tmp_path, code):
    (tmp_path / "module.py").write_text(code)
    assert [found.split(":")[0] for found in careless(tmp_path)] == ["module.py"]


def test_careful_text_is_not_named(tmp_path):
    (tmp_path / "module.py").write_text('_("{0} days").format(x)\nfrappe.throw(_("No"))\nfrappe.throw(x)')
    (tmp_path / "desk.js").write_text('__("{0} days", [x])')
    assert careless(tmp_path) == []
    (tmp_path / "desk.js").write_text("__(`${x} days`)")
    assert careless(tmp_path) == ["desk.js:1: a template literal with gaps"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["Yes"], "1 columns"),
        (["Yes", " "], "empty"),
        (["Yes", "Có "], "spaces"),
        (["Yes", unicodedata.normalize("NFD", "Có")], "not NFC"),
        (["{0} of {1}", "{0} trên {2}"], "other gaps"),
        (["%s rows", "%d dòng"], "other gaps"),
        (["{{ code }} is it", "là {{ mã }}"], "other gaps"),
        (["<b>Yes</b>", "Có"], "other gaps"),
        (["Yes", "Yes"], "not translated"),
        (["Sure?", "Chắc chắn"], "ends with 'a word'"),
        (["Done", "Xong."], "ends with '.'"),
    ],
)
def test_a_faulty_row_is_named(row, fault):
    assert fault in faults(row)


def test_a_good_row_and_the_right_words_pass():
    assert faults(["{1} of {0} is due.", "{0} có {1} đến hạn."]) == []
    assert faults(["SMS", "SMS"]) == []
    assert other_words(["The agency", "Cơ quan"]) == []
    assert other_words(["The agency", "Đơn vị"]) == ["agency: 'Đơn vị'"]
