"""The demo's data files: complete, consistent with each other, and playable as stories."""

import csv
import json
import re
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from phanhoi_app.demo import timing
from phanhoi_app.rules import deadlines
from phanhoi_app.rules.working_time import Calendar

APP = Path(__file__).resolve().parents[2] / "phanhoi_app"
DEMO = APP / "demo"

# What each verb needs the complaint to be in, and what it makes of it (None: as before the question, or no change).
VERBS = {
    "accept": ({"new"}, "screening"),
    "correct": ({"new", "screening"}, None),
    "ask": ({"screening", "processing"}, "waiting"),
    "supply": ({"waiting"}, None),
    "refuse": ({"new", "screening", "assigned"}, "refused"),
    "redirect": ({"new", "screening", "assigned"}, "redirected"),
    "assign": ({"screening"}, "assigned"),
    "take": ({"assigned"}, "processing"),
    "submit": ({"processing"}, "approval"),
    "send_back": ({"approval"}, "processing"),
    "approve": ({"approval"}, "answered"),
    "answer": ({"processing"}, "answered"),
    "publish": ({"answered"}, None),
    "withhold": ({"answered"}, None),
    "rate": ({"answered"}, None),
    "reopen": ({"answered"}, "assigned"),
    "close": ({"answered"}, "closed"),
}
PHASES = {"new"} | {after for _, after in VERBS.values() if after}
REFUSALS = {
    *("missing_contact", "unclear", "not_vietnamese", "duplicate", "legal_complaint", "concluded"),
    *("false_or_abusive", "spam", "outside_province", "legal_document_system"),
}
NEEDED = {
    "correct": ("severity",),
    "ask": ("text",),
    "supply": ("text",),
    "refuse": ("text", "reason"),
    "redirect": ("text", "reason"),
    "assign": ("agency",),
    "submit": ("text",),
    "answer": ("text",),
    "send_back": ("reason",),
    "withhold": ("reason",),
    "rate": ("level",),
    "reopen": ("reason",),
}


def rows(name: str) -> list[dict]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entries(name: str) -> list[dict]:
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


AREAS = {row["code"]: row for row in rows("areas.csv")}
AGENCIES = {row["code"]: row for row in rows("agencies.csv")}
FIELDS = {entry["code"]: entry for entry in entries("fields.json")}
PEOPLE = entries("people.json")
# The fields with the policy of emergencies, as demo/province.py gives it to them.
EMERGENCY_FIELDS = {"roads", "lighting", "drainage", "power", "water", "fire_rescue", "public_order"}
COMPLAINTS = {entry["key"]: entry for entry in entries("complaints.json")}
STORIES = pytest.mark.parametrize("complaint", COMPLAINTS.values(), ids=COMPLAINTS.keys())


def play(steps: list[dict], sealed: bool = False) -> str:
    """The phase in which a complaint stands after these steps; AssertionError at one that cannot be taken."""
    phase, before = ("assigned" if sealed else "new"), ""
    for step in steps:
        allowed, after = VERBS[step["verb"]]
        assert phase in allowed, f"{step['verb']} while {phase}"
        if step["verb"] == "ask":
            before = phase
        phase = before if step["verb"] == "supply" else after or phase
    return phase


def days_ago(complaint: dict) -> int:
    """Whole days between receipt and loading."""
    return complaint.get("days_ago", 0)


def urgent(complaint: dict) -> bool:
    """Whether the desk finds it urgent: its term is another than the ordinary one."""
    return any(step.get("severity") == "urgent" for step in complaint["story"]["steps"])


def visible(question: dict, answers: dict) -> bool:
    shown = question.get("shown_when")
    return not shown or answers.get(shown["question"]) == shown["equals"]


@pytest.mark.parametrize(
    "name", ["areas.csv", "agencies.csv", "fields.json", "people.json", "complaints.json"]
)
def test_files_are_utf8_in_one_normal_form(name):
    text = (DEMO / name).read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text


def test_the_province_has_147_communes_and_19_wards():
    assert Counter(row["type"] for row in AREAS.values()) == {"province": 1, "commune": 147, "ward": 19}
    assert len(AREAS) == len(rows("areas.csv"))
    assert all(row["parent"] == "38" for code, row in AREAS.items() if code != "38")
    assert all(re.fullmatch(r"\d{5}", code) for code in AREAS if code != "38")
    assert AREAS["14797"]["name"] == "Phường Hạc Thành"
    # The two that become one when type word and marks are dropped, the reason for keying by code.
    assert {"Xã Đồng Tiến", "Phường Đông Tiến"} <= {row["name"] for row in AREAS.values()}


