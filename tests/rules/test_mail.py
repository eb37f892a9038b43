"""Mails as bytes: old encodings, what the sender wrote, and which mails no person wrote."""

import random
import unicodedata

import pytest
from helpers.mails import mail_bytes, names
from hypothesis import given, settings
from hypothesis import strategies as st

from phanhoi_app.rules import legacy_text
from phanhoi_app.rules.mail import body, details, kinds, reading, token

SENTENCES = (
    "Trước nhà số 12 đường Lê Lợi có một ổ gà rất lớn, hôm qua đã có hai người ngã xe.",
    "Kính gửi Ủy ban nhân dân, nước thải chảy ra mặt đường; đề nghị khắc phục.",
    "Quỹ đất ở Thủy Nguyên bỏ hoang, cỏ mọc um tùm, rắn rết rất nguy hiểm cho trẻ nhỏ.",
)
SECRET = b"a secret of this site"
OWN = ("phanhoi@tinh.example",)


@pytest.mark.parametrize("encoding", [legacy_text.CP1258, legacy_text.VNI, legacy_text.TCVN3])
@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "x-unknown", "us-ascii", "right"])
def test_old_encodings_are_read_whatever_the_mail_claims(encoding, declared):
    for sentence in SENTENCES:
        raw = legacy_text.to_old(sentence, encoding)
        told, found = legacy_text.decode(raw, encoding if declared == "right" else declared)
        # The capitals of TCVN3's fonts stand on the codes of small letters.
        assert told.lower() == sentence.lower()
        assert found == encoding


def test_unicode_in_any_form_and_disguise_is_read():
    for sentence in SENTENCES:
        decomposed = unicodedata.normalize("NFD", sentence)
        assert legacy_text.decode(decomposed.encode(), "utf-8") == (sentence, "utf-8")
        assert legacy_text.decode(sentence.encode(), "iso-8859-1")[0] == sentence
        assert legacy_text.repair(sentence.encode().decode("latin-1"))[0] == sentence
        assert legacy_text.decode(sentence.encode("utf-16"), "utf-16")[0] == sentence


@pytest.mark.parametrize(
    "text", ["Café Müller", "naïve façade", "Đắk Lắk", "50 €", "plain words", "", "日本語"]
)
def test_what_reads_well_or_is_another_language_is_left_alone(text):
    assert legacy_text.repair(text) == (text, "")


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_repairing_twice_is_repairing_once(text):
    once, _found = legacy_text.repair(text)
    assert legacy_text.repair(once)[0] == once or legacy_text.repair(once)[1]
    assert unicodedata.is_normalized("NFC", once)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "utf-7", "idna", "base64", "tcvn", "viscii", "\x00"]),
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_and_no_charset_are_an_error(raw, charset):
    assert isinstance(legacy_text.decode(raw, charset)[0], str)


@pytest.mark.parametrize("name", ["plain", "decomposed", "windows-1258", "tcvn3", "vni", "photo"])
def test_each_way_of_writing_the_same_mail_says_the_same(name):
    mail = reading.read(mail_bytes(name))
    assert "Trước nhà số 12 đường Lê Lợi có một ổ gà rất lớn, hôm qua đã có hai người ngã xe." in mail.text
    assert details.found_in(mail.text) == {
        "citizen_name": "Phạm Thị Lan",
        "citizen_address": "số 12 đường Lê Lợi, phường Hạc Thành",
        "citizen_phone": "0912 345 678",
    }
    assert (mail.sender, mail.checks) == ("lan.pham@example.vn", {"spf": "pass", "dkim": "fail"})
    assert not kinds.automatic(mail, OWN)


def test_a_page_becomes_text_without_what_is_hidden():
    mail = reading.read(mail_bytes("html"))
    assert "Trước nhà số 12 đường Lê Lợi có một ổ gà rất lớn." in mail.text
    assert "(https://maps.example.vn/?q=19.8,105.77)" in mail.text
    for hidden in ("ẩn", "alert", "color", "<"):
        assert hidden not in mail.text
    assert body.bare_subject(mail.subject) == "Ổ gà lớn trên đường Lê Lợi"


def test_attachments_bear_their_names():
    attached = reading.read(mail_bytes("photo")).attachments
    assert [file.filename for file in attached] == ["ổ gà.jpg", "don.pdf", "anh.jpg"]
    assert attached[0].content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("auto-reply", kinds.AUTO_SUBMITTED),
        ("list", kinds.BULK),
        ("loop", kinds.LOOP),
        ("bounce", kinds.AUTO_SUBMITTED),
        ("reply", ""),
        ("anonymous", ""),
    ],
)
def test_which_mails_a_machine_sent(name, why):
    assert kinds.automatic(reading.read(mail_bytes(name)), OWN) == why


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Auto-Submitted: no", ""),
        ("X-Autoreply: yes", kinds.AUTO_REPLY),
        ("Precedence: list", kinds.BULK),
        ("Return-Path: <>", kinds.NO_RETURN),
        ("Return-Path: <a@b.vn>", ""),
        ("X-Phanhoi-Site: x", kinds.LOOP),
        ("Subject: Out of Office: x", kinds.AUTO_REPLY),
    ],
)
def test_what_gives_a_machine_away(header, why):
    mail = reading.read(f"From: a@b.vn\n{header}\n\nxin chào".encode())
    assert kinds.automatic(mail, OWN) == why


