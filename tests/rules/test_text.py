"""Vietnamese text and its keys, with the traps that real input sets."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phanhoi_app.rules.syllable import is_syllable, with_tone, with_tone_in_place
from phanhoi_app.rules.text import (
    clean_typed,
    is_blank,
    name_key,
    nfc,
    search_key,
    telex_decode,
    tokens,
    words,
)

NFD = "NFD"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đường hố hỏng", "duong ho hong"),
        ("ĐƯỜNG  HỐ\nHỎNG!!!", "duong ho hong"),
        (unicodedata.normalize(NFD, "Đường hố hỏng"), "duong ho hong"),
        ("Hóa", "hoa"),
        ("Hoá", "hoa"),
        ("thủy", "thuy"),
        ("thuỷ", "thuy"),
        ("Lộc Thạnh", "loc thanh"),
        ("Lộc Thành", "loc thanh"),
        ("ga, ổ, xã, an, để, lá", "ga o xa an de la"),  # words that full-text indexes drop
        ("P.5, số 12/4", "p 5 so 12 4"),
        ("PA-2026-000123", "pa 2026 000123"),
        ("Ｐｈường １２", "phuong 12"),  # full width
        ("Ea H'leo, Đắk R’lấp", "ea hleo dak rlap"),
        ("kéo\u200bdài, x\u00adã", "keodai xa"),
        ("30 m² ½", "30 m2 1 2"),
        ("ﬁnal Straße", "final strasse"),
        ("Phéan hoéi Thanh Hoéa", "phean hoei thanh hoea"),  # left over from character recognition
        ("😡😡 ổ gà 😡", "o ga"),
        ("...", ""),
        ("", ""),
        (None, ""),
        ("a\ud800b", "a b"),
    ],
)
def test_search_key(text, key):
    assert search_key(text) == key
    assert tokens(text) == key.split()


anything = st.text() | st.text(alphabet="aăâđĐêôơưạảãợ̛́́ ̉'’-_.ʼŉİﬀ１２\u200b\u00ad\ud800\n")


@given(anything)
@example("ŉ")
@example("İ")
@example("´a")
def test_a_key_is_its_own_key_and_holds_letters_and_digits_only(text):
    key = search_key(text)
    assert search_key(key) == key
    assert all(c.isalnum() or c == " " for c in key)
    assert key == key.strip()
    key.encode()


@given(anything)
def test_composition_never_matters(text):
    assert search_key(unicodedata.normalize(NFD, text)) == search_key(nfc(text)) == search_key(text)


@given(anything)
def test_words_and_key_are_cut_at_the_same_places(text):
    assert " ".join(filter(None, map(search_key, words(text)))) == search_key(text)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấứợ ABCDĐ"))
def test_case_never_matters_in_vietnamese(text):
    assert search_key(text.upper()) == search_key(text.lower())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Đường hỏng  ", "Đường hỏng"),
        (unicodedata.normalize(NFD, "Đường hỏng"), "Đường hỏng"),
        ("một\r\nhai\rba\u2028bốn\x0bnăm", "một\nhai\nba\nbốn\nnăm"),
        ("một   \n\n  hai\t", "một\n\n  hai"),
        ("a\tb\u00a0c\u3000d", "a b c d"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("\ufeffa\u200bb\u2060c\u00add", "abcd"),
        ("\u202etxt.exe\u202c", "txt.exe"),  # written backwards to deceive
        ("o\u200b\u0302\u0301", "ố"),
        ("👨‍👩‍👧 và ❤️", "👨‍👩‍👧 và ❤️"),
        ("a\u200db", "ab"),
        ("👍\u200d", "👍"),
        ("a\ud800b", "ab"),
        ("KHÔNG AI GIẢI QUYẾT!!!", "KHÔNG AI GIẢI QUYẾT!!!"),
        ("ddwowngf hoongr", "ddwowngf hoongr"),  # never rewritten
        ("", ""),
        (None, ""),
    ],
)
def test_what_was_typed_is_kept_without_what_cannot_be_seen(typed, kept):
    assert clean_typed(typed) == kept


@given(anything)
def test_cleaning_twice_is_cleaning_once(text):
    clean = clean_typed(text)
    assert clean_typed(clean) == clean
    assert nfc(clean) == clean
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in clean if c != "\n")
    clean.encode()


@pytest.mark.parametrize("text", [None, "", " \n\t", "\u200b\ufeff", "\u3164", "\u2800 \u00a0", "\x00\x1f"])
def test_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "?", "0", "😡", "\u200bổ"])
def test_not_blank(text):
    assert not is_blank(text)


def test_name_keys_tell_names_apart_but_not_customs_of_spelling():
    assert (
        name_key("Xã Hoằng Hoá")
        == name_key("xã  Hoằng Hóa ")
        == name_key(unicodedata.normalize(NFD, "Xã Hoằng Hóa"))
    )
    assert name_key("Phường Thuỷ Xuân") == name_key("phường Thủy Xuân")
    assert name_key("Lộc Thạnh") != name_key("Lộc Thành")
    assert name_key("Xã Văn Lang") != name_key("Xã Văn Lăng")
    assert name_key("Quảng Phú") != name_key("Quang Phú")


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("ddwowngf", "đường"),
        ("dduowngf", "đường"),
        ("dduwowngf", "đường"),
        ("dduongwf", "đường"),
        ("duowngfd", "đường"),
        ("Dduowngf", "Đường"),
        ("DDUOWNGF", "ĐƯỜNG"),
        ("d9u7o72ng", "đường"),
        ("d9uong72", "đường"),
        ("tieengs", "tiếng"),
        ("tienges", "tiếng"),
        ("tie6ng1", "tiếng"),
        ("hoongr", "hổng"),
        ("hongr", "hỏng"),
        ("hoos", "hố"),
        ("ho61", "hố"),
        ("hoas", "hóa"),
        ("thuyr", "thủy"),
        ("huynhf", "huỳnh"),
        ("quas", "quá"),
        ("quys", "quý"),
        ("quaan", "quân"),
        ("quawng", "quăng"),
        ("quow", "quơ"),
        ("giaf", "già"),
        ("giengs", "giéng"),
        ("gieengs", "giếng"),
        ("gif", "gì"),
        ("ngayf", "ngày"),
        ("nguwowif", "người"),
        ("ngu7o7i2", "người"),
        ("muaw", "mưa"),
        ("nuwax", "nữa"),
        ("hoawcj", "hoặc"),
        ("khuyr", "khủy"),
        ("ngoaif", "ngoài"),
        ("uwowts", "ướt"),
        ("w", "ư"),
        ("asz", "a"),
    ],
)
def test_keystrokes_of_telex_and_vni(keys, word):
    assert telex_decode(keys) == word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "đường",
        "duong",
        "food",
        "download",
        "P5",
        "QL1A",
        "2026",
        "PA-2026-000123",
        "text",
        "xã",
        "covid19",
        "catf",
    ],
)
def test_what_is_no_vietnamese_syllable_in_keystrokes_stays(text):
    assert telex_decode(text) == text


def test_everything_around_the_keystrokes_stays():
    assert telex_decode("«ddwowngf»,  hoongr!\nđã sửa") == "«đường»,  hổng!\nđã sửa"


@given(anything)
def test_decoding_never_fails(text):
    telex_decode(text)


SYLLABLES = [
    "người",
    "đường",
    "tiếng",
    "nghiêng",
    "khuya",
    "khuỷu",
    "quốc",
    "quyền",
    "quýt",
    "già",
    "giếng",
    "gìn",
    "gì",
    "hóa",
    "hòa",
    "hoạch",
    "thủy",
    "thúy",
    "huỳnh",
    "khỏe",
    "ngoằn",
    "ngoèo",
    "oái",
    "oăm",
    "uể",
    "oải",
    "yến",
    "yêu",
    "ướt",
    "ươi",
    "rượu",
    "bưởi",
    "mua",
    "mưa",
    "chìa",
    "lửa",
    "quờ",
    "huơ",
    "xoong",
    "ngoáy",
    "đặc",
    "ổ",
    "ạ",
    "tuần",
    "thuở",
    "tuế",
    "quả",
    "quẻ",
    "xoáy",
    "nguệch",
    "ngoạc",
]


@pytest.mark.parametrize("word", SYLLABLES)
def test_the_tone_mark_sits_where_it_belongs(word):
    """Taken off and put back, it is where the word as written has it."""
    assert with_tone_in_place(word) == word
    decomposed = unicodedata.normalize(NFD, word)
    tone = "".join(c for c in decomposed if c in "\u0300\u0301\u0303\u0309\u0323")
    base = nfc("".join(c for c in decomposed if c != tone))
    assert is_syllable(base, tone)
    assert with_tone(base, tone) == word
    assert with_tone_in_place(word.upper()) == word.upper()


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoá", "hóa"), ("HOÀ", "HÒA"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("hòăc", "hoằc"), ("café", "café")],
)
def test_new_customs_become_old_ones_and_other_words_stay(old, new):
    assert with_tone_in_place(old) == new


@pytest.mark.parametrize("word", ["", "w", "zoo", "str", "cat̀", "aa", "kw"])
def test_no_syllable(word):
    assert not is_syllable(word)


def test_a_stop_takes_two_tones_only():
    assert is_syllable("cat", "\u0301")
    assert is_syllable("cat", "\u0323")
    assert not is_syllable("cat", "\u0300")
