"""Cases of another system come in: with their times, holders, deadlines and history, or with a reason why not."""

import dataclasses
import json
from datetime import datetime

import pytest
from helpers import cases

from phanhoi_app.history import read
from phanhoi_app.intake.importer import mapping, run


@pytest.fixture
def bring_in(site, province, tmp_path):
    """``bring_in(rows, **changes of the map)`` imports rows in this process; its result has ``rejects`` as rows."""
    cases.clear(site)

    def do(rows, name="cases.csv", **changes):
        file = cases.write(tmp_path / name, rows)
        rejects = tmp_path / "rejects.csv"
        progress = run.bring_in(file, mapping.parse(cases.map_text(**changes)), rejects)
        progress.rejects = cases.read_rejects(rejects) if rejects.exists() else []
        return progress

    yield do
    cases.clear(site)


def complaint(site, case_id="1"):
    name = site.db.get_value("Complaint", {"external_reference": f"{cases.SOURCE}:{case_id}"})
    return site.get_doc("Complaint", name) if name else None


def test_a_closed_case_comes_in_with_its_times_and_holder(site, bring_in):
    progress = bring_in([cases.GOOD])
    assert (progress.accepted, progress.rejected, progress.known) == (1, 0, 0)
    doc = complaint(site)
    assert doc.name.startswith("PA-2015-")
    assert (doc.phase, doc.clock_state, doc.channel) == ("closed", "Stopped", "Mobile app")
    assert doc.received_at == datetime(2015, 3, 2, 8, 15)
    assert doc.due_on == datetime(2015, 3, 4, 8, 30)
    assert doc.answered_on == doc.closed_on == datetime(2015, 3, 3, 14, 0, 7)
    assert doc.answer_text == "Case Closed Case Resolved Hole filled."
    assert site.db.get_value("Field", doc.field, ["field_name", "enabled"]) == ("Imp Pothole Repair", 0)
    assert site.db.get_value("Agency", doc.agency, "agency_name") == "Imp Works"
    assert site.db.get_value("Area", doc.area, "area_name") == "Ward 907"
    assert doc.search_text.startswith("pothole on the main road")
    assert (round(doc.latitude, 4), round(doc.longitude, 4)) == (42.3601, -71.0589)


def test_its_history_is_whole_and_tells_the_original_times(site, bring_in):
    bring_in([cases.GOOD])
    doc = complaint(site)
    events = read.events(doc.name)
    assert [(e.kind, e["at"]) for e in events] == [
        ("received", datetime(2015, 3, 2, 8, 15)),
        ("close", datetime(2015, 3, 3, 14, 0, 7)),
    ]
    assert "cases.csv" in events[0].reason
    assert events[0].changes["phase"] == [None, "new"]
    assert events[1].changes["phase"] == ["new", "closed"]
    assert events[1].changes["clock_state"] == ["Running", "Stopped"]
    assert events[1].changes["answer_text"] == "changed"
    assert read.verify(doc.name) == []


def test_an_open_case_runs_on(site, bring_in):
    bring_in([{**cases.GOOD, **cases.OPEN}, {**cases.GOOD, **cases.OPEN, "case_id": "2", "target_at": ""}])
    doc, without = complaint(site), complaint(site, "2")
    assert (doc.phase, doc.clock_state, doc.answered_on, doc.answer_text) == (
        "assigned",
        "Running",
        None,
        None,
    )
    assert (without.due_on, without.clock_state) == (None, None)
    assert [e.kind for e in read.events(doc.name)] == ["received"]


def test_nobody_is_told(site, bring_in):
    before = site.db.count("Message"), site.db.count("Email Queue"), site.db.count("Notification Log")
    bring_in(cases.cases(3))
    assert (
        site.db.count("Message"),
        site.db.count("Email Queue"),
        site.db.count("Notification Log"),
    ) == before


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("received_missing", {"opened_at": ""}),
        ("received_at_unreadable", {"opened_at": "2 Mar 2015"}),
        ("received_at_unreadable", {"opened_at": "2015-02-30 10:00:00"}),
        (
            "received_future",
            {"opened_at": "2199-01-01 00:00:00", "target_at": "", "closed_at": ""} | cases.OPEN,
        ),
        ("received_early", {"opened_at": "1900-01-01 00:00:00"}),
        ("closed_early", {"closed_at": "2015-03-02 08:13:00"}),
        ("closed_missing", {"closed_at": ""}),
        ("closed_open", {"case_status": "Open"}),
        ("closed_at_unreadable", {"closed_at": "yesterday"}),
        ("due_early", {"target_at": "2015-03-01 08:30:00"}),
        ("phase_unknown", {"case_status": "Lost"}),
        ("reference_missing", {"case_id": " "}),
        ("reference_long", {"case_id": "9" * 140}),
        ("field_missing", {"type": ""}),
        ("channel_unknown", {"source": "Carrier pigeon"}),
        ("title", {"title": "x" * 201}),
        ("address", {"location": "x" * 241}),
        ("latitude", {"latitude": "north", "longitude": "1"}),
    ],
)
def test_what_cannot_come_in_is_rejected_with_its_row_and_reason(site, bring_in, code, values):
    progress = bring_in([cases.GOOD | {"case_id": "7"}, cases.GOOD | values])
    assert (progress.accepted, progress.rejected) == (1, 1)
    assert list(progress.reasons) == [code]
    (reject,) = progress.rejects
    assert reject[0] == "3"  # as a spreadsheet counts: the header is row 1
    assert len(reject[2]) > 10
    assert dict(zip(cases.GOOD, reject[3:], strict=True)) == cases.GOOD | values
    assert complaint(site, "1") is None


