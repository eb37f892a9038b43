"""What each person opens is found by an index, whatever the size of the scope: plans of the criterion, never times.

The complaints are those of `make benchmark`'s million, some thousand of them.
"""

import random
from datetime import datetime, timedelta

import pytest

from benchmarks.million import stories, texts, units

ROWS = 4000
OFFICER, COORDINATOR, LEADER = units.officer(units.commune(50)), units.COORDINATOR, units.LEADER
FEW, MANY = 10**6, 1  # as if the scope were small, or large


@pytest.fixture(scope="module")
def at_work(site_session):
    """The police with their stations, a commune, and what two hundred agencies had to do; it all goes again."""
    from phanhoi_app.history import rows

    frappe = site_session
    frappe.db.rollback()
    frappe.set_user("Administrator")
    stations = [units.station(n) for n in range(units.STATIONS)]
    places = [(units.POLICE, 1, 2 * len(stations) + 2), (units.commune(50), 1001, 1002)]
    places += [(code, 2 * n + 2, 2 * n + 3) for n, code in enumerate(stations)]
    # Past the numbers of the tree that the other tests stand in.
    rows.insert(
        "Agency",
        [units._row(code) | {"agency_code": code, "lft": 9000 + a, "rgt": 9000 + b} for code, a, b in places],
    )
    units._people(
        [
            (OFFICER, "Phanhoi Officer", units.commune(50), "Officer"),
            (LEADER, "Phanhoi Leader", units.POLICE, "Leader"),
            (COORDINATOR, "Phanhoi Coordinator", None, None),
        ]
    )
    chance, today = random.Random(7), datetime(2024, 6, 1)
    teller = stories.Teller(texts.pool(5), today)
    told = {doctype: [] for doctype in stories.DOCTYPES}
    for number in range(ROWS):
        at = today - timedelta(hours=12 * (ROWS - number))
        for doctype, made in teller.tell(chance, f"T-PLAN-{number:06d}", at).items():
            told[doctype] += made
    frappe.set_user("Administrator")
    for doctype, made in told.items():
        for begin in range(0, len(made), 1000):
            rows.insert(doctype, made[begin : begin + 1000])
    frappe.db.commit()
    for doctype in stories.DOCTYPES:
        frappe.db.sql(f"analyze table `tab{doctype}`")
    frappe.clear_cache()
    yield
    _clear(frappe, told)


def _clear(frappe, told):
    from helpers.history import unlocked

    frappe.db.rollback()
    with unlocked(frappe):
        for doctype, made in told.items():
            for begin in range(0, len(made), 1000):
                names = [row["name"] for row in made[begin : begin + 1000]]
                frappe.db.sql(f"delete from `tab{doctype}` where name in %s", (names,))
        frappe.db.sql("delete from tabAgency where lft > 9000")
        for doctype in ("Agency Member", "Has Role", "User"):
            frappe.db.sql(f"delete from `tab{doctype}` where name like '%%@million.example%%'")
        frappe.db.commit()
    frappe.clear_cache()


@pytest.fixture
def plan(site, at_work):
    """``plan(statement)``: {table: its first line of EXPLAIN}, the sub-queries' too."""

    def explain(statement: str) -> dict:
        return {row.table: row for row in reversed(site.db.sql(f"explain {statement}", as_dict=True))}

    return explain


def complaints(user: str, few: int) -> str:
    from phanhoi_app.access import permissions, scope

    return permissions.in_parentheses(scope.complaint_criterion(user, few=few))


def the_list(user: str, few: int) -> str:
    return (
        "select name, title, _comments from `tabComplaint` "
        f"where {complaints(user, few)} order by `tabComplaint`.`received_at` desc limit 20"
    )


def the_count(user: str, few: int) -> str:
    return f"select count(`tabComplaint`.name) from `tabComplaint` where {complaints(user, few)}"