def test_area_names_carry_their_type_and_positions_lie_in_the_province():
    for row in AREAS.values():
        kind = {"province": "Tỉnh ", "commune": "Xã ", "ward": "Phường "}[row["type"]]
        assert row["name"].startswith(kind)
        assert bool(row["latitude"]) == bool(row["longitude"])
        if row["latitude"]:
            assert 19.2 < float(row["latitude"]) < 20.7 and 104.3 < float(row["longitude"]) < 106.1, row


def test_every_commune_has_its_agency_and_agencies_form_a_tree():
    assert len(AGENCIES) == len(rows("agencies.csv"))
    communes = {row["area"] for row in AGENCIES.values() if row["type"] == "commune"}
    assert communes == {code for code in AREAS if code != "38"}
    assert [code for code, row in AGENCIES.items() if not row["parent"]] == ["ubnd-tinh"]
    for code, row in AGENCIES.items():
        assert row["area"] in AREAS, code
        assert set(filter(None, row["fields"].split(";"))) <= FIELDS.keys(), code
        seen = {code}
        while row["parent"]:
            assert row["parent"] not in seen, f"circle at {code}"
            seen.add(row["parent"])
            row = AGENCIES[row["parent"]]


def test_fields_form_a_tree_and_the_five_founding_ones_are_there():
    assert len(FIELDS) == len(entries("fields.json"))
    founding = {code for code, field in FIELDS.items() if field["founding"]}
    assert founding == {"environment", "food_safety", "infrastructure", "business", "conduct"}
    for code, field in FIELDS.items():
        assert field["parent"] is None or FIELDS[field["parent"]]["is_group"], code
        assert field["is_group"] == any(other["parent"] == code for other in FIELDS.values()), code
        assert field["default_agency"] in AGENCIES or field["by_area"], code
        assert field["name_vi"] and field["name_en"]


def test_sealed_fields_are_never_published_by_default():
    assert FIELDS["conduct"]["sealed"]
    assert not [code for code, field in FIELDS.items() if field["sealed"] and field["publishes_by_default"]]


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())
def test_questions_can_be_asked(field):
    known: dict[str, dict] = {}
    for question in field["questions"]:
        assert question["code"] not in known
        assert question["type"] in {"choice", "text", "number", "yes_no", "date"}
        assert question["label_vi"] and question["label_en"]
        values = [option["value"] for option in question.get("options", [])]
        assert bool(values) == (question["type"] == "choice")
        assert len(set(values)) == len(values)
        possible = {**known, question["code"]: question}
        shown = question.get("shown_when")
        if shown:
            assert shown["question"] in known, "shown by a question that comes later"
        for question_code, value in [
            *([(shown["question"], shown["equals"])] if shown else []),
            *((question["code"], stop["equals"]) for stop in question.get("stops_when", [])),
        ]:
            asked = possible[question_code]
            options = {option["value"] for option in asked.get("options", [])}
            assert value in (options or {"yes", "no"}), f"{question_code} is never {value}"
        known = possible


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())
def test_icons_are_one_family(field):
    icon = ElementTree.parse(APP / "public" / "icons" / "field" / f"{field['icon']}.svg").getroot()  # noqa: S314
    assert icon.get("viewBox") == "0 0 24 24"
    assert (icon.get("stroke"), icon.get("fill"), icon.get("stroke-width")) == (
        "currentColor",
        "none",
        "1.75",
    )
    coloured = {name for node in icon.iter() if node is not icon for name in node.attrib}
    assert not coloured & {"fill", "stroke", "style", "class", "stroke-width"}


def test_people_have_one_account_each_in_a_domain_that_cannot_exist():
    assert len({person["email"] for person in PEOPLE}) == len(PEOPLE)
    assert all(person["email"].endswith("@phanhoi.example") for person in PEOPLE)
    roles = Counter(person["role"] for person in PEOPLE)
    assert roles.keys() == {"administrator", "supervisor", "coordinator", "officer", "leader", "citizen"}
    assert (roles["coordinator"], roles["citizen"]) == (2, 3)
    assert all(person["agency"] in AGENCIES for person in PEOPLE if person["role"] != "citizen")
    assert {person["role"] for person in PEOPLE if person["listed"]} == roles.keys()


