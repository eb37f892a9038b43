"""Set-up's steps: performed once, again when their inputs change, and again after an interruption."""

import io

import pytest

from localbench import steps
from localbench.steps import Progress, Step


@pytest.fixture
def out():
    return io.StringIO()


def one(tmp_path, done, fingerprint="1", do=None, **more) -> Step:
    return Step(
        "one",
        "Doing it",
        3,
        do or (lambda: done.append("one")),
        fingerprint=lambda: fingerprint,
        stamp=tmp_path / "one.json",
        **more,
    )


def test_a_step_is_performed_once(tmp_path, out):
    done = []
    for _ in range(3):
        steps.perform([one(tmp_path, done)], Progress(1, out))
    assert done == ["one"]


def test_a_step_is_performed_again_when_its_inputs_changed(tmp_path, out):
    done = []
    steps.perform([one(tmp_path, done, "1")], Progress(1, out))
    steps.perform([one(tmp_path, done, "2")], Progress(1, out))
    assert done == ["one", "one"]


def test_a_step_whose_result_vanished_is_performed_again(tmp_path, out):
    done = []
    steps.perform([one(tmp_path, done)], Progress(1, out))
    steps.perform([one(tmp_path, done, needed=lambda: True)], Progress(1, out))
    assert done == ["one", "one"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_an_interrupted_step_counts_as_not_done(tmp_path, out, error):
    def cut_off():
        raise error

    done = []
    steps.perform([one(tmp_path, done, "1")], Progress(1, out))
    with pytest.raises(error):
        steps.perform([one(tmp_path, done, "2", do=cut_off)], Progress(1, out))
    # Back to the first inputs: the half-done work may have spoilt the old result, so it is done anew.
    steps.perform([one(tmp_path, done, "1")], Progress(1, out))
    assert done == ["one", "one"]


def test_a_stamp_cut_short_counts_as_none(tmp_path, out):
    done = []
    (tmp_path / "one.json").write_text('{"finger')
    steps.perform([one(tmp_path, done)], Progress(1, out))
    assert done == ["one"]


def test_a_step_that_does_not_fit_is_not_begun(tmp_path, out):
    def refuse(step):
        raise RuntimeError(step.name)

    done = []
    with pytest.raises(RuntimeError, match="one"):
        steps.perform([one(tmp_path, done)], Progress(1, out), guard=refuse)
    assert done == []


def test_progress_says_which_step_of_how_many_and_how_long(tmp_path, out):
    steps.perform([one(tmp_path, [])], Progress(7, out), before=3)
    lines = out.getvalue().splitlines()
    assert lines[0] == "[ 4/7] Doing it (about 3 s) …"
    assert lines[1].startswith("[ 4/7] Doing it: done (")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Agencies: 3/166\nAgencies: 120/166\n", "Agencies: 120/166"),
        ("\r[██··] Complaints: 9/165 \r[███·] Complaints: 40/165 ", "Complaints: 40/165"),
        ("no count here\n", ""),
        ("x" * 1000 + "\n5/9\n" + "y" * 2000, ""),
    ],
)
def test_the_last_count_in_a_log_is_shown(tmp_path, written, shown):
    log = tmp_path / "log"
    log.write_text(written)
    assert steps.last_count(log).endswith(shown) and bool(steps.last_count(log)) == bool(shown)