@pytest.mark.parametrize("question", [the_list, the_count])
def test_of_a_small_scope_each_complaint_is_looked_up(plan, question):
    found = plan(question(OFFICER, FEW))
    assert found["tabCustody"].key in ("party_complaint", "complaint_party"), found
    assert found["tabComplaint"].key == "PRIMARY" and found["tabComplaint"].type == "eq_ref", found


@pytest.mark.parametrize("user", [OFFICER, LEADER])
def test_of_a_large_scope_the_newest_are_met_in_the_lists_order(plan, user):
    found = plan(the_list(user, MANY))
    assert found["tabComplaint"].key in ("received_at", "sealed_received"), found
    assert "filesort" not in found["tabComplaint"].Extra and "temporary" not in found["tabComplaint"].Extra, (
        found
    )
    assert found["tabCustody"].key in ("complaint_party", "party_complaint"), found
    assert "Using index" in found["tabCustody"].Extra, found


def test_those_who_read_all_that_is_unsealed_get_the_list_in_its_order(plan):
    found = plan(the_list(COORDINATOR, MANY))["tabComplaint"]
    assert found.key in ("received_at", "sealed_received") and "filesort" not in found.Extra, found


@pytest.mark.parametrize("user", [COORDINATOR, LEADER])
def test_many_are_counted_from_an_index_alone(plan, user):
    found = plan(the_count(user, MANY))["tabComplaint"]
    assert found.key == "sealed_received" and "Using index" in found.Extra, found


@pytest.mark.parametrize("user", [OFFICER, LEADER, COORDINATOR])
@pytest.mark.parametrize(
    ("doctype", "indexes"),
    [
        ("Complaint Event", {"complaint_sequence"}),
        ("Message", {"complaint"}),
        ("Custody", {"complaint", "complaint_part", "complaint_party", "party_complaint"}),
    ],
)
def test_what_belongs_to_one_complaint_is_found_by_it(site, plan, user, doctype, indexes):
    from phanhoi_app.access import permissions

    conditions = {
        "Complaint Event": permissions.event_conditions,
        "Message": permissions.message_conditions,
        "Custody": permissions.custody_conditions,
    }[doctype](user)
    name = site.db.get_value("Custody", {"party": units.commune(50)}, "complaint")
    found = plan(
        f"select name from `tab{doctype}` where `tab{doctype}`.complaint = '{name}' and {conditions}"
    )
    line = found[f"tab{doctype}"]
    assert line.key in indexes and int(line.rows) < 50, found  # by the complaint, not by the party alone


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (f"select complaint from tabCustody where party = '{units.commune(50)}'", "party_complaint"),
        ("select name from tabComplainant where citizen_phone = '0912345677'", "citizen_phone"),
        ("select p.name from tabComplainant p where tracking_code = (select min(tracking_code) "
         "from tabComplainant)", "tracking_code"),
    ],
)  # fmt: skip
def test_parties_and_citizens_are_found_by_their_own(plan, statement, index):
    assert index in {row.key for row in plan(statement).values()}


def test_what_was_told_is_what_the_app_would_have_left(site, at_work):
    """The maker of a million keeps what the app keeps: histories, anchors, holders, citizens, search."""
    from phanhoi_app.history import verify
    from phanhoi_app.rules import searching

    names = site.get_all("Complaint", {"name": ("like", "T-PLAN-%")}, pluck="name", limit=0)
    assert len(names) == ROWS
    report = verify.everything()
    assert not report.broken and report.complaints >= ROWS, report.breaks[:3]
    for name in random.Random(1).sample(names, 100):
        doc = site.get_doc("Complaint", name)
        assert doc.search_text == searching.search_text(doc.title, doc.content, doc.address)
        holders = site.get_all(
            "Custody", {"complaint": name, "part": "Holder", "until": ("is", "not set")}, "party"
        )
        assert [row.party for row in holders] == [doc.agency]
        assert site.db.get_value("Complainant", name, "tracking_code")