def test_every_officer_has_a_leader():
    officers = {person["agency"] for person in PEOPLE if person["role"] == "officer"}
    assert officers == {person["agency"] for person in PEOPLE if person["role"] == "leader"}
    assert len(officers) >= 8


def test_phone_numbers_are_plainly_made_up():
    phones = [complaint["citizen"]["phone"] for complaint in COMPLAINTS.values()]
    assert all(re.fullmatch(r"0900000\d{3}", phone) for phone in phones if phone)
    assert all(re.fullmatch(r"0900000\d{3}", person["phone"]) for person in PEOPLE)
    assert all(re.fullmatch(r"(0237000\d{4})?", row["phone"]) for row in AGENCIES.values())


@STORIES
def test_complaints_name_what_exists(complaint):
    assert complaint["title"] and complaint["content"]
    assert not FIELDS[complaint["field"]]["is_group"]
    assert complaint["area"] in AREAS
    assert complaint["kind"] in {"report", "proposal", "legal_complaint", "denunciation"}
    assert complaint["citizen"]["identity"] in {"public", "hidden_from_public", "hidden_from_agency"}
    assert complaint["channel"] in {"web", "app", "phone", "counter", "letter", "email", "zalo", "facebook"}
    assert 0 < complaint.get("hours_ago", 1) < 24
    assert 0 <= days_ago(complaint) <= 90
    assert "hours_ago" in complaint or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", complaint["hour"])
    assert complaint["citizen"]["email"] or complaint["channel"] != "email"
    email = complaint["citizen"]["email"]
    assert email is None or email.endswith(".example")


@STORIES
def test_complaints_lie_near_their_commune(complaint):
    area = AREAS[complaint["area"]]
    if complaint["latitude"] is None:
        assert complaint["longitude"] is None
        return
    assert abs(complaint["latitude"] - float(area["latitude"])) < 0.02
    assert abs(complaint["longitude"] - float(area["longitude"])) < 0.02


@STORIES
def test_extra_questions_are_answered_as_the_form_would_have_it(complaint):
    questions = {question["code"]: question for question in FIELDS[complaint["field"]]["questions"]}
    answers = complaint["answers"]
    assert answers.keys() <= questions.keys()
    for code, question in questions.items():
        value = answers.get(code)
        if not visible(question, answers):
            assert value is None, f"{code} was not asked"
            continue
        assert value or not question["required"], f"{code} is missing"
        if value:
            options = {option["value"] for option in question.get("options", [])}
            assert question["type"] != "choice" or value in options, f"{code}: {value}"
            assert question["type"] != "yes_no" or value in {"yes", "no"}, f"{code}: {value}"
            assert question["type"] != "number" or value.isdigit(), f"{code}: {value}"
            stops = {stop["equals"] for stop in question.get("stops_when", [])}
            assert value not in stops, f"{code}: {value} would have stopped the form"


@STORIES
def test_stories_can_be_played_and_end_where_they_say(complaint):
    story = complaint["story"]
    for step in story["steps"]:
        assert all(step.get(key) for key in NEEDED.get(step["verb"], ())), step
        assert step.get("agency", "ubnd-tinh") in AGENCIES
        assert step["verb"] != "refuse" or step["reason"] in REFUSALS
        assert step.get("level", "accepted") in {"satisfied", "accepted", "unsatisfied"}
    assert play(story["steps"], FIELDS[complaint["field"]]["sealed"]) == story["phase"]


def test_a_story_out_of_order_is_found():
    with pytest.raises(AssertionError, match="approve while processing"):
        play([{"verb": verb} for verb in ("accept", "assign", "take", "approve")])


@STORIES
def test_steps_follow_in_time_and_none_is_in_the_future(complaint):
    hours = [step["after_hours"] for step in complaint["story"]["steps"]]
    assert hours == sorted(hours)
    assert all(0 < hour <= complaint.get("hours_ago", max(1, days_ago(complaint)) * 24) for hour in hours)


@STORIES
def test_whoever_takes_and_answers_has_an_officer_and_the_right_way_to_answer(complaint):
    staffed = {person["agency"] for person in PEOPLE if person["role"] == "officer"}
    field = FIELDS[complaint["field"]]
    agency = field["default_agency"] if field["sealed"] else None
    for step in complaint["story"]["steps"]:
        agency = step.get("agency", agency)
        if step["verb"] == "take":
            assert agency in staffed
        needs_approval = FIELDS[complaint["field"]]["needs_approval"]
        assert step["verb"] != "answer" or not needs_approval, "answered without the approval it needs"
        assert step["verb"] != "submit" or needs_approval, "submitted where nobody approves"