def test_a_title_may_be_short_but_not_missing(site, bring_in):
    values = mapping_values() | {"title": "title"}
    progress = bring_in(
        [cases.GOOD | {"title": "Lead"}, cases.GOOD | {"case_id": "2", "title": " "}], values=values
    )
    assert (progress.accepted, list(progress.reasons)) == (1, ["title"])
    assert complaint(site).title == "Lead"


def mapping_values() -> dict:
    return json.loads(cases.map_text())["values"]


def test_a_clock_that_ran_behind_is_allowed_for_and_noted(site, bring_in):
    skewed = cases.GOOD | {"closed_at": "2015-03-02 08:14:30"}
    assert bring_in([skewed]).accepted == 1
    doc = complaint(site)
    assert doc.closed_on == doc.received_at
    assert read.events(doc.name)[1].changes["closed_at_in_file"] == "2015-03-02 08:14:30"
    cases.clear(site)
    assert bring_in([skewed], clock_tolerance_seconds=0).reasons.keys() == {"closed_early"}


def test_the_same_reference_twice_in_the_file_is_told(site, bring_in):
    progress = bring_in([cases.GOOD, cases.GOOD | {"case_id": "2"}, cases.GOOD | {"title": "Again"}])
    assert (progress.accepted, list(progress.reasons)) == (2, ["reference_repeated"])
    assert progress.rejects[0][0] == "4"
    assert "2" in progress.rejects[0][2]


def test_odd_capitals_and_spaces_make_no_second_field(site, bring_in):
    kinds = ("Imp Street Light", "IMP STREET  LIGHT", "imp street light", "Imp Street Light")
    rows = [cases.GOOD | {"case_id": str(n), "type": kind} for n, kind in enumerate(kinds, 1)]
    progress = bring_in(rows)
    assert progress.created["field"] == 1
    assert site.db.get_value("Field", "imp_street_light", "field_name") == "Imp Street Light"
    assert {complaint(site, str(n)).field for n in range(1, 5)} == {"imp_street_light"}


def test_names_that_differ_by_a_mark_stay_two(site, bring_in):
    rows = cases.cases(1, type="Imp Lộc Thạnh") + cases.cases(2, type="Imp Lộc Thành")[1:]
    assert bring_in(rows).created["field"] == 2
    assert complaint(site, "1").field != complaint(site, "2").field


def test_wards_written_in_three_ways_are_one(site, bring_in):
    wards = ("Ward 907", "907", "0907", "")
    rows = [cases.GOOD | {"case_id": str(n), "ward": ward} for n, ward in enumerate(wards, 1)]
    assert bring_in(rows).accepted == 4
    assert {complaint(site, str(n)).area for n in (1, 2, 3)} == {"ward_907"}
    assert complaint(site, "4").area is None


def test_existing_records_are_found_by_code_and_by_name(site, bring_in, province):
    values = mapping_values() | {"field": "type", "agency": "department"}
    rows = [
        cases.GOOD | {"type": province.POTHOLES.upper(), "department": province.ROADS},
        cases.GOOD | {"case_id": "2", "type": "Ổ GÀ,  mặt đường", "department": "sở xây dựng thử"},
        cases.GOOD | {"case_id": "3", "type": "O ga, mat duong"},
    ]
    progress = bring_in(rows, values=values)
    assert (progress.accepted, list(progress.reasons)) == (2, ["field_unknown"])
    assert {complaint(site, n).field for n in ("1", "2")} == {province.POTHOLES}
    assert {complaint(site, n).agency for n in ("1", "2")} == {province.ROADS}


def test_a_second_run_brings_nothing_twice_even_on_another_channel(site, bring_in):
    rows = cases.cases(5)
    assert bring_in(rows).accepted == 5
    values = mapping_values() | {"channel": {"constant": "Import"}}
    progress = bring_in([*rows, cases.GOOD | {"case_id": "6"}], values=values)
    assert (progress.accepted, progress.known, progress.rejected) == (1, 5, 0)


