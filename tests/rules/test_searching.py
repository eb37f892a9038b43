"""Stored search text and the terms of a query, tried together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.searching import ABBREVIATIONS, Abbreviation, Abbreviations, query_terms, search_text
from phanhoi_app.rules.text import search_key


def finds(query, *parts):
    stored = search_text(*parts)
    return all(any(form in stored for form in term) for term in query_terms(query))


@pytest.mark.parametrize(
    "query",
    [
        "duong ho hong",
        "Đường hố hỏng",
        "ĐƯỜNG HỎNG",
        "hỏng đường",
        "ddwowngf hoos",
        "d9u7o72ng",
        "UBND",
        "ubnd xa",
        "ủy ban",
        "uy ban nhan dan xa",
        "Uỷ ban xã",
        "hạc thành",
        "phuong hac",
        "P. Hạc Thành",
        "khong ai",
        "ko ai",
        "12/4",
        "",
    ],
)
def test_it_is_found_however_it_is_typed(query):
    assert finds(query, "Đường hố hỏng", "Gọi UBND xã mà k ai sửa", None, "Số 12/4 P. Hạc Thành")


@pytest.mark.parametrize("query", ["cầu", "đường 99", "HĐND", "công an"])
def test_what_is_not_there_is_not_found(query):
    assert not finds(query, "Đường hố hỏng", "Cá chết ở hồ, ca trực không có ai", "UBND xã")


def test_short_forms_that_are_words_in_other_letters_count_as_typed_only():
    assert finds("cong an", "CA phường không bắt máy")
    assert not finds("cong an", "Cá chết trắng hồ")
    assert query_terms("cá") == [("ca",)]
    assert query_terms("CA") == [("ca", "cong an")]


def test_expansion_is_by_whole_words():
    table = Abbreviations()
    assert table.expand("UBND xã, TTHC") == "uy ban nhan dan xa thu tuc hanh chinh"
    assert table.expand("UBNDX") == "ubndx"
    assert table.expand("GCNQSDD") == table.expand("gcnqsdđ") == "giay chung nhan quyen su dung dat"


def test_a_province_may_bring_its_own_table():
    table = Abbreviations([Abbreviation("KKTNS", "Khu kinh tế Nghi Sơn"), ("NS", "Nghi Sơn", True)])
    assert table.expand("KKTNS, NS, ns, UBND") == "khu kinh te nghi son nghi son ns ubnd"
    assert search_text("kktns", abbreviations=table) == "kktns khu kinh te nghi son"
    assert query_terms("KKTNS", table) == [("kktns", "khu kinh te nghi son")]


def test_the_shipped_table_has_no_row_twice():
    shorts = [row.short for row in ABBREVIATIONS]
    assert len(shorts) == len(set(shorts))
    assert all(row.long and search_key(row.long) for row in ABBREVIATIONS)


@given(st.text())
def test_a_text_is_found_by_itself(text):
    assert finds(text, text)
    assert all(form == search_key(form) and form for term in query_terms(text) for form in term)
