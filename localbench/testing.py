"""`make test` and `make benchmark`: a home of their own, its data servers, and the program that does the work."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from localbench import processes, services, setup, sites, twins
from localbench.errors import BenchError
from localbench.places import CHECKOUT, Bench, Home, read_json

RESERVED = ("run", "benchmark")
MOST = 8  # pytest processes; each has a database, and most a browser
FEW = 6  # files of tests on a site: for these a second home is not worth its start
# pytest's arguments that only say how to tell: any other (-k, -x, --lf …) selects, or wants one process.
TELLING = re.compile(r"-q+|-v+|-r.*|--(quiet|verbose|durations|durations-min|tb|color|junit-?xml)(=.*)?")


def variables(home: Home) -> dict[str, str]:
    """By these the tests and the benchmark find the bench."""
    return sites.environment(
        home,
        LOCALBENCH_ROOT=str(home.bench.root),
        LOCALBENCH_NAME=home.name,
        LOCALBENCH_FRAPPE=str(home.bench.frappe_checkout or ""),
        PHANHOI_SITE=home.site,
        PHANHOI_SITES_PATH=str(home.sites),
        PYTHONPATH=str(CHECKOUT),
        PATH=f"{home.bench.env / 'bin'}:{os.environ.get('PATH', '')}",
    )


def _run(home: Home, command: Sequence[object]) -> int:
    """Run a program in the foreground, its output untouched; Ctrl-C reaches it as it would without us."""
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=CHECKOUT,
        env=variables(home),
        stdin=subprocess.DEVNULL,
        preexec_fn=processes.die_with_parent(),
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        try:
            process.wait(30)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            processes.stop(process, 5)
        raise


@contextlib.contextmanager
def _data_servers(home: Home, purpose: str, ports: services.Ports) -> Iterator[None]:
    with services.owning(home, purpose):
        services.configure(home, ports)
        started = services.start_all(home, ports)
        try:
            sites.serve_as(home, ports.web)
            yield
        finally:
            services.stop_all(started)
            processes.sweep(home.path)


def _with_servers(homes: Sequence[Home], purpose: str, command: Sequence[object]) -> int:
    """Run a program that finds the first of the homes in its environment, with the data servers of all."""
    with contextlib.ExitStack() as running:
        for home, ports in zip(homes, services.Ports.choose_for(len(homes)), strict=True):
            running.enter_context(_data_servers(home, purpose, ports))
        sys.stdout.flush()
        return _run(homes[0], command)


def processes_for(arguments: Sequence[str], cores: int) -> int:
    """By how many pytest processes these arguments are best run: -n's number if they say it, else one or two.

    More than one only for a run of many files that need a site; whatever selects by other means than files is taken
    for a small run. `-n 4` uses a larger machine.
    """
    for number, argument in enumerate(arguments):
        if wanted := re.fullmatch(r"(?:-n|--numprocesses(?==|$))=?(.*)", argument):
            value = wanted[1] or next(iter(arguments[number + 1 :]), "")
            if not value.isdigit() or int(value) > MOST:
                raise BenchError(
                    f"ARGS: {argument} needs a number of processes from 0 to {MOST}, as in -n 2."
                )
            return max(int(value), 1)
    named = [CHECKOUT / argument for argument in arguments if (CHECKOUT / argument).exists()]
    rest = [argument for argument in arguments if not (CHECKOUT / argument).exists()]
    if not all(TELLING.fullmatch(argument) for argument in rest):
        return 1
    files = {
        path
        for place in named or [CHECKOUT / "tests"]
        for path in ([place] if place.is_file() else place.rglob("test_*.py"))
        if path.parent.name != "rules"
    }
    return 2 if cores > 1 and len(files) > FEW else 1


def spread(count: int) -> list[str]:
    """pytest's arguments for ``count`` processes. One that crashes is not replaced: the run has failed."""
    if count == 1:
        return []
    return ["-n", str(count), "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"]


def run_tests(bench: Bench, name: str, arguments: Sequence[str]) -> int:
    """Run pytest on the test site; return its exit code, its own closing line being the last."""
    if name in RESERVED or not name.isidentifier():
        raise BenchError(f"TEST={name} cannot name a test site; use letters and digits.")
    home = bench.home(name)
    count = processes_for(arguments, len(os.sched_getaffinity(0)))
    copies = twins.twins(home, count)
    setup.prepare(bench, home, "test", browser=True, copies=copies)
    command = [bench.env_python, "-m", "pytest", *spread(count), *arguments]
    return _with_servers([home, *copies], "test", command)


def run_benchmark(bench: Bench, arguments: Sequence[str]) -> int:
    """Run benchmarks/run.py on a site of its own; return its exit code."""
    script = CHECKOUT / "benchmarks" / "run.py"
    if not script.exists():
        raise BenchError("This version of the project has no benchmark.")
    home = bench.home("benchmark")
    setup.prepare(bench, home, "benchmark")
    return _with_servers([home], "benchmark", [bench.env_python, script, *arguments])


def home_from_environment() -> Home | None:
    """The home that `make test` or `make benchmark` runs us for; None outside them."""
    root = os.environ.get("LOCALBENCH_ROOT")
    if not root:
        return None
    checkout = os.environ.get("LOCALBENCH_FRAPPE")
    return Bench(Path(root), Path(checkout) if checkout else None, sys.executable).home(
        os.environ["LOCALBENCH_NAME"]
    )


def enter_own_home() -> None:
    """In one of several pytest processes: make its own home the one that its environment names."""
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    if worker and (first := home_from_environment()):
        own = [first, *twins.twins(first, int(worker[1]) + 1)][-1]
        os.environ.update(variables(own))


def ports_of(home: Home) -> services.Ports:
    """The ports of the home's running servers."""
    return services.Ports(**read_json(home.run / "ports.json"))
