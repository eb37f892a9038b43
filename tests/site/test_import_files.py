"""Files and maps as people have them: the odd ones are read, the broken ones refused in a sentence."""

import gzip
import json

import pytest
from helpers import cases

from phanhoi_app.intake.importer import mapping, table
from phanhoi_app.intake.importer.errors import ImportRefused


def refusal(call, *arguments) -> str:
    with pytest.raises(ImportRefused) as caught:
        call(*arguments)
    return str(caught.value)


def read(path, wanted=("case_id", "title")) -> list[dict]:
    source = table.open_table(path, set(wanted))
    return [source.as_dict(row) for row in source.rows()]


@pytest.mark.parametrize("name", ["cases.csv", "cases.csv.gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_as_spreadsheets_write_them_are_read(site, tmp_path, name, encoding, delimiter):
    title = 'Đường "Lê Lai", ổ gà;\nhai dòng'
    path = cases.write(tmp_path / name, cases.cases(2, title=title), delimiter, encoding)
    assert [(row["case_id"], row["title"]) for row in read(path)] == [("1", title), ("2", title)]


def test_row_numbers_are_those_of_a_spreadsheet(site, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text('case_id,title\n1,"two\nlines"\n\n2,b\n', "utf-8")
    source = table.open_table(path, {"case_id"})
    assert [(row.number, row.cells[0]) for row in source.rows()] == [(2, "1"), (4, "2")]


def test_a_row_with_too_few_cells_is_told(site, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("case_id,title\n1\n2,b\n", "utf-8")
    first, second = table.open_table(path, {"case_id"}).rows()
    assert "1" in first.problem and "2" in first.problem
    assert not second.problem


def test_an_open_quotation_mark_does_not_end_the_import(site, tmp_path, monkeypatch):
    import csv

    path = tmp_path / "cases.csv"
    lines = [f"{n},{'x' * 50}" for n in range(60)]
    lines[10] = '10,"open'
    path.write_text("case_id,title\n" + "\n".join(lines) + "\n", "utf-8")
    before = csv.field_size_limit(500)
    try:
        rows = list(table.open_table(path, {"case_id"}).rows())
    finally:
        csv.field_size_limit(before)
    problems = [row.problem for row in rows if row.problem]
    assert len(problems) >= 1
    assert "12" in problems[0]  # the line on which it begins
    assert rows[-1].cells[0] == "59"


@pytest.mark.parametrize(
    "content",
    [
        "case_id,title\n1,Đường\n".encode("utf-16"),
        "case_id,title\n1,Đê\n".encode("cp1258"),
        gzip.compress(b"case_id,title\n" + b"1,abc\n" * 5000, mtime=0)[:-20],
        b"\x1f\x8b not gzip at all",
        b"",
        b"id,name\n1,a\n",
        b"case_id,title,title\n1,a,b\n",
    ],
)
def test_what_cannot_be_read_is_refused_in_vietnamese(site, tmp_path, content):
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    assert len(refusal(read, path)) > 15


def test_missing_columns_are_named_with_those_that_are_there(site, tmp_path):
    path = cases.write(tmp_path / "cases.csv", [cases.GOOD])
    sentence = refusal(read, path, ("case_id", "nowhere"))
    assert "nowhere" in sentence and "opened_at" in sentence


def test_a_file_that_is_not_there_is_refused(site, tmp_path):
    assert "none.csv" in refusal(read, tmp_path / "none.csv")
    assert "none.json" in refusal(mapping.load, tmp_path / "none.json")


def changed(**values) -> str:
    data = json.loads(cases.map_text())
    data["values"] = {k: v for k, v in (data["values"] | values).items() if v is not None}
    return json.dumps(data)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "JSON"),
        ("[]", "values"),
        ("{}", "values"),
        (changed(reference=None), "reference"),
        (changed(field=None), "field"),
        (changed(tile="x"), "values.tile"),
        (changed(tracking_code="x"), "values.tracking_code"),
        (changed(title={"colum": "x"}), "values.title.colum"),
        (changed(title={}), "title"),
        (changed(title=5), "title"),
        (changed(title={"column": "title", "cut": "ten"}), "cut"),
        (changed(title={"column": "title", "create_missing": True}), "create_missing"),
        (changed(area={"column": "ward", "extract": "("}), "area"),
        (cases.map_text(open_phase="closed"), "open_phase"),
        (cases.map_text(clock_tolerance_seconds=-1), "clock_tolerance_seconds"),
        (cases.map_text(nonsense=1), "nonsense"),
    ],
)
def test_a_wrong_map_is_refused_and_the_place_named(site, content, named):
    assert named in refusal(mapping.parse, content)


@pytest.mark.parametrize(
    ("spec", "row", "value"),
    [
        ("a", {"a": " x "}, "x"),
        ({"columns": ["a", "b"]}, {"a": " ", "b": "y"}, "y"),
        ({"columns": ["a", "b", "c"], "join": " – "}, {"a": "x", "b": "", "c": "y"}, "x – y"),
        ({"columns": ["a", "b"], "join": ", "}, {"a": "x", "b": "x"}, "x"),
        ({"column": "a", "extract": "([0-9]+)$"}, {"a": "Ward 12"}, "12"),
        ({"column": "a", "extract": "[0-9]+"}, {"a": "Ward 12"}, "12"),
        ({"column": "a", "extract": "[0-9]+"}, {"a": "none"}, ""),
        ({"column": "a", "template": "Phường {}"}, {"a": "12"}, "Phường 12"),
        ({"column": "a", "template": "Phường {}"}, {"a": ""}, ""),
        ({"column": "a", "map": {"Hoá Đơn": "x"}}, {"a": "HÓA  ĐƠN"}, "x"),
        ({"column": "a", "map": {"y": "x"}}, {"a": "z"}, "z"),
        ({"column": "a", "default": "d"}, {"a": ""}, "d"),
        ({"constant": "c"}, {}, "c"),
        ({"column": "a", "cut": 10}, {"a": "một hai ba bốn"}, "một hai…"),
        ({"column": "a", "cut": 10}, {"a": "một hai ba"}, "một hai ba"),
    ],
)
def test_a_value_is_read_as_the_map_says(site, spec, row, value):
    assert mapping.parse(changed(title=spec)).read("title", row) == value


def test_times_with_a_zone_become_local(site, province):
    from datetime import datetime

    from phanhoi_app.intake.importer.lookups import Lookups
    from phanhoi_app.intake.importer.rows import RowReader

    map_ = mapping.parse(cases.map_text(datetime_formats=["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z"]))
    reader = RowReader(map_, Lookups(map_), "x.csv")
    assert reader.time("received_at", {"opened_at": "02/03/2015 08:15"}) == datetime(2015, 3, 2, 8, 15)
    assert reader.time("received_at", {"opened_at": "2015-03-02T20:15:00+00:00"}) == datetime(
        2015, 3, 3, 3, 15
    )
