"""Masked names and e-mail addresses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.name_mask import mask_email, mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Văn A", "N*** V*** A"),
        ("Đỗ Thị Ánh", "Đ*** T*** Á***"),
        ("  Lê   Na ", "L*** N***"),
        ("Y Moan Ê-ban", "Y M*** Ê***"),
        (unicodedata.normalize("NFD", "Ứng Ái"), "Ứ*** Á***"),  # the mark stays on its letter
        ("Nguyễn\u200bVăn", "N***"),
        ("", ""),
        (None, ""),
    ],
)
def test_names(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("lan.nguyen@gmail.com", "l***@g***.com"),
        ("a@nguyenvana.com.vn", "a***@n***.vn"),
        ('"a@b"@thanhhoa.gov.vn', '"***@t***.vn'),
        ("someone@localhost", "s***@l***"),
        ("not an address", "n***"),
        ("@x.vn", "***@x***.vn"),
        ("", ""),
        (None, ""),
    ],
)
def test_addresses(address, masked):
    assert mask_email(address) == masked


@given(st.text(alphabet="aăâđêôơư ", max_size=40))
def test_no_more_than_first_letters_remain(name):
    words = name.split()
    assert mask_name(name).split() == [w if len(w) == 1 else f"{w[0]}***" for w in words]
