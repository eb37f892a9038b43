"""Oracle 1: a city's real cases, imported; whether each was late by our clocks is what the city said of it.

The cases are no part of the project. PHANHOI_REAL_CASES names their file (CSV, perhaps gzipped); without it the folder
beside the checkout is looked into. A part of them is imported, all with PHANHOI_REAL_CASES_ALL=1 (some minutes).
"""

import csv
import gzip
import os
from pathlib import Path

import pytest
from helpers import cases

from phanhoi_app.intake.importer import mapping, run
from phanhoi_app.sla import checking

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "boston_cases_2015.csv.gz"
ONE_IN = 1 if os.environ.get("PHANHOI_REAL_CASES_ALL") else 30
# What our clocks say of the answer to the citizen: late, or not.
VERDICTS = """select substring(c.external_reference, %(after)s), c.name, k.state, k.due_on, k.stopped_on > k.due_on
    from `tabComplaint` c join `tabComplaint Clock` k on k.complaint = c.name and k.clock = 'resolve'
    where c.external_reference like %(ours)s and c.phase = 'closed' and k.state = 'Stopped'"""


@pytest.fixture
def real(site, province, tmp_path):
    """{case number: row} of the cases, imported; taken away after it."""
    file = Path(os.environ.get("PHANHOI_REAL_CASES") or BESIDE)
    if not file.exists():
        pytest.skip("needs the city's real cases: name their file by PHANHOI_REAL_CASES")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        rows = [_marked(row) for number, row in enumerate(csv.DictReader(stream)) if number % ONE_IN == 0]
    cases.clear(site)
    copy = cases.write(tmp_path / "real.csv", rows)
    progress = run.bring_in(
        copy, mapping.parse(cases.map_text()), tmp_path / "rejects.csv", workers=os.cpu_count() or 1
    )
    assert progress.accepted > 0.99 * len(rows), progress.reasons
    site.db.rollback()
    yield {row["case_id"]: row for row in rows}
    cases.clear(site)


def _marked(row: dict) -> dict:
    """With names by which what is imported is known and taken away again."""
    named = {key: cases.MARK + row[key] for key in ("type", "department")}
    ward = row["ward"].removeprefix("Ward ").lstrip("0")
    return row | named | {"ward": f"Ward 90{ward}" if ward.isdigit() else ""}


def test_what_was_late_for_the_city_is_late_by_our_clocks(site, real, capsys):
    found = site.db.sql(VERDICTS, {"after": len(cases.SOURCE) + 2, "ours": f"{cases.SOURCE}:%"})
    known = [row for row in real.values() if row["case_status"] == "Closed" and row["target_at"]]
    judged = {row["case_id"]: row["on_time_status"] for row in known if row["on_time_status"]}
    ours = {case: bool(late) for case, _name, _state, due_on, late in found if due_on}
    compared = judged.keys() & ours.keys()
    wrong = {case: judged[case] for case in compared if ours[case] != (judged[case] == "OVERDUE")}
    late = sum(ours[case] for case in compared)
    with capsys.disabled():
        print(f"\n{len(compared)} closed cases with a deadline, {late} of them late: {len(wrong)} differ")
    assert wrong == {}
    assert len(compared) > 0.99 * len(judged), "the rest was rejected as impossible"
    # What the events come to, counted anew, is what stands in the clocks.
    names = [name for _case, name, *_rest in found]
    differences = []
    for start in range(0, len(names), checking.BATCH):
        differences += checking.differences(names[start : start + checking.BATCH])
    assert differences == []
