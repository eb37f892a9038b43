"""The tests in several processes: when that is worth it, and what the copy of a home is."""

import pytest

from localbench import testing, twins
from localbench.errors import BenchError
from localbench.places import Bench, write_atomically
from localbench.services import Ports
from localbench.steps import Progress


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ("", 2),
        ("-q --durations=20", 2),
        ("tests", 2),
        ("tests/site", 2),
        ("tests/rules tests/site --tb=short", 2),
        ("tests/rules", 1),
        ("tests/site/test_intake.py", 1),
        ("tests/site/test_intake.py tests/browser/test_trip.py", 1),
        ("tests/site/test_intake.py::test_a", 1),
        ("tests/site -k intake", 1),
        ("-x", 1),
        ("--lf", 1),
        ("-n 0", 1),
        ("-n 3 tests/rules", 3),
        ("-n4 -k intake", 4),
        ("--numprocesses=2 tests/rules", 2),
    ],
)
def test_a_run_of_many_files_goes_in_two_processes(arguments, count):
    assert testing.processes_for(arguments.split(), cores=2) == count
    if not arguments.startswith(("-n", "--num")):
        assert testing.processes_for(arguments.split(), cores=1) == 1


@pytest.mark.parametrize("arguments", [["-n"], ["-n", "auto"], ["-n", "99"], ["tests", "-n=x"]])
def test_a_wrong_number_of_processes_is_said(arguments):
    with pytest.raises(BenchError, match="needs a number of processes"):
        testing.processes_for(arguments, cores=2)


@pytest.fixture
def home(tmp_path):
    """A home that looks set up: a site with a file, a database's folder."""
    home = Bench(tmp_path).home("test")
    for path in (
        home.site_path / "site_config.json",
        home.site_path / "private" / "files" / "photo.jpg",
        home.data / "mariadb" / "mysql" / "user.frm",
        home.data / "mariadb" / "test_site" / "complaint.ibd",
        home.data / "mariadb" / "ibtmp1",
        home.path / "site-state" / "migrate.json",
    ):
        write_atomically(path, "{}")
    return home


def test_a_copy_is_made_once_and_again_after_a_migration(home):
    (twin,) = twins.twins(home, 2)

    def ready():
        twins.make_ready(home, [twin], "test", Progress(1), 0)

    ready()
    assert twin.site_path.name == "test-2.localhost"
    assert (twin.site_path / "private" / "files" / "photo.jpg").exists()
    assert (twin.data / "mariadb" / "test_site" / "complaint.ibd").exists()
    assert not (twin.data / "mariadb" / "ibtmp1").exists(), "the running server's own"
    assert (twin.sites / "apps.txt").exists() and (twin.path / "env").is_symlink()
    own = twin.data / "mariadb" / "own"
    write_atomically(own, "")
    ready()
    assert own.exists()
    write_atomically(home.path / "site-state" / "migrate.json", '{"fingerprint": "newer"}')
    ready()
    assert not own.exists()


def test_a_copy_that_was_cut_off_is_made_anew(home, monkeypatch):
    (twin,) = twins.twins(home, 2)
    make = twins.copy

    def cut_off(home, twin):
        make(home, twin)
        raise KeyboardInterrupt

    monkeypatch.setattr(twins, "copy", cut_off)
    with pytest.raises(KeyboardInterrupt):
        twins.make_ready(home, [twin], "test", Progress(1), 0)
    monkeypatch.setattr(twins, "copy", make)
    assert twins.step(home, twin).is_needed()
    twins.make_ready(home, [twin], "test", Progress(1), 0)
    assert not twins.step(home, twin).is_needed()


def test_homes_that_run_together_have_no_port_twice():
    numbers = [number for ports in Ports.choose_for(3) for number in vars(ports).values()]
    assert len(numbers) == len(set(numbers)) == 18


def test_each_process_finds_its_own_home(home, monkeypatch):
    for name, value in testing.variables(home).items():
        if name.startswith(("LOCALBENCH", "PHANHOI", "FRAPPE")):
            monkeypatch.setenv(name, value)
    for worker, name in (("", "test"), ("gw0", "test"), ("gw1", "test-2"), ("gw2", "test-3")):
        monkeypatch.setenv("LOCALBENCH_NAME", "test")
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        testing.enter_own_home()
        assert testing.home_from_environment().name == name
