"""The demo on a real site: every story goes its way through the app's own doors, at its own times, and once only."""

from datetime import timedelta

import pytest

from phanhoi_app.demo import command, files, load, province, retell
from phanhoi_app.history import read
from phanhoi_app.history.now import as_of, is_retold, now

STORIES = {entry["key"]: entry for entry in files.complaints()}
OPEN = ("new", "screening", "assigned", "processing", "approval")
COUNTED = ("Area", "Agency", "Field", "User", "Complaint", "Complaint Event", "Message")
FIRST, SECOND = {"c001", "c003", "c007"}, {"c001", "c006", "c044", "c056", "c152"}


class Loaded:
    """What a loading in two runs did: `progress` holds what it told, `added` what each run returned."""

    def __init__(self, frappe):
        self.frappe = frappe
        self.others = load.other_complaints()
        self.progress: list[tuple[str, int, int]] = []
        self.passwords: list[str] = []
        self.began = now()
        self.added = [self.run(keys=FIRST), self.run(keys=SECOND), self.run()]

    def run(self, **options) -> int:
        return load.load(
            lambda *told: self.progress.append(told),
            force=True,
            pictures=False,
            on_password=self.passwords.append,
            **options,
        )

    def complaint(self, key: str):
        name = self.frappe.db.get_value("Complaint", {"external_reference": retell.reference(key)})
        return self.frappe.get_doc("Complaint", name)

    def count(self) -> dict:
        return {doctype: self.frappe.db.count(doctype) for doctype in COUNTED}


@pytest.fixture(scope="module")
def loaded(site_session):
    """The whole demo without its photos, in one transaction that is undone: the test site keeps nothing of it."""
    frappe = site_session
    frappe.db.rollback()
    frappe.set_user("Administrator")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frappe.db, "commit", lambda *args, **kwargs: None)
        patch.setitem(
            frappe.flags, "in_test", False
        )  # or the framework looks for the people's pictures on the network
        yield Loaded(frappe)
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.clear_cache()
    for doctype in (*COUNTED, "Phanhoi Settings"):
        frappe.clear_document_cache(doctype)


def test_each_run_adds_what_is_missing_and_nothing_twice(loaded):
    assert loaded.added == [3, 4, len(STORIES) - 7]
    before = loaded.count()
    assert loaded.run() == 0
    assert loaded.count() == before
    assert load.other_complaints() == loaded.others, "each demo complaint is known as one"


def test_progress_is_told_to_the_end(loaded):
    told = {what: (done, total) for what, done, total in loaded.progress}
    assert len(told) == 5
    assert all(done == total > 0 for done, total in told.values())


def test_a_password_is_made_once(loaded):
    from frappe.utils.password import check_password

    assert len(loaded.passwords) == 1
    assert len(loaded.passwords[0]) >= 12
    for person in (files.people()[0], files.people()[-1]):
        assert check_password(person["email"], loaded.passwords[0]) == person["email"]


def test_people_have_their_role_and_citizens_no_desk(loaded):
    users = {
        row.name: row.user_type
        for row in loaded.frappe.get_all("User", fields=["name", "user_type"], limit_page_length=0)
    }
    for person in files.people():
        citizen = person["role"] == "citizen"
        assert users[person["email"]] == ("Website User" if citizen else "System User")
    roles = loaded.frappe.get_roles("hacthanh.canbo@phanhoi.example")
    assert [role for role in roles if role.startswith("Phanhoi")] == ["Phanhoi Officer"]


@pytest.mark.parametrize("key", STORIES)
def test_a_story_ends_where_it_says(loaded, key):
    complaint, story = loaded.complaint(key), STORIES[key]["story"]
    assert complaint.phase == story["phase"]
    events = read.events(complaint.name)
    kinds = [{"correct": "edited"}.get(step["verb"], step["verb"]) for step in story["steps"]]
    assert [event.kind for event in events] == ["received", *kinds]
    assert read.verify(complaint.name) == []
    times = [event.at for event in events]
    assert times == sorted(times)
    assert times[-1] <= loaded.began
    assert abs(times[0] - complaint.received_at) < timedelta(seconds=1)


@pytest.mark.parametrize("key", STORIES)
def test_late_ones_are_late_and_no_others(loaded, key):
    complaint = loaded.complaint(key)
    counts = complaint.answered_on or (loaded.began if complaint.phase in OPEN else None)
    assert bool(counts and counts > complaint.due_on) == STORIES[key]["story"]["late"]


def test_urgent_ones_are_due_within_hours_by_the_policy_of_emergencies(loaded):
    soon = [loaded.complaint(key) for key, entry in STORIES.items() if "hours_ago" in entry]
    assert {complaint.severity for complaint in soon} == {"Urgent"}
    assert {complaint.deadline_policy for complaint in soon} == {province.EMERGENCIES}
    for complaint in soon:
        assert timedelta() < complaint.due_on - loaded.began < timedelta(hours=8)
        assert abs(complaint.due_on - complaint.received_at - timedelta(hours=24)) < timedelta(seconds=1)


def test_dates_on_the_complaint_are_those_of_its_steps(loaded):
    complaint = loaded.complaint("c001")
    at = {event.kind: event.at for event in read.events(complaint.name)}
    for fieldname, kind in (
        ("answered_on", "approve"),
        ("published_on", "publish"),
        ("rated_on", "rate"),
        ("closed_on", "close"),
    ):
        assert abs(complaint.get(fieldname) - at[kind]) < timedelta(seconds=1), fieldname
    assert str(complaint.answer_date) == str(at["submit"].date())


