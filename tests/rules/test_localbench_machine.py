"""What the machine lacks is said in one clear sentence that tells what to do."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localbench import cli, machine, packages, processes, services
from localbench.errors import BenchError
from localbench.places import Bench, link, read_json, write_atomically


def refused(call, *arguments) -> str:
    with pytest.raises(BenchError) as caught:
        call(*arguments)
    assert caught.value.sentence.count("\n") == 0
    return caught.value.sentence


@pytest.fixture
def program(tmp_path, monkeypatch):
    """``program("node", "echo v16.0.0")`` puts a small shell script first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def make(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def test_an_old_python_is_named(program):
    old = str(program("python-old", "echo 3 9"))
    assert "needs Python 3.10 to 3.12" in refused(machine.check_python, old)
    assert "is Python 3.9" in refused(machine.check_python, old)


def test_a_python_that_does_not_run_is_named(program):
    assert "cannot be run as Python" in refused(machine.check_python, str(program("python-broken", "exit 3")))
    assert "cannot be run as Python" in refused(machine.check_python, "/nowhere/python3")


def test_this_python_will_do():
    machine.check_python(sys.executable)


def test_an_old_node_is_named(program):
    program("node", "echo v16.20.2")
    assert "18.13 or newer is needed; this is 16.20.2" in refused(machine.check_node)


def test_no_node_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "`node` is not found" in refused(machine.check_node)


def test_a_full_disk_is_said(tmp_path):
    assert "MB are needed" in refused(machine.check_disk, Bench(tmp_path / "not" / "yet"), 10**9)


def test_a_taken_port_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is taken by another program" in refused(machine.check_port, port)
    machine.check_port(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_said(port):
    assert "is not a port" in refused(machine.check_port, port)


@pytest.mark.parametrize("name", ["with blank", "quote's", "colon:name", "percent%"])
def test_a_folder_name_that_would_break_configuration_files_is_refused(name):
    assert "Clone the project elsewhere" in refused(machine.check_path, Path("/srv") / name)


def test_ports_are_different_and_free():
    ports = services.Ports.choose(8123)
    numbers = [getattr(ports, name) for name in ports.__dataclass_fields__]
    assert len(set(numbers)) == 6 and ports.web == 8123
    assert all(processes.is_free(number) for number in numbers if number != 8123)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("Temporary failure in name resolution", "cannot be reached"),
        ("error: Failed to fetch: `https://…`", "cannot be reached"),
        ("npm error code ENOTFOUND", "cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code EINTEGRITY", "checksum differs"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "checksum differs"),
        ("one\nTypeError: wrong\n", "TypeError: wrong"),
        ("", "It failed."),
    ],
)
def test_a_failed_programs_output_becomes_one_sentence(output, words):
    sentence = processes.explain("It failed", output)
    assert words in sentence and "\n" not in sentence


def test_a_failed_program_ends_in_its_sentence_and_its_log(tmp_path):
    log = tmp_path / "log"
    with pytest.raises(BenchError, match="It failed: Error: so it is") as caught:
        processes.run(["sh", "-c", "echo 'Error: so it is'; exit 3"], log, "It failed")
    assert caught.value.log == log and "so it is" in log.read_text()


def test_a_missing_program_is_said(tmp_path):
    assert "cannot be started" in refused(processes.run, ["/nowhere/program"], tmp_path / "log", "It failed")


def test_a_program_is_ended_with_its_children_when_it_takes_too_long(tmp_path):
    script = f"sleep 60 & echo $! > {tmp_path / 'child'}; wait"
    with pytest.raises(BenchError, match="did not finish within 1 seconds"):
        processes.run(["sh", "-c", script], tmp_path / "log", "It failed", timeout=1)
    assert ends(int((tmp_path / "child").read_text()))


def ends(pid: int) -> bool:
    """Whether the process is gone, or dead and only waiting to be reaped, within five seconds."""
    until = time.monotonic() + 5
    status = Path(f"/proc/{pid}/status")
    while time.monotonic() < until:
        try:
            if "zombie" in status.read_text():
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def orphan(mark: Path) -> int:
    """The id of a process that belongs to the home ``mark`` and whose starter has gone."""
    shell = subprocess.run(
        ["/bin/sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!"],
        env={**os.environ, processes.MARK: str(mark)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(shell.stdout)


def test_leftovers_of_this_home_are_ended_and_no_other_process(tmp_path):
    ours, others = orphan(tmp_path), orphan(Path(f"{tmp_path}-2"))
    try:
        assert processes.leftovers(tmp_path) == [ours]
        assert processes.sweep(tmp_path) == 1
        assert ends(ours)
        assert processes.leftovers(Path(f"{tmp_path}-2")) == [others]
    finally:
        os.kill(others, signal.SIGKILL)


def test_a_lock_is_held_by_one_and_says_by_whom(tmp_path):
    path = tmp_path / "lock"
    holding = (
        "import sys, time; from pathlib import Path; from localbench import processes\n"
        f"with processes.lock(Path({str(path)!r}), 'somebody'): print('held', flush=True); time.sleep(60)"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", holding]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:  # noqa: S603
        process.stdout.readline()
        assert processes.held_by(path) == "somebody"
        with pytest.raises(processes.Held, match="somebody"), processes.lock(path, "me"):
            pass
        process.kill()
    assert processes.held_by(path) is None
    with processes.lock(path, "me"):
        assert path.read_text() == "me"


def test_missing_packages_are_named_for_those_who_may_not_install(monkeypatch, tmp_path):
    monkeypatch.setattr(packages, "rights", lambda: None)
    sentence = refused(packages.install, ["mariadb-server", "redis-server"], tmp_path / "log")
    assert "sudo apt-get install --no-install-recommends mariadb-server redis-server" in sentence


def test_only_what_is_missing_is_asked_for(monkeypatch):
    monkeypatch.setattr(packages, "has_program", lambda name: name != "redis-server")
    monkeypatch.setattr(packages, "has_ensurepip", lambda: False)
    assert packages.missing() == ["redis-server", "python3-venv"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "settings.json"
    write_atomically(path, '{"a": 1}', mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and read_json(path) == {"a": 1}
    path.write_text('{"a": ')
    assert read_json(path) == {}


def test_a_link_never_replaces_a_real_folder(tmp_path):
    (tmp_path / "real").mkdir()
    with pytest.raises(FileExistsError):
        link(tmp_path / "real", tmp_path)
    link(tmp_path / "link", Path("/one"))
    link(tmp_path / "link", Path("/two"))
    assert (tmp_path / "link").readlink() == Path("/two")


def test_passwords_are_made_once_and_readable_by_their_owner_only(tmp_path):
    bench = Bench(tmp_path)
    first = bench.secret("administrator")
    assert bench.secret("administrator") == first != bench.secret("mariadb_root")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("arguments", [["run", "--port", "abc"], ["import", "--file", "/no", "--map", "/no"]])
def test_a_wrong_setting_ends_in_a_sentence_and_a_non_zero_exit(arguments, capsys):
    assert cli.main(arguments) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("\nError: ") and "Traceback" not in shown


def test_of_a_log_only_its_errors_are_quoted(tmp_path):
    log = tmp_path / "log"
    log.write_text("starting\n2026 [ERROR] InnoDB: Cannot open datafile\nstopping\n")
    assert services.last_error(log) == "2026 [ERROR] InnoDB: Cannot open datafile"
    log.write_text("starting\nstopping\n")
    assert services.last_error(log) == "" == services.last_error(tmp_path / "none")
