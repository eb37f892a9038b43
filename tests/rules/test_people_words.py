"""The words of a list of people: headings and duties as offices write them."""

import pytest

from phanhoi_app.rules.people_words import columns_of, duty_of


@pytest.mark.parametrize(
    ("headings", "places"),
    [
        (["STT", "Họ và tên", "Email", "SĐT"], {"full_name": 1, "email": 2, "phone": 3}),
        (["HỌ TÊN (*)", "Thư điện tử", "Chức vụ"], {"full_name": 0, "email": 1, "duty": 2}),
        (
            ["Full Name", "E-mail", "Duty", "Agency code"],
            {"full_name": 0, "email": 1, "duty": 2, "agency": 3},
        ),
        # What the system calls a duty goes before what the office calls a post.
        (["ho ten", "email", "chuc vu", "nhiem vu"], {"full_name": 0, "email": 1, "duty": 3}),
        (["Địa chỉ", "Ghi chú"], {}),
    ],
)
def test_headings_are_understood(headings, places):
    assert columns_of(headings) == places


@pytest.mark.parametrize(
    ("word", "duty"),
    [
        ("", "Officer"),
        ("Cán bộ xử lý", "Officer"),
        ("CHUYEN VIEN", "Officer"),
        ("Phó Giám đốc", "Leader"),
        ("lãnh  đạo", "Leader"),
        ("Người xem", "Viewer"),
        ("Điều phối viên", "Coordinator"),
        # A head of division approves nothing for the agency: whoever sends the list says what is meant.
        ("Trưởng phòng", None),
        ("Phanhoi Administrator", None),
    ],
)
def test_duties_are_understood(word, duty):
    assert duty_of(word) == duty