def test_a_bounce_names_our_message_and_the_reason():
    ours = token.make(SECRET, "0123456789abcdef0123")
    mail = reading.read(mail_bytes("bounce", TOKEN=ours))
    returned = kinds.bounce(mail)
    assert returned.final
    assert returned.reason.startswith("5.1.1 smtp; 550")
    assert list(token.found_in(SECRET, *mail.reports)) == ["0123456789abcdef0123"]
    delayed = mail_bytes("bounce").replace(b"Action: failed", b"Action: delayed")
    assert not kinds.bounce(reading.read(delayed)).final
    assert kinds.bounce(reading.read(mail_bytes("reply"))) is None


@given(
    st.binary(min_size=10, max_size=10),
    st.integers(min_value=0, max_value=31),
    st.sampled_from("abcxyz234567"),
)
@settings(deadline=None)
def test_a_token_names_its_message_and_no_other_site_makes_it(name, place, letter):
    made = token.make(SECRET, name.hex())
    assert token.read(SECRET, made) == token.read(SECRET, made.upper()) == name.hex()
    assert token.read(b"another site", made) is None
    forged = made[: 3 + place] + letter + made[4 + place :]
    assert forged == made or token.read(SECRET, forged) is None
    address = token.tagged("phanhoi@tinh.example", made)
    assert list(token.found_in(SECRET, address)) == [name.hex()]
    assert token.untagged(address) == "phanhoi@tinh.example"
    assert token.without(f"Đề nghị bổ sung [{made}]") == "Đề nghị bổ sung"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Số 12.\n\nVào Th 3, 3 thg 11, 2026 lúc 10:00 A\n<a@b.vn> đã viết:\n\n> Số mấy?", "Số 12."),
        ("Số 12.\n\nOn Tue, Nov 3, 2026 at 10:00 A <a@b.vn> wrote:\n> Số mấy?", "Số 12."),
        ("Số 12.\n-----Original Message-----\nFrom: A\nSố mấy?", "Số 12."),
        ("Số 12.\n\nTừ: A\nĐã gửi: hôm qua\nĐến: B\nChủ đề: x\n\nSố mấy?", "Số 12."),
        ("On 3/11 A wrote:\n> Số mấy?\nSố 12.\n> Đường nào?\nLê Lợi.", "On 3/11 A wrote:\nSố 12.\nLê Lợi."),
        ("Số 12.\n\nGửi từ iPhone của tôi", "Số 12."),
        ("Số 12.\n--\nPhạm Thị Lan\nPhường Hạc Thành", "Số 12."),
        ("> chỉ có trích dẫn", "> chỉ có trích dẫn"),
        ("Từ: nhà tôi ra chợ\nĐường bị ngập", "Từ: nhà tôi ra chợ\nĐường bị ngập"),
    ],
)
def test_history_and_signature_are_cut_and_nothing_is_lost(text, own):
    assert body.split(text).own == own


@pytest.mark.parametrize(
    "prefix", ["Re: ", "RE[2]: ", "Trả lời: ", "TL: ", "Chuyển tiếp: ", "Fwd: Re: ", "Tl : "]
)
def test_prefixes_of_answers_are_known(prefix):
    assert body.bare_subject(f"{prefix}Ổ gà: đường Lê Lợi") == "Ổ gà: đường Lê Lợi"


def test_mutated_mails_are_read_without_an_error():
    rng = random.Random(20261124)
    whole = [mail_bytes(name) for name in names()]
    for _round in range(1500):
        raw = bytearray(rng.choice(whole))
        for _change in range(rng.randint(1, 30)):
            place = rng.randrange(len(raw))
            if rng.random() < 0.5:
                raw[place] = rng.randrange(256)
            elif rng.random() < 0.5:
                del raw[place : place + rng.randint(1, 60)]
            else:
                raw[place:place] = bytes(raw[rng.randrange(len(raw)) :][:40])
        mail = reading.read(bytes(raw))
        assert mail.key
        mail.text.encode("utf-8")  # nothing that a database refuses
        kinds.automatic(mail, OWN)
        kinds.bounce(mail)
        body.split(mail.text)
        details.found_in(mail.text)
