"""Masked names, phone numbers, e-mail addresses and addresses: what may be read of them, and no more."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.masks import mask_address, mask_email, mask_identity, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Văn A", "N*** V*** A"),
        ("Đỗ Thị Ánh", "Đ*** T*** Á***"),
        ("  Lê   Na ", "L*** N***"),
        ("Y Moan Ê-ban", "Y M*** Ê***"),
        ("Hoa", "H***"),
        ("Nguyễn Trần Bảo Ngọc Anh Thư", "N*** T*** B*** N*** A*** T***"),
        ("Seán O'Brien-Murphy", "S*** O***"),
        ("佐藤 健", "佐*** 健"),
        ("CÔNG TY TNHH", "C*** T*** T***"),
        (unicodedata.normalize("NFD", "Ứng Ái"), "Ứ*** Á***"),  # the mark stays on its letter
        ("Nguyễn\u200bVăn", "N***"),
        ("Hoa 0912345678", "H*** ***"),  # a number typed into the name
        ("0 9 1 2", "*** *** *** ***"),
        ("", ""),
        (None, ""),
    ],
)
def test_names(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("0912345678", "09** *** 678"),
        ("0912 345 678", "09** *** 678"),
        ("０９１２.345.678", "09** *** 678"),
        ("02373852246", "02** **** 246"),
        ("+14155550123", "+1** ***** 123"),
        ("1234567", "*******"),
        ("113", "***"),
        ("", ""),
        (None, ""),
    ],
)
def test_phones(number, masked):
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("an.nguyen@gmail.com", "a***@gmail.com"),
        ("LAN@Yahoo.com.vn", "L***@Yahoo.com.vn"),
        ("a@nguyenvana.com.vn", "a***@n***.vn"),
        ('"a@b"@thanhhoa.gov.vn', '"***@t***.vn'),
        ("someone@localhost", "s***@l***"),
        ("x@1.0912345678", "x***@1***.***"),
        ("not an address", "n***"),
        ("0912345678", "***"),
        ("@x.vn", "***@x***.vn"),
        ("", ""),
        (None, ""),
    ],
)
def test_emails(address, masked):
    assert mask_email(address) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("12 ngõ 5 Lê Lợi, phường Hạc Thành, tỉnh Thanh Hóa", "***, phường Hạc Thành, tỉnh Thanh Hóa"),
        ("Số 7, thôn Đông, xã Hoằng Lộc", "***, xã Hoằng Lộc"),
        ("thôn 3 xã Hoằng Lộc", "***, xã Hoằng Lộc"),
        ("45 Lê Lai P. 5 Q. 10", "***, Q. 10"),
        ("P. Đông Vệ, TP Thanh Hóa", "P. Đông Vệ, TP Thanh Hóa"),
        ("12 Trần Phú, thành phố Hồ Chí Minh", "***, thành phố Hồ Chí Minh"),
        ("tỉnh Bà Rịa - Vũng Tàu", "tỉnh Bà Rịa - Vũng Tàu"),
        ("xã Hoằng Lộc nhà ông Tám", "***"),  # more than the area's name
        ("xã Quang Trung Nguyễn Văn An", "***"),
        ("nha toi o cuoi xom", "***"),
        ("25 Lê Lợi\nxã Trung Lý", "***, xã Trung Lý"),
        (", ,", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_addresses(address, masked):
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("name", "phone", "email", "masked"),
    [
        ("Nguyễn Văn A", "0912345678", "a@gmail.com", "N*** V*** A · 09** *** 678"),
        ("Nguyễn Văn A", "", "an@gmail.com", "N*** V*** A · a***@gmail.com"),
        ("Nguyễn Văn A", None, None, "N*** V*** A"),
        (None, "0912345678", None, "09** *** 678"),
        (None, None, None, ""),
    ],
)
def test_who_it_is_in_one_line(name, phone, email, masked):
    assert mask_identity(name, phone, email) == masked


@given(st.text(alphabet="aăâđêôơư ", max_size=40))
def test_no_more_than_first_letters_of_a_name_remain(name):
    words = name.split()
    assert mask_name(name).split() == [w if len(w) == 1 else f"{w[0]}***" for w in words]


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_five_digits_in_the_middle_of_a_phone_number_are_gone(number):
    assert mask_phone(number) == f"{number[:2]}** *** {number[-3:]}"


@given(st.text(), st.text(), st.text())
def test_whatever_is_typed_is_masked(name, phone, email):
    assert "\n" not in mask_identity(name, phone, email)
    mask_address(name)
    assert all(len(word.replace("*", "")) <= 1 for word in mask_name(name).split())
    assert sum(letter not in " *" for letter in mask_phone(phone)) <= 5


@given(
    st.from_regex(r"[a-z][a-z.]{3,20}", fullmatch=True),
    st.sampled_from(["gmail.com", "nguyenvana.vn", "mail.hoahue.com.vn"]),
)
def test_no_more_than_the_first_letter_of_a_mailbox_remains(box, domain):
    local, _at, shown = mask_email(f"{box}@{domain}").partition("@")
    assert local == f"{box[0]}***"
    assert shown == domain if domain == "gmail.com" else "***" in shown


@given(st.lists(st.from_regex(r"[0-9]{1,4}[A-Z]? [A-ZĐ][a-zê]{1,6}", fullmatch=True), min_size=1, max_size=3))
def test_house_and_street_are_never_shown(streets):
    assert mask_address(", ".join(streets)) == "***"
