"""Imports as operators run them: with several processes, killed in the middle, two at once, stopped with Ctrl-C."""

import signal
import subprocess
import time

import pytest
from helpers import cases

from phanhoi_app.history import read


@pytest.fixture
def command(site, home, province, tmp_path):
    """``command(file, *options)`` starts the bench command in a process of its own, on the test's map."""
    from localbench import sites

    cases.clear(site)
    map_file = tmp_path / "map.json"
    map_file.write_text(cases.map_text(), "utf-8")
    started = []

    def start(file, *options, rejects="rejects.csv"):
        arguments = ["phanhoi-import", file, "--map", map_file, "--rejects", tmp_path / rejects, *options]
        process = subprocess.Popen(  # noqa: S603 - our own command
            sites.command(home, *map(str, arguments)),
            cwd=home.sites,
            env=sites.environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
    wait_until_quiet(site)
    cases.clear(site)


def count(site) -> int:
    site.db.commit()  # what other processes wrote is seen from the next transaction on
    return site.db.sql(
        "select count(*) from `tabComplaint` where external_reference like %s", f"{cases.SOURCE}:%"
    )[0][0]


def wait_until_quiet(site) -> int:
    """The number of imported complaints once it has stood still for a second and a half."""
    before, since = count(site), time.monotonic()
    while time.monotonic() - since < 1.5:
        time.sleep(0.2)
        if (now := count(site)) != before:
            before, since = now, time.monotonic()
    return before


def wait_for(site, number: int) -> None:
    until = time.monotonic() + 60
    while count(site) < number:
        assert time.monotonic() < until, "the import does not come in"
        time.sleep(0.05)


def assert_whole(site, number: int) -> None:
    """As many complaints as there were rows, each with its own reference, number, code and whole history."""
    site.db.commit()
    rows = site.db.sql(
        """select complaint.name, complaint.external_reference, complainant.tracking_code
        from `tabComplaint` complaint join `tabComplainant` complainant on complainant.name = complaint.name
        where complaint.external_reference like %s""",
        f"{cases.SOURCE}:%",
    )
    assert len(rows) == number
    for column in range(3):
        assert len({row[column] for row in rows}) == number
    events = site.db.sql(
        """select complaint, count(*) from `tabComplaint Event` where complaint in %s group by complaint""",
        ([row[0] for row in rows],),
    )
    assert {row[1] for row in events} == {2} and len(events) == number
    for name, _reference, _code in rows[:: max(1, number // 50)]:
        assert read.verify(name) == []


def test_killed_in_the_middle_it_goes_on_without_doubles(site, command, tmp_path):
    number = 3000
    file = cases.write(tmp_path / "many.csv.gz", cases.cases(number))
    first = command(file, "--workers", "2")
    wait_for(site, 250)
    first.send_signal(signal.SIGKILL)
    first.wait()
    in_between = wait_until_quiet(site)  # its processes have ended with it
    assert 250 <= in_between < number
    second = command(file, "--workers", "2")
    _out, err = second.communicate(timeout=120)
    assert second.returncode == 0, err
    assert_whole(site, number)


def test_two_at_once_share_the_work(site, command, tmp_path):
    number = 1500
    file = cases.write(tmp_path / "many.csv", cases.cases(number))
    both = [command(file, "--workers", "2", rejects=f"rejects{n}.csv") for n in range(2)]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "1500" in out
        assert "accepted" not in out, "in the site's language"
    assert_whole(site, number)
    assert not list(tmp_path.glob("rejects*"))


def test_ctrl_c_stops_between_chunks_and_says_how_to_go_on(site, command, tmp_path):
    number = 3000
    file = cases.write(tmp_path / "many.csv", cases.cases(number))
    process = command(file, "--workers", "2")
    wait_for(site, 250)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    done = count(site)
    assert 250 <= done < number
    assert str(done) in out
    assert_whole(site, done)


@pytest.mark.parametrize("wrong", ["file", "map", "rejects"])
def test_what_is_wrong_ends_in_one_sentence(site, command, tmp_path, wrong):
    file = cases.write(tmp_path / "cases.csv", [cases.GOOD])
    options, rejects = [], "rejects.csv"
    if wrong == "file":
        file = tmp_path / "none.csv"
    elif wrong == "map":
        (tmp_path / "map.json").write_text("{", "utf-8")
    else:
        rejects = "no-such-folder/rejects.csv"
    process = command(file, *options, rejects=rejects)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert err.strip().count("\n") == 0, err
    assert count(site) == 0
