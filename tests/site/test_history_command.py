"""`bench verify-history` as an operator or cron runs it, and what carries earlier histories along."""

import subprocess

import pytest
from helpers.history import unlocked

from phanhoi_app.history import read


@pytest.fixture
def verify_history(home):
    """``verify_history("--complaint", name)`` runs the bench command; returns (exit code, what it says)."""
    from localbench import sites

    def run(*options):
        done = subprocess.run(  # noqa: S603 - our own command
            sites.command(home, "verify-history", *options),
            cwd=home.sites,
            env=sites.environment(home),
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def kept(site, answered):
    """The number of an answered complaint that other processes see; taken away after the test."""
    site.db.commit()
    yield answered.name
    site.db.rollback()
    with unlocked(site):
        for table, column in (
            ("Complaint Event", "complaint"),
            ("Message", "complaint"),
            ("Complaint", "name"),
        ):
            site.db.sql(f"delete from `tab{table}` where `{column}` = %s", answered.name)
        site.db.commit()


def test_whole_histories_end_with_zero(verify_history, kept):
    code, said = verify_history()
    assert code == 0, said
    assert "Lịch sử nguyên vẹn:" in said
    assert verify_history("--complaint", kept) == (0, "Lịch sử nguyên vẹn: 6 sự kiện của 1 phản ánh.\n")
    code, said = verify_history("--since", "2020-01-01")
    assert code == 0 and "Lịch sử nguyên vẹn:" in said


def test_a_break_is_named_and_ends_with_three(site, verify_history, kept):
    with unlocked(site):
        site.db.sql("update `tabComplaint Event` set reason = 'x' where name = %s", f"{kept}-0004")
        site.db.commit()
    for options in ((), ("--complaint", kept), ("--since", "2020-01-01")):
        code, said = verify_history(*options)
        assert code == 3, said
        assert f"{kept}: sự kiện 4 đã bị sửa sau khi ghi." in said


def test_bad_options_end_with_a_sentence(verify_history):
    code, said = verify_history("--complaint", "PA-0000-NONE")
    assert code == 1 and "Không có phản ánh PA-0000-NONE." in said and "Traceback" not in said
    code, said = verify_history("--since", "yesterday")
    assert code == 2 and "yesterday" in said and "Traceback" not in said


def test_earlier_histories_are_anchored_by_the_patch(site, answered, monkeypatch):
    from phanhoi_app.patches.v1_1 import anchor_the_history

    monkeypatch.setattr(site.db, "commit", lambda: None)
    site.db.sql("update `tabComplaint` set event_count = 0, last_hash = null where name = %s", answered.name)
    assert read.verify(answered.name)
    anchor_the_history.execute()
    assert read.verify(answered.name) == []
    anchor_the_history.execute()
    assert site.db.get_value("Complaint", answered.name, "event_count") == 6
