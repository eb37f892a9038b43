"""Lists of people as they come: workbooks and CSV of every dialect, and what cannot be read said in words."""

import io
import zipfile

import pytest
from helpers.people_lists import HEADINGS, person, workbook

from phanhoi_app.agencies import sheet
from phanhoi_app.agencies.errors import PeopleRefused


def test_a_workbook_with_a_letterhead(site):
    rows = sheet.read("ds.xlsx", workbook([person(1, phone=912345678.0)], title="DANH SÁCH CÁN BỘ"))
    assert [(row.number, row.values["full_name"]) for row in rows] == [(4, "Cán Bộ Số 1")]
    assert rows[0].values["phone"] == "912345678", (
        "the zero that the spreadsheet lost is the plan's to put back"
    )
    assert rows[0].problems == {}


@pytest.mark.parametrize(
    ("headings", "delimiter", "encoding"),
    [
        ("Họ tên;Email;SĐT;Chức vụ", ";", "utf-8-sig"),
        ("HO VA TEN,THU DIEN TU,DIEN THOAI,NHIEM VU", ",", "utf-8"),
        ("Full name\tE-mail\tPhone\tDuty", "\t", "utf-16"),
    ],
)
def test_csv_of_every_dialect(site, headings, delimiter, encoding):
    row = delimiter.join(["Lê Văn A", "a@x.example", "0912 345 678", "Lãnh đạo"])
    rows = sheet.read("ds.csv", f"{headings}\r\n\r\n{row}\r\n{delimiter * 3}\r\n".encode(encoding))
    assert [row.values for row in rows] == [
        {
            "full_name": "Lê Văn A",
            "email": "a@x.example",
            "phone": "0912 345 678",
            "duty": "Lãnh đạo",
            "agency": "",
        }
    ]
    assert rows[0].number == 3


def test_formulas_are_not_computed_but_named(site):
    rows = sheet.read("ds.xlsx", workbook([person(1, name="=1+1"), person(2, email='=HYPERLINK("x")')]))
    assert set(rows[0].problems) == {"full_name"}
    assert set(rows[1].problems) == {"email"}
    text = "Họ tên,Email,SĐT\n@SUM(A1),a@x.example,+84912345678\n-1+1,b@x.example,+cmd\n"
    first, second = sheet.read("ds.csv", text.encode())
    assert set(first.problems) == {"full_name"}
    assert set(second.problems) == {"full_name", "phone"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "trống"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, ".xls"),
        ("a.xlsx", b"PK\x03\x04 damaged", "hỏng"),
        ("a.csv", "Họ tên;Email\n".encode(), "tiêu đề"),
        ("a.csv", "Tên,Địa chỉ\nA,B\n".encode(), "Thư điện tử"),
        ("a.csv", "Họ tên,Email\nLê Văn,x".encode("cp1258", "ignore") + b"\xe2\x28", "CSV UTF-8"),
        ("a.csv", b"x" * (sheet.MOST_BYTES + 1), "2 MB"),
        ("a.csv", b"\x00\x01\x02 not text", "không phải"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(site, name, content, words):
    with pytest.raises(PeopleRefused) as refusal:
        sheet.read(name, content)
    assert words in str(refusal.value)
    assert refusal.value.http_status_code == 422


def test_two_thousand_are_read_and_no_more(site):
    many = [person(number) for number in range(1, 2001)]
    assert len(sheet.read("ds.xlsx", workbook(many))) == 2000
    lines = "".join(f"Người {n},n{n}@x.example\n" for n in range(2001))
    with pytest.raises(PeopleRefused, match="2000"):
        sheet.read("ds.csv", f"Họ tên,Email\n{lines}".encode())


def test_a_workbook_that_swells_is_refused_before_it_is_unpacked(site):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheet.MOST_UNPACKED + 1))
    with pytest.raises(PeopleRefused, match="giải nén"):
        sheet.read("bomb.xlsx", out.getvalue())


def test_a_million_empty_rows_do_not_cost_a_million(site):
    book = workbook([person(1)] + [[None]] * 9000 + [person(2)])
    with pytest.raises(PeopleRefused):
        sheet.read("ds.xlsx", book)
    assert HEADINGS
