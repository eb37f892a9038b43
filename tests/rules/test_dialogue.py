"""The conversation of a chat: the straight way, the side ways, and what holds whatever is written."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phanhoi_app.rules import area_names, dialogue, emergencies
from phanhoi_app.rules.dialogue import Heard, Say, State, hear

AREAS = [
    ("1", "Phường Hạc Thành"),
    ("2", "Phường Hàm Rồng"),
    ("3", "Xã Hoằng Lộc"),
    ("4", "Xã Hoằng Hóa"),
    ("5", "Xã Hoàng Lộc"),
]
TOLD = "Đường Lê Lai ngập nước từ sáng đến giờ"


class Known:
    takes_photos, most_photos, phone = True, 3, ""

    def __init__(self, waiting=None):
        self._waiting = waiting

    def areas(self, text):
        return area_names.named(text, AREAS)

    def area_at(self, latitude, longitude):
        return AREAS[0] if latitude > 19 else None

    def waiting(self):
        return self._waiting

    def status(self, code):
        return [Say("status" if code else "no_complaints", {"number": code, "phase": "new"})]


def talk(*said, knows=None, state=State()):  # noqa: B008 - a State never changes
    """The outcome after these messages (texts or Heard), a minute apart."""
    outcome = None
    for each in said:
        heard = each if isinstance(each, Heard) else Heard(each)
        outcome = hear(state, heard, timedelta(minutes=1), knows or Known())
        state = outcome.state
    return outcome


def keys(outcome):
    return [each.key for each in outcome.say]


def test_the_straight_way_ends_in_a_complaint():
    outcome = talk(
        "xin chào", TOLD, "12 Lê Lai, phường Hạc Thành", Heard(photos=2), "xong", "0912 345 678", "GỬI"
    )
    assert outcome.do == "file"
    assert outcome.state == State(
        "confirm", TOLD, None, "1", "Phường Hạc Thành", "12 Lê Lai, phường Hạc Thành", (), 2, "0912345678"
    )


def test_a_first_message_that_tells_what_happened_is_taken_as_that():
    assert keys(talk(TOLD)) == ["ask_where"]
    assert keys(talk("xin chào")) == ["greeting", "ask_what"]


def test_a_shared_location_finds_the_commune_and_an_unknown_one_is_kept():
    assert talk(TOLD, Heard(location=(19.8, 105.7))).state.area == "1"
    outcome = talk(TOLD, Heard(location=(10.0, 105.7)))
    assert (outcome.state.location, outcome.state.area, keys(outcome)) == (
        (10.0, 105.7),
        "",
        ["place_noted", "ask_photo"],
    )


def test_several_communes_are_chosen_by_number():
    asked = talk(TOLD, "hoang")
    assert asked.state.step == "which"
    assert "1. Xã Hoằng Lộc" in asked.say[-1].values["choices"]
    assert talk("7", state=asked.state).state.step == "which"
    assert talk("2", state=asked.state).state.area_name == "Xã Hoằng Hóa"
    assert talk("Hàm Rồng", state=asked.state).state.area == "2"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Hạc Thành", "1"),
        ("hac thanh", "1"),
        ("P. Hạc Thành", "1"),
        ("số 5 đường Lê Lai, P.Hàm Rồng, TP", "2"),
        ("Hoằng Lộc", "3"),
        ("hoang loc", "35"),
        ("Hoàng Lộc", "5"),
        ("gần chợ", ""),
        ("xã", ""),
        ("", ""),
    ],
)
def test_communes_are_known_by_what_people_write(text, codes):
    assert "".join(code for code, _name in area_names.named(text, AREAS)) == codes


@pytest.mark.parametrize("word", ["HỦY", "huy", "Huỷ", "huỷ bỏ", "thôi"])
def test_cancelling_with_and_without_marks(word):
    outcome = talk(TOLD, word)
    assert (outcome.state, keys(outcome)) == (State(), ["cancelled"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TRA CỨU 7KX3-MQPH-4T9W-AC", "7KX3-MQPH-4T9W-AC"),
        ("tra cuu ma 7kx3 mqph 4t9w ac", "7kx3 mqph 4t9w ac"),
        ("tracuu PA-2026-000123", "PA-2026-000123"),
    ],
)
def test_the_status_is_asked_by_code_and_the_draft_stays(text, code):
    outcome = talk(TOLD, text)
    assert outcome.say == [Say("status", {"number": code, "phase": "new"})]
    assert outcome.state.content == TOLD
    assert keys(talk("tra cuu")) == ["no_complaints"]


def test_what_was_left_is_taken_up_again_and_in_the_end_forgotten():
    state = talk(TOLD).state
    later = hear(state, Heard("phường Hàm Rồng"), timedelta(hours=5), Known())
    assert keys(later)[0] == "resumed"
    assert later.state.area == "2"
    much_later = hear(state, Heard("chào"), timedelta(days=4), Known())
    assert keys(much_later) == ["expired", "greeting", "ask_what"]
    assert not much_later.state.content


def test_a_text_to_a_complaint_that_waits_is_its_answer():
    outcome = talk("Nhà số 12 nhé", knows=Known("PA-2026-000001"))
    assert (outcome.do, outcome.text, keys(outcome)) == ("supply", "Nhà số 12 nhé", ["supplied"])
    assert talk("bat dau", knows=Known("PA-2026-000001")).state.step == "what"
    assert talk(Heard(odd=True), knows=Known("PA-2026-000001")).do == ""


def test_one_may_correct_before_sending():
    outcome = talk(TOLD, "bỏ qua", "khong", "không", "sửa", "Đèn đường hỏng ở ngã tư chợ", "gui")
    assert outcome.do == "file"
    assert outcome.state.content == "Đèn đường hỏng ở ngã tư chợ"


def test_a_wrong_number_is_told_with_the_remedy_and_none_is_allowed():
    outcome = talk(TOLD, "bo qua", "xong", "0912")
    assert outcome.say[0].values["why"].startswith("This is not a complete phone number")
    assert talk("k", state=outcome.state).state.step == "confirm"


def test_the_sender_of_an_sms_is_not_asked_for_photo_and_number():
    knows = Known()
    knows.takes_photos, knows.phone = False, "0912345678"
    outcome = talk(TOLD, "bo qua", knows=knows)
    assert (outcome.state.step, outcome.state.phone) == ("confirm", "0912345678")


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Có cháy nhà ở ngõ 5", ("114",)),
        ("chay nha roi", ("114",)),
        ("Tai nạn, có người bất tỉnh", ("115",)),
        ("bọn cướp đang đánh nhau, một người bị thương nặng", ("113", "115")),
        ("Nước chảy tràn đường", ()),
        ("Xe chạy ẩu", ()),
        ("quan com chay dang chay khach", ()),
        ("chính sách nghỉ mát", ()),
    ],
)
def test_a_danger_to_life_is_answered_with_the_number_first(text, called):
    assert emergencies.numbers(text) == called
    if called:
        outcome = talk(text)
        assert outcome.say[0] == Say("emergency", {"numbers": ", ".join(called)})


def test_a_title_is_the_first_sentence():
    assert dialogue.title("Ngập nước. Đã ba ngày rồi.") == "Ngập nước"
    assert dialogue.title("A! Đường hỏng nặng quá") == "A! Đường hỏng nặng quá"
    assert len(dialogue.title("dài " * 200)) <= 122


WORDS = [
    *(
        "huy",
        "bắt đầu",
        "giup",
        "tra cuu",
        "tra cuu ABC",
        "bo qua",
        "khong",
        "xong",
        "gui",
        "sua",
        "1",
        "2",
        "99",
    ),
    *(
        "0",
        "hoang",
        "Hạc Thành",
        "0912345678",
        "09",
        TOLD,
        "cháy nhà",
        "²",
        "٣",
        "\ud800",
        "x" * 6000,
        "",
        " ",
    ),
]
HEARD = st.builds(
    Heard,
    text=st.one_of(st.sampled_from(WORDS), st.text(max_size=40)),
    location=st.one_of(st.none(), st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
    photos=st.integers(0, 9),
    odd=st.booleans(),
)
GAPS = st.one_of(st.none(), st.timedeltas(timedelta(days=-1), timedelta(days=9)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(HEARD, GAPS), max_size=14), st.booleans(), st.booleans())
def test_whatever_is_written(said, waits, photos):
    """No message breaks it, it is kept and read back as it was, and there is always a way out and through."""
    knows = Known("PA-1" if waits else None)
    knows.takes_photos = photos
    state = State()
    for heard, gap in said:
        outcome = hear(state, heard, gap, knows)
        assert outcome.state.step in dialogue.STEPS
        assert outcome.say or outcome.do == "file"
        if outcome.do == "file":
            assert len(outcome.state.content) >= dialogue.SHORTEST
            assert state.step == "confirm"
        assert outcome.state.photos <= knows.most_photos
        state = dialogue.load(json.loads(json.dumps(dialogue.dump(outcome.state))))
        assert state == outcome.state
    assert talk("huy", state=state, knows=knows).state == State()
    through = (
        ("huy", "bat dau", TOLD, "bo qua", "xong", "khong", "gui")
        if photos
        else (*("huy", "bat dau", TOLD, "bo qua", "khong", "gui"),)
    )
    assert talk(*through, state=state, knows=knows).do == "file"


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(State._fields), inner),
        max_leaves=8,
    )
)
def test_a_draft_that_cannot_be_read_is_no_draft(kept):
    assert dialogue.load(kept if isinstance(kept, dict) else None).step in dialogue.STEPS