def test_a_corrected_rejects_file_comes_in_with_the_same_map(site, bring_in, tmp_path):
    assert bring_in([cases.GOOD | {"opened_at": "bad"}]).rejected == 1
    rejects = tmp_path / "rejects.csv"
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(rejects.read_text("utf-8").replace("bad", cases.GOOD["opened_at"]), "utf-8")
    progress = run.bring_in(corrected, mapping.parse(cases.map_text()), tmp_path / "more.csv")
    assert (progress.accepted, progress.rejected) == (1, 0)


def test_overdue_agrees_with_the_city(site, bring_in):
    rows = [
        cases.GOOD,
        cases.GOOD | {"case_id": "2", "closed_at": "2015-03-04 08:30:00"},
        cases.GOOD | {"case_id": "3", "closed_at": "2015-03-04 08:30:01", "on_time_status": "OVERDUE"},
    ]
    bring_in(rows)
    late = site.db.sql(
        "select external_reference, answered_on > due_on from `tabComplaint` where external_reference like %s",
        f"{cases.SOURCE}:%",
    )
    city = {f"{cases.SOURCE}:{row['case_id']}": row["on_time_status"] == "OVERDUE" for row in rows}
    assert {reference: bool(is_late) for reference, is_late in late} == city


def test_numbers_follow_the_year_of_receipt(site, bring_in):
    rows = cases.cases(2) + cases.cases(3, opened_at="2013-12-31 23:59:59")[2:]
    bring_in(rows)
    names = [complaint(site, n).name for n in ("1", "2", "3")]
    assert [name[:8] for name in names] == ["PA-2015-", "PA-2015-", "PA-2013-"]
    assert names[0] < names[1]


def test_an_imported_complaint_has_what_a_received_one_has(site, bring_in, file_one):
    """The columns that a document's way fills are filled by the import's way too, and of the same kind."""
    received = file_one(latitude="19.8", longitude="105.7")
    bring_in([{**cases.GOOD, **cases.OPEN}])
    ours, theirs = (row(site, d.name) for d in (complaint(site), received))
    only_received = {f for f in theirs if theirs[f] is not None and ours[f] is None}
    # An unknown citizen, and a deadline that came with the file and from no policy.
    assert only_received <= {"citizen_masked", "deadline_policy"}
    assert {f for f in ours if ours[f] is not None and theirs[f] is None} <= {"external_reference"}
    differing = {
        f
        for f in ours
        if ours[f] is not None and theirs[f] is not None and type(ours[f]) is not type(theirs[f])
    }
    assert differing == set()
    assert theirs["external_reference"] is None
    assert len(complaint(site, "1").tracking_code) == len(received.tracking_code) == 14
    event, other = (
        site.db.sql("select * from `tabComplaint Event` where complaint = %s", d, as_dict=True)[0]
        for d in (ours["name"], received.name)
    )
    assert {f for f in event if event[f] is None} == {f for f in other if other[f] is None}


def row(site, name) -> dict:
    return site.db.sql("select * from `tabComplaint` where name = %s", name, as_dict=True)[0]


def test_an_imported_complaint_lives_on_in_the_desk(site, bring_in, act, province):
    bring_in([{**cases.GOOD, **cases.OPEN, "type": cases.MARK + "Kerb"}])
    doc = complaint(site)
    doc = act(province.COORDINATOR, doc, "assign", agency=province.ROADS)
    doc = act(province.OFFICER, doc, "take")
    assert (doc.phase, doc.officer) == ("processing", province.OFFICER)
    assert [e.sequence for e in read.events(doc.name)] == [1, 2, 3]
    assert read.verify(doc.name) == []


def test_a_stop_is_heard_between_chunks(site, bring_in, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 10)
    file = cases.write(tmp_path / "many.csv", cases.cases(50))
    map_ = mapping.parse(cases.map_text())
    progress = run.bring_in(file, map_, tmp_path / "r.csv", tell=lambda progress: progress.done < 20)
    assert (progress.stopped, progress.accepted) == (True, 20)
    rest = run.bring_in(file, map_, tmp_path / "r.csv")
    assert (rest.stopped, rest.known, rest.accepted) == (False, 20, 30)


def test_a_column_that_is_no_list_does_not_flood_the_fields(site, bring_in, monkeypatch):
    from phanhoi_app.intake.importer import lookups
    from phanhoi_app.intake.importer.errors import ImportRefused

    monkeypatch.setattr(lookups, "MOST_CREATED", 3)
    before = site.db.count("Field")
    with pytest.raises(ImportRefused):
        bring_in([cases.GOOD | {"case_id": str(n), "type": f"Imp {n}"} for n in range(4)])
    assert site.db.count("Field") == before
    assert complaint(site) is None


def test_progress_adds_up_in_words(site, bring_in):
    progress = bring_in([*cases.cases(3), cases.GOOD | {"case_id": "x", "opened_at": ""}])
    assert dataclasses.asdict(progress)["total"] == progress.done == 4
    words = run.in_words(progress)
    assert any("4" in line and "3" in line for line in words)
    assert any(line.startswith("1 × ") for line in words)