@STORIES
def test_nothing_sealed_or_against_the_law_is_published(complaint):
    verbs = {step["verb"] for step in complaint["story"]["steps"]}
    if FIELDS[complaint["field"]]["sealed"] or complaint["kind"] in {"legal_complaint", "denunciation"}:
        assert "publish" not in verbs
        assert complaint["field"] != "conduct" or complaint["citizen"]["identity"] == "hidden_from_agency"
    if complaint["kind"] in {"legal_complaint", "denunciation"}:
        assert complaint["story"]["phase"] == "redirected"


OFFICE = Calendar.from_dict(
    {
        "shifts": [
            {"weekday": day, "start": start, "end": end}
            for day in range(5)
            for start, end in (("07:30", "11:30"), ("13:30", "17:00"))
        ],
        "days_off": [date(2026, 2, day) for day in range(16, 21)],
    }
)
# A working morning, a night, a Sunday, the first working morning after nine days off.
LOADED_AT = [
    datetime(2026, 11, 24, 9, 30),
    datetime(2026, 11, 24, 0, 5),
    datetime(2026, 11, 22, 12, 0),
    datetime(2026, 2, 23, 7, 31),
]


@pytest.mark.parametrize("now", LOADED_AT, ids=str)
def test_told_times_rise_and_end_before_the_loading(now):
    for entry in COMPLAINTS.values():
        received, moments = timing.timed(entry, now, OFFICE)
        times = [received, *moments]
        assert times == sorted(set(times)), entry["key"]
        assert times[-1] <= now, entry["key"]
        assert len(moments) == len(entry["story"]["steps"])
        assert (now.date() - received.date()).days >= days_ago(entry)
        for step, moment in zip(entry["story"]["steps"], moments, strict=True):
            assert step["verb"] not in timing.IN_OFFICE or OFFICE.is_working(moment), entry["key"]


def test_told_times_are_the_same_each_time_and_not_all_on_the_hour():
    entry = COMPLAINTS["c001"]
    assert timing.timed(entry, LOADED_AT[0], OFFICE) == timing.timed(entry, LOADED_AT[0], OFFICE)
    minutes = {
        moment.minute
        for entry in COMPLAINTS.values()
        for moment in timing.timed(entry, LOADED_AT[0], OFFICE)[1]
    }
    assert len(minutes) > 50


def test_a_story_that_no_day_will_do_for_is_refused():
    never = {
        "key": "x",
        "days_ago": 0,
        "hour": "08:00",
        "story": {"steps": [{"verb": "accept", "after_hours": 9999}]},
    }
    with pytest.raises(ValueError, match="x cannot have ended by 2026-11-24"):
        timing.timed(never, LOADED_AT[0], OFFICE)


@pytest.mark.parametrize("now", LOADED_AT[:3], ids=str)
def test_told_stories_are_late_by_the_ordinary_term_exactly_when_they_say_so(now):
    for entry in COMPLAINTS.values():
        if urgent(entry):
            continue
        received, moments = timing.timed(entry, now, OFFICE)
        due = deadlines.due(received, 17, deadlines.CALENDAR_DAY, deadlines.NEXT_WORKING_DAY, OFFICE)
        steps = zip(entry["story"]["steps"], moments, strict=True)
        answered = next((moment for step, moment in steps if step["verb"] in {"approve", "answer"}), None)
        ended = entry["story"]["phase"] in {"refused", "redirected", "waiting"}
        assert entry["story"]["late"] == (not ended and (answered or now) > due), entry["key"]


@pytest.mark.parametrize("now", LOADED_AT, ids=str)
def test_some_urgent_ones_come_due_within_hours_of_the_loading(now):
    """24 hours by the clock, the policy of emergencies: whenever it is loaded, at night as well."""
    soon = []
    for entry in filter(urgent, COMPLAINTS.values()):
        assert entry["field"] in EMERGENCY_FIELDS, entry["key"]
        received, moments = timing.timed(entry, now, OFFICE)
        steps = zip(entry["story"]["steps"], moments, strict=True)
        answered = next((moment for step, moment in steps if step["verb"] in {"approve", "answer"}), None)
        left = received + timedelta(hours=24) - (answered or now)
        assert entry["story"]["late"] == (left < timedelta()), entry["key"]
        if not answered and left > timedelta():
            soon.append(left)
    assert len(soon) >= 5
    assert any(timedelta(hours=3) < left < timedelta(hours=4) for left in soon), "due in 3 hours"
    assert all(timedelta(minutes=30) < left < timedelta(hours=8) for left in soon), (
        "orange: less than 8 hours"
    )


