"""The report on deadlines: counted right, summed up the tree, and nothing in it that its reader may not see."""

from datetime import datetime, timedelta

import pytest
from helpers import working_hours, world
from helpers.people import acting

from phanhoi_app.custody import perform
from phanhoi_app.history.now import as_of
from phanhoi_app.insight import kept
from phanhoi_app.phanhoi_app.report.deadlines_kept import deadlines_kept

TWO_DAYS = [{"amount": 2, "unit": "Working days", "start_rule": "Next working day"}]
MONDAY = datetime(2025, 3, 3, 9, 0)
TOP, ONE, OTHER = "T-KEPT", "T-KEPT-1", "T-KEPT-2"
FILTERS = {"from_date": "2025-03-01", "to_date": "2025-03-31", "agency": TOP}


@pytest.fixture
def told(site, province):
    """Two agencies under one, with a leader each; answers of one in time, late, and with extensions."""
    with working_hours.in_force(TWO_DAYS):
        for code, parent in ((TOP, "T-PROVINCE"), (ONE, TOP), (OTHER, TOP)):
            people = [{"user": world.LEADER, "duty": "Leader"}] if code == ONE else []
            site.get_doc(
                {
                    "doctype": "Agency",
                    "agency_code": code,
                    "agency_name": f"Đơn vị {code}",
                    "agency_type": "Department",
                    "parent_agency": parent,
                    "is_group": int(code == TOP),
                    "members": people,
                }
            ).insert()
        yield site


def assigned(agency, at=MONDAY, **values):
    complaint = working_hours.received(at, **values)
    with as_of(at + timedelta(hours=1)), acting(world_frappe(), world.COORDINATOR):
        perform.perform_verb(complaint.name, "assign", {"agency": agency})
    return complaint


def world_frappe():
    import frappe

    return frappe


def stopped(site, complaint, at, due_on=None, original=None):
    """As the clock stands after an answer at that time; due two working days after Monday unless said otherwise."""
    due_on = due_on or datetime(2025, 3, 5, 17)
    values = {"state": "Stopped", "stopped_on": at, "due_on": due_on, "original_due_on": original or due_on}
    site.db.set_value("Complaint Clock", {"complaint": complaint.name, "clock": "resolve"}, values)
    site.db.set_value("Complaint", complaint.name, {"phase": "answered", "clock_state": "Stopped"})


def report(user, **filters):
    import frappe

    with acting(frappe, user):
        _columns, rows, _message, chart, summary = deadlines_kept.execute(FILTERS | filters)
    return {row["key"]: row for row in rows}, chart, summary


def test_answers_are_told_apart_by_their_deadline_and_summed_up_the_tree(told):
    day = datetime(2025, 3, 4, 9)
    stopped(told, assigned(ONE), day)  # one working day
    stopped(told, assigned(ONE), day + timedelta(days=3))  # Friday the 7th: late
    later = datetime(2025, 3, 12, 17)
    stopped(told, assigned(OTHER), day + timedelta(days=7), later, datetime(2025, 3, 5, 17))
    stopped(told, assigned(OTHER), day + timedelta(days=13), later, datetime(2025, 3, 5, 17))
    open_one = assigned(ONE)
    assert open_one.due_on < datetime.now()
    rows, chart, summary = report(world.SUPERVISOR)
    names = ("received", "on_time", "on_time_extended", "late", "late_extended", "open_overdue")
    assert [rows[ONE][name] for name in names] == [3, 1, 0, 1, 0, 1]
    assert [rows[OTHER][name] for name in names] == [2, 0, 1, 0, 1, 0]
    assert [rows[TOP][name] for name in names] == [5, 1, 1, 1, 1, 1]
    assert rows[TOP]["indent"] < rows[ONE]["indent"]
    # 1 and 4 working days; 6 and 10; of all four the middle is between 4 and 6.
    assert (rows[ONE]["median_days"], rows[OTHER]["median_days"], rows[TOP]["median_days"]) == (2.5, 8, 5)
    assert rows[TOP]["share"] == 50
    assert [card["value"] for card in summary] == [5, 1, 1, 1, 1, 1]
    assert [sum(each["values"]) for each in chart["data"]["datasets"]] == [1, 1, 1, 1]
    months, _chart, _summary = report(world.SUPERVISOR, group_by="Month")
    assert [months["2025-03"][name] for name in names] == [5, 1, 1, 1, 1, 1]
    fields, _chart, _summary = report(world.SUPERVISOR, group_by="Field")
    assert fields[world.POTHOLES]["received"] == 5


