"""Phone numbers as they are really typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.phone import PhoneError, e164, is_mobile, last4, normalise


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912345678", "0912345678"),
        ("0912.345.678", "0912345678"),
        (" 0912 345 678 ", "0912345678"),
        ("(091) 234-5678", "0912345678"),
        ("0912–345–678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("+84(0)912 345 678", "0912345678"),
        ("+840912345678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("84912345678", "0912345678"),
        ("84 0912345678", "0912345678"),
        ("912345678", "0912345678"),  # a spreadsheet took the zero
        ("845678901", "0845678901"),  # and here the number itself begins with 084
        ("0912345678", "0912345678"),
        ("0912\u00a0345\u200b678", "0912345678"),
        ("01681234567", "0381234567"),  # eleven digits until 2018
        ("0120 123 4567", "0701234567"),
        ("1681234567", "0381234567"),
        ("0237 3852 246", "02373852246"),
        ("024 3825 5555", "02438255555"),
        ("+84 237 3852246", "02373852246"),
        ("2373852246", "02373852246"),
        ("+1 (415) 555-0123", "+14155550123"),
        ("+82-10-1234-5678", "+821012345678"),
        ("0014155550123", "+14155550123"),
    ],
)
def test_a_number_has_one_form(typed, number):
    assert normalise(typed) == number
    assert normalise(number) == number
    assert normalise(e164(typed)) == number


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Please give a phone number"),
        (None, "Please give a phone number"),
        (" - ", "Please give a phone number"),
        ("không có", "digits only"),
        ("O912345678", "digits only"),
        ("0912345678 (Lan)", "digits only"),
        ("091234567", "10 digits"),
        ("09123456789", "10 digits"),
        ("0112345678", "10 digits"),
        ("0412345678", "10 digits"),
        ("0123456789", "10 digits"),
        ("024382555", "10 digits"),
        ("+84 123", "10 digits"),
        ("113", "service number"),
        ("1022", "service number"),
        ("1900 1234", "service number"),
        ("18001098", "service number"),
        ("0912345678 / 0987654321", "one phone number only"),
        ("+1", "7 to 15 digits"),
        ("+0912345678", "7 to 15 digits"),
        ("+1234567890123456", "7 to 15 digits"),
        ("+8+4912345678", "digits only"),
        ("٠٩١٢٣٤٥٦٧٨", "digits only"),
    ],
)
def test_what_is_no_persons_number_is_refused_in_words(typed, words):
    with pytest.raises(PhoneError) as refused:
        normalise(typed)
    assert words in str(refused.value)


def test_e164_and_sms():
    assert e164("0912.345.678") == "+84912345678"
    assert e164("0237 3852246") == "+842373852246"
    assert e164("+14155550123") == "+14155550123"
    assert is_mobile("0912345678")
    assert is_mobile("+14155550123")
    assert not is_mobile("02373852246")


def test_last_four_digits():
    assert last4("0912 345 678") == "5678"
    assert last4("+14155550123") == "0123"
    assert last4("5678") == "5678"
    assert last4("678") == last4("") == last4(None) == ""


@given(st.text())
def test_whatever_is_typed_gives_a_number_or_a_sentence(typed):
    last4(typed)
    try:
        number = normalise(typed)
    except PhoneError as refused:
        assert str(refused).endswith(".")
    else:
        assert normalise(number) == number


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_every_way_of_writing_a_mobile_number_is_the_same_number(number):
    rest = number[1:]
    for typed in (rest, f"+84{rest}", f"84{rest}", f"0084{rest}", f"{number[:4]}.{number[4:7]}.{number[7:]}"):
        assert normalise(typed) == number