@STORIES
def test_late_means_a_month_without_an_answer(complaint):
    if urgent(complaint):
        return
    story = complaint["story"]
    answered = [step["after_hours"] for step in story["steps"] if step["verb"] in {"approve", "answer"}]
    open_phases = {"new", "screening", "assigned", "processing", "approval"}
    waited = days_ago(complaint) if not answered and story["phase"] in open_phases else 0
    days = answered[0] / 24 if answered else waited
    # An ordinary answer is due 17 to 19 days after the receipt: no story may lie so near that a weekend decides.
    assert not 15.5 < days < 25
    assert story["late"] == (days >= 25)


def test_duplicates_point_at_an_earlier_complaint_of_the_same_place_and_field():
    pairs = [
        (complaint, COMPLAINTS[step["duplicate_of"]])
        for complaint in COMPLAINTS.values()
        for step in complaint["story"]["steps"]
        if "duplicate_of" in step
    ]
    assert len(pairs) >= 2
    for later, earlier in pairs:
        assert (later["field"], later["area"]) == (earlier["field"], earlier["area"])
        assert days_ago(later) < days_ago(earlier)


def test_the_whole_is_as_varied_as_real_life():
    everything = COMPLAINTS.values()
    assert len(everything) >= 150
    assert len({complaint["content"] for complaint in everything}) == len(everything)
    phases = Counter(complaint["story"]["phase"] for complaint in everything)
    assert phases.keys() == PHASES
    assert min(phases.values()) >= 4
    assert {complaint["field"] for complaint in everything} == {
        code for code, field in FIELDS.items() if not field["is_group"]
    }
    texts = [complaint["content"] for complaint in everything]
    assert sum(text.isascii() and "the" not in text.split() for text in texts) >= 8, "typed without marks"
    assert sum(text.isupper() for text in texts) >= 3, "angry"
    assert sum(len(text) < 20 for text in texts) >= 3, "too short"
    assert max(map(len, texts)) > 1400, "very long"
    assert sum(complaint["story"]["late"] for complaint in everything) >= 15
    verbs = Counter(step["verb"] for complaint in everything for step in complaint["story"]["steps"])
    assert verbs.keys() == VERBS.keys()


def test_published_text_names_nobody():
    senders = {complaint["citizen"]["name"] for complaint in COMPLAINTS.values()} - {""}
    for complaint in COMPLAINTS.values():
        for step in complaint["story"]["steps"]:
            if step["verb"] == "publish":
                shown = " ".join((step["title"], step.get("text") or complaint["content"]))
                assert not re.search(r"\d{9,}", shown), complaint["key"]
                assert not [name for name in senders if name in shown], complaint["key"]


def photos() -> list[dict]:
    shown = [photo for complaint in COMPLAINTS.values() for photo in complaint["photos"]]
    steps = [step for complaint in COMPLAINTS.values() for step in complaint["story"]["steps"]]
    return shown + [photo for step in steps for photo in step.get("photos", [])]


@pytest.fixture(scope="module")
def pictures():
    pytest.importorskip("PIL", reason="pictures are drawn with Pillow, which every bench has")
    from phanhoi_app.demo import pictures

    return pictures


def test_every_photo_has_its_scene_and_no_scene_is_idle(pictures):
    assert {photo["motif"] for photo in photos()} == set(pictures.MOTIFS)
    assert len({(photo["motif"], photo["seed"]) for photo in photos()}) == len(photos())


def test_pictures_are_small_jpegs_and_the_same_every_time(pictures):
    import io

    from PIL import Image, ImageStat

    for motif in pictures.MOTIFS:
        drawn = pictures.draw(motif, 5)
        assert len(drawn) < 150_000, motif
        image = Image.open(io.BytesIO(drawn))
        assert (image.format, image.size) == ("JPEG", (1200, 900))
        assert not image.getexif()
        assert max(ImageStat.Stat(image).stddev) > 12, f"{motif} is a blank sheet"
    assert pictures.draw("pothole", 5) == pictures.draw("pothole", 5) != pictures.draw("pothole", 6)


def test_an_unknown_motif_is_an_error(pictures):
    with pytest.raises(KeyError):
        pictures.draw("unicorn")