def test_each_agencys_own_time_stands_beside_the_whole(told, site):
    """Three days of waiting, of which the desk had an hour and a day, and the agency that answered the rest."""
    complaint = working_hours.received(MONDAY)
    for hours, agency in ((1, ONE), (25, OTHER)):
        with as_of(MONDAY + timedelta(hours=hours)), acting(site, world.COORDINATOR):
            verb = "assign" if hours == 1 else "transfer"
            if verb == "assign":
                perform.perform_verb(complaint.name, verb, {"agency": agency})
    stopped(site, complaint, MONDAY + timedelta(days=3))
    rows, *_rest = report(world.SUPERVISOR)
    assert (rows[ONE]["waited"], rows[ONE]["own"]) == (3.0, 3.0)  # an hour less, rounded
    site.db.sql(
        "update tabCustody set since = %s where complaint = %s and party = %s",
        (MONDAY + timedelta(days=1, hours=12), complaint.name, ONE),
    )
    rows, *_rest = report(world.SUPERVISOR)
    assert (rows[ONE]["waited"], rows[ONE]["own"]) == (3.0, 1.5)


def test_a_leader_has_the_figures_of_the_own_agency_and_below(told):
    stopped(told, assigned(ONE), datetime(2025, 3, 4, 9))
    stopped(told, assigned(OTHER), datetime(2025, 3, 4, 9))
    rows, chart, summary = report(world.LEADER)
    assert set(rows) == {ONE}
    assert [card["value"] for card in summary][:2] == [1, 1]
    assert chart["data"]["labels"] == [f"Đơn vị {ONE}"]
    rows, *_rest = report(world.LEADER, agency=OTHER)
    assert rows == {}
    months, *_rest = report(world.LEADER, group_by="Month")
    assert months["2025-03"]["received"] == 1
    assert report(world.LEADER, agency=None)[0].keys().isdisjoint({TOP, OTHER, "T-PROVINCE", ""})


def test_what_is_sealed_is_in_no_figure_of_anybody(told, site):
    complaint = assigned(ONE)
    before, *_rest = report(world.SUPERVISOR)
    site.db.set_value("Complaint", complaint.name, "sealed", 1)
    for user in (world.SUPERVISOR, world.LEADER, "Administrator"):
        rows, _chart, summary = report(user)
        assert rows == {} and summary is None
    assert before[ONE]["received"] == 1


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"from_date": "2025-04-01"}, "Đến"),
        ({"from_date": "1999-01-01"}, "mười năm"),
        ({"from_date": "hôm qua"}, "Từ"),
        ({"group_by": "Officer"}, "Nhóm theo"),
        ({"agency": "T-NONE"}, "T-NONE"),
    ],
)
def test_a_wrong_filter_is_named(site, province, filters, said):
    with pytest.raises(site.ValidationError, match=said):
        kept.asked(FILTERS | {"agency": None} | filters)


def test_who_has_no_such_role_gets_no_report(site, province):
    from frappe.desk import query_report

    with acting(site, world.LEADER):
        assert "columns" in query_report.run("Deadlines Kept", filters={})
    with acting(site, world.OFFICER), pytest.raises(site.PermissionError):
        query_report.run("Deadlines Kept", filters={})


def test_the_report_finds_its_answers_by_an_index(site, province):
    asked = kept.asked({"from_date": "2025-03-01", "to_date": "2025-03-31"})
    statements = []
    original = site.db.sql

    def watch(statement, *args, **kwargs):
        statements.append((statement, args))
        return original(statement, *args, **kwargs)

    site.db.sql = watch
    try:
        kept.count(asked, "Administrator")
        kept.shares(asked, "Administrator")
    finally:
        del site.db.sql
    ours = [each for each in statements if "kept_by" in each[0] or "tabCustody" in each[0]]
    assert len(ours) == 4
    answered = next(each for each in ours if "as days" in each[0])
    plan = original(f"explain {answered[0]}", *answered[1], as_dict=True)
    assert "clock_stopped" in next(row.possible_keys for row in plan if row.table == "k")