def test_each_step_is_its_persons_own(loaded):
    events = {event.kind: event for event in read.events(loaded.complaint("c001").name)}
    assert events["received"].actor == events["rate"].actor == "Guest", "a citizen's account is named nowhere"
    assert events["assign"].at.hour < 18
    assert events["assign"].actor == "dieu.phoi@phanhoi.example", "the day's coordinator"
    assert events["take"].actor == events["submit"].actor == "hacthanh.canbo@phanhoi.example"
    assert events["approve"].actor == "hacthanh.lanhdao@phanhoi.example"


def test_answers_to_the_extra_questions_are_kept_as_officers_read_them(loaded):
    assert "Ổ gà, hố sụt" in loaded.complaint("c001").question_answers


def test_numbers_follow_the_order_of_receipt_in_one_run(loaded):
    last_run = [loaded.complaint(key) for key in STORIES if key not in FIRST | SECOND]
    by_receipt = sorted(last_run, key=lambda complaint: complaint.received_at)
    assert [complaint.name for complaint in by_receipt] == sorted(complaint.name for complaint in last_run)


def test_nobody_is_told_today_of_what_happened_earlier(loaded):
    ours = {loaded.complaint(key).name for key in STORIES}
    rows = loaded.frappe.get_all(
        "Message", filters={"complaint": ["in", list(ours)]}, fields=["status", "status_note", "creation"]
    )
    assert len(rows) > 300
    assert {row.status for row in rows} == {"Not sent"}
    assert all(row.status_note and row.creation <= loaded.began for row in rows)


def test_the_site_says_that_it_holds_demo_data(loaded):
    assert loaded.frappe.get_single("Phanhoi Settings").demo


def test_a_site_with_complaints_of_its_own_is_left_alone(loaded, monkeypatch):
    before = loaded.count()
    monkeypatch.setattr(load, "other_complaints", lambda: 12)
    assert load.load() == 0, "a demo in which people have tried things out is still a demo"
    loaded.frappe.db.set_single_value("Phanhoi Settings", "demo", 0)
    try:
        with pytest.raises(load.DemoRefused, match="12"):
            load.load()
    finally:
        loaded.frappe.db.set_single_value("Phanhoi Settings", "demo", 1)
    assert loaded.count() == before


def test_complaints_that_are_not_the_demos_are_counted(loaded):
    before = load.other_complaints()
    assert before == loaded.others
    loaded.frappe.db.set_value("Complaint", loaded.complaint("c002").name, "external_reference", "its-own")
    try:
        assert load.other_complaints() == before + 1
    finally:
        name = loaded.frappe.db.get_value("Complaint", {"external_reference": "its-own"})
        loaded.frappe.db.set_value("Complaint", name, "external_reference", retell.reference("c002"))


def test_photos_are_drawn_elsewhere_and_carry_the_retold_day(loaded):
    received = loaded.began - timedelta(days=30)
    moments = [received + timedelta(hours=hours) for hours in (1, 2, 3, 50)]
    entry = STORIES["c001"] | {"key": "c001-again"}
    entry = entry | {"story": entry["story"] | {"steps": entry["story"]["steps"][:4]}}
    with load._photographer([entry]) as photos:
        name = retell.Teller(photos).tell(entry, received, moments)
    files_of = {"attached_to_name": name}
    rows = loaded.frappe.get_all(
        "File", filters=files_of, fields=["attached_to_field", "creation", "file_size"]
    )
    assert all(row.file_size > 20_000 for row in rows)
    assert {row.attached_to_field: row.creation for row in rows} == {
        "citizen_photos": received,
        "answer_files": moments[-1],
    }
    said = loaded.frappe.get_all("Comment", filters={"reference_name": name}, pluck="creation")
    assert said == [], (
        "the history tells of photos, without the citizen's account that the framework would name"
    )


def test_a_retold_moment_holds_only_inside():
    earlier = now() - timedelta(days=9)
    with as_of(earlier):
        assert (now(), is_retold()) == (earlier, True)
        with pytest.raises(KeyError), as_of(earlier - timedelta(days=1)):
            raise KeyError
        assert now() == earlier
    assert now() > earlier + timedelta(days=8)
    assert not is_retold()


def test_progress_without_a_terminal_is_a_line_now_and_then(capsys):
    bar = command.Bar()
    for done in range(1, 201):
        bar.show("Phản ánh", done, 200)
    bar.end()
    assert capsys.readouterr().err == "Phản ánh: 200/200\n"


def test_the_hotline_has_a_roster_around_today_and_calls(loaded):
    """Somebody is on duty now, the shift before has left its note, and nothing of it is there twice."""
    from phanhoi_app.hotline import shifts

    agency, db = province.SCREENING_AGENCY, loaded.frappe.db
    assert len(shifts.on_duty(agency)) == 1
    week = shifts.week(agency, now().date())
    assert [sentence for sentence in week["problems"] if "00:00" not in sentence] == []
    count = db.count("Duty Shift", {"agency": agency})
    assert count == 2 * 35
    over = db.count("Duty Shift", {"agency": agency, "ends_at": ("<=", now())})
    assert db.count("Duty Handover", {"agency": agency}) == over >= 13
    assert db.count("Call Log", {"call_id": ("like", "demo-%")}) == 6
    assert db.get_value("Field", "fire_rescue", ["urgent", "emergency_sentence"])[0] == 1
