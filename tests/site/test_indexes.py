"""Each list that people open all day finds its rows by an index, and in the order in which it shows them."""

import pytest

ROWS = 4000


@pytest.fixture(scope="module")
def many(site_session):
    """Some thousand complaints, written past everything: only the plans matter, and they go again."""
    frappe = site_session
    frappe.db.rollback()
    phases = ["closed"] * 16 + ["processing", "assigned", "new", "waiting"]
    frappe.db.bulk_insert(
        "Complaint",
        [
            "name",
            "creation",
            "modified",
            "phase",
            "agency",
            "officer",
            "due_on",
            "received_at",
            "publication",
            "answered_on",
            "clock_state",
            "field",
        ],
        [
            (
                f"T-PLAN-{number}",
                "2020-01-01",
                "2020-01-01",
                phases[number % 20],
                f"T-AGENCY-{number % 40}",
                f"officer{number % 90}@plan.example",
                f"2020-{number % 12 + 1:02d}-{number % 28 + 1:02d} 17:00:00",
                f"2020-{number % 12 + 1:02d}-{number % 28 + 1:02d} 08:{number % 60:02d}:00",
                "Published" if number % 9 == 0 else "Undecided",
                f"2020-{number % 12 + 1:02d}-{number % 27 + 1:02d} 09:00:00",
                "Stopped" if number % 20 < 16 else "Running",
                f"t-field-{number % 15}",
            )
            for number in range(ROWS)
        ],
    )
    frappe.db.commit()
    frappe.db.sql("analyze table `tabComplaint`")
    yield
    frappe.db.sql("delete from `tabComplaint` where name like 'T-PLAN-%%'")
    frappe.db.commit()


LISTS = [
    # what is opened, condition, order, index, whether the index gives the order too
    (
        "an agency's open work, most urgent first",
        "agency = 'T-AGENCY-1' and phase = 'assigned'",
        "due_on",
        "agency_phase_due",
        True,
    ),
    ("what waits to be screened", "phase = 'new'", "received_at desc", "phase_received", True),
    ("what is overdue", "phase = 'processing' and due_on < '2020-02-01'", "due_on", "phase_due", True),
    (
        "an officer's own",
        "officer = 'officer1@plan.example' and phase = 'processing'",
        "due_on",
        "officer_phase",
        False,
    ),
    ("the public's list", "publication = 'Published'", "answered_on desc", "publication_answered", True),
    ("all, newest first", "1 = 1", "received_at desc", "received_at", True),
    (
        "a channel's own number",
        "channel = 'Import' and external_reference = '1'",
        "name",
        "channel_reference",
        False,
    ),
]


@pytest.mark.parametrize(
    ("condition", "order", "index", "ordered"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS]
)
def test_a_list_of_complaints_has_its_index(site, many, condition, order, index, ordered):
    statement = f"explain select name, title from `tabComplaint` where {condition} order by {order} limit 20"
    plan = site.db.sql(statement, as_dict=True)[0]
    if not plan.key and "Impossible WHERE" in (plan.Extra or ""):
        return  # a unique index answered while planning
    assert plan.key == index, plan
    if ordered:
        assert "filesort" not in (plan.Extra or ""), plan


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (
            "select name from tabMessage where status = 'Queued' and channel = 'SMS' "
            "and next_attempt_on <= '2020-01-01' order by next_attempt_on limit 20",
            "status_channel_next",
        ),
        (
            "select hash from `tabComplaint Event` where complaint = 'x' order by sequence desc limit 1",
            "complaint_sequence",
        ),
        ("select name from tabMessage where complaint = 'x'", "complaint"),
        ("select name from tabMessage where status = 'Sending' and claimed_by in ('x')", "status_claimed_by"),
        (
            "select name from tabLetter where recipient = 'x' and creation > '2020-01-01'",
            "recipient_creation",
        ),
        ("select status from `tabMessage State` where message = 'x'", "message"),
        ("select name from `tabAgency Member` where user = 'x'", "user"),
    ],
)
def test_the_outbox_the_history_and_the_members_have_theirs(site, statement, index):
    plan = site.db.sql(f"explain {statement}", as_dict=True)[0]
    assert index in (plan.possible_keys or ""), plan
